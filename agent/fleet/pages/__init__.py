"""What people see of a fleet: all districts, one district's nights, workers, SIS hosts."""
