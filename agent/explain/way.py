"""The way of one record as stored: what Otus says, what the rules made of it, what was sent."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from agent.decide.person.decision import Decision
from agent.domain import Assessment, AssessmentId, Broken, ClassId, PersonId, Progress
from agent.ledger import Ledger
from agent.records import KnownColumn, RecordState, SourceScore, State

TRIED = 20
"""The last attempts that are shown."""

OUTCOMES = {
    "accepted": "accepted",
    "rejected": "refused by the SIS",
    "failed": "no usable answer",
    "adopted": "it had arrived: found in the gradebook",
    "dropped": "it never arrived, or was given up",
    "kept": "a teacher's entry was found there, and stays",
}
OPEN = "no answer yet; the next run reads it back"
PROGRESS = {
    Progress.NOT_SUBMITTED: "nothing handed in",
    Progress.TURNED_IN: "turned in, not graded to the end",
    Progress.GRADED: "graded",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A write that was tried, in words; `run` and `result` as the ledger has them."""

    at: str
    what: str
    outcome: str
    detail: str
    run: str
    result: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """How the record read from a run on, until the next one."""

    at: str
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class InSis:
    """A column that the SIS has from us; `points`: of the student, as it last accepted them."""

    column: KnownColumn
    points: Decimal | None = None


class Shown(Protocol):
    """Whom the way is shown to: which sections and classes they see."""

    def has_section(self, section: str) -> bool:
        """Whether they see this section."""
        ...

    def has_class(self, class_: ClassId) -> bool:
        """Whether they see this class."""
        ...


class Everything:
    """Nothing is left out."""

    def has_section(self, section: str) -> bool:
        """True."""
        del section
        return True

    def has_class(self, class_: ClassId) -> bool:
        """True."""
        del class_
        return True


EVERYTHING = Everything()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What is stored of an assignment, or of a student's score.

    Attributes:
        placements: the assessment as each class has it in Otus; none: it is gone there.
        pulled_at: when Otus was last read.
        score: the student's score in Otus.
        records: the states of the record, by section.
        columns: where the SIS has it from us.
        elsewhere: it has it in gradebooks of others only; a linked one is shown to them all.
        decisions: what persons decided about its records, and is not carried out yet.
        attempts, past: the last ones, newest first.
        scores: how many scores of the assignment are in which state.
        stored: the states of all records of the assignment.
    """

    id: AssessmentId
    student: PersonId | None
    placements: Sequence[Assessment]
    class_titles: Mapping[str, str]
    sections: Mapping[str, str | None]
    pulled_at: str | None
    score: SourceScore | None
    records: Sequence[RecordState]
    columns: Sequence[InSis]
    elsewhere: bool
    decisions: Sequence[Decision]
    attempts: Sequence[Attempt]
    past: Sequence[Past]
    scores: Mapping[State, int]
    stored: Sequence[RecordState]

    @property
    def score_in_words(self) -> str:
        """The student's score in Otus, in words."""
        return _score_in_words(self.score)

    @property
    def title(self) -> str:
        """The title in Otus; of what is gone there, as it was sent; else nothing."""
        titles = [each.title for each in self.placements]
        titles += [each.column.seen.title for each in self.columns if each.column.seen]
        return titles[0] if titles else ""


def way_of(
    ledger: Ledger, id_: AssessmentId, student: PersonId | None = None, shown: Shown = EVERYTHING
) -> Way | None:
    """The way of an assignment, or of the student's score; None: nothing is known of it."""
    stored = [r for r in ledger.records.records_of([id_]) if shown.has_section(r.section)]
    records = [each for each in stored if each.student == student]
    found = ledger.source.scores([id_]).get(id_, {}).get(student) if student else None
    placements = [p for p in ledger.source.in_classes(id_) if shown.has_class(p.class_id)]
    events = [e for e in ledger.runs.history(id_, student) if shown.has_section(e["section"])]
    every = _columns(ledger, id_, student)
    columns = [each for each in every if _is_shown(each.column, shown)]
    if not records and found is None and (student is not None or not placements):
        return None
    of = {each.class_id for each in placements}
    classes = [c for c in ledger.source.classes() if not isinstance(c, tuple) and c.id in of]
    return Way(
        id=id_,
        student=student,
        placements=placements,
        class_titles={each.id: each.title for each in classes},
        sections={each.id: each.section for each in classes},
        pulled_at=ledger.source.pulled_at(),
        score=found,
        records=records,
        columns=columns,
        elsewhere=bool(every) and not columns,
        decisions=[
            each
            for each in ledger.decisions.of_assessments([id_])
            if each.student == student and shown.has_section(each.section)
        ],
        attempts=_attempts(events),
        past=_past(events),
        scores=Counter(r.state for r in stored if r.student is not None),
        stored=stored,
    )


def _score_in_words(found: SourceScore | None) -> str:
    if found is None:
        return "no score, and nothing handed in"
    if found.score is None:
        return "the score was removed" if found.had_score else "no score"
    if isinstance(found.score, Broken):
        return f"the record is broken: {found.score.reason}"
    points = found.score.points
    told = [f"{points} points"] if points is not None else []
    told += [PROGRESS[found.score.progress], *sorted(found.score.flags)]
    return ", ".join(told)


def _columns(ledger: Ledger, id_: AssessmentId, student: PersonId | None) -> Sequence[InSis]:
    found = []
    for column in ledger.delivered.columns_of([id_]):
        known = ledger.delivered.known_scores(id_, column.owner).get(student) if student else None
        found.append(InSis(column, known.accepted if known else None))
    return found


def _is_shown(column: KnownColumn, shown: Shown) -> bool:
    return shown.has_class(column.owner) or shown.has_section(column.gradebook)


def _attempts(events: Sequence[Mapping[str, Any]]) -> Sequence[Attempt]:
    """The last attempts, newest first."""
    tried = [event for event in events if event["event"] == "attempt"][-TRIED:]
    return [
        Attempt(
            at=event["at"],
            what=_what(event),
            outcome=OUTCOMES.get(event["outcome"], OPEN),
            detail=event["detail"] or "",
            run=event["run"],
            result=event["outcome"],
        )
        for event in reversed(tried)
    ]


def _past(events: Sequence[Mapping[str, Any]]) -> Sequence[Past]:
    """How the record read so far, newest first; nothing where it never changed."""
    states = [each for each in events if each["event"] == "state" and each["at"]]
    found = [Past(e["at"], State(e["state"]), e["reason"]) for e in states[-TRIED:]]
    return found[::-1] if len(found) > 1 else ()


def _what(event: Mapping[str, Any]) -> str:
    """What was sent, as a sentence."""
    if event["op"] in {"create", "update"}:
        data = event["sending"]["data"]
        done = "Make" if event["op"] == "create" else "Change"
        return (
            f"{done} the assignment “{data['title']}”, due {data['due']}, {data['points']} points"
        )
    before = f"{event['before']['points']} stood there" if event["before"] else "the cell was empty"
    if event["op"] == "clear":
        return f"Take the score out; {before}"
    return f"Write {event['sending']['points']}; {before}"
