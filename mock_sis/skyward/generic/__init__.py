"""Qmlativ's Generic API: the district's records as objects, for what OneRoster lacks."""
