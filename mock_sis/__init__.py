"""Stateful mock servers of Otus and of the two SIS, each described by a contract file."""
