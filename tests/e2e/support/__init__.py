"""What end-to-end tests share: districts, actors, random weeks, and what must be so."""
