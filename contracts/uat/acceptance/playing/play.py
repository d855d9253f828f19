"""The words in which scenarios are written: what people do, and what is expected next morning."""

from datetime import date
from typing import Any, NoReturn

from contracts.uat.acceptance.chosen import ChosenClass, Person
from contracts.uat.acceptance.playing.expectations import Expectations
from contracts.uat.acceptance.playing.quiz import Quiz, day_words
from contracts.uat.acceptance.playing.scenario import Step, Where

CLUB, ADMINISTRATOR = "uat-club", "uat-administrator"


class NotPlayed(Exception):
    """The roster or the policy cannot serve a scenario; says why."""


class Play(Expectations):
    """One scenario being played in a district."""

    # ---- what there is --------------------------------------------------------------------------

    @property
    def main(self) -> ChosenClass:
        """The class in which it is played."""
        return self.chosen.main

    def student(self, number: int, of: ChosenClass | None = None) -> Person:
        """One of the class, from 0 on; not played without."""
        one = of or self.main
        if number >= len(one.students):
            self.skip(f"{one.title} has fewer than {number + 1} students")
        return one.students[number]

    def other_type(self) -> str:
        """A type of Otus that goes into another category; not played without."""
        first = next(iter(self.chosen.types.values()))
        found = [type_ for type_, into in self.chosen.types.items() if into != first]
        return found[0] if found else self.skip("only one category of the policy is active there")

    def skip(self, why: str) -> NoReturn:
        """Leave the scenario: the roster cannot serve it."""
        raise NotPlayed(why)

    # ---- in Otus --------------------------------------------------------------------------------

    def assign(
        self,
        title: str,
        *,
        to: ChosenClass | None = None,
        also: ChosenClass | None = None,
        due: date | int | None = 2,
        assigned: date | int = 0,
        said: str = "",
        **members: Any,
    ) -> Quiz:
        """Assign an assessment in Otus: valid unless *members* say otherwise, as *said* tells.

        *due* and *assigned*: a date, or the number of a day.
        """
        one = to or self.main
        number = len(self.quizzes) + 1
        quiz = Quiz(f"{self.outcome.scenario.id}.{number}", one, also, self._title(title))
        entry = {
            "assignedDate": self._date(assigned),
            "dueDate": self._date(due),
            "students": members.pop("students", None),
        }
        classes = [{"classId": c.id, **entry} for c in (one, also) if c]
        quiz.record = {**self._usual(quiz), "classes": classes, **members}
        self.quizzes.append(quiz)
        self.district.otus("PUT", "assessments", quiz.id, body=quiz.record)
        self._step("Otus", f'"{quiz.title}" is assigned to {quiz.where}{_due(entry)}{_more(said)}.')
        return quiz

    def edit(self, quiz: Quiz, said: str, **members: Any) -> None:
        """Edit an assessment in Otus; `due` and `title` are short for what they change."""
        if "title" in members:
            quiz.titles.append(self._title(members["title"]))
            members["title"] = quiz.title
        if "due" in members:
            due = self._date(members.pop("due"))
            members["classes"] = [{**e, "dueDate": due} for e in quiz.record["classes"]]
        quiz.record |= members
        self.district.otus("PATCH", "assessments", quiz.id, body=members)
        self._step("Otus", f'"{quiz.titles[0]}": {said}.')

    def unassign(self, quiz: Quiz) -> None:
        """Take it off the class in Otus."""
        self.district.otus("DELETE", "assessments", quiz.id)
        self._step("Otus", f'"{quiz.title}" is unassigned.')

    def score(self, quiz: Quiz, student: Person, points: float | None, *marks: str) -> None:
        """Enter a score; None takes it out."""
        progress = "not_submitted" if points is None else "graded"
        beside = f", marked {' and '.join(marks)}" if marks else ""
        told = "has no score" if points is None else f"is graded {points:g}"
        self.progress(quiz, student, f"{told}{beside}", progress, points, *marks)

    def progress(
        self,
        quiz: Quiz,
        student: Person,
        said: str,
        progress: str,
        points: float | None = None,
        *marks: str,
    ) -> None:
        """Set how far a student's work is in Otus."""
        quiz.shown(student)
        body = {"progress": progress, "points": points, "marks": list(marks)}
        self.district.otus("PUT", "assessments", quiz.id, "scores", student.id, body=body)
        self._step("Otus", f"{student.label} {said}.")

    def join(self, teacher: Person) -> None:
        """Into the teacher group."""
        self.district.otus("PUT", "group", teacher.id, body={})
        self._step("Group", f"{teacher.label} joins the passback teacher group.")

    def leave(self, teacher: Person) -> None:
        """Out of the teacher group."""
        self.district.otus("DELETE", "group", teacher.id)
        self._step("Group", f"{teacher.label} is not in the passback teacher group.")

    # ---- in the SIS -----------------------------------------------------------------------------

    def type_in(
        self, quiz: Quiz, student: Person, score: float | None, said: str = "", **beside: Any
    ) -> None:
        """A teacher types into the gradebook."""
        quiz.shown(student)
        path = ("columns", self.column_id(quiz), "scores", student.id)
        self.district.act("PUT", *path, body={"score": score, **beside})
        words = said or ("empties the cell" if score is None else f"types {score:g}")
        self._step("SIS", f"The teacher {words} for {student.label}.")

    def change(self, quiz: Quiz, said: str, **fields: Any) -> None:
        """A teacher changes the assignment in the gradebook."""
        if "title" in fields:
            quiz.titles.append(self._title(fields["title"]))
            fields["title"] = quiz.title
        self.district.act("PATCH", "columns", self.column_id(quiz), body=fields)
        self._step("SIS", f"The teacher {said}.")

    def delete(self, quiz: Quiz) -> None:
        """A teacher deletes the assignment."""
        self.district.act("DELETE", "columns", self.column_id(quiz))
        self._step("SIS", f'The teacher deletes "{quiz.title}" from the gradebook.')

    def office(self, said: str, method: str, *path: str, body: Any = None) -> None:
        """The registrar or an administrator acts in the SIS."""
        self.district.act(method, *path, body=body)
        self._step("Office", said)

    def fault(self, **fault: Any) -> None:
        """Let something go wrong with the SIS from now on; `trouble` says what."""
        self.district.act("POST", "faults", body=fault)

    def trouble(self, said: str) -> None:
        """What goes wrong with the SIS."""
        self._step("SIS", said)

    def healed(self) -> None:
        """It works again."""
        self.district.act("DELETE", "faults")
        self._step("SIS", f"{self.terms.label} works again.")

    # ---- what there is in the SIS ---------------------------------------------------------------

    def periods(self) -> list[dict[str, Any]]:
        """The grading periods of the class."""
        found: list[dict[str, Any]] = self.district.view(self.main.id)["periods"]
        return found

    def period_id(self) -> str:
        """The grading period in which the first day lies."""
        day = self.day(0).isoformat()
        return str(next(p["id"] for p in self.periods() if p["start"] <= day <= p["end"]))

    def category_id(self, title: str) -> str:
        """The id of a category in the gradebook."""
        row = self.district.world.db.one(
            "SELECT id FROM category WHERE sis = ? AND title = ?", self.district.sis, title
        )
        return str(row["id"]) if row else title

    def club(self) -> str:
        """A class of Otus that belongs to no section; its id."""
        teacher = {"teacherId": self.main.teachers[0].id, "main": True}
        record = {"id": CLUB, "title": "Club", "sectionId": None, "teachers": [teacher]}
        self.district.world.feed.put("class", CLUB, record)
        return CLUB

    def administrator(self) -> str:
        """Somebody in Otus who is not in the SIS; the id."""
        record = {"id": ADMINISTRATOR, "sisId": None}
        self.district.world.feed.put("teacher", ADMINISTRATOR, record)
        return ADMINISTRATOR

    # ---- inside ---------------------------------------------------------------------------------

    def _usual(self, quiz: Quiz) -> dict[str, Any]:
        """An assessment of which nothing is said."""
        return {
            "activityId": None,
            "title": quiz.title,
            "type": next(iter(self.chosen.types)),
            "gradingScale": "points",
            "totalPoints": 20,
            "includeInFinalGrade": True,
            "kind": "assessment",
            "assignedBy": quiz.to.teachers[0].id,
            "createdAt": None,
            "submissionDate": None,
        }

    def _title(self, words: str) -> str:
        return f"{self.outcome.scenario.id} {words}"

    def _date(self, day: date | int | None) -> str | None:
        on = self.day(day) if isinstance(day, int) else day
        return on.isoformat() if on else None

    def _step(self, where: Where, words: str) -> None:
        self.outcome.steps.append(Step(day_words(self.today), where, words))


def _due(entry: dict[str, Any]) -> str:
    due = entry["dueDate"]
    return f", due {day_words(date.fromisoformat(due))}" if due else ", without a due date"


def _more(said: str) -> str:
    return f", {said}" if said else ""
