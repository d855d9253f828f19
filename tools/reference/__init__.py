"""Parts of the reference that come from the code: `make docs` writes them."""
