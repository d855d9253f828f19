"""Processes, threads and sockets that serve an ASGI app, and how they end."""
