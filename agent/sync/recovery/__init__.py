"""Writes whose outcome is not known: read back from the SIS, and looked for once more later."""
