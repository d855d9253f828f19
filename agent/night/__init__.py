"""A night: the shell around the pure middle (DECISIONS: plan spooled, then applied)."""
