"""The pages of the API log: which calls a server had, and why one failed."""
