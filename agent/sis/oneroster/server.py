"""One OneRoster server: what it has under which paths, and how that is read and written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic
from zoneinfo import ZoneInfo

from agent.http.client import Http
from agent.http.responses import Operation, Reply
from agent.sis.oneroster.rows import (
    CATEGORIES,
    CLASSES,
    ENROLLMENTS,
    LINE_ITEMS,
    RESULTS,
    SESSIONS,
    Kind,
    R,
)
from agent.sis.oneroster.versions import Version
from agent.sis.reading import absent, query, usable


@dataclass(frozen=True, slots=True)
class Resource(Generic[R]):
    """One operation of the standard, the same in both versions but for the root of its path.

    Attributes:
        operation: its operationId in the contract of 1.2.
        path: `{}` stands for an id.
        kind: what stands there.
    """

    operation: str
    path: str
    kind: Kind[R]
    method: str = "GET"


GET_CLASS = Resource("getClass", "{rostering}/classes/{}", CLASSES)
ALL_CLASSES = Resource("getAllClasses", "{rostering}/classes", CLASSES)
ALL_ENROLLMENTS = Resource("getAllEnrollments", "{rostering}/enrollments", ENROLLMENTS)
ENROLLMENTS_OF_CLASS = Resource(
    "getEnrollmentsForClassInSchool", "{rostering}/schools/{}/classes/{}/enrollments", ENROLLMENTS
)
ALL_SESSIONS = Resource("getAllAcademicSessions", "{rostering}/academicSessions", SESSIONS)
ALL_CATEGORIES = Resource("getAllCategories", "{gradebook}/categories", CATEGORIES)
CATEGORIES_OF_CLASS = Resource(
    "getCategoriesForClass", "{gradebook}/classes/{}/categories", CATEGORIES
)
LINE_ITEMS_OF_CLASS = Resource(
    "getLineItemsForClass", "{gradebook}/classes/{}/lineItems", LINE_ITEMS
)
RESULTS_OF_LINE_ITEM = Resource(
    "getResultsForLineItemForClass", "{gradebook}/classes/{}/lineItems/{}/results", RESULTS
)
GET_LINE_ITEM = Resource("getLineItem", "{gradebook}/lineItems/{}", LINE_ITEMS)
PUT_LINE_ITEM = Resource("putLineItem", "{gradebook}/lineItems/{}", LINE_ITEMS, "PUT")
PUT_RESULT = Resource("putResult", "{gradebook}/results/{}", RESULTS, "PUT")
DELETE_RESULT = Resource("deleteResult", "{gradebook}/results/{}", RESULTS, "DELETE")

PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Server:
    """One server of one district.

    Attributes:
        zone: the district's.
        now: the present, aware.
    """

    http: Http
    version: Version
    zone: ZoneInfo
    now: Callable[[], datetime]

    @property
    def base_url(self) -> str:
        """What references to its records begin with."""
        return self.http.base_url

    def today(self) -> date:
        """The district's date."""
        return self.now().astimezone(self.zone).date()

    def call(self, what: Resource[R], *ids: str, body: object = None, **asked: object) -> Reply:
        """Read or write *what* stands under *ids*."""
        path, search = self.version.path(what.path, *ids), query(**asked)
        name, write = what.operation + self.version.suffix, what.method != "GET"
        operation = Operation(name, what.method, write=write)
        return self.http.call(operation, f"{path}?{search}" if search else path, body)

    def one(self, what: Resource[R], *ids: str) -> R | None:
        """The record under *ids*; None when the server says that there is none."""
        reply = self.call(what, *ids)
        return None if absent(reply) else what.kind.one(usable(reply))

    def all(self, what: Resource[R], *ids: str, where: str = "") -> Iterator[R]:
        """Every record that meets the filter *where*, in the server's order."""
        page = usable(self.call(what, *ids, limit=PAGE, offset=0, filter=where))
        return self._pages(page, what, ids, where)

    def all_or_none(self, what: Resource[R], *ids: str) -> Iterator[R] | None:
        """Every record below *ids*; None when there is no such thing."""
        page = self.call(what, *ids, limit=PAGE, offset=0)
        return None if absent(page) else self._pages(usable(page), what, ids, "")

    def _pages(
        self, page: Reply, what: Resource[R], ids: tuple[str, ...], where: str
    ) -> Iterator[R]:
        """By offset and not by the links that servers give, since some encode them anew."""
        offset = 0
        while True:
            rows = what.kind.page(page)
            yield from rows
            offset += len(rows)
            if not rows or not _goes_on(page, len(rows), offset):
                return
            page = usable(self.call(what, *ids, limit=PAGE, offset=offset, filter=where))

    def first(self, what: Resource[R], **order: str) -> R | None:
        """The first record in *order*, any one without it; None where there is none."""
        return next(iter(what.kind.page(usable(self.call(what, limit=1, **order)))), None)

    def count(self, what: Resource[R], where: str = "") -> int | None:
        """How many records meet *where*; None where the server does not count."""
        return _total(usable(self.call(what, limit=1, filter=where)))


def _goes_on(reply: Reply, length: int, offset: int) -> bool:
    total = _total(reply)
    if total is not None:
        return offset < total
    link = reply.headers.get("link", "")
    return "next" in link if link else length >= PAGE


def _total(reply: Reply) -> int | None:
    text = reply.headers.get("x-total-count", "").strip()
    return int(text) if text.isdecimal() else None
