"""The agent's own pages in a browser: what a night would do, and what it did (extra `[serve]`)."""
