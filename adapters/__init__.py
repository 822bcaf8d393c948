"""The outside: stores, carriers, mail, queues, the web, the command line. Each part stands alone."""
