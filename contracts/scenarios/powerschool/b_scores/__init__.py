"""Which scores this SIS keeps or refuses: rules B."""
