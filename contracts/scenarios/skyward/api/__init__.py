"""The interface itself: signing in, paging, rosters and vendors' own operations."""
