"""The sync agent: what Otus graded, written into a SIS gradebook every night."""
