"""Qmlativ's own Generic API, for what OneRoster lacks.

That is: which grading periods are closed, which sections share a gradebook, and the codes of the
categories. SMS 2.0 has no such API, and a district may not have given access to it: then no
gradebook counts as linked, no period as closed (Skyward itself refuses what comes too late), and
`check` says so.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec

from agent.domain import SectionId
from agent.errors import DeniedError, NotUnderstoodError
from agent.http.client import Http
from agent.http.responses import Operation, Reply
from agent.sis.oneroster.district import VendorExtras
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

Record = dict[str, Any]


class _Paging(msgspec.Struct, rename="pascal"):
    next: str | None = None


class _Page(msgspec.Struct, rename="pascal"):
    objects: list[Record]
    paging: _Paging = msgspec.field(default_factory=_Paging)


_PAGES = msgspec.json.Decoder(_Page)
_METADATA = msgspec.json.Decoder(Record)
_LINK = ("ClassGroupID", "SectionID")
_CLOSING = ("SectionID", "GradingPeriodID", "IsCompleted")
_CATEGORY = ("CategoryID", "Code", "Description")
_PERIOD = (
    "GradingPeriodID",
    "EndDate",
    "IsCompleted",
    "IsActiveOrExtended",
    "CalculatedEndDateWithExtension",
)


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
    links = _links(api.all("Gradebook/ClassGroupSection", _LINK))
    periods = list(api.all("Grading/GradingPeriod", _PERIOD))
    closed = frozenset(str(r["GradingPeriodID"]) for r in periods if _is_over(r, today))
    completed = (
        (str(record["SectionID"]), str(record["GradingPeriodID"])) for record in _completed(api)
    )
    return VendorExtras(
        links=links,
        closed=closed,
        closed_in=frozenset(completed),
        grace={str(r["GradingPeriodID"]): day for r in periods if (day := _grace(r))},
        codes={
            str(r["CategoryID"]): str(r["Code"])
            for r in api.all("Gradebook/Category", _CATEGORY)
            if r["Code"]
        },
        summary=f"linked gradebooks: {len(set(links.values()))}, closed periods: {len(closed)}",
    )


def _completed(api: "GenericApi") -> Iterator[Record]:
    """The periods that are closed for a section; all are read where the server cannot search."""
    name = "Gradebook/SectionGradingPeriodData"
    try:
        yield from api.all(name, _CLOSING, search=_COMPLETED)
    except _CannotSearchError:
        for record in api.all(name, _CLOSING):
            if _true(record.get("IsCompleted")):
                yield record


class GenericApi:
    """The Generic reads of one Qmlativ server, in the district's entity and current year.

    Raises:
        Absent: there is no such API for us.
    """

    def __init__(self, http: Http) -> None:
        self._http = http
        metadata = self._call(_SYSTEM, "/Custom/GetSystemMetadata").read(_METADATA)
        try:
            district = metadata["System"]["Districts"][0]
            self._root = f"/Generic/{district['EntityID']}"
            year = (district.get("SchoolYearCurrent") or {}).get("SchoolYearID")
        except (KeyError, IndexError, TypeError, AttributeError):
            raise NotUnderstoodError(
                "the answer names no district", system="sis", operation=_SYSTEM.name
            ) from None
        self._year = {} if year is None else {"SchoolYearID": str(year)}

    def all(self, name: str, fields: tuple[str, ...], *, search: object = None) -> Iterator[Record]:
        """Every object *name*, with its *fields*, that meets the condition *search*."""
        query = urlencode([*(("searchFields", field) for field in fields), *self._year.items()])
        number = 1
        while True:
            path = f"{self._root}/{name}/{number}/{_PAGE}?{query}"
            page = self._call(_SEARCH if search else _LIST, path, search).read(_PAGES)
            for record in page.objects:
                if not record.keys() >= {fields[0], fields[1]}:
                    raise _unreadable(name)
                yield record
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


def _links(records: Iterator[Record]) -> dict[SectionId, str]:
    """Section -> its group; a group of one section links nothing."""
    groups: dict[str, set[str]] = {}
    for record in records:
        groups.setdefault(str(record["ClassGroupID"]), set()).add(str(record["SectionID"]))
    links: dict[SectionId, str] = {}
    for group, sections in sorted(groups.items(), key=lambda item: (len(item[0]), item[0])):
        for section in sections if len(sections) > 1 else ():
            links.setdefault(SectionId(section), f"group-{group}")
    return links


def _is_over(record: Record, today: date) -> bool:
    """Completed, or past its extension without anybody having completed it."""
    if _true(record.get("IsCompleted")):
        return True
    if record.get("IsActiveOrExtended") is None or _true(record["IsActiveOrExtended"]):
        return False
    last = record.get("CalculatedEndDateWithExtension") or record["EndDate"]
    return isinstance(last, str) and last[:10] < today.isoformat()


def _grace(record: Record) -> date | None:
    """The last day of its extension, where that can be read."""
    try:
        return date.fromisoformat(str(record.get("CalculatedEndDateWithExtension"))[:10])
    except ValueError:
        return None


def _true(value: object) -> bool:
    return value is True or str(value).lower() in {"1", "true"}


def _unreadable(name: str) -> NotUnderstoodError:
    return NotUnderstoodError(
        f"{name} comes without the fields asked for", system="sis", operation=_LIST.name
    )
