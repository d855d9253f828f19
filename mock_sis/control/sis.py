"""The control plane's hands in the SIS: the teacher's in a gradebook, the registrar's elsewhere."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from mock_sis.gradebook.columns import Column, Draft
from mock_sis.gradebook.entry import Entry, StrangeWordError
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.teacher import Teacher
from mock_sis.gradebook.view import cell_view, teacher_view
from mock_sis.http.exchange import Exchange
from mock_sis.http.types import Answer, Problem
from mock_sis.powerschool.gradebook.categories import copy_of
from mock_sis.powerschool.gradebook.locks import lock_section, unlock_section
from mock_sis.sis import gradebook_of, periods_of, registrar_of, sis_of
from mock_sis.world.world import World

DONE = Answer(None, 204)
ONEROSTER = {"mode", "default_category", "unknown_category", "default_points", "due_dates"}
SETTINGS: Mapping[str, AbstractSet[str]] = {
    "skyward": ONEROSTER | {"allow_grade_passback", "token", "oauth1"},
    "powerschool": ONEROSTER
    | {
        "grants",
        "maxima",
        "v1",
        "plugins",
        "min_interval_ms",
        "token_seconds",
        "singleton_as_object",
        "assignment_section_ids_header",
        "breach_mitigation",
    },
}
"""What may be chosen of a SIS's ways."""


class SisActors:
    """Handlers for gradebooks, columns, scores, periods, students, sections, categories."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._registrar = registrar_of(world)

    # ---- looking --------------------------------------------------------------------------------

    def list_gradebooks(self, exchange: Exchange) -> Answer:
        """Sections that are taught, by id."""
        book = self._book(exchange)
        rows = self._world.db.read("SELECT id, title FROM section WHERE active = 1 ORDER BY id")
        return Answer(
            [
                {
                    "id": row["id"],
                    "title": row["title"],
                    "linked": [other for other in book.linked(row["id"]) if other != row["id"]],
                }
                for row in rows
            ]
        )

    def get_gradebook(self, exchange: Exchange, id_: str) -> Answer:
        """As its teacher sees it."""
        return Answer(teacher_view(self._book(exchange), id_))

    # ---- the ways of the SIS --------------------------------------------------------------------

    def get_settings(self, exchange: Exchange) -> Answer:
        """What was chosen; the rest is as usual."""
        return Answer(self._world.setting(_chooser(exchange), {}))

    def put_settings(self, exchange: Exchange, body: dict[str, Any]) -> Answer:
        """Choose some; null is as usual again."""
        server = _chooser(exchange)
        strange = body.keys() - SETTINGS[server]
        if strange:
            raise Problem(422, f"the {server} mock has no setting {', '.join(sorted(strange))}")
        chosen = self._world.setting(server, {}) | json.loads(json.dumps(body, default=float))
        kept = {name: value for name, value in chosen.items() if value is not None}
        self._world.configure(**{server: kept})
        return Answer(kept)

    # ---- the teacher ----------------------------------------------------------------------------

    def create_column(self, exchange: Exchange, body: dict[str, Any]) -> Answer:
        """By hand: without an id of a program."""
        book = self._book(exchange)
        made = Teacher(book).add(Draft(**_fields(body)))
        return Answer(self._shown(book, made), 201)

    def edit_column(self, exchange: Exchange, id_: str, body: dict[str, Any]) -> Answer:
        """What is given."""
        book = self._book(exchange)
        return Answer(self._shown(book, Teacher(book).edit(int(id_), _fields(body))))

    def delete_column(self, exchange: Exchange, id_: str) -> Answer:
        """With its scores; `restore_column` brings them back."""
        Teacher(self._book(exchange)).delete(int(id_))
        return DONE

    def restore_column(self, exchange: Exchange, id_: str) -> Answer:
        """As it was."""
        book = self._book(exchange)
        return Answer(self._shown(book, Teacher(book).restore(int(id_))))

    def put_score(self, exchange: Exchange, id_: str, student: str, body: dict[str, Any]) -> Answer:
        """A score, or `*`; what a teacher does not touch beside it stays."""
        given = body["score"]
        entry = Entry(student, None if given is None else Decimal(given))
        if "status" in body:
            words = body["status"] or []
            entry = entry._replace(words=[words] if isinstance(words, str) else words)
        if "comment" in body:
            entry = entry._replace(comment=body["comment"])
        book = self._book(exchange)
        try:
            Teacher(book).enter(int(id_), [entry])
        except StrangeWordError as error:
            raise Problem(422, str(error)) from error
        return Answer(cell_view(book.statuses, book.column(int(id_)), book.cell(int(id_), student)))

    # ---- the registrar --------------------------------------------------------------------------

    def change_period(self, id_: str, body: dict[str, Any]) -> Answer:
        """What is given."""
        fields: dict[str, Any] = dict(body)
        for name in {"start", "end"} & body.keys():
            fields[name] = date.fromisoformat(body[name])
        if "closes_at" in body:
            fields["closes_at"] = instant_of(self._world, body["closes_at"])
        try:
            self._registrar.change_period(id_, **fields)
        except ValueError as error:
            raise Problem(422, str(error)) from error
        return self._period(id_)

    def close_period(self, id_: str) -> Answer:
        """Now, whatever the calendar says."""
        self._registrar.close_period(id_)
        return self._period(id_)

    def reopen_period(self, id_: str) -> Answer:
        """Until it is closed by hand."""
        self._registrar.reopen_period(id_)
        return self._period(id_)

    def unlock_section(self, id_: str, body: dict[str, Any]) -> Answer:
        """By way of exception."""
        unlock_section(self._world, body["period"], id_)
        return DONE

    def lock_section(self, id_: str, body: dict[str, Any]) -> Answer:
        """As the others."""
        lock_section(self._world, body["period"], id_)
        return DONE

    def drop_student(self, id_: str, body: dict[str, Any] | None) -> Answer:
        """Out of one section, or of all."""
        self._registrar.drop(id_, (body or {}).get("section"))
        return DONE

    def transfer_student(self, id_: str, body: dict[str, Any]) -> Answer:
        """Out of the section of the same course."""
        self._registrar.transfer(id_, body["to"])
        return DONE

    def enroll_student(self, id_: str, body: dict[str, Any]) -> Answer:
        """From today on."""
        self._registrar.enroll(id_, body["section"])
        return DONE

    def add_teacher(self, id_: str, body: dict[str, Any]) -> Answer:
        """In the SIS and in Otus."""
        self._registrar.add_teacher(id_, body["teacher"], main=body.get("main", False))
        return DONE

    def remove_teacher(self, id_: str, teacher: str) -> Answer:
        """In the SIS and in Otus."""
        try:
            self._registrar.remove_teacher(id_, teacher)
        except ValueError as error:
            raise Problem(422, str(error)) from error
        return DONE

    def merge_section(self, id_: str, body: dict[str, Any]) -> Answer:
        """It is not taught any more."""
        try:
            self._registrar.merge(id_, body["into"])
        except ValueError as error:
            raise Problem(422, str(error)) from error
        return DONE

    def deactivate_category(self, id_: str, body: dict[str, Any] | None) -> Answer:
        """For all, or in one teacher's account."""
        category, teacher = self._account(id_, body)
        self._registrar.deactivate_category(category, teacher=teacher)
        return DONE

    def activate_category(self, id_: str, body: dict[str, Any] | None) -> Answer:
        """For all, or in one teacher's account."""
        category, teacher = self._account(id_, body)
        self._registrar.activate_category(category, teacher=teacher)
        return DONE

    # ---- inside ---------------------------------------------------------------------------------

    def _book(self, exchange: Exchange) -> Gradebook:
        return gradebook_of(self._world, sis_of(exchange.call.server))

    def _account(self, id_: str, body: dict[str, Any] | None) -> tuple[str, str | None]:
        """The category and whose account; the number of a teacher's copy tells both."""
        copied = copy_of(self._world, id_)
        return copied or (id_, (body or {}).get("teacher"))

    def _period(self, id_: str) -> Answer:
        period = next(period for period in periods_of(self._world) if period.id == id_)
        return Answer(
            {
                "id": period.id,
                "title": period.title,
                "start": period.start.isoformat(),
                "end": period.end.isoformat(),
                "state": period.state.value,
            }
        )

    def _shown(self, book: Gradebook, column: Column) -> dict[str, Any]:
        return next(
            c for c in teacher_view(book, column.section)["columns"] if c["id"] == str(column.id)
        )


def _chooser(exchange: Exchange) -> str:
    server = exchange.call.server
    if server not in SETTINGS:
        raise Problem(404, f"the {server} mock has no settings")
    return server


def _fields(body: dict[str, Any]) -> dict[str, Any]:
    fields = dict(body)
    for name in ("assigned", "due"):
        if fields.get(name):
            fields[name] = date.fromisoformat(fields[name])
    if "points" in fields:
        fields["points"] = Decimal(fields["points"])
    return fields


def moment(given: str) -> date | datetime:
    """An instant in UTC, or a date. The contract has seen to its form."""
    try:
        if len(given) == len("2026-08-20"):
            return date.fromisoformat(given)
        return datetime.fromisoformat(given.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Problem(422, "there is no such day or instant") from error


def instant_of(world: World, given: str) -> datetime:
    """An instant; of a date, its noon in the district."""
    found = moment(given)
    return found if isinstance(found, datetime) else world.noon(found)
