"""Qmlativ's own Generic API, as far as it tells what OneRoster lacks.

That is: which grading periods are closed, which sections share a gradebook, and the codes of the
categories. SMS 2.0 has no such API, and a district may not have given access to it.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

import msgspec

from agent.domain import SectionId
from agent.errors import DeniedError, NotUnderstoodError
from agent.http.client import Http
from agent.http.responses import Operation, Reply
from agent.sis.beside import Extras

_PAGE = 10_000
# This face of Skyward says 403 where others say 401.
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


class Absent(Exception):
    """This server has no Generic API, or does not let us use it."""


class Qmlativ:
    """The Generic reads of one Qmlativ server."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def extras(self, today: date) -> Extras:
        """What OneRoster does not tell.

        Raises:
            Absent: there is no such API for us.
        """
        root, year = self._root()
        links = _links(self._all(root, year, "Gradebook/ClassGroupSection", _LINK))
        periods = list(self._all(root, year, "Grading/GradingPeriod", _PERIOD))
        closed = frozenset(str(r["GradingPeriodID"]) for r in periods if _is_over(r, today))
        return Extras(
            links=links,
            closed=closed,
            closed_in=frozenset(
                (str(record["SectionID"]), str(record["GradingPeriodID"]))
                for record in self._completed(root, year)
            ),
            grace={str(r["GradingPeriodID"]): day for r in periods if (day := _grace(r))},
            codes=self._codes(root, year),
            told=f"linked gradebooks: {len(set(links.values()))}, closed periods: {len(closed)}",
        )

    def _codes(self, root: str, year: dict[str, str]) -> dict[str, str]:
        records = self._all(root, year, "Gradebook/Category", _CATEGORY)
        return {str(r["CategoryID"]): str(r["Code"]) for r in records if r["Code"]}

    def _root(self) -> tuple[str, dict[str, str]]:
        """Path of the district's entity, and the query that chooses the current year."""
        metadata = self._call(_SYSTEM, "/Custom/GetSystemMetadata").read(_METADATA)
        try:
            district = metadata["System"]["Districts"][0]
            entity = district["EntityID"]
            year = (district.get("SchoolYearCurrent") or {}).get("SchoolYearID")
        except (KeyError, IndexError, TypeError, AttributeError):
            raise NotUnderstoodError(
                "the answer names no district", system="sis", operation=_SYSTEM.name
            ) from None
        return f"/Generic/{entity}", {} if year is None else {"SchoolYearID": str(year)}

    def _completed(self, root: str, year: dict[str, str]) -> Iterator[Record]:
        """The closed ones; all of them where the server cannot search."""
        name, fields = "Gradebook/SectionGradingPeriodData", _CLOSING
        try:
            yield from self._all(root, year, name, fields, search=_COMPLETED)
        except _CannotSearchError:
            for record in self._all(root, year, name, fields):
                if _true(record.get("IsCompleted")):
                    yield record

    def _all(
        self,
        root: str,
        year: dict[str, str],
        name: str,
        fields: tuple[str, ...],
        *,
        search: object = None,
    ) -> Iterator[Record]:
        query = urlencode([*(("searchFields", field) for field in fields), *year.items()])
        number = 1
        while True:
            path = f"{root}/{name}/{number}/{_PAGE}?{query}"
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
        if not reply.ok:
            raise reply.not_understood(f"the read was refused with {reply.status}")
        return reply


class _CannotSearchError(Exception):
    """The server did not take the condition."""


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
