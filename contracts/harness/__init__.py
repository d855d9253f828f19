"""`passback contract`: does a server do what its contract says, and where not, why."""
