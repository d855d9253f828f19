"""OneRoster 1.1 and 1.2 over a world, for every SIS that speaks it; knows no vendor."""
