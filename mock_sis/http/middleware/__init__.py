"""What every request passes before a handler, each layer around the next one."""
