"""Run the benches named on the command line, or all of them."""

import sys
from collections.abc import Callable

from load.bench import agent_rate, mock_rate, powerschool_batches, unchanged_pass

BENCHES: dict[str, Callable[[], None]] = {
    "mock": mock_rate.run,
    "agent": agent_rate.run,
    "powerschool": powerschool_batches.run,
    "unchanged": unchanged_pass.run,
}


def main() -> None:
    """Print each bench's table."""
    chosen = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in chosen if name not in BENCHES]
    if unknown:
        sys.exit(f"no bench called {', '.join(unknown)}; there are: {', '.join(BENCHES)}")
    for name in chosen:
        BENCHES[name]()
        print()


main()
