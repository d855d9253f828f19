"""The pages of a fleet, put together with those of `passback serve` for each district."""

from collections.abc import Callable, Collection, Sequence

import flask

from agent.fleet.pages import orders
from agent.fleet.pages.addresses import EXTENSION, Shared, fleet
from agent.serve.app import create_app
from agent.serve.district import District
from agent.settings import ServeSettings

PARTS = (orders,)
"""What adds its addresses to the blueprint `fleet` as it is imported."""


def create_fleet_app(
    districts: Callable[[], Sequence[District]],
    shared: Shared,
    *,
    hosts: Collection[str],
    staff: Callable[[], ServeSettings],
    token: str = "",
) -> flask.Flask:
    """Make the app: all districts for the vendor's staff, the own one for everybody else.

    Args:
        districts: those whose pages can be opened; see `agent.serve.app.create_app`.
        hosts: see `agent.serve.access.guard.Guard.put_before`.
        staff: the vendor's people; see `agent.serve.access.register.Register`.
        token: makes its holder one of them; "": there is no such token.
    """
    app = create_app(
        districts,
        None,
        hosts=hosts,
        token=token,
        staff=staff,
        overview="fleet.districts",
        first="fleet.district",
    )
    app.extensions[EXTENSION] = shared
    app.register_blueprint(fleet)
    return app
