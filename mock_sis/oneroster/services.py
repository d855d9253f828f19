"""What the operations of OneRoster have in common, over one world."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from mock_sis.http.types import Answer, Call, Problem
from mock_sis.oneroster.errors import unknown
from mock_sis.oneroster.objects import documents
from mock_sis.oneroster.objects.gradebook import WITH_SCORE
from mock_sis.oneroster.objects.relation import Relation, Where, page
from mock_sis.oneroster.objects.relations import HOLDERS, RELATIONS, SCOPES
from mock_sis.oneroster.objects.shapes import PLURALS, SHAPES
from mock_sis.oneroster.policy import Policy
from mock_sis.oneroster.query import Query, chosen, condition, headers, order
from mock_sis.oneroster.version import Dialect, dialect
from mock_sis.oneroster.writer import Writer
from mock_sis.world.world import World

Body = Mapping[str, Any]
ALL = Where()
NOBODY: Mapping[str, str] = {}


class Services:
    """The rostering and the gradebook service of one SIS."""

    def __init__(self, world: World, policy: Callable[[], Policy]) -> None:
        """*policy* is asked at every call, since a world's settings may change."""
        self.world = world
        self.policy = policy

    # ---- reading --------------------------------------------------------------------------------

    def collection(
        self,
        kind: str,
        call: Call,
        asked: Mapping[str, Any],
        within: Mapping[str, str] = NOBODY,
        only: Where = ALL,
    ) -> Answer:
        """A page of objects; 404 when what the path names is not there.

        Args:
            asked: the parameters of the query.
            within: what the path names, outermost first ("school", "class", ...) -> its id.
            only: narrows the kind, as schools are orgs of one kind.
        """
        query = Query(**{name.rstrip("_"): value for name, value in asked.items()})
        spoken, relation = dialect(call), self._relation(kind)
        where, values = [only, *self._within(kind, within, spoken)], dict(within)
        if "lineItem" in within:
            values["lineItem"] = str(self._reads(call).column(within["lineItem"]).id)
        if query.filter:
            where.append(condition(query.filter, relation))
        rows, total = page(
            self.world.db,
            relation,
            where,
            order=order(query, relation),
            limit=query.size,
            offset=query.offset,
            values=self._values(**{f"{scope}_id": value for scope, value in values.items()}),
        )
        kept = chosen(query, [name.partition(".")[0] for name in relation.members])
        objects = [self._object(kind, row, spoken) for row in rows]
        if kept is not None:
            objects = [{n: v for n, v in one.items() if n in kept} for one in objects]
        return Answer({PLURALS[kind][0]: objects}, 200, headers(call, query, total))

    def one(self, kind: str, sourced_id: str, call: Call, only: Where = ALL) -> Answer:
        """One object; 404 when it is not there."""
        spoken = dialect(call)
        row = self._found(kind, sourced_id, call, only)
        if row is None or (spoken.old and kind == "result" and row["value"] is None):
            raise unknown(PLURALS[kind][1], sourced_id)
        return Answer({PLURALS[kind][1]: self._object(kind, row, spoken)})

    # ---- inside ---------------------------------------------------------------------------------

    def _writer(self, call: Call) -> Writer:
        if not self.policy().writable:
            raise Problem(403, "grade passback is not allowed for this credential")
        return self._reads(call)

    def _reads(self, call: Call) -> Writer:
        """A writer that is only asked for columns and cells."""
        return Writer(self.world, self.policy(), old=dialect(call).old)

    def _found(self, kind: str, sourced_id: str, call: Call, *only: Where) -> sqlite3.Row | None:
        """One record. Columns and cells are looked up by the caller's id first, by its index."""
        if kind == "lineItem":
            only = (Where("row = :row", {"row": self._reads(call).column(sourced_id).id}),)
        elif kind == "result":
            only = (Where("row = :row", {"row": self._reads(call).cell(sourced_id).id}),)
        else:
            return self._row(kind, sourced_id, *only)
        return self._first(kind, *only)

    def _written(
        self, kind: str, sourced_id: str, call: Call, *, created: bool, gone: bool = False
    ) -> Answer:
        status = 201 if created else 200
        if self.policy().strict:
            return Answer(None, status)
        spoken = dialect(call)
        row = None if gone else self._found(kind, sourced_id, call)
        if row is None or (spoken.old and kind == "result" and row["value"] is None):
            return Answer(b"null", status)
        return Answer({PLURALS[kind][1]: self._object(kind, row, spoken)}, status)

    def _object(self, kind: str, row: sqlite3.Row, spoken: Dialect) -> dict[str, Any]:
        if kind in documents.KINDS:
            return documents.shape(kind, row, spoken)
        return SHAPES[kind](row, spoken)

    def _values(self, **more: str) -> dict[str, Any]:
        return {
            "sis": self.policy().sis,
            "links": int(self.policy().kind.links),
            "today": self.world.today().isoformat(),
            **more,
        }

    def _row(self, kind: str, sourced_id: str, *only: Where) -> sqlite3.Row | None:
        return self._first(kind, Where("id = :sourced_id", {"sourced_id": sourced_id}), *only)

    def _relation(self, kind: str) -> Relation:
        if kind in documents.KINDS:
            documents.ready(self.world)
        return RELATIONS[kind]

    def _first(self, kind: str, *where: Where) -> sqlite3.Row | None:
        rows, _ = page(
            self.world.db, self._relation(kind), where, limit=2, offset=0, values=self._values()
        )
        return rows[0] if rows else None

    def _within(self, kind: str, named: Mapping[str, str], spoken: Dialect) -> list[Where]:
        for scope, sourced_id in named.items():
            if scope in HOLDERS:
                self._holds(scope, sourced_id)
        narrowed = [SCOPES[kind, scope] for scope in named if (kind, scope) in SCOPES]
        where = [Where(sql) for sql in narrowed]
        if {"school", "class"} <= named.keys() and self._school_of(named["class"]) != named[
            "school"
        ]:
            raise unknown("class", named["class"])
        return [*where, WITH_SCORE] if spoken.old and kind == "result" else where

    def _holds(self, scope: str, sourced_id: str) -> None:
        kind, sql = HOLDERS[scope]
        if self._row(kind, sourced_id, Where(sql)) is None:
            raise unknown(scope, sourced_id)

    def _school_of(self, section: str) -> str | None:
        row = self.world.db.one("SELECT school FROM section WHERE id = ?", section)
        return row[0] if row else None
