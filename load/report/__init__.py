"""What a load test leaves behind: a page with plots, CSV and JSON; no student is in any of them."""
