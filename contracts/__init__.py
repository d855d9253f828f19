"""The contract files, and the programs that read them; neither agent nor mocks depend on it."""
