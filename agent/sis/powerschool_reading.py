"""Reading PowerSchool: one thing, a wrapped list or a table, each within the plugin's page size."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import quote, urlencode

import msgspec

from agent.http.client import Http
from agent.http.responses import Operation, Reply
from agent.sis.powerschool_wire import (
    Json,
    forbidden,
    granted,
    plain,
    read,
    records,
    single,
    wrapped,
)
from agent.sis.reading import absent, segment

R = TypeVar("R", bound=msgspec.Struct)

GET_METADATA = Operation("getMetadata")
LIST_ROWS = Operation("listTableRows", told=forbidden)
COUNT_ROWS = Operation("countTableRows", told=forbidden)

PAGE = 100
"""What is asked for where the server does not tell its largest page."""


def query(**values: object) -> str:
    """A query string."""
    return urlencode(values, quote_via=quote)


class PowerSchoolReader:
    """The reads of one PowerSchool server."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._told: Json | None = None

    def metadata(self) -> Json:
        """What the server tells of itself: its version, our plugin, the largest pages."""
        if self._told is None:
            self._told = single(self._http.call(GET_METADATA, "/ws/v1/metadata"), "metadata")
        return self._told

    def forget(self) -> None:
        """Ask anew what the server tells of itself."""
        self._told = None

    def largest(self, resource: str) -> int | None:
        """The largest page of *resource*; None where the server does not tell."""
        told = str(self.metadata().get(f"{resource}_max_page_size", ""))
        return int(told) if told.isdecimal() and int(told) > 0 else None

    def one(self, operation: Operation, path: str, name: str, kind: type[R]) -> R | None:
        """The thing at *path*; None when the server says that there is none."""
        reply = self._http.call(operation, path)
        if absent(reply):
            return None
        return read(reply, [single(reply, name)], kind)[0]

    def all(
        self, operation: Operation, path: str, wrapper: str, member: str, kind: type[R]
    ) -> list[R]:
        """Every row of a `/ws/v1` list."""

        def page(number: int, size: int) -> tuple[Reply, list[Json]]:
            reply = self._http.call(operation, f"{path}?{query(page=number, pagesize=size)}")
            return reply, wrapped(reply, wrapper, member)

        return self._pages(page, member, kind)

    def first(
        self, operation: Operation, path: str, wrapper: str, member: str, kind: type[R]
    ) -> R | None:
        """Any one row of a `/ws/v1` list; None where there is none."""
        reply = self._http.call(operation, f"{path}?{query(page=1, pagesize=1)}")
        return next(iter(read(reply, wrapped(reply, wrapper, member)[:1], kind)), None)

    def table(self, name: str, kind: type[R], q: str = "") -> list[R]:
        """Every row of a table that meets *q*, with the fields of *kind*.

        Raises:
            NotGrantedError: naming the fields that the plugin may not see.
        """

        def page(number: int, size: int) -> tuple[Reply, list[Json]]:
            return self._table(name, kind, q=q, page=number, pagesize=size)

        return self._pages(page, "schema_table_query", kind)

    def count(self, name: str) -> int:
        """How many rows a table has."""
        reply = granted(self._http.call(COUNT_ROWS, f"/ws/schema/table/{segment(name)}/count"))
        told = str(plain(reply).get("count", ""))
        if not told.isdecimal():
            raise reply.not_understood()
        return int(told)

    def _table(self, name: str, kind: type[R], **asked: object) -> tuple[Reply, list[Json]]:
        fields = ",".join(kind.__struct_fields__)
        search = query(projection=fields, **{key: v for key, v in asked.items() if v != ""})
        reply = self._http.call(LIST_ROWS, f"/ws/schema/table/{segment(name)}?{search}")
        return reply, records(granted(reply), name)

    def _pages(
        self,
        page: Callable[[int, int], tuple[Reply, list[Json]]],
        resource: str,
        kind: type[R],
    ) -> list[R]:
        """Page after page; a short one is the last, where the server tells how long they are."""
        told = self.largest(resource)
        size, number, found, before = told or PAGE, 1, list[R](), list[Json]()
        while True:
            reply, rows = page(number, size)
            # A server that gives the same page for every number does not page at all.
            if not rows or rows == before:
                return found
            found += read(reply, rows, kind)
            if told is not None and len(rows) < told:
                return found
            number, before = number + 1, rows
