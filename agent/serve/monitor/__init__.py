"""`/health`, `/ready` and `/metrics`: for programs that watch, without any data of a person."""
