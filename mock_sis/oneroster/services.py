"""What the operations of OneRoster do, over one world; `operations` binds them to their names."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from mock_sis.gradebook.columns import Column
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.http.types import Answer, Call, Problem
from mock_sis.oneroster.errors import invalid, unknown
from mock_sis.oneroster.gradebook import GONE, Pair, Writer
from mock_sis.oneroster.objects import documents
from mock_sis.oneroster.objects.gradebook import WITH_SCORE
from mock_sis.oneroster.objects.reads import HOLDERS, RELATIONS, SCOPES, Read
from mock_sis.oneroster.objects.relation import Relation, Where, page
from mock_sis.oneroster.objects.shapes import PLURALS, SHAPES
from mock_sis.oneroster.policy import Policy
from mock_sis.oneroster.query import Query, chosen, condition, headers, order
from mock_sis.oneroster.version import Dialect, dialect
from mock_sis.world.world import World

Body = Mapping[str, Any]
DELETED = Answer(None, 204)


class Services:
    """The rostering and the gradebook service of one SIS."""

    def __init__(self, world: World, policy: Callable[[], Policy]) -> None:
        """*policy* is asked at every call, since a world's settings may change."""
        self.world = world
        self.policy = policy

    # ---- reading --------------------------------------------------------------------------------

    def collection(self, read: Read, call: Call, named: Mapping[str, str], query: Query) -> Answer:
        """A page of objects; 404 when what the path names is not there."""
        spoken, relation = dialect(call), self._relation(read.kind)
        where, values = [read.only, *self._within(read, named, spoken)], dict(named)
        if "lineItem" in named:
            values["lineItem"] = str(self._reads(call).column(named["lineItem"]).id)
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
        objects = [self._object(read.kind, row, spoken) for row in rows]
        if kept is not None:
            objects = [{n: v for n, v in one.items() if n in kept} for one in objects]
        return Answer({PLURALS[read.kind][0]: objects}, 200, headers(call, query, total))

    def one(self, read: Read, call: Call, sourced_id: str) -> Answer:
        """One object; 404 when it is not there."""
        spoken = dialect(call)
        row = self._found(read.kind, sourced_id, call, read.only)
        if row is None or (spoken.old and read.kind == "result" and row["value"] is None):
            raise unknown(PLURALS[read.kind][1], sourced_id)
        return Answer({PLURALS[read.kind][1]: self._object(read.kind, row, spoken)})

    # ---- line items -----------------------------------------------------------------------------

    def put_line_item(self, sourced_id: str, body: Body, call: Call) -> Answer:
        """Make (201) or replace (200) a column."""
        created = self._writer(call).put_line_item(sourced_id, body["lineItem"])
        gone = body["lineItem"].get("status") in GONE
        return self._written("lineItem", sourced_id, call, created=created, gone=gone)

    def delete_line_item(self, sourced_id: str, call: Call) -> Answer:
        """Take a column away."""
        self._writer(call).delete_line_item(sourced_id)
        return DELETED

    def post_line_items_for_class(self, class_sourced_id: str, body: Body, call: Call) -> Answer:
        """Make columns in one class."""
        self._holds("class", class_sourced_id)
        return _allocated(
            self._writer(call).post_line_items(
                body["lineItems"], lambda section: section == class_sourced_id
            )
        )

    def post_line_items_for_school(self, school_sourced_id: str, body: Body, call: Call) -> Answer:
        """Make columns in classes of one school."""
        self._holds("school", school_sourced_id)
        return _allocated(
            self._writer(call).post_line_items(
                body["lineItems"], lambda section: self._school_of(section) == school_sourced_id
            )
        )

    # ---- results --------------------------------------------------------------------------------

    def put_result(self, sourced_id: str, body: Body, call: Call) -> Answer:
        """Write a cell: 201 under a new id, 200 under a known one."""
        created = self._writer(call).put_result(sourced_id, body["result"])
        gone = body["result"].get("status") in GONE
        return self._written("result", sourced_id, call, created=created, gone=gone)

    def delete_result(self, sourced_id: str, call: Call) -> Answer:
        """Empty a cell."""
        self._writer(call).delete_result(sourced_id)
        return DELETED

    def post_results_for_line_item(
        self, line_item_sourced_id: str, body: Body, call: Call
    ) -> Answer:
        """Write cells of one column: all or none."""
        writer = self._writer(call)
        wanted = writer.column(line_item_sourced_id)
        return _allocated(
            writer.post_results(body["results"], lambda column: column.id == wanted.id)
        )

    def post_results_for_academic_session_for_class(
        self, class_sourced_id: str, academic_session_sourced_id: str, body: Body, call: Call
    ) -> Answer:
        """Write cells of one class's columns that are due in one session: all or none."""
        self._holds("class", class_sourced_id)
        session = self._row("academicSession", academic_session_sourced_id)
        if session is None:
            raise unknown("academic session", academic_session_sourced_id)
        linked = Gradebook(self.world, self.policy().kind).linked(class_sourced_id)

        def allowed(column: Column) -> bool:
            due = column.due.isoformat() if column.due else ""
            return column.section in linked and session["start"] <= due <= session["end"]

        return _allocated(self._writer(call).post_results(body["results"], allowed))

    # ---- categories -----------------------------------------------------------------------------

    def put_category(self, sourced_id: str, body: Body, call: Call) -> Answer:
        """Make or rename a category of the district."""
        created = self._writer(call).put_category(sourced_id, body["category"])
        return self._written("category", sourced_id, call, created=created)

    def delete_category(self, sourced_id: str, call: Call) -> Answer:
        """Switch a category off."""
        self._writer(call).delete_category(sourced_id)
        return DELETED

    # ---- inside ---------------------------------------------------------------------------------

    def put_document(self, kind: str, sourced_id: str, body: Body, call: Call) -> Answer:
        """Keep a score scale or an assessment object."""
        writer = self._writer(call)
        if body[kind].get("sourcedId", sourced_id) != sourced_id:
            raise invalid(f"/{kind}/sourcedId is not the id in the path")
        created = documents.put(self.world, kind, sourced_id, writer.document(body[kind]))
        return self._written(kind, sourced_id, call, created=created)

    def delete_document(self, kind: str, sourced_id: str, call: Call) -> Answer:
        """Forget a score scale or an assessment object."""
        self._writer(call)
        documents.delete(self.world, kind, sourced_id)
        return DELETED

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
        if self.policy().strict or gone:
            return Answer(None, status)
        row = self._found(kind, sourced_id, call)
        spoken = dialect(call)
        if row is None or (spoken.old and kind == "result" and row["value"] is None):
            return Answer(None, status)
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

    def _within(self, read: Read, named: Mapping[str, str], spoken: Dialect) -> list[Where]:
        for scope, sourced_id in named.items():
            if scope in HOLDERS:
                self._holds(scope, sourced_id)
        narrowed = [SCOPES[read.kind, scope] for scope in named if (read.kind, scope) in SCOPES]
        where = [Where(sql) for sql in narrowed]
        if {"school", "class"} <= named.keys() and self._school_of(named["class"]) != named[
            "school"
        ]:
            raise unknown("class", named["class"])
        return [*where, WITH_SCORE] if spoken.old and read.kind == "result" else where

    def _holds(self, scope: str, sourced_id: str) -> None:
        kind, sql = HOLDERS[scope]
        if self._row(kind, sourced_id, Where(sql)) is None:
            raise unknown(scope, sourced_id)

    def _school_of(self, section: str) -> str | None:
        row = self.world.db.one("SELECT school FROM section WHERE id = ?", section)
        return row[0] if row else None


def _allocated(pairs: list[Pair]) -> Answer:
    return Answer(
        {
            "sourcedIdPairs": [
                {"suppliedSourcedId": supplied, "allocatedSourcedId": allocated}
                for supplied, allocated in pairs
            ]
        },
        201,
    )
