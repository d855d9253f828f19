"""When nights begin: the tick, the places at SIS hosts, and the sweep."""
