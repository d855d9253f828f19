"""Requests and responses by contract: which operation, what it may say, who may call it."""
