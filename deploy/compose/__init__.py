"""The stack of containers: its driver, and what docker-compose.yml mounts into the agents."""
