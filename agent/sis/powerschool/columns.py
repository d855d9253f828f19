"""The assignments of PowerTeacher Pro's gradebook: columns, listed, read and written.

Every call acts for a teacher, here the section's lead. A create is not idempotent and takes no id
of ours: after one without a usable answer the section's list shows, by the tag in the description,
whether it happened.
"""

from collections.abc import Sequence
from typing import TypeVar

from agent.domain import Column, ColumnRef, Gradebook, SectionId
from agent.errors import UnavailableError, UnknownOutcomeError
from agent.http.responses import Operation, Reply
from agent.sis.merging import merged
from agent.sis.port import GONE, Draft, Receipt
from agent.sis.powerschool.error_text import (
    OTHER_ROUTE,
    about_column,
    about_record,
    forbidden,
    granted,
    vanished,
)
from agent.sis.powerschool.payloads import Ref, changed, columns, made, rescored, tag
from agent.sis.powerschool.roster import Place, Roster
from agent.sis.powerschool.rows import Json
from agent.sis.powerschool.server import Server, alone, listed
from agent.sis.reading import absent, query

LIST_ASSIGNMENTS = Operation("listAssignments", told=about_record)
GET_ASSIGNMENT = Operation("getAssignment", told=about_record)
CREATE_ASSIGNMENT = Operation(
    "createAssignment", "POST", write=True, repeatable=False, told=forbidden
)
"""A create takes no 500 as an answer about the record: it may come after the write."""
REPLACE_ASSIGNMENT = Operation("replaceAssignment", "PUT", write=True, told=about_record)

T = TypeVar("T")
_PATH = "/ws/xte/section/assignment"


class Columns:
    """The columns of one server."""

    def __init__(self, server: Server, roster: Roster) -> None:
        self._server, self._http, self._roster = server, server.http, roster

    def every(self, gradebook: Gradebook) -> Sequence[Column]:
        """Every column of the gradebook."""
        places = (_readable(self._roster.teaching(section)) for section in gradebook.sections)
        return tuple(column for place in places for column in self.of_place(place))

    def one(self, gradebook: Gradebook, ref: ColumnRef) -> Column | None:
        """A column as it is now; None: it is not there."""
        parts, place = _readable(self.reach(next(iter(gradebook.sections)), ref))
        reply = granted(self._http.call(GET_ASSIGNMENT, _path_of(parts.assignment, place)))
        if self._is_gone(reply, place, ref):
            return None
        found = self._shaped(reply, [alone(reply)], place)
        return next((column for column in found if column.ref == ref), None)

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:
        """Make a column, and read back what PowerSchool calls it; again would make a second one."""
        place = self._roster.teaching(draft.section)
        if isinstance(place, Receipt):
            return place
        path = f"{_PATH}?{query(users_dcid=place.teacher)}"
        reply = granted(self._http.call(CREATE_ASSIGNMENT, path, made(draft)))
        if not reply.ok:
            return about_column(reply)
        return Receipt(accepted=True, ref=self._ref_of(place, draft, reply))

    def update(self, gradebook: Gradebook, ref: ColumnRef, draft: Draft) -> Receipt:
        """Change the assignment data of a column; all else in it goes back as it was read."""
        reached = self.reach(draft.section, ref)
        if isinstance(reached, Receipt):
            return reached
        parts, place = reached
        path = _path_of(parts.assignment, place)
        reply = granted(self._http.call(GET_ASSIGNMENT, path))
        if reply.ok:
            found = alone(reply)
            now = self._shaped(reply, [found], place)
            change = merged(draft, next((c.data for c in now if c.ref == ref), draft.data))
            if isinstance(change, Receipt):
                return change
            draft, reply = change, self._replace(path, found, parts, change)
        if reply.ok:
            return Receipt(accepted=True, ref=ref, data=draft.data)
        return GONE if self._is_gone(reply, place, ref) else about_column(reply)

    def reach(self, section: SectionId, ref: ColumnRef) -> tuple[Ref, Place] | Receipt:
        """A column's two numbers, and its section; a receipt where it cannot be written."""
        parts = Ref.of(ref)
        if parts is None:
            return OTHER_ROUTE
        place = self._roster.teaching(section)
        return place if isinstance(place, Receipt) else (parts, place)

    def of_place(self, place: Place) -> list[Column]:
        """Every column of a section."""
        search = query(users_dcid=place.teacher, section_ids=place.section)
        reply = granted(self._http.call(LIST_ASSIGNMENTS, f"{_PATH}?{search}"))
        return self._shaped(reply, listed(reply), place)

    def _is_gone(self, reply: Reply, place: Place, ref: ColumnRef) -> bool:
        """Whether the column is not there: a 404 alone may be about something else."""
        if vanished(reply):
            return True
        return absent(reply) and all(column.ref != ref for column in self.of_place(place))

    def _ref_of(self, place: Place, draft: Draft, reply: Reply) -> ColumnRef:
        """The address of a column that was just made.

        Raises:
            UnknownOutcomeError: it cannot be found, so the create must not count as failed.
        """
        try:
            found = self._located(place, reply)
            if len(found) != 1:
                ours = tag(draft.external_id)
                found = [c for c in self.of_place(place) if c.external_id == ours]
        except UnavailableError as error:
            raise UnknownOutcomeError(CREATE_ASSIGNMENT.name, "its number is not known") from error
        if len(found) != 1:
            raise UnknownOutcomeError(CREATE_ASSIGNMENT.name, "it is not in the section's list")
        return found[0].ref

    def _located(self, place: Place, reply: Reply) -> list[Column]:
        """The column that `Location` names; none where it names nothing readable."""
        number = reply.headers.get("location", "").rstrip("/").rpartition("/")[2]
        if not number.isdecimal():
            return []
        found = self._http.call(GET_ASSIGNMENT, _path_of(number, place))
        return self._shaped(found, [alone(found)], place) if found.ok else []

    def _replace(self, path: str, assignment: Json, parts: Ref, draft: Draft) -> Reply:
        body = changed(assignment, parts.part, draft.data)
        if rescored(assignment, draft.data):
            path += "&update_scores=true"
        return self._server.put(REPLACE_ASSIGNMENT, path, body)

    def _shaped(self, reply: Reply, assignments: list[Json], place: Place) -> list[Column]:
        plugin = str(self._server.metadata().get("plugin_id") or "")
        try:
            return columns(assignments, place.section, plugin)
        except ValueError:
            raise reply.not_understood() from None


def _path_of(assignment: str, place: Place) -> str:
    """The path of one assignment, for the teacher of the section."""
    return f"{_PATH}/{assignment}?{query(users_dcid=place.teacher)}"


def _readable(found: T | Receipt) -> T:
    """*found*, unless there is nobody in whose name to read it."""
    if isinstance(found, Receipt):
        raise UnavailableError(found.reason, system="sis", operation=LIST_ASSIGNMENTS.name)
    return found
