"""Doing one thing with many orders: started by a person, worked on in the background, undone where that can be."""
