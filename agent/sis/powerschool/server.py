"""One PowerSchool server: what it has under which paths, and how that is read and written.

There are three kinds of JSON. `/ws/v1` wraps its lists, gives a list of one as the thing itself and
an empty one as `""`; a table's rows stand in `record`; `/ws/xte` is bare.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Generic
from zoneinfo import ZoneInfo

import msgspec

from agent.http.client import Http
from agent.http.responses import Operation, Reply
from agent.sis.powerschool.error_text import forbidden, granted
from agent.sis.powerschool.rows import EnrollmentRow, Json, R, SchoolRow, SectionRow, StaffRow, read
from agent.sis.reading import absent, path_of, query, usable


@dataclass(frozen=True, slots=True)
class Resource(Generic[R]):
    """What `/ws/v1` has at one path.

    Attributes:
        path: `{}` stands for an id.
        member: what the answer wraps; a list stands in a wrapper of its plural.
        kind: the records at the path.
    """

    operation: str
    path: str
    member: str
    kind: type[R]


LIST_SCHOOLS = Resource("listSchools", "/ws/v1/district/school", "school", SchoolRow)
LIST_SECTIONS = Resource("listSchoolSections", "/ws/v1/school/{}/section", "section", SectionRow)
LIST_ENROLLMENTS = Resource(
    "listSectionEnrollments",
    "/ws/v1/section/{}/section_enrollment",
    "section_enrollment",
    EnrollmentRow,
)
GET_SECTION = Resource("getSection", "/ws/v1/section/{}?expansions=term", "section", SectionRow)
GET_STAFF = Resource("getStaff", "/ws/v1/staff/{}", "staff", StaffRow)

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
        self.http, self.zone, self._now = http, zone, now
        self._metadata: Json | None = None

    def today(self) -> date:
        """The district's date."""
        return self._now().astimezone(self.zone).date()

    def metadata(self) -> Json:
        """What the server says of itself: its version, our plugin, the largest pages."""
        if self._metadata is None:
            reply = self.http.call(GET_METADATA, "/ws/v1/metadata")
            self._metadata = _single(reply, "metadata")
        return self._metadata

    def forget(self) -> None:
        """Read the metadata anew when it is needed next."""
        self._metadata = None

    def largest(self, resource: str) -> int | None:
        """The largest page of *resource*; None where the metadata have none."""
        size = str(self.metadata().get(f"{resource}_max_page_size", ""))
        return int(size) if size.isdecimal() and int(size) > 0 else None

    def one(self, what: Resource[R], *ids: str) -> R | None:
        """The record under *ids*; None when the server says that there is none."""
        reply = self.http.call(Operation(what.operation), path_of(what.path, *ids))
        return None if absent(reply) else read(reply, [_single(reply, what.member)], what.kind)[0]

    def all(self, what: Resource[R], *ids: str) -> list[R]:
        """Every row of a `/ws/v1` list."""
        operation, path, member = Operation(what.operation), path_of(what.path, *ids), what.member
        return self._pages(operation, path, member, what.kind, lambda r: _wrapped(r, member))

    def first(self, what: Resource[R], *ids: str) -> R | None:
        """Any one row of a `/ws/v1` list; None where there is none."""
        path = f"{path_of(what.path, *ids)}?{query(page=1, pagesize=1)}"
        reply = self.http.call(Operation(what.operation), path)
        return next(iter(read(reply, _wrapped(reply, what.member)[:1], what.kind)), None)

    def table(self, name: str, kind: type[R], q: str = "") -> list[R]:
        """Every row of a table that meets *q*, with the fields of *kind*.

        Raises:
            NotGrantedError: naming the fields that the plugin may not see.
        """
        return self._pages(
            LIST_ROWS,
            path_of("/ws/schema/table/{}", name),
            "schema_table_query",
            kind,
            lambda reply: _records(granted(reply), name),
            projection=",".join(kind.__struct_fields__),
            q=q,
        )

    def count(self, name: str) -> int:
        """How many rows a table has."""
        reply = self.http.call(COUNT_ROWS, path_of("/ws/schema/table/{}/count", name))
        number = str(_plain(granted(reply)).get("count", ""))
        if not number.isdecimal():
            raise reply.not_understood()
        return int(number)

    def put(self, operation: Operation, path: str, body: Json) -> Reply:
        """Write *body*; where the server asks to resubmit, the same once more."""
        reply = self.http.call(operation, path, body)
        if reply.status == _RESUBMIT:
            reply = self.http.call(operation, path, body)
        return granted(reply)

    def _pages(
        self,
        operation: Operation,
        path: str,
        resource: str,
        kind: type[R],
        rows_of: Callable[[Reply], list[Json]],
        **asked: str,
    ) -> list[R]:
        """Page after page; a short one is the last, where the metadata say how long they are."""
        largest = self.largest(resource)
        size, number, found, before = largest or PAGE, 1, list[R](), list[Json]()
        while True:
            search = query(**asked, page=number, pagesize=size)
            reply = self.http.call(operation, f"{path}?{search}")
            rows = rows_of(reply)
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
    return usable(reply).read(_OBJECT)


def _wrapped(reply: Reply, member: str) -> list[Json]:
    """The rows of a `/ws/v1` list: several, one as itself, or none as an empty text."""
    return _rows(reply, _inside(reply, f"{member}s"), member)


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
