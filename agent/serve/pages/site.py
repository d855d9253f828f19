"""What the pages of one app share, and what a request is about: a district and its ledger."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import flask

from agent.config import zone_of
from agent.ledger import Ledger, ledger_of
from agent.serve.district import District
from agent.serve.jobs import Jobs

EXTENSION = "passback"


@dataclass(frozen=True, slots=True)
class Site:
    """What an app serves.

    Attributes:
        works: what is at work for the districts; None: ledgers are only read here.
        by_clock: whether every night is, too.
        overview: the endpoint of a page about all districts; "": there is none.
        first: the endpoint of the page on which a district's administrator begins.
    """

    districts: Callable[[], Sequence[District]]
    works: Jobs | None
    by_clock: bool = False
    overview: str = ""
    first: str = "agent.preview"

    @property
    def jobs(self) -> Jobs:
        """What is at work; 404 where nothing is."""
        return self.works or flask.abort(404)


def site() -> Site:
    """That of the app that serves this request."""
    return cast("Site", flask.current_app.extensions[EXTENSION])


def district() -> District:
    """The district that this request's address names."""
    return cast("District", flask.g.district)


@contextmanager
def ledger() -> Iterator[Ledger]:
    """The ledger of the request's district; it can be read while a run writes (SQLite's WAL)."""
    ours, read_only = district(), site().works is None
    with closing(ledger_of(ours.settings, ours.environment, read_only=read_only)) as opened:
        yield opened


def local(instant: datetime | str) -> str:
    """An instant, or its ISO text, as the district's clock shows it."""
    at = datetime.fromisoformat(instant) if isinstance(instant, str) else instant
    at = at.astimezone(zone_of(district().settings))
    return f"{at:%a, %b} {at.day}, {at:%Y, %H:%M}"
