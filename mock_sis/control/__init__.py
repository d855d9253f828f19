"""The control plane: what a test or a person does to a mock beside its API."""
