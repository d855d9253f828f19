"""Load: measurements and, with Locust, whole nights; traffic goes to loopback only."""
