"""The report of a load test: a page with plots, CSV and JSON; no student is in any of them."""
