"""How the gradebook behaves, and whom it belongs to: rules D."""
