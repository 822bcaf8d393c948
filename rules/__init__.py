"""What merchants write: rule sets, their fields, operators and actions.

Pure: nothing in here reads a file, a clock or a network, and nothing imports the other packages.
"""
