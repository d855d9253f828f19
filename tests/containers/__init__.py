"""The tests of the containers; a package, so that their stack ends when they do."""
