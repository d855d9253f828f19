"""PowerSchool: PowerTeacher Pro's gradebook over `/ws/xte`, with rosters and tables beside it.

Every call to the gradebook acts for a teacher, here the section's lead. A create is not idempotent
and takes no id of ours: after one without a usable answer the section's list tells, by the tag in
the description, whether it happened. There are no linked gradebooks.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from agent.answers import Operation, Reply
from agent.domain import (
    EMPTY_CELL,
    Column,
    ColumnRef,
    Gradebook,
    Marks,
    SectionId,
    SisCell,
    SisPersonId,
)
from agent.errors import NotUnderstoodError, UnavailableError, UnknownOutcomeError
from agent.http import Http
from agent.setup import Probe, SisCategory
from agent.sis.merging import merged
from agent.sis.pace import Pace
from agent.sis.port import Draft, Receipt, Survey
from agent.sis.powerschool_checks import Checks
from agent.sis.powerschool_columns import Ref, changed, columns, made, rescored, tag
from agent.sis.powerschool_reading import PowerSchoolReader, query
from agent.sis.powerschool_reasons import GONE, STRANGE, about_column, nobody_acts
from agent.sis.powerschool_roster import Place, Roster
from agent.sis.powerschool_scores import ScoreBook
from agent.sis.powerschool_turnover import turnover
from agent.sis.powerschool_wire import (
    Json,
    NotGrantedError,
    about_record,
    alone,
    forbidden,
    granted,
    listed,
    vanished,
)
from agent.sis.reading import absent
from agent.traits import Traits

TRAITS = Traits(
    name="powerschool",
    batch=25,
    idempotent_create=False,
    readable_scores=True,
    clears_scores=False,
    empties_scores=False,
    connections=1,
    assigned_dates=False,
)
LIST_ASSIGNMENTS = Operation("listAssignments", told=about_record)
GET_ASSIGNMENT = Operation("getAssignment", told=about_record)
CREATE_ASSIGNMENT = Operation(
    "createAssignment", "POST", write=True, repeatable=False, told=forbidden
)
"""A 500 that says that something cannot be found is its word about a column that exists, not here:
it may come after the write."""
REPLACE_ASSIGNMENT = Operation("replaceAssignment", "PUT", write=True, told=about_record)

_PATH = "/ws/xte/section/assignment"
_RESUBMIT = 412


class PowerSchool:
    """The gradebooks of one PowerSchool server.

    Args:
        zone: the district's.
        now: the present, aware.
        pace: knows how often the server asked us to wait.
    """

    traits = TRAITS

    def __init__(
        self, http: Http, *, zone: ZoneInfo, now: Callable[[], datetime], pace: Pace
    ) -> None:
        self._http = http
        self._pace = pace
        self._zone = zone
        self._now = now
        self._read = PowerSchoolReader(http)
        self._roster = Roster(http, self._read, self._today)
        self._scores = ScoreBook(http, self._read)

    def addresses(self, ref: ColumnRef) -> bool:
        """Whether *ref* holds the two numbers that this route needs."""
        return Ref.of(ref) is not None

    def tag(self, external_id: str) -> str:
        """What stands for our id in the description."""
        return tag(external_id)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    # -- reads

    def check(self) -> Iterator[Probe]:
        """Try credentials, grants and every read that a night needs; writes nothing."""
        yield from Checks(self._http, self._read, self._roster, self._pace).probes()

    def categories(self) -> Sequence[SisCategory]:
        """Every category of the district."""
        return self._roster.categories()

    def survey(self, since: str | None) -> Survey:
        """Read the reporting terms, the categories, and which rosters changed since *since*."""
        fingerprint = self._roster.survey().fingerprint()
        try:
            changed_, mark = turnover(self._read, self._today(), since)
        except (NotGrantedError, NotUnderstoodError):
            changed_, mark = None, ""
        return Survey(links={}, fingerprint=fingerprint, changed=changed_, mark=mark)

    def gradebook(self, key: str, sections: Sequence[SectionId]) -> Gradebook:
        """Read rosters, categories and periods of *sections*."""
        found = {section: self._roster.section(section) for section in sections}
        return Gradebook(
            id=key,
            sections={name: section for name, section in found.items() if section is not None},
            missing=frozenset(name for name, section in found.items() if section is None),
        )

    def columns(self, gradebook: Gradebook) -> Sequence[Column]:
        """Every column of the gradebook."""
        return tuple(c for section in gradebook.sections for c in self._columns(section))

    def column(self, gradebook: Gradebook, ref: ColumnRef) -> Column | None:
        """One column as it is now; None: it is not there."""
        # A gradebook is one section here.
        section = next(iter(gradebook.sections))
        parts, place = Ref.of(ref), self._teaching(section)
        if parts is None:
            raise _unreadable(section, "its address is not of this route")
        reply = granted(self._http.call(GET_ASSIGNMENT, _one(parts, place)))
        if vanished(reply) or (absent(reply) and not self._lists(section, ref)):
            return None
        found = _shaped(reply, [alone(reply)], section, self._plugin())
        return next((column for column in found if column.ref == ref), None)

    def scores(
        self,
        gradebook: Gradebook,  # noqa: ARG002
        ref: ColumnRef,
        zeros: Collection[SisPersonId] = (),
    ) -> Marks | None:
        """The cells in which anything stands; None when the plugin may not read them."""
        parts = Ref.of(ref)
        return None if parts is None else self._scores.marks(parts, zeros)

    # -- writes

    def create(self, gradebook: Gradebook, draft: Draft) -> Receipt:  # noqa: ARG002
        """Make a column; what PowerSchool calls it is read back."""
        place = self._roster.place(draft.section)
        if place is None or not place.teacher:
            return nobody_acts(draft.section, known=place is not None)
        path = f"{_PATH}?{query(users_dcid=place.teacher)}"
        reply = granted(self._http.call(CREATE_ASSIGNMENT, path, made(draft)))
        if not reply.ok:
            return about_column(reply)
        return Receipt(accepted=True, ref=self._ref_of(place, draft, reply))

    def update(self, gradebook: Gradebook, ref: ColumnRef, draft: Draft) -> Receipt:  # noqa: ARG002
        """Change the assignment data of a column; all else in it goes back as it was read."""
        parts, place = Ref.of(ref), self._roster.place(draft.section)
        if parts is None:
            return STRANGE
        if place is None or not place.teacher:
            return nobody_acts(draft.section, known=place is not None)
        path = _one(parts, place)
        reply = granted(self._http.call(GET_ASSIGNMENT, path))
        if reply.ok:
            found = alone(reply)
            now = _shaped(reply, [found], draft.section, "")
            change = merged(draft, next((c.data for c in now if c.ref == ref), draft.data))
            if isinstance(change, Receipt):
                return change
            draft, reply = change, self._replace(path, found, parts, change)
        if reply.ok:
            return Receipt(accepted=True, ref=ref, data=draft.data)
        if vanished(reply) or (absent(reply) and not self._lists(draft.section, ref)):
            return GONE
        return about_column(reply)

    def put_scores(
        self,
        gradebook: Gradebook,
        ref: ColumnRef,
        scores: Sequence[tuple[SisPersonId, Decimal]],
        found: Marks | None = None,
    ) -> Sequence[Receipt]:
        """Write a batch of marks; receipts stand in the order of *scores*."""
        # A gradebook is one section here.
        section = next(iter(gradebook.sections))
        parts, place = Ref.of(ref), self._roster.place(section)
        if parts is None:
            return [STRANGE] * len(scores)
        if place is None or not place.teacher:
            return [nobody_acts(section, known=place is not None)] * len(scores)
        return self._scores.put(place, parts, scores, found or {})

    def clear_score(
        self,
        gradebook: Gradebook,  # noqa: ARG002
        ref: ColumnRef,  # noqa: ARG002
        student: SisPersonId,  # noqa: ARG002
        found: SisCell = EMPTY_CELL,  # noqa: ARG002
    ) -> Receipt:
        """Refused: nothing public tells how PowerSchool takes a mark back."""
        return Receipt(accepted=False, reason="only a teacher can take a mark back in PowerSchool")

    # -- inside

    def _plugin(self) -> str:
        """Our plugin's number; empty where the server does not tell."""
        return str(self._read.metadata().get("plugin_id") or "")

    def _today(self) -> date:
        return self._now().astimezone(self._zone).date()

    def _teaching(self, section: SectionId) -> Place:
        place = self._roster.place(section)
        if place is None or not place.teacher:
            raise _unreadable(section, "it has no teacher to act for")
        return place

    def _columns(self, section: SectionId) -> list[Column]:
        search = query(users_dcid=self._teaching(section).teacher, section_ids=section)
        reply = granted(self._http.call(LIST_ASSIGNMENTS, f"{_PATH}?{search}"))
        return _shaped(reply, listed(reply), section, self._plugin())

    def _lists(self, section: SectionId, ref: ColumnRef) -> bool:
        """Whether the section's own list has a column; one that cannot be read is an error."""
        return any(column.ref == ref for column in self._columns(section))

    def _ref_of(self, place: Place, draft: Draft, reply: Reply) -> ColumnRef:
        """The address of a column that was just made.

        Raises:
            UnknownOutcomeError: it cannot be told, so the create must not count as failed.
        """
        try:
            found = self._located(place, reply)
            if len(found) != 1:
                ours = self.tag(draft.external_id)
                found = [c for c in self._columns(place.section) if c.external_id == ours]
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
        path = f"{_PATH}/{number}?{query(users_dcid=place.teacher)}"
        found = self._http.call(GET_ASSIGNMENT, path)
        return _shaped(found, [alone(found)], place.section, self._plugin()) if found.ok else []

    def _replace(self, path: str, assignment: Json, parts: Ref, draft: Draft) -> Reply:
        """The whole object; told to resubmit, the same once more."""
        body = changed(assignment, parts.part, draft.data)
        if rescored(assignment, draft.data):
            path += "&update_scores=true"
        reply = self._http.call(REPLACE_ASSIGNMENT, path, body)
        if reply.status == _RESUBMIT:
            reply = self._http.call(REPLACE_ASSIGNMENT, path, body)
        return granted(reply)


def _one(parts: Ref, place: Place) -> str:
    """The path of one assignment, for the teacher of the section."""
    return f"{_PATH}/{parts.assignment}?{query(users_dcid=place.teacher)}"


def _unreadable(section: SectionId, why: str) -> UnavailableError:
    return UnavailableError(
        f"section {section} cannot be read: {why}", system="sis", operation=LIST_ASSIGNMENTS.name
    )


def _shaped(reply: Reply, assignments: list[Json], section: SectionId, plugin: str) -> list[Column]:
    try:
        return columns(assignments, section, plugin)
    except ValueError:
        raise reply.not_understood() from None
