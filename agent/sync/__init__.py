"""A night: pull, gather, decide, brake, apply, record; what was left open is read back first."""
