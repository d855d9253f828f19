"""The way of one record: what Otus says, what the rules made of it, what the SIS has of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.domain import Assessment, AssessmentId, Broken, PersonId, Progress
from agent.ledger import Ledger
from agent.records import KnownColumn, RecordState, SourceScore, State
from agent.serve.district import District
from agent.serve.pages.names import Names, names_of
from agent.serve.words import whys

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
    """A write that was tried, in words."""

    at: str
    what: str
    outcome: str
    detail: str


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
    link: str | None
    points: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What is known of an assignment, or of a student's score.

    Attributes:
        placements: the assessment as each class has it in Otus; none: it is gone there.
        source: the link to Otus.
        pulled_at: when Otus was last read.
        score: the student's score in Otus, in words.
        records: the states of the record, by section, each with the codes or state to look up.
        columns: where the SIS has it from us.
    """

    id: AssessmentId
    student: PersonId | None
    named: Names
    placements: Sequence[Assessment]
    class_titles: Mapping[str, str]
    source: str | None
    pulled_at: str | None
    score: str
    records: Sequence[tuple[RecordState, Sequence[str], str | None]]
    columns: Sequence[InSis]
    attempts: Sequence[Attempt]
    past: Sequence[Past]
    scores: Mapping[State, int]


def assignment(district: District, ledger: Ledger, id_: AssessmentId) -> Way | None:
    """The way of an assignment; None: nothing is known of it."""
    return _way(district, ledger, id_, None)


def score(district: District, ledger: Ledger, id_: AssessmentId, student: PersonId) -> Way | None:
    """The way of a student's score; None: nothing is known of it."""
    return _way(district, ledger, id_, student)


def _way(
    district: District, ledger: Ledger, id_: AssessmentId, student: PersonId | None
) -> Way | None:
    stored = ledger.records.records_of([id_])
    records = [each for each in stored if each.student == student]
    found = ledger.source.scores([id_]).get(id_, {}).get(student) if student else None
    placements = ledger.source.in_classes(id_)
    if not records and found is None and (student is not None or not placements):
        return None
    gradebook = district.places.gradebook
    return Way(
        id=id_,
        student=student,
        named=names_of(district, ledger, [*records, *_asked_for(id_, student)]),
        placements=placements,
        class_titles=_class_titles(ledger, placements),
        source=district.places.source(id_),
        pulled_at=ledger.source.pulled_at(),
        score=_score_in_words(found),
        records=[(r, whys(r.state, r.codes), gradebook(r.section)) for r in records],
        columns=_columns(district, ledger, id_, student),
        attempts=_attempts(ledger, id_, student),
        past=_past(ledger, id_, student),
        scores=Counter(r.state for r in stored if r.student is not None),
    )


def _asked_for(id_: AssessmentId, student: PersonId | None) -> Sequence[RecordState]:
    """A record by which the page is named also where there is none."""
    return [RecordState(assessment=id_, student=student, section="", state=State.UNCHANGED)]


def _class_titles(ledger: Ledger, placements: Sequence[Assessment]) -> Mapping[str, str]:
    of = {each.class_id for each in placements}
    return {
        each.id: each.title
        for each in ledger.source.classes()
        if not isinstance(each, tuple) and each.id in of
    }


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


def _columns(
    district: District, ledger: Ledger, id_: AssessmentId, student: PersonId | None
) -> Sequence[InSis]:
    found = []
    for column in ledger.delivered.columns_of([id_]):
        known = ledger.delivered.known_scores(id_, column.owner).get(student) if student else None
        link = district.places.gradebook(column.gradebook, column.ref)
        found.append(InSis(column, link, known.accepted if known else None))
    return found


def _attempts(ledger: Ledger, id_: AssessmentId, student: PersonId | None) -> Sequence[Attempt]:
    """The last attempts, newest first."""
    events = ledger.runs.history(id_, student)
    tried = [event for event in events if event["event"] == "attempt"][-TRIED:]
    return [
        Attempt(
            at=event["at"],
            what=_what(event),
            outcome=OUTCOMES.get(event["outcome"], OPEN),
            detail=event["detail"] or "",
        )
        for event in reversed(tried)
    ]


def _past(ledger: Ledger, id_: AssessmentId, student: PersonId | None) -> Sequence[Past]:
    """How the record read so far, newest first; nothing where it never changed."""
    events = [e for e in ledger.runs.history(id_, student) if e["event"] == "state" and e["at"]]
    found = [Past(e["at"], State(e["state"]), e["reason"]) for e in events[-TRIED:]]
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
