"""The mocks of a load test in a process of their own: `python -m load.mocks FOLDER SIS LATENCY`.

Every district is a world below `/w/`; the default one is tiny and not used. Response validation is
off and the service time is the server's, so that a fault rule is no part of what a call costs.
"""

import signal
import sys
from contextlib import closing
from pathlib import Path

from mock_sis.districts.factory import WorldFactory
from mock_sis.serve.stop import Stop
from mock_sis.server import serving
from mock_sis.world.world import World
from mock_sis.world.worlds import Worlds

LOBBY = "lobby.db"


def worlds_folder(folder: Path) -> Path:
    """Where the worlds below `/w/` stand."""
    return folder / f"{LOBBY}.worlds"


def main() -> None:
    """Serve until SIGTERM; prints `ready OTUS-URL SIS-URL`."""
    folder, sis, latency = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
    stop = Stop(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the orchestrator's to handle
    path = folder / LOBBY
    factory = WorldFactory()
    lobby = World.open(path) if path.exists() else factory.make(path)
    with (
        closing(Worlds(lobby, factory)) as worlds,
        serving("otus", sis, worlds=worlds, validate_responses=False, latency=latency) as servers,
    ):
        print("ready", servers.otus.url, servers[sis].url, flush=True)
        stop.wait()


if __name__ == "__main__":
    main()
