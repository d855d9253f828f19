"""Plan a fleet that is larger than this machine: measured constants, needs, a simulated night."""
