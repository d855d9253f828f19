"""The users that Locust plays; importing them changes the whole process, so only Locust does."""
