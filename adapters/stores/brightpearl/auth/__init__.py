"""The ways to show Brightpearl who is calling, one a file: log-in, private app, signed token, OAuth. `opening` picks one."""
