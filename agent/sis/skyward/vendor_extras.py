"""Qmlativ's own Generic API, for what OneRoster lacks.

That is: which grading periods are closed, which sections share a gradebook, and the codes of the
categories. SMS 2.0 has no such API, and a district may not have given access to it: then no
gradebook counts as linked, no period as closed (Skyward itself refuses what comes too late), and
`check` says so.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, TypeVar
from urllib.parse import urlencode

import msgspec

from agent.domain import SectionId
from agent.errors import DeniedError
from agent.http.client import Http
from agent.http.responses import Operation, Reply
from agent.sis.oneroster.vendor_extras import VendorExtras
from agent.sis.reading import usable

NAME = "linked gradebooks and closed periods"
STEP = "the Integration Access in Qmlativ: active, in date, with the modules Gradebook and Grading"

_PAGE = 10_000
# This API answers 403 where others say 401.
_STALE = frozenset({401, 403})
_LIST = Operation("listObjects", stale=_STALE)
_SEARCH = Operation("searchObjects", "POST", stale=_STALE)
_SYSTEM = Operation("getSystemMetadata", stale=_STALE)

_COMPLETED = {
    "SearchCondition": {
        "LongSearchCondition": {"FieldName": "IsCompleted", "ConditionType": "Equal", "Value": 1}
    }
}

T = TypeVar("T", bound=msgspec.Struct)
Id = str | int


class Link(msgspec.Struct):
    """A section of a linked gradebook. The fields of each object are what is asked for."""

    group: Id = msgspec.field(name="ClassGroupID")
    section: Id = msgspec.field(name="SectionID")


class Closing(msgspec.Struct):
    """A grading period as it stands for one section."""

    section: Id = msgspec.field(name="SectionID")
    period: Id = msgspec.field(name="GradingPeriodID")
    completed: bool | None = msgspec.field(name="IsCompleted", default=None)


class Category(msgspec.Struct):
    """A category and its code."""

    id: Id = msgspec.field(name="CategoryID")
    code: Id | None = msgspec.field(name="Code")


class Period(msgspec.Struct):
    """A grading period of the district."""

    id: Id = msgspec.field(name="GradingPeriodID")
    end: str | None = msgspec.field(name="EndDate")
    completed: bool | None = msgspec.field(name="IsCompleted", default=None)
    active: bool | None = msgspec.field(name="IsActiveOrExtended", default=None)
    extended: str | None = msgspec.field(name="CalculatedEndDateWithExtension", default=None)

    def is_over(self, today: date) -> bool:
        """Whether it is completed, or past its extension without anybody having completed it."""
        last = (self.extended or self.end or "")[:10]
        return bool(self.completed) or (self.active is False and "" < last < today.isoformat())

    @property
    def grace(self) -> date | None:
        """The last day of its extension, where that can be read."""
        try:
            return date.fromisoformat((self.extended or "")[:10])
        except ValueError:
            return None


class _Paging(msgspec.Struct, rename="pascal"):
    next: str | None = None


class _Page(msgspec.Struct, rename="pascal"):
    objects: list[msgspec.Raw]
    paging: _Paging = msgspec.field(default_factory=_Paging)


class _Year(msgspec.Struct):
    id: Id | None = msgspec.field(name="SchoolYearID", default=None)


class _District(msgspec.Struct):
    entity: Id = msgspec.field(name="EntityID")
    year: _Year | None = msgspec.field(name="SchoolYearCurrent", default=None)


class _System(msgspec.Struct, rename="pascal"):
    districts: Annotated[list[_District], msgspec.Meta(min_length=1)]


class _Metadata(msgspec.Struct, rename="pascal"):
    system: _System


_METADATA = msgspec.json.Decoder(_Metadata)
_PAGES = msgspec.json.Decoder(_Page)


class Absent(Exception):
    """This server has no Generic API, or does not let us use it."""


class _CannotSearchError(Exception):
    """The server did not take the condition."""


def read_extras(http: Http, today: Callable[[], date]) -> VendorExtras:
    """What Qmlativ offers beside OneRoster; nothing where there is no such API for us."""
    try:
        return _extras(GenericApi(http), today())
    except Absent as absent:
        return VendorExtras(
            summary=f"Qmlativ's Generic API is not there ({absent}): which periods are closed"
            " and which gradebooks are linked is not known beforehand. In SMS 2.0 that is"
            f" so; in Qmlativ look at {STEP.removeprefix('the ')}"
        )


def _extras(api: "GenericApi", today: date) -> VendorExtras:
    links = _links(api.all("Gradebook/ClassGroupSection", Link))
    periods = list(api.all("Grading/GradingPeriod", Period))
    closed = frozenset(str(period.id) for period in periods if period.is_over(today))
    categories = api.all("Gradebook/Category", Category)
    return VendorExtras(
        links=links,
        closed=closed,
        closed_in=frozenset((str(each.section), str(each.period)) for each in _completed(api)),
        grace={str(period.id): period.grace for period in periods if period.grace},
        codes={str(each.id): str(each.code) for each in categories if each.code},
        summary=f"linked gradebooks: {len(set(links.values()))}, closed periods: {len(closed)}",
    )


def _completed(api: "GenericApi") -> Iterable[Closing]:
    """The periods that are closed for a section; all are read where the server cannot search."""
    name = "Gradebook/SectionGradingPeriodData"
    try:
        return list(api.all(name, Closing, search=_COMPLETED))
    except _CannotSearchError:
        return [each for each in api.all(name, Closing) if each.completed]


class GenericApi:
    """The Generic reads of one Qmlativ server, in the district's entity and current year.

    Raises:
        Absent: there is no such API for us.
    """

    def __init__(self, http: Http) -> None:
        self._http = http
        [district, *_] = (
            self._call(_SYSTEM, "/Custom/GetSystemMetadata").read(_METADATA).system.districts
        )
        self._root = f"/Generic/{district.entity}"
        year = district.year.id if district.year else None
        self._year = {} if year is None else {"SchoolYearID": str(year)}

    def all(self, name: str, kind: type[T], *, search: object = None) -> Iterator[T]:
        """Every object *name* that meets the condition *search*, with the fields of *kind*."""
        record = msgspec.json.Decoder(kind, strict=False)
        fields = (("searchFields", field) for field in kind.__struct_encode_fields__)
        query = urlencode([*fields, *self._year.items()])
        number = 1
        while True:
            path = f"{self._root}/{name}/{number}/{_PAGE}?{query}"
            reply = self._call(_SEARCH if search else _LIST, path, search)
            page = reply.read(_PAGES)
            yield from (replace(reply, content=bytes(each)).read(record) for each in page.objects)
            if not page.objects or not page.paging.next:
                return
            number += 1

    def _call(self, operation: Operation, path: str, body: object = None) -> Reply:
        try:
            reply = self._http.call(operation, path, body)
        except DeniedError as error:
            raise Absent(f"it answers with {error.status}") from error
        if reply.status == 404:
            raise Absent("there is none at this url")
        if reply.status == 400 and body is not None:
            raise _CannotSearchError
        return usable(reply)


def _links(links: Iterable[Link]) -> dict[SectionId, str]:
    """Section -> its group; a group of one section links nothing."""
    groups: dict[str, set[str]] = {}
    for link in links:
        groups.setdefault(str(link.group), set()).add(str(link.section))
    found: dict[SectionId, str] = {}
    for group, sections in sorted(groups.items(), key=lambda item: (len(item[0]), item[0])):
        for section in sections if len(sections) > 1 else ():
            found.setdefault(SectionId(section), f"group-{group}")
    return found
