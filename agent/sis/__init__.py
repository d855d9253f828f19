"""SIS gradebooks: the port, a folder for each vendor, and the one table of vendors."""
