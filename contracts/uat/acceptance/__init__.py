"""What a district accepts by: scenarios played on its roster, and its set-up looked at."""
