"""The contracts as pages: each operation and each schema, made when the site is built."""
