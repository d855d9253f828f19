"""OneRoster CSV as a source: an export in a folder or a zip."""
