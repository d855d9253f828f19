"""How Passback is run on machines: the stack of containers."""
