"""A mock of one contract as an ASGI app of this process, its answers validated."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime

import httpx
import pytest

from contracts.harness.service import Service
from contracts.harness.world_setup import SEED, START
from mock_sis.districts.factory import WorldFactory
from mock_sis.server import MOCKS, asgi
from mock_sis.world.worlds import Worlds

URL = "http://testserver/w/default"


class InProcess(httpx.BaseTransport):
    """Asks an ASGI app; a loop of its own for each request."""

    def __init__(self, app):
        self._inner = httpx.ASGITransport(app=app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run(self._answer(request))

    async def _answer(self, request):
        answer = await self._inner.handle_async_request(request)
        stream = httpx.ByteStream(await answer.aread())
        return httpx.Response(answer.status_code, headers=answer.headers, stream=stream)


@pytest.fixture
def in_process(tmp_path, monkeypatch) -> Iterator[Callable[..., Service]]:
    """Makes the service of a contract, below the prefix of a world as the harness would make it."""
    # Else requests looks through the environment for proxies: a tenth of a call in this process.
    monkeypatch.setenv("no_proxy", "testserver")
    with ExitStack() as stack:

        def make(sis: str, *, mock: str | None = None, **options) -> Service:
            world = WorldFactory().make(
                tmp_path / f"{sis}.db", seed=SEED, start=datetime.fromisoformat(START)
            )
            worlds = Worlds(world, WorldFactory())
            stack.callback(worlds.close)
            name = mock or sis
            assert name in MOCKS
            app = asgi(name, worlds, validate_responses=True, **options)
            client = stack.enter_context(httpx.Client(base_url=URL, transport=InProcess(app)))
            return Service(sis, URL, client, "passback", "passback-secret", app=app)

        yield make
