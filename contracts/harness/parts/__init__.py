"""What a run looks at, each part giving rows to the report."""
