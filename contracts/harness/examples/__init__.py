"""Ids and days that a server really has, put into examples and generated requests."""
