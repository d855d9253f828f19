"""The query parameters of a OneRoster collection: filter, sort, fields, page; and Link."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from mock_sis.http.types import Call
from mock_sis.oneroster.errors import bad_query
from mock_sis.oneroster.objects.relation import Incomparable, Member, Relation, Where, test

MOST = 10_000
CLAUSE = r"[A-Za-z][\w.]*\s*(?:!=|>=|<=|=|>|<|~)\s*"
ONE = re.compile(
    r"\s*(?P<member>[A-Za-z][\w.]*)\s*(?P<op>!=|>=|<=|=|>|<|~)\s*(?P<value>.*)", re.DOTALL
)
JOINT = re.compile(rf"(?<=['\"\w])\s+(AND|OR)\s+(?={CLAUSE}['\"\w])", re.IGNORECASE)
QUOTES = "'\""


@dataclass(frozen=True, slots=True)
class Query:
    """What a caller asked of a collection."""

    limit: int = 100
    offset: int = 0
    sort: str | None = None
    order_by: str = "asc"
    filter: str | None = None
    fields: str | None = None

    @property
    def size(self) -> int:
        """Records a page; a larger wish counts as the most there is."""
        return min(self.limit, MOST)


def condition(text: str, relation: Relation) -> Where:
    """A filter as SQL.

    A quote inside a value may be doubled or, where the rest leaves no doubt, left as it is.
    """
    parts = JOINT.split(text)
    if len(parts) > 3:
        raise bad_query("invalid_filter_field", "a filter has two clauses at most")
    clauses = [_clause(part, relation, f"filter_{n}") for n, part in enumerate(parts[::2], start=1)]
    joint = f" {parts[1].upper()} " if len(parts) == 3 else ""
    values = {name: value for clause in clauses for name, value in clause.values.items()}
    return Where(joint.join(f"({clause.sql})" for clause in clauses), values)


def order(query: Query, relation: Relation) -> str:
    """An ORDER BY; ties stand as they always do."""
    if not query.sort:
        return relation.order
    member = relation.members.get(query.sort)
    if member is None:
        raise bad_query("invalid_sort_field", f"there is no field {query.sort!r} to sort by")
    sql = f"CAST({member.sql} AS REAL)" if member.how == "number" else member.sql
    return f"{sql} {'DESC' if query.order_by == 'desc' else 'ASC'}, {relation.order}"


def chosen(query: Query, members: Sequence[str]) -> set[str] | None:
    """The top-level members to answer with; None is all."""
    if query.fields is None:
        return None
    wanted = {name.strip().partition(".")[0] for name in query.fields.split(",")} - {""}
    strange = sorted(wanted - set(members))
    if strange or not wanted:
        raise bad_query(
            "invalid_selection_field", f"there is no field {', '.join(strange) or '(none)'}"
        )
    return wanted


def headers(call: Call, query: Query, total: int) -> Mapping[str, str]:
    """X-Total-Count, and Link to the pages that exist."""
    links = [f'<{url}>; rel="{rel}"' for rel, url in _pages(call, query, total)]
    return {"X-Total-Count": str(total), "Link": ", ".join(links)}


def _pages(call: Call, query: Query, total: int) -> Iterator[tuple[str, str]]:
    size, offset = query.size, query.offset
    last = max(0, (total - 1) // size * size)
    yield "first", _url(call, size, 0)
    if offset > 0:
        yield "prev", _url(call, size, max(0, min(offset - size, last)))
    if offset + size < total:
        yield "next", _url(call, size, offset + size)
    yield "last", _url(call, size, last)


def _url(call: Call, limit: int, offset: int) -> str:
    kept: list[tuple[str, Any]] = [
        (name, value)
        for name, value in parse_qsl(call.query, keep_blank_values=True)
        if name not in {"limit", "offset"}
    ]
    asked = urlencode([*kept, ("limit", limit), ("offset", offset)], quote_via=quote)
    return f"{quote(call.url, safe=':/%[]@')}?{asked}"


def _clause(text: str, relation: Relation, name: str) -> Where:
    found = ONE.fullmatch(text)
    if found is None:
        raise bad_query("invalid_filter_field", "a filter reads: field operator 'value'")
    member: Member | None = relation.members.get(found["member"])
    if member is None:
        raise bad_query(
            "invalid_filter_field", f"there is no field {found['member']!r} to filter by"
        )
    try:
        return test(member, found["op"], _value(found["value"]), name)
    except Incomparable as error:
        raise bad_query("invalid_filter_field", f"{found['member']}: {error}") from error


def _value(text: str) -> str:
    value = text.strip()
    if value[:1] in QUOTES and value[:1] and len(value) > 1 and value[-1] == value[0]:
        return value[1:-1].replace(value[0] * 2, value[0])
    return value
