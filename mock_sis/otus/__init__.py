"""The Otus side: a change feed over HTTP."""
