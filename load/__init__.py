"""Load tests: a district's night at its real size, run against the mocks and checked."""
