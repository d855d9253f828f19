"""The gradebook of any SIS behind OneRoster 1.1 or 1.2; the shared core of other vendors."""
