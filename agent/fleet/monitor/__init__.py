"""How a fleet is watched: its metrics, and the summary of each date."""
