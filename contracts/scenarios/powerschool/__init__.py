"""Scenarios on powerschool, one file each."""
