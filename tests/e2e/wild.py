"""Wild days: all that people do in Otus, in gradebooks, at the registrar's and in the policy.

An act is a function of chance; it plays into the mocks and tells the witness what it must know.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.e2e.district import ZONE, District
from tests.e2e.witness import Look, Witness

CLASSES = ("c-1001", "c-1002", "c-1003")
SECTIONS = ("200001", "200002", "200003")
TEACHERS = ("300001", "300002", "300003")
PERIODS = ("120001", "120002")
STUDENTS = [f"{n:02}" for n in range(1, 16)]
SWITCHES = (
    'missing_after_due = "withhold"',
    "zero_excused = true",
    "send_excluded = true",
    'overwrite = "whole-record"',
    'long_title = "refuse"',
)


@dataclass(slots=True)
class Wild:
    """A district and its witness, in the hands of chance.

    Attributes:
        registrar, feed: hands for what no program may ask of a SIS or of Otus, as linking
            gradebooks and classes.
    """

    district: District
    chance: random.Random
    registrar: Any
    feed: Any
    witness: Witness = field(init=False)
    removed: dict[str, dict[str, Any]] = field(default_factory=dict)
    gone: list[tuple[str, str]] = field(default_factory=list)
    made: int = 0
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Everybody who teaches is in the group."""
        self.witness = Witness(self.district)
        for teacher in ("t-2001", "t-2002", "t-2003"):
            self.district.control("PUT", f"/group/{teacher}", otus=True)

    def act(self) -> None:
        """One of them."""
        name = self.chance.choice(ACTS)
        self.log.append(name)
        getattr(self, f"_{name}")()

    # -- Otus

    def _entries(self) -> list[dict[str, Any]]:
        today = self.district.now().astimezone(ZONE).date()
        classes = [c for c in CLASSES if self.chance.random() < 0.6] or ["c-1001"]
        due = today + timedelta(days=self.chance.choice([-4, -1, -1, 0, 0, 1, 1, 2, 3, 6, 20, 45]))
        entries = []
        for class_ in classes:
            students = None
            if self.chance.random() < 0.2:
                some = self.chance.sample(STUDENTS, 6)
                students = [{"studentId": f"s-30{n}", "assignedDate": None} for n in sorted(some)]
            if self.chance.random() < 0.1:
                due += timedelta(days=1)
            days = {"dueDate": due.isoformat()}
            if self.chance.random() < 0.15:
                # For a day to come, even after it is due (A6).
                later = today + timedelta(days=self.chance.choice([1, 2, 4]))
                days["assignedDate"] = later.isoformat()
            entries.append(self.district.assigned(class_, students=students, **days))
        return entries

    def _assess(self) -> None:
        if self.made < 5:
            self.made += 1
            self.district.assess(
                f"a-{self.made}",
                title=f"Quiz {self.made}",
                type=self.chance.choice(["Quiz", "Quiz", "Test", "Journal"]),
                totalPoints=self.chance.choice([10, 20]),
                classes=self._entries(),
                assignedBy=self.chance.choice(["t-2001", "t-2001", "t-2002"]),
            )

    def _some(self) -> str | None:
        alive = sorted(self.district.ours - self.removed.keys())
        return self.chance.choice(alive) if alive else None

    def _edit(self) -> None:
        id_ = self._some()
        if id_:
            n = self.chance.randint(1, 9)
            long = "t" * self.chance.choice([0, 0, 50])
            changes: list[dict[str, Any]] = [
                {"title": f"Renamed {id_} {n} {long}"},
                {"type": self.chance.choice(["Quiz", "Test", "Journal"])},
                {"totalPoints": 10 + n},
                {"includeInFinalGrade": n > 3},
                {"classes": self._entries()},
                {"classes": self._entries()},
                {"assignedBy": self.chance.choice(["t-2001", "t-2002"])},
            ]
            self.district.edit(id_, **self.chance.choice(changes))

    def _unassign(self) -> None:
        id_ = self._some()
        if id_ and self.chance.random() < 0.4:
            self.removed[id_] = self.district.control("GET", f"/assessments/{id_}", otus=True)
            self.district.unassign(id_)

    def _assign_again(self) -> None:
        if self.removed:
            id_ = self.chance.choice(sorted(self.removed))
            record = self.removed.pop(id_)
            del record["id"]
            if self.chance.random() < 0.5:
                record["classes"] = self._entries()
            self.district.control("PUT", f"/assessments/{id_}", record, otus=True)

    def _score(self) -> None:
        id_ = self._some()
        if id_:
            kinds: list[tuple[Any, ...]] = [
                *[(p, "graded") for p in (0, 7, 8.5, 17.375, 20, 22, 3, 4)],
                (None, "turned_in"),
                (None, "not_submitted"),
                (None, "not_submitted"),
                (9, "graded", "excluded"),
                (None, "not_submitted", "excused"),
            ]
            student = f"s-30{self.chance.choice(STUDENTS)}"
            self.district.score(id_, student, *self.chance.choice(kinds))

    def _scores(self) -> None:
        for _ in range(5):
            self._score()

    def _group(self) -> None:
        teacher = self.chance.choice(["t-2001", "t-2002", "t-2003"])
        verb = self.chance.choice(["PUT", "PUT", "DELETE"])
        self.district.try_control(verb, f"/group/{teacher}", otus=True)

    # -- teachers

    def _column(self) -> tuple[Look, dict[str, Any], str, str] | None:
        look = Look.at(self.district)
        columns = list(look.columns())
        return (look, *self.chance.choice(columns)) if columns else None

    def _type(self) -> None:
        found = self._column()
        if found is None:
            return
        look, column, book, _ = found
        cells = look.cells(column["id"], book)
        if not cells:
            return
        student, value = (
            self.chance.choice(sorted(cells)),
            self.chance.choice([0, 1, 5, 8.5, 20, 31, None]),
        )
        path = f"/columns/{column['id']}/scores/{student}"
        if self.district.try_control("PUT", path, {"score": value}) < 400:
            shown = "*" if value is None else f"{value:g}"
            if value == 0:
                self.district.typed_zeros[column["external_id"], student] = True
            self.witness.typed(column["id"], student, shown, cells[student])

    def _change(self) -> None:
        found = self._column()
        if found is None:
            return
        look, column, _, id_ = found
        day = look.today + timedelta(days=self.chance.choice([-3, 0, 2, 30]))
        changes: dict[str, Any] = self.chance.choice(
            [
                {"title": f"Mine {self.chance.randint(1, 9)}"},
                {"category": self.district.facts.homework},
                {"due": day.isoformat()},
            ]
        )
        if self.district.try_control("PATCH", f"/columns/{column['id']}", changes) < 400:
            self.witness.changed_by_hand(look, column, id_, changes)

    def _delete(self) -> None:
        found = self._column()
        if found is not None and self.chance.random() < 0.5:
            _, column, _, id_ = found
            if self.district.try_control("DELETE", f"/columns/{column['id']}") < 400:
                self.witness.deleted.append(id_)
                self.gone.append((column["id"], id_))

    def _restore(self) -> None:
        if self.gone:
            column, id_ = self.gone.pop()
            if self.district.try_control("POST", f"/columns/{column}/restore") < 400:
                self.witness.deleted.remove(id_)

    # -- the registrar

    def _move(self) -> None:
        student, section = f"4000{self.chance.choice(STUDENTS)}", self.chance.choice(SECTIONS)
        verb, body = self.chance.choice(
            [
                ("drop", {"section": section}),
                ("enroll", {"section": section}),
                ("transfer", {"to": section}),
                ("transfer", {"to": section}),
            ]
        )
        self.district.try_control("POST", f"/students/{student}/{verb}", body)

    def _there_and_back(self) -> None:
        """Away and back on one day."""
        student = f"4000{self.chance.choice(STUDENTS)}"
        for to in self.chance.choice([SECTIONS[:2], SECTIONS[1::-1]]):
            self.district.try_control("POST", f"/students/{student}/transfer", {"to": to})

    def _teach(self) -> None:
        section, main = self.chance.choice(SECTIONS), self.chance.random() < 0.4
        classes = [c for c in self.district.feed("class") if c["sectionId"] == section]
        theirs = {t["teacherId"][-1] for class_ in classes for t in class_["teachers"]}
        others = [t for t in TEACHERS if t[-1] not in theirs]
        if main or others:
            body = {"teacher": self.chance.choice(TEACHERS if main else others), "main": main}
            self.district.try_control("POST", f"/sections/{section}/teachers", body)

    def _merge(self) -> None:
        if self.chance.random() < 0.15:
            self.registrar.merge("200002", "200001")
            if self.chance.random() < 0.5:
                self._feed("class", "c-1002", sectionId="200001")
                self.witness.moved.add("c-1002")

    def _links(self) -> None:
        if self.chance.random() < 0.5:
            self.registrar.link(["200001", "200002"])
        else:
            self.registrar.unlink("200002")

    def _link_elsewhere(self) -> None:
        """In Otus a class belongs to another section from now on; mostly it is put right again."""
        section = self.chance.choice(["200002", "200003", "200003"])
        self._feed("class", "c-1003", sectionId=section)
        self.witness.moved.add("c-1003")

    def _feed(self, kind: str, id_: str, **changes: Any) -> None:
        self.feed.put(kind, id_, {**self.feed.get(kind, id_), **changes})

    def _category(self) -> None:
        verb = self.chance.choice(["deactivate", "activate", "activate"])
        category = self.district.facts.categories["Quiz"]
        if self.district.try_control("POST", f"/categories/{category}/{verb}", {}) < 400:
            self.witness.categories_off = verb == "deactivate"

    def _period(self) -> None:
        period, verb = (
            self.chance.choice(PERIODS),
            self.chance.choice(["close", "reopen", "reopen", "grace", "end"]),
        )
        if verb in {"close", "reopen"}:
            self.district.control("POST", f"/periods/{period}/{verb}")
        elif verb == "grace":
            self.district.control("PATCH", f"/periods/{period}", {"grace_days": 3})
        elif period == "120001":
            end = date(2026, 11, self.chance.choice([8, 15]))
            self.district.control("PATCH", f"/periods/{period}", {"end": end.isoformat()})

    # -- the district

    def _policy(self) -> None:
        some = [line for line in SWITCHES if self.chance.random() < 0.25]
        self.district.policy = "".join(f"{line}\n" for line in some)

    def _lose_the_ledger(self) -> None:
        if self.chance.random() < 0.2:
            for path in self.district.folder.glob("passback.db*"):
                path.unlink()
            self.witness.forgot()


ACTS = (
    *("assess", "assess", "edit", "edit", "edit", "unassign", "assign_again"),
    *("score", "scores", "scores", "scores", "group", "type", "type", "type", "change"),
    *("delete", "restore", "move", "move", "there_and_back", "teach", "merge", "links"),
    "link_elsewhere",
    *("category", "period", "policy", "lose_the_ledger"),
)
