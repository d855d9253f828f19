"""What the pages of one app share, and what a request is about: a district and its ledger."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import flask

from agent.config import zone_of
from agent.ledger import Ledger, open_ledger
from agent.serve.district import District
from agent.serve.jobs import Jobs

EXTENSION = "passback"


@dataclass(frozen=True, slots=True)
class Site:
    """The districts of an app, and what is at work for them."""

    districts: Callable[[], Sequence[District]]
    jobs: Jobs


def site() -> Site:
    """That of the app that serves this request."""
    return cast("Site", flask.current_app.extensions[EXTENSION])


def district() -> District:
    """The district that this request's address names."""
    return cast("District", flask.g.district)


@contextmanager
def ledger() -> Iterator[Ledger]:
    """The ledger of the request's district; it can be read while a run writes (SQLite's WAL)."""
    settings = district().settings
    with closing(open_ledger(settings.ledger.url, settings.district)) as opened:
        yield opened


def local(instant: datetime | str) -> str:
    """An instant, or its ISO text, as the district's clock shows it."""
    at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    at = at.astimezone(zone_of(district().settings))
    return f"{at:%a, %b} {at.day}, {at:%Y, %H:%M}"
