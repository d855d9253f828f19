"""What Locust runs, in processes of its own; its users are imported by Locust alone."""
