"""The scenario suite, wherever you stand: `python -m contracts.scenarios [pytest's options]`."""

import sys
from pathlib import Path

import pytest

if __name__ == "__main__":
    quiet = ("-W", "ignore::DeprecationWarning", "-p", "no:cacheprovider")
    sys.exit(pytest.main([str(Path(__file__).parent), *quiet, *sys.argv[1:]]))
