"""What would go tonight and what would not, and why: a plan on the whole imported district.

Then the night itself is run there, and the plan, the report, the ledger and the gradebook are
counted side by side.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from agent.decide.plan import MISSING
from agent.records import DELIVERED
from agent.rules.codes import Code
from contracts.demo.night import Night
from contracts.uat.acceptance.district import District
from contracts.uat.acceptance.playing.expectations import SAID_NO
from contracts.uat.acceptance.playing.scenario import Check

EXAMPLES = 5
ENDED_WELL = {0, 3}
SENT = {state.value for state in DELIVERED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why some records do not pass; `code` is empty for a state that needs none.

    Attributes:
        examples: assessment and class, by title.
    """

    code: str
    words: str
    remedy: str
    assignments: int
    scores: int
    examples: Sequence[str]

    @property
    def total(self) -> int:
        """Of both."""
        return self.assignments + self.scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A night that is planned.

    Attributes:
        zeros: how many of the scores are a 0 for missing work.
        brake: what the brake would say; empty where it lets the night pass.
        checks: the numbers, held against each other.
    """

    night: date
    assignments: int
    scores: int
    zeros: int
    reasons: Sequence[Reason]
    brake: str
    checks: Sequence[Check]


def look_ahead(district: District, tonight: date) -> Outlook:
    """Plan the night of *tonight*, then run it."""
    planned = district.night(tonight, "plan")
    if not planned.report:
        found = f"exit code {planned.code}: {planned.error}"
        checks = [Check("tonight can be planned", found, ok=False)]
        return _outlook(district, tonight, planned, checks)
    district.set_brake(on=False)
    ran = district.night(tonight)
    return _outlook(district, tonight, planned, list(_agree(district, planned, ran)))


def _outlook(district: District, tonight: date, planned: Night, checks: Sequence[Check]) -> Outlook:
    sent = [record for record in planned.records if record["state"] in SENT]
    scores = [record for record in sent if record["kind"] == "score"]
    return Outlook(
        night=tonight,
        assignments=len(sent) - len(scores),
        scores=len(scores),
        zeros=sum(record["reason"] == MISSING for record in scores),
        reasons=list(reasons_of(district, planned.records)),
        brake=str(planned.report.get("message", "")),
        checks=checks,
    )


def reasons_of(district: District, some: Sequence[Mapping[str, Any]]) -> Iterator[Reason]:
    """Why records do not pass, the commonest first; one counts under its first code, once."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for record in some:
        if record["state"] not in SENT:
            first = next(iter(record["codes"]), record["state"])
            found.setdefault(first, []).append(record)
    titles = Titles(district)
    for name, records in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
        code = CODES.get(name)
        kinds = Counter(record["kind"] for record in records)
        examples = list(dict.fromkeys(titles.of(record) for record in records))
        yield Reason(
            code=name,
            words=code.meaning if code else STATES.get(name, name),
            remedy=code.remedy if code else "",
            assignments=kinds["assignment"],
            scores=kinds["score"],
            examples=examples[:EXAMPLES],
        )


CODES: Mapping[str, Code] = {code.value: code for code in Code}
STATES = {
    "unchanged": "The gradebook has it already.",
    "kept": "The teacher's own entry in the gradebook stands.",
    "held": "A person must decide.",
    "rejected": "The SIS refused it.",
    "failed": "The SIS gave no usable answer; it is tried again the next night.",
    "orphaned": "It was unassigned in Otus; the gradebook keeps it.",
    "deleted_in_sis": "The teacher deleted it in the gradebook.",
    "withdrawn": "The score was removed in Otus.",
}


class Titles:
    """Assessments and classes by their titles."""

    def __init__(self, district: District) -> None:
        self._feed = district.world.feed
        rows = district.world.db.read("SELECT id, title FROM section")
        self._sections = {row["id"]: row["title"] for row in rows}

    def of(self, record: Mapping[str, Any]) -> str:
        """Assessment and class of a record."""
        assessment = self._feed.get("assessment", record["assignment"])
        title = assessment["title"] if assessment else record["assignment"]
        section = self._sections.get(record["section"], record["section"])
        return f"{title} ({section})" if section else str(title)


def _agree(district: District, planned: Night, ran: Night) -> Iterator[Check]:
    """What was planned was sent, or refused by the SIS; and all count the same.

    Not every interface shows beforehand what is closed, so a plan may hold what the SIS refuses.
    """
    ended = f"exit code {ran.code}{': ' * bool(ran.error)}{ran.error}"
    yield Check("the night runs to its end", ended, ok=ran.code in ENDED_WELL)
    for kind, words, op in (("assignment", "assignments", "create"), ("score", "scores", "put")):
        counts = {
            "the night's report": _in_states(ran, kind, SENT),
            "the ledger": in_ledger(district, op),
            "the gradebook": in_gradebook(district)[kind],
        }
        would, refused = _in_states(planned, kind, SENT), _in_states(ran, kind, SAID_NO)
        told = f"the plan {would}, {_told(counts)}"
        told += f"; refused by the SIS {refused}" if refused else ""
        same = len(set(counts.values())) == 1 and would == counts["the night's report"] + refused
        yield Check(f"all count the same {words}", told, ok=same)


def same(words: str, counts: Mapping[str, int]) -> Check:
    """The check that several who count come to one number."""
    return Check(words, _told(counts), ok=len(set(counts.values())) == 1)


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{who} {count}" for who, count in counts.items())


def _in_states(night: Night, kind: str, states: AbstractSet[str]) -> int:
    return sum(r["state"] in states and r["kind"] == kind for r in night.records)


def in_ledger(district: District, *ops: str) -> int:
    """Attempts that the agent's ledger holds as accepted by the SIS; none without a ledger."""
    if not district.ledger.is_file():
        return 0
    url = f"file:{district.ledger}?mode=ro"
    with closing(sqlite3.connect(url, uri=True)) as db:
        [[count]] = db.execute(
            "SELECT count(*) FROM attempt JOIN outcome ON outcome.attempt = attempt.id"
            f" WHERE op IN ({', '.join('?' * len(ops))}) AND kind IN ('accepted', 'adopted')",
            ops,
        )
    return int(count)


def in_gradebook(district: District) -> dict[str, int]:
    """What stands in the SIS: columns and scores."""
    [columns] = district.world.db.read(
        "SELECT count(*) AS n FROM assignment WHERE sis = ? AND deleted = 0", district.sis
    )
    [scores] = district.world.db.read(
        "SELECT count(*) AS n FROM score WHERE sis = ? AND value IS NOT NULL", district.sis
    )
    return {"assignment": columns["n"], "score": scores["n"]}
