"""Further processes that answer on the same ports, from the same world's file.

Each has a socket of its own on the ports, and the kernel gives each its part of the connections
(SO_REUSEPORT). Clock, faults, journal, tokens and gradebooks stand in the file; calls that another
process took are in the journal within a tenth of a second.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn

from mock_sis.serve.listener import Server
from mock_sis.world.checkpoints import checkpointing
from mock_sis.world.worlds import Worlds

LOOK_SECONDS = 0.5


@contextmanager
def forked(number: int, worlds: Worlds, servers: Sequence[Server]) -> Iterator[None]:
    """Run *number* more processes that serve *servers*, which are not started yet."""
    if number:
        worlds.release()  # a connection to SQLite must not be carried into another process
    children = [_fork(worlds, servers) for _ in range(number)]
    try:
        yield
    finally:
        for child in children:
            os.kill(child, signal.SIGTERM)
        for child in children:
            os.waitpid(child, 0)


def _fork(worlds: Worlds, servers: Sequence[Server]) -> int:
    parent = os.getpid()
    child = os.fork()
    if not child:
        _serve(parent, worlds, servers)
    return child


def _serve(parent: int, worlds: Worlds, servers: Sequence[Server]) -> NoReturn:
    """Serve until told to stop, or until the process that started all this is gone."""
    # Ctrl-C in a terminal goes to every process, and is the parent's business: it tells this one.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        with checkpointing(worlds.default.world.db):
            for server in servers:
                server.reopen()
                server.start()
            while not signal.sigtimedwait({signal.SIGTERM}, LOOK_SECONDS):
                if os.getppid() != parent:
                    break
            for server in servers:
                server.stop()
        worlds.close()
    finally:
        os._exit(0)  # what the parent has to clean up is the parent's
