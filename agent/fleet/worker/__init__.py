"""Takes nights from the queue and does each in a process of its own."""
