"""PowerSchool's page of a plugin: which fields it may read and write."""
