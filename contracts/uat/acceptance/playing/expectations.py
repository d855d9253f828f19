"""What a scenario expects, held against the mock's gradebook; the agent's report says why only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from agent.policy import Policy
from agent.records import State
from agent.rules.codes import Code
from contracts.uat.acceptance.chosen import Chosen, ChosenClass, Person
from contracts.uat.acceptance.district import District
from contracts.uat.acceptance.playing.quiz import Quiz, day_words
from contracts.uat.acceptance.playing.scenario import Check, Evidence, Outcome
from contracts.uat.acceptance.terms import Terms

NOTHING = "nothing"
NO_COLUMN = "not in the gradebook"
ELSEWHERE = "not in the class"
Column = Mapping[str, Any]
SEEN_BY_THE_SIS = {Code.CATEGORY_NOT_ACTIVE, Code.GRADING_PERIOD_CLOSED}
SAID_NO = {State.REJECTED.value, State.FAILED.value}
"""Not every interface shows these two beforehand; there it is the SIS that says no."""
NUMBERS = ("no assignment", "one assignment", "two assignments")
FIELDS = {
    "title": 'it is called "{}"',
    "category": 'it is in the category "{}"',
    "due": "it is due {}",
    "points": "it is out of {} points",
}


@dataclass(slots=True)
class Expectations:
    """A scenario being played: where, with whom, and what was seen so far.

    Attributes:
        today: the day on which people act.
        may_fail: a night may end early, since something went wrong on purpose.
    """

    outcome: Outcome
    district: District
    chosen: Chosen
    today: date
    quizzes: list[Quiz] = field(default_factory=list)
    may_fail: bool = False

    @property
    def terms(self) -> Terms:
        """The district's policy, and what its SIS can do."""
        return self.district.terms

    @property
    def policy(self) -> Policy:
        """The district's choices."""
        return self.terms.policy

    def day(self, number: int) -> date:
        """The day of a number; 0 is the first."""
        return self.chosen.start + timedelta(days=number)

    # ---- expected -------------------------------------------------------------------------------

    def shows(
        self, quiz: Quiz, cells: Mapping[Person, float | None], of: ChosenClass | None = None
    ) -> None:
        """The gradebook shows these scores; None for a cell without one."""
        columns = self.columns(quiz, of)
        for student, value in cells.items():
            quiz.shown(student)
            found = [str(column["cells"].get(student.id, NOTHING)) for column in columns]
            wanted = "*" if value is None else f"{value:g}"
            self.expect(
                f"{student.label} has {self.cell(wanted)}",
                " and ".join(map(self.cell, found)) or NO_COLUMN,
                ok=found == [wanted],
            )

    def column(self, quiz: Quiz, of: ChosenClass | None = None, **fields: Any) -> None:
        """The assignment is in the gradebook, once, with these fields."""
        columns = self.columns(quiz, of)
        once = len(columns) == 1
        self.expect("the assignment is in the gradebook, once", _times(columns), ok=once)
        for name, value in fields.items():
            found = [self.field(column, name) for column in columns]
            wanted = self.wanted(value)
            told = ", ".join(found) or NO_COLUMN
            self.expect(FIELDS[name].format(wanted), told, ok=found == [wanted])

    def count(self, quiz: Quiz, number: int) -> None:
        """So many columns have the title."""
        columns = self.columns(quiz)
        words = f"the gradebook has {NUMBERS[number]} of that title"
        self.expect(words, _times(columns), ok=len(columns) == number)

    def stays_out(self, quiz: Quiz, code: Code, of: ChosenClass | None = None) -> None:
        """It is not in the gradebook, and the report says why."""
        columns = self.columns(quiz, of)
        self.expect("the assignment is not in the gradebook", _times(columns), ok=not columns)
        self.refused(quiz, code, of=of)

    def refused(
        self,
        quiz: Quiz,
        code: Code,
        student: Person | None = None,
        of: ChosenClass | None = None,
    ) -> None:
        """The report of the night gives this reason."""
        records = self._records(quiz, student, of)
        who = f" of {student.label}" if student else ""
        by_sis = code in SEEN_BY_THE_SIS and any(r["state"] in SAID_NO for r in records)
        self.expect(
            f"the report{who} says: {code.meaning}",
            "; ".join(str(r["reason"]) for r in records if r["reason"]) or NOTHING,
            ok=by_sis or any(code.value in r["codes"] for r in records),
        )

    def state(self, quiz: Quiz, state: State, student: Person | None = None) -> None:
        """The report of the night gives the record this state."""
        found = [str(record["state"]) for record in self._records(quiz, student)]
        who = student.label if student else "the assignment"
        words = f"the report calls {who} {state.value.replace('_', ' ')}"
        self.expect(words, ", ".join(found) or NOTHING, ok=state.value in found)

    def quiet(self) -> None:
        """The night sent nothing."""
        last = self.district.last
        writes = last.report["requests"]["writes"] if last and last.report else "no report"
        self.expect("the night sends nothing", f"{writes} requests that write", ok=writes == 0)

    def average(self, student: Person, percent: float) -> None:
        """The gradebook works out this average."""
        found = [row["average"] for row in self._rows(student)]
        told = ", ".join(f"{value:g} %" for value in found if value is not None)
        words = f"the average of {student.label} is {percent:g} %"
        self.expect(words, told or NOTHING, ok=found == [percent])

    def expect(self, expected: str, found: str, *, ok: bool) -> None:
        """Note anything else that is expected, and what was found."""
        self.outcome.checks.append(Check(expected, found, ok, day_words(self.today)))

    # ---- seen -----------------------------------------------------------------------------------

    def columns(self, quiz: Quiz, of: ChosenClass | None = None) -> list[dict[str, Any]]:
        """The columns of an assessment in the gradebook of its class."""
        return quiz.in_gradebook(self.district.view((of or quiz.to).id))

    def column_id(self, quiz: Quiz) -> str:
        """The id of its one column; of none, one that the mock does not know."""
        columns = self.columns(quiz)
        return str(columns[0]["id"]) if columns else "0"

    def beside(self, quiz: Quiz, student: Person) -> list[str]:
        """The statuses that stand beside a score."""
        return [word for cell in self._cells(quiz, student) for word in cell.get("status", [])]

    def comment(self, quiz: Quiz, student: Person) -> str:
        """The comment beside a score."""
        return " ".join(cell.get("comment", "") for cell in self._cells(quiz, student))

    def logged_writes(self) -> int:
        """The calls that could write, in the SIS's own log."""
        entries = self.district.journal()
        return sum(entry["server"] == self.district.sis and entry["write"] for entry in entries)

    def cell(self, text: str) -> str:
        """A cell as the district's gradebook shows it."""
        return self.terms.empty if text == "*" else text

    def look(self, moment: str) -> None:
        """Keep how every assessment of the scenario stands now, if that is news."""
        for quiz in self.quizzes:
            columns = self.columns(quiz) + (self.columns(quiz, quiz.also) if quiz.also else [])
            once = list({column["id"]: column for column in columns}.values())
            if not quiz.looks or quiz.looks[-1][1] != once:
                quiz.looks.append((moment, once))

    def evidence(self) -> Iterator[Evidence]:
        """What was seen of each assessment, over time."""
        for quiz in self.quizzes:
            looks = [columns for _, columns in quiz.looks]
            titles = [_joined(c["title"] for c in some) or NO_COLUMN for some in looks]
            rows = [("Assignment", titles)]
            if any(looks):
                rows.append(("Entry", [_joined(map(self._entry, some)) for some in looks]))
            for who in quiz.students if any(looks) else ():
                cells = [[c["cells"].get(who.id, ELSEWHERE) for c in some] for some in looks]
                rows.append((who.label, [_joined(map(self.cell, some)) for some in cells]))
            yield Evidence(quiz.first_title, [moment for moment, _ in quiz.looks], rows)

    def _entry(self, column: Column) -> str:
        """Category, due date and total of a column."""
        category, due, points = (self.field(column, name) for name in ("category", "due", "points"))
        return f"{category}, due {due}, out of {points}"

    def field(self, column: Column, name: str) -> str:
        """A field of a column in words."""
        value = column.get(name)
        if name == "category":
            row = self.district.world.db.one(
                "SELECT title FROM category WHERE sis = ? AND id = ?", self.district.sis, value
            )
            return str(row["title"]) if row else str(value)
        if name in {"due", "assigned"} and value:
            return day_words(date.fromisoformat(value))
        return self.wanted(value)

    @staticmethod
    def wanted(value: Any) -> str:
        """A value in words."""
        if isinstance(value, date):
            return day_words(value)
        return f"{value:g}" if isinstance(value, int | float) else str(value)

    def _rows(self, student: Person) -> list[dict[str, Any]]:
        rows = self.district.view(self.chosen.main.id)["rows"]
        return [row for row in rows if row["student"] == student.id]

    def _cells(self, quiz: Quiz, student: Person) -> list[dict[str, Any]]:
        column = self.column_id(quiz)
        return [c for row in self._rows(student) for c in row["cells"] if c["column"] == column]

    def _records(
        self, quiz: Quiz, student: Person | None, of: ChosenClass | None = None
    ) -> list[dict[str, Any]]:
        """Those of the last night."""
        records = self.district.last.records if self.district.last else []
        return [
            record
            for record in records
            if record["assignment"] == quiz.id
            and record.get("student") == (student and student.id)
            and (of is None or record["section"] == of.id)
        ]


def _times(columns: Sequence[Column]) -> str:
    return {0: NO_COLUMN, 1: "once"}.get(len(columns), f"{len(columns)} times")


def _joined(words: Any) -> str:
    return " / ".join(str(word) for word in words)
