"""Who may use the pages, and which of them: signing in, roles, the one check."""
