"""HTTP to one server: what is asked, over which connections, and what an answer means."""
