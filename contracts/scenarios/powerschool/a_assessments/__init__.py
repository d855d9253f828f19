"""Which assignments this SIS takes: rules A."""
