"""Night after night in the stack of containers: turns the mocks' clock, orders the agents' runs."""
