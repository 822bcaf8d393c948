"""The engine's repositories over one connection. They write with plain statements and many rows at a time."""
