"""A page of a long list."""

from dataclasses import dataclass
from typing import Any

import flask

FILTERS = ("q", "kind", "state", "why", "section", "assessment", "student")
"""What an address may ask of a list."""


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is shown; `number` counts from 1."""

    number: int
    size: int
    total: int

    @property
    def skip(self) -> int:
        """How many come before this page."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def first_shown(self) -> int:
        """The number of the first that is shown, from 1; 0 of an empty page."""
        return self.skip + 1 if self.total > self.skip else 0

    @property
    def last_shown(self) -> int:
        """The number of the last that is shown."""
        return min(self.skip + self.size, self.total)

    def asked(self) -> dict[str, Any]:
        """What this address asks of the list, for another address that asks the same."""
        own = flask.request.view_args or {}
        args = flask.request.args
        return {name: args[name] for name in FILTERS if args.get(name) and name not in own}

    def link(self, number: int) -> str:
        """This address with another page."""
        own = flask.request.view_args or {}
        return flask.url_for(flask.request.endpoint or "", **self.asked(), **own, page=number)


def asked_page() -> int:
    """The page that the address asks for; the first one where it asks for none that can be."""
    number = flask.request.args.get("page", 1, type=int)
    return min(max(1, number), 1_000_000)


def searched() -> str:
    """What a person searches for."""
    return flask.request.args.get("q", "").strip()
