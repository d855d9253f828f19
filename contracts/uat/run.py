"""`passback uat` at work: the mocks on their ports, and one web app in front of them."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import flask

from agent.serve.app import create_app
from agent.serve.server import serving as serving_pages
from contracts.uat.pages.roster import MOST_BYTES, RosterPages
from contracts.uat.pages.start import blueprint_of
from contracts.uat.registry import Registry
from contracts.uat.uploads import Uploads
from contracts.vendors import VENDORS
from mock_sis.districts.factory import WorldFactory
from mock_sis.server import serving as serving_mocks
from mock_sis.world.private import private_folder
from mock_sis.world.world import World
from mock_sis.world.worlds import Worlds

HOST = "127.0.0.1"


@contextmanager
def districts(folder: Path, *, base_port: int, policy: Path | None) -> Iterator[Registry]:
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
                host=HOST,
                ports=_ports(base_port),
                validate_responses=False,
            )
        )
        yield Registry(servers, folder, policy=policy)


@contextmanager
def pages(registry: Registry, folder: Path, *, port: int, named: bool) -> Iterator[str]:
    """Serve the start page and the agent's pages; the address to open, with its token.

    OSError: the port is taken.
    """
    token = secrets.token_urlsafe(24)
    with Uploads(folder) as uploads:
        app = web_app(registry, uploads, token=token, named=named)
        with serving_pages(app, HOST, port) as url:
            registry.start_at(f"{url}/districts/{{world}}")
            yield f"{url}/?token={token}"


def web_app(
    registry: Registry,
    uploads: Uploads,
    *,
    token: str,
    named: bool,
    most_bytes: int = MOST_BYTES,
) -> flask.Flask:
    """All pages but those of the mocks; see `RosterPages`."""
    app = create_app(registry.agents, token=token, hosts=())
    app.register_blueprint(blueprint_of(registry))
    rosters = RosterPages(registry, uploads, named=named, most_bytes=most_bytes)
    app.register_blueprint(rosters.blueprint())
    app.config["NAVIGATION"] += [("Start", "/"), ("Your own roster", "/roster")]
    return app


def _ports(base: int) -> Mapping[str, int]:
    return {name: base + vendor.port if base else 0 for name, vendor in VENDORS.items()}
