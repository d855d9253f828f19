"""When a night runs by the clock, and the thread that begins it."""
