"""The queue between tick and workers, behind a port of three verbs."""
