"""The roster as resources, `/ws/v1`."""
