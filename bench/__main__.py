"""Run the benches named on the command line, or all of them."""

import argparse
from collections.abc import Callable
from pathlib import Path

from bench import agent_rate, fleet_tick, powerschool_batches, serve_memory, unchanged_pass
from bench.ledger import stores
from bench.mock import mock_rate
from bench.versions import TURNS, versions


def main() -> None:
    """Print each bench's table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "bench",
        nargs="*",
        metavar="BENCH",
        help="mock, agent, ledger, powerschool, serve, tick or unchanged",
    )
    parser.add_argument(
        "--scores", type=int, default=unchanged_pass.SCORES, help="of the unchanged night"
    )
    parser.add_argument(
        "--records", type=int, default=stores.RECORDS, help="of a ledger's first pull"
    )
    parser.add_argument("--districts", type=int, default=fleet_tick.DISTRICTS, help="of the tick")
    parser.add_argument(
        "--before",
        type=Path,
        metavar="DIR",
        help="another checkout, to run in turns with this one (agent, unchanged)",
    )
    parser.add_argument("--turns", type=int, default=TURNS, help="of agent and unchanged")
    options = parser.parse_args()
    try:
        compared = versions(options.before)
    except FileNotFoundError as error:
        parser.error(str(error))
    benches: dict[str, Callable[[], None]] = {
        "mock": mock_rate.run,
        "agent": lambda: agent_rate.run(compared, options.turns),
        "ledger": lambda: stores.run(compared[-1], options.records),
        "powerschool": powerschool_batches.run,
        "serve": serve_memory.run,
        "tick": lambda: fleet_tick.run(options.districts),
        "unchanged": lambda: unchanged_pass.run(compared, options.turns, options.scores),
    }
    unknown = [name for name in options.bench if name not in benches]
    if unknown:
        parser.error(f"no bench called {', '.join(unknown)}; there are: {', '.join(benches)}")
    for name in options.bench or benches:
        benches[name]()
        print()


main()
