"""The command line. One module a group of commands, loaded when its command is called."""
