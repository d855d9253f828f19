"""Several who listen on one socket, as processes do that serve one mock."""

import asyncio
import socket

import pytest

from mock_sis.serve.listener import listening
from mock_sis.serve.shared_socket import SharedSocket

CLIENTS = 10


@pytest.fixture
def bound():
    """A socket to which clients can connect already."""
    with listening("127.0.0.1", 0) as made:
        made.setblocking(False)
        made.listen()
        yield made


@pytest.mark.timeout(60)
def test_each_of_two_takes_its_share_of_connections_that_wait(bound):
    clients = [socket.create_connection(bound.getsockname()) for _ in range(CLIENTS)]
    here, there = asyncio.run(taken(bound, bound.dup()))
    for each in (*clients, *here, *there):
        each.close()

    assert min(len(here), len(there)) >= CLIENTS // 2 - 1


async def taken(*sockets):
    """Who came in through a door at each of *sockets*, when all are in."""
    rooms, full = [[] for _ in sockets], asyncio.Event()

    def into(room):
        async def connect(accepted):
            room.append(accepted)
            if sum(map(len, rooms)) == CLIENTS:
                full.set()

        return connect

    doors = [SharedSocket(one, into(room), room) for one, room in zip(sockets, rooms, strict=True)]
    await full.wait()
    for door in doors:
        door.close()
    sockets[-1].close()
    return rooms
