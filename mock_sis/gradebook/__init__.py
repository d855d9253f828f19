"""The gradebook that both SIS share: columns, cells, periods, and what is refused (rules D)."""
