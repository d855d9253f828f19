"""One PowerSchool server, and its reads: one thing, a wrapped list or a table, page by page.

There are three kinds of JSON. `/ws/v1` wraps its lists, gives a list of one as the thing itself and
an empty one as `""`; a table's rows stand in `record`; `/ws/xte` is bare.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from agent.http.client import Http
from agent.http.responses import Operation, Reply
from agent.sis.powerschool.error_text import forbidden, granted
from agent.sis.powerschool.rows import Json, R, read
from agent.sis.reading import absent, query, segment, usable

GET_METADATA = Operation("getMetadata")
LIST_ROWS = Operation("listTableRows", told=forbidden)
COUNT_ROWS = Operation("countTableRows", told=forbidden)

_RESUBMIT = 412
PAGE = 100
"""Rows a page where the metadata have no largest one."""


_OBJECT = msgspec.json.Decoder(Json, float_hook=Decimal)
_ARRAY = msgspec.json.Decoder(list[Json], float_hook=Decimal)
_EITHER = msgspec.json.Decoder(Json | list[Json], float_hook=Decimal)


class Server:
    """One server of one district.

    Args:
        zone: the district's.
        now: the present, aware.
    """

    def __init__(self, http: Http, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        self.http, self._zone, self._now = http, zone, now
        self._metadata: Json | None = None

    def today(self) -> date:
        """The district's date."""
        return self._now().astimezone(self._zone).date()

    def metadata(self) -> Json:
        """What the server says of itself: its version, our plugin, the largest pages."""
        if self._metadata is None:
            self._metadata = _single(self.http.call(GET_METADATA, "/ws/v1/metadata"), "metadata")
        return self._metadata

    def forget(self) -> None:
        """Read the metadata anew when it is needed next."""
        self._metadata = None

    def largest(self, resource: str) -> int | None:
        """The largest page of *resource*; None where the metadata have none."""
        size = str(self.metadata().get(f"{resource}_max_page_size", ""))
        return int(size) if size.isdecimal() and int(size) > 0 else None

    def one(self, operation: Operation, path: str, name: str, kind: type[R]) -> R | None:
        """The thing at *path*; None when the server says that there is none."""
        reply = self.http.call(operation, path)
        if absent(reply):
            return None
        return read(reply, [_single(reply, name)], kind)[0]

    def all(
        self, operation: Operation, path: str, wrapper: str, member: str, kind: type[R]
    ) -> list[R]:
        """Every row of a `/ws/v1` list."""

        def page(number: int, size: int) -> tuple[Reply, list[Json]]:
            reply = self.http.call(operation, f"{path}?{query(page=number, pagesize=size)}")
            return reply, _wrapped(reply, wrapper, member)

        return self._pages(page, member, kind)

    def first(
        self, operation: Operation, path: str, wrapper: str, member: str, kind: type[R]
    ) -> R | None:
        """Any one row of a `/ws/v1` list; None where there is none."""
        reply = self.http.call(operation, f"{path}?{query(page=1, pagesize=1)}")
        return next(iter(read(reply, _wrapped(reply, wrapper, member)[:1], kind)), None)

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
        reply = granted(self.http.call(COUNT_ROWS, f"/ws/schema/table/{segment(name)}/count"))
        number = str(_plain(reply).get("count", ""))
        if not number.isdecimal():
            raise reply.not_understood()
        return int(number)

    def put(self, operation: Operation, path: str, body: Json) -> Reply:
        """Write *body*; where the server asks to resubmit, the same once more."""
        reply = self.http.call(operation, path, body)
        if reply.status == _RESUBMIT:
            reply = self.http.call(operation, path, body)
        return granted(reply)

    def _table(self, name: str, kind: type[R], **asked: object) -> tuple[Reply, list[Json]]:
        fields = ",".join(kind.__struct_fields__)
        search = query(projection=fields, **{key: v for key, v in asked.items() if v != ""})
        reply = self.http.call(LIST_ROWS, f"/ws/schema/table/{segment(name)}?{search}")
        return reply, _records(granted(reply), name)

    def _pages(
        self,
        page: Callable[[int, int], tuple[Reply, list[Json]]],
        resource: str,
        kind: type[R],
    ) -> list[R]:
        """Page after page; a short one is the last, where the metadata say how long they are."""
        largest = self.largest(resource)
        size, number, found, before = largest or PAGE, 1, list[R](), list[Json]()
        while True:
            reply, rows = page(number, size)
            # A server that gives the same page for every number does not page at all.
            if not rows or rows == before:
                return found
            found += read(reply, rows, kind)
            if largest is not None and len(rows) < largest:
                return found
            number, before = number + 1, rows


def alone(reply: Reply) -> Json:
    """A bare object, or an array of just one: programs for this server are written for either."""
    found: Json | list[Json] = usable(reply).read(_EITHER)
    if isinstance(found, dict):
        return found
    if len(found) != 1:
        raise reply.not_understood()
    return found[0]


def listed(reply: Reply) -> list[Json]:
    """A bare array."""
    return usable(reply).read(_ARRAY)


def _plain(reply: Reply) -> Json:
    """A bare object."""
    return usable(reply).read(_OBJECT)


def _wrapped(reply: Reply, wrapper: str, member: str) -> list[Json]:
    """The rows of a `/ws/v1` list: several, one as itself, or none as an empty text."""
    return _rows(reply, _inside(reply, wrapper), member)


def _single(reply: Reply, name: str) -> Json:
    """The one thing that a `/ws/v1` answer wraps."""
    inside = _inside(reply, name)
    if not inside:
        raise reply.not_understood()
    return inside


def _records(reply: Reply, table: str) -> list[Json]:
    """The rows of a page of a table; a page past the end may leave the list out."""
    rows = _rows(reply, _plain(reply), "record")
    try:
        return [row["tables"][table] for row in rows]
    except (KeyError, TypeError):
        raise reply.not_understood() from None


def _inside(reply: Reply, name: str) -> Json:
    found = _plain(reply).get(name)
    if found == "":
        return {}
    if not isinstance(found, dict):
        raise reply.not_understood()
    return found


def _rows(reply: Reply, inside: Json, member: str) -> list[Json]:
    found = inside.get(member)
    if found in ("", None):
        return []
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise reply.not_understood()
    return rows
