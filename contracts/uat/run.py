"""`passback uat` at work: the mocks on their ports, and one web app in front of them."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import flask

from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.jobs import Jobs
from agent.serve.server import serving as serving_pages
from contracts.uat.bind import Bind
from contracts.uat.pages.roster import MOST_BYTES, RosterPages
from contracts.uat.pages.start import blueprint_of
from contracts.uat.registry import Registry
from contracts.uat.uploads import Uploads
from contracts.vendors import VENDORS
from mock_sis.control.guard import COOKIE
from mock_sis.districts.factory import WorldFactory
from mock_sis.server import serving as serving_mocks
from mock_sis.world.private import private_folder
from mock_sis.world.world import World
from mock_sis.world.worlds import Worlds


@contextmanager
def districts(
    folder: Path, *, bind: Bind, base_port: int, policy: Path | None
) -> Iterator[Registry]:
    """Run the mocks over the worlds in *folder*; the districts that stand there, maybe none.

    Raises:
        OSError: a port is taken, or the folder cannot be written.
        sqlite3.DatabaseError: what stands there is no world.
        ConfigError: *policy* cannot be used.
    """
    private_folder(folder)
    path, factory = folder / "world.db", WorldFactory()
    with ExitStack() as stack:
        world = World.open(path) if path.exists() else factory.make(path)
        world.now()  # the first look into the file
        worlds = Worlds(world, factory)
        stack.callback(worlds.close)
        servers = stack.enter_context(
            serving_mocks(
                *VENDORS,
                worlds=worlds,
                host=bind.host,
                allowed_hosts=bind.names,
                token=bind.mocks_token,
                ports=_ports(base_port),
                validate_responses=False,
            )
        )
        yield Registry(servers, folder, bind=bind, policy=policy)


@contextmanager
def pages(registry: Registry, folder: Path, *, bind: Bind, port: int, named: bool) -> Iterator[str]:
    """Serve the start page and the agent's pages; the address to open, with its token.

    OSError: the port is taken.
    """
    with Uploads(folder) as uploads:
        app = web_app(registry, uploads, bind=bind, named=named)
        with serving_pages(app, bind.host, port, largest=MOST_BYTES + 2**20) as url:
            shown = f"http://{bind.shown}:{urlsplit(url).port}"
            registry.start_at(f"{shown}/districts/{{world}}")
            yield f"{shown}/?token={quote(bind.token, safe='')}"


def web_app(
    registry: Registry,
    uploads: Uploads,
    *,
    bind: Bind,
    named: bool,
    most_bytes: int = MOST_BYTES,
) -> flask.Flask:
    """All pages but those of the mocks; see `RosterPages`."""
    jobs = Jobs(Nights())
    app = create_app(registry.agents, jobs, token=bind.token, hosts=bind.hosts)
    app.register_blueprint(blueprint_of(registry))
    rosters = RosterPages(registry, uploads, named=named, most_bytes=most_bytes)
    app.register_blueprint(rosters.blueprint())
    app.config["NAVIGATION"] += [("Start", "/"), ("Your own roster", "/roster")]
    if bind.mocks_token:
        _let_into_mocks(app, bind.mocks_token)
    return app


def _let_into_mocks(app: flask.Flask, token: str) -> None:
    """Give who entered the mocks' cookie too: a browser sends a host's cookies to all its ports."""

    @app.after_request
    def with_cookie(response: flask.Response) -> flask.Response:
        if flask.g.get("visitor") and flask.request.cookies.get(COOKIE) != token:
            secure = flask.request.is_secure
            response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure)
        return response


def _ports(base: int) -> Mapping[str, int]:
    return {name: base + vendor.port if base else 0 for name, vendor in VENDORS.items()}
