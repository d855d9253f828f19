"""`make bench`: figures measured side by side in one run; no test asserts them as times."""
