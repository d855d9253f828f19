"""Random weeks in a district: acts on both sides and in the calendar, faults, and a night each.

Every act is played into the mocks and into the model; after every night what teachers see must be
what the model says (E1 to E3, E9), and the other invariants hold by themselves.
"""

import copy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.e2e.support.district import District, Run
from tests.e2e.support.expected import PERIODS, SECTION, START, TEACHERS, Cell, Model, Score, Source

CLASSES = (
    ("c-1001",),
    ("c-1002",),
    ("c-1001", "c-1002"),
    ("c-1003",),
    ("c-1001", "c-1002", "c-1003"),
)
TYPES = ("Quiz", "Quiz", "Quiz", "Test", "Test", "Journal")
POINTS = ("0", "7", "8.5", "17.375", "20", "22")
STATES = frozenset(
    (
        *("created", "updated", "sent", "unchanged", "kept", "refused", "held", "rejected"),
        *("failed", "orphaned", "deleted_in_sis", "withdrawn", "cleared"),
    )
)

Key = tuple[str, str]
Shown = dict[Key, tuple[dict[str, Any], dict[str, str | None]]]


@dataclass(slots=True)
class Weeks:
    """A district, its model, and cells of which a night in trouble left two memories possible."""

    district: District
    model: Model = field(init=False)
    other: Model | None = None
    deleted: dict[Key, str] = field(default_factory=dict)
    doubtful: set[Key] = field(default_factory=set)
    made: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        """Everybody who teaches is in the group."""
        self.model = Model(self.district.facts)
        for teacher in sorted(set().union(*TEACHERS.values())):
            self.district.control("PUT", f"/group/{teacher}", otus=True)

    # -- acts

    def act(self, kind: str, a: int, b: int, c: int) -> None:
        """Play one act; numbers choose among what there is."""
        getattr(self, f"_{kind}")(a, b, c)

    def _assess(self, a: int, b: int, c: int) -> None:
        if self.made == 4:
            return
        self.made += 1
        source = Source(
            title=f"Quiz {self.made}",
            type=TYPES[b % len(TYPES)],
            points=10 + c % 3,
            due=self.model.today + timedelta(days=c % 12 - 3),
            final=c % 13 != 0,
            classes=CLASSES[a % len(CLASSES)],
        )
        self.model.sources[f"a-{self.made}"] = source
        self._put(f"a-{self.made}")

    def _put(self, id_: str) -> None:
        source = self.model.sources[id_]
        entries = [
            self.district.assigned(c, dueDate=source.due.isoformat()) for c in source.classes
        ]
        self.district.assess(
            id_,
            title=source.title,
            type=source.type,
            totalPoints=source.points,
            includeInFinalGrade=source.final,
            classes=entries,
        )

    def _edit(self, a: int, b: int, c: int) -> None:
        id_ = self._living(a)
        if id_ is None:
            return
        source = self.model.sources[id_]
        if b % 5 == 0:
            # Two alike would be one assessment under two ids (A15).
            source.title = f"Renamed {id_}.{c % 4}"
        elif b % 5 == 1:
            source.points = 10 + c % 4
        elif b % 5 == 2:
            source.type = TYPES[c % len(TYPES)]
        elif b % 5 == 3:
            source.due = self.model.today + timedelta(days=(-3, -1, 0, 2, 5, 40)[c % 6])
        else:
            source.final = c % 4 != 0
        self._put(id_)

    def _unassign(self, a: int, b: int, c: int) -> None:
        id_ = self._living(a)
        if id_ is not None and (b + c) % 5 == 0:
            self.model.sources[id_].alive = False
            self.district.unassign(id_)

    def _score(self, a: int, b: int, c: int) -> None:
        id_ = self._living(a)
        if id_ is None:
            return
        class_ = self.model.sources[id_].classes[b % len(self.model.sources[id_].classes)]
        numbers = sorted(self.model.seats[SECTION[class_]])
        key = id_, numbers[b % len(numbers)]
        kinds = [Score("graded", POINTS[c % len(POINTS)])] * 6
        kinds += [Score("turned_in", None), Score("graded", "9", ("excluded",))]
        kinds += [Score("not_submitted", None, ("excused",))]
        # Whether a removed score was ever known is open as long as a night in trouble is.
        if key in self.model.had_score or self.other is None:
            kinds += [Score("not_submitted", None)] * 2
        score = self.model.scores[key] = kinds[(a + b + c) % len(kinds)]
        points = None if score.points is None else float(score.points)
        self.district.score(id_, f"s-30{key[1]}", points, score.progress, *score.marks)

    def _type(self, a: int, b: int, c: int) -> None:
        key = self._column(a)
        if key is None:
            return
        numbers = sorted(self.model.columns[key].cells)
        if not numbers:
            return
        student, value = numbers[b % len(numbers)], (*POINTS, None)[c % (len(POINTS) + 1)]
        column, external = self._place(key)
        body = {"score": None if value is None else float(value)}
        path = f"/columns/{column}/scores/4000{student}"
        if self.district.try_control("PUT", path, body) < 400:
            self.district.typed_zeros[external, f"4000{student}"] = True
            for model in self._models():
                model.columns[key].cells.setdefault(student, Cell()).shown = value

    def _change(self, a: int, b: int, c: int) -> None:
        key = self._column(a)
        if key is None:
            return
        changes = {"title": f"Mine {c % 3}"} if b % 2 else {"category": self.model.kind.homework}
        if self.district.try_control("PATCH", f"/columns/{self._place(key)[0]}", changes) < 400:
            for model in self._models():
                model.columns[key].shown.update(changes)

    def _delete(self, a: int, b: int, c: int) -> None:
        key = self._column(a)
        # Nobody can tell a column that never arrived from one that was deleted at once (C10).
        if key is None or b % 2 or key in self.doubtful:
            return
        column = self._place(key)[0]
        if self.district.try_control("DELETE", f"/columns/{column}") < 400:
            self.deleted[key] = column
            for model in self._models():
                model.columns[key].deleted = True

    def _restore(self, a: int, b: int, c: int) -> None:
        keys = sorted(self.deleted)
        if not keys:
            return
        key = keys[a % len(keys)]
        path = f"/columns/{self.deleted[key]}/restore"
        if self.district.try_control("POST", path) < 400:
            del self.deleted[key]
            for model in self._models():
                model.columns[key].deleted = False
            # What changed meanwhile waits until something else does; see test_rules_c, C7.
            if self.model.sources[key[0]].alive:
                self.model.sources[key[0]].title = f"Restored {key[0]}.{b}.{c}"
                self._put(key[0])

    def _roster(self, a: int, b: int, c: int) -> None:
        section = ("200001", "200002", "200003")[a % 3]
        numbers = sorted(self.model.seats[section])
        student, verb = numbers[b % len(numbers)], ("drop", "enroll")[c % 2]
        body = {"section": section}
        self.district.control("POST", f"/students/4000{student}/{verb}", body)
        getattr(self.model, verb)(section, student)

    def _period(self, a: int, b: int, c: int) -> None:
        id_, verb = sorted(PERIODS)[a % 2], ("close", "reopen")[b % 2]
        if c % 3 == 0:
            self.district.control("POST", f"/periods/{id_}/{verb}")
            self.model.hand[id_] = verb

    def _group(self, a: int, b: int, c: int) -> None:
        teacher = f"t-200{a % 3 + 1}"
        leaves = b % 3 == 0
        verb = "DELETE" if leaves else "PUT"
        if self.district.try_control(verb, f"/group/{teacher}", otus=True) < 400:
            (self.model.group.discard if leaves else self.model.group.add)(teacher)

    # -- choosing

    def _models(self) -> list[Model]:
        """Both memories; they share what is so in Otus, in the calendar and in the roster."""
        return [self.model] + ([self.other] if self.other else [])

    def _living(self, number: int) -> str | None:
        alive = [id_ for id_, source in self.model.sources.items() if source.alive]
        return alive[number % len(alive)] if alive else None

    def _column(self, number: int) -> Key | None:
        keys = sorted(key for key, column in self.model.columns.items() if not column.deleted)
        return keys[number % len(keys)] if keys else None

    def _place(self, key: Key) -> tuple[str, str]:
        """The column's id in the SIS, and ours."""
        [found] = [c for c in self.district.columns(key[1]) if _is(c, key)]
        return found["id"], found["external_id"]

    # -- nights

    def new_day(self, days: int) -> None:
        """Turn the clock to the evening."""
        self.days += days
        for model in self._models():
            model.today = START + timedelta(days=self.days)
        self.district.evening(self.model.today)

    def night(self) -> None:
        """A night on which nothing goes wrong: all that RULES say, and nothing else."""
        kept = self._closed_dump()
        run = self.district.sync()
        assert run.code == 0, run.out
        before, other = self.model, self.other
        self.model = before.after()
        self.other = other.after(self.model) if other else None
        self.doubtful.clear()
        self._compare(self.other or self.model, before, other or before)
        assert self._closed_dump() == kept, "E4: a closed period changed"
        self._every_record_once(run, exact=other is None)
        again = self.district.sync()
        assert (again.code, again.writes) == (0, 0), "E5: a second run sent a write"

    def night_in_trouble(self, fault: dict[str, Any]) -> None:
        """Every cell is what it was or what it shall be; which one decides what is remembered.

        Two such nights in a row would leave more than two memories possible: the second is fair.
        """
        if self.other is not None:
            self.night()
            return
        kept = self._closed_dump()
        self.district.control("POST", "/faults", fault)
        run = self.district.sync()
        self.district.control("DELETE", "/faults")
        assert run.code in {0, 3, 5, 6}, run.err
        assert self._closed_dump() == kept, "E4: a closed period changed"
        wanted = self.model.after()
        self.other = self._second_memory(wanted)
        for key, (fields, cells) in self._actual().items():
            if key not in self.model.columns:
                self.doubtful.add(key)
                self.model.columns[key] = copy.deepcopy(wanted.columns[key])
                for cell in self.model.columns[key].cells.values():
                    cell.take(None, None)
                self.other.columns[key] = copy.deepcopy(self.model.columns[key])
            self._resync(key, fields, cells, wanted)
        self.model.had_score = set(wanted.had_score)

    def _second_memory(self, wanted: Model) -> Model:
        """The same district, of which nothing of this night is remembered."""
        other = copy.copy(self.model)
        other.columns = copy.deepcopy(self.model.columns)
        other.had_score = set(wanted.had_score)
        return other

    def _resync(
        self,
        key: Key,
        fields: dict[str, Any],
        cells: dict[str, str | None],
        wanted: Model,
    ) -> None:
        mine, goal, other = (m.columns[key] for m in (self.model, wanted, self.other or wanted))
        for name, value in fields.items():
            assert value in {mine.shown[name], goal.shown[name]}, f"{key}: {name} {value}"
        mine.shown, mine.seen, other.shown = dict(fields), goal.seen, dict(fields)
        for student, shown in cells.items():
            cell = mine.cells.setdefault(student, Cell())
            target = goal.cells.get(student, cell)
            assert shown in {cell.shown, target.shown}, f"{key}: {student} shows {shown}"
            cell.shown, cell.seen, cell.accepted = shown, target.seen, target.accepted
            other.cells.setdefault(student, Cell()).shown = shown

    def _compare(self, second: Model, before: Model, other: Model) -> None:
        """E1, E2, E3, E9: what teachers see is what the model says, in every cell.

        Where two memories were possible (*before* and *other*), a write may also still have been
        read back and an edit kept. What is seen tells which memory is right; if not, both stay.
        """
        actual = self._actual()
        standing = {key for key, column in self.model.columns.items() if not column.deleted}
        assert set(actual) == standing, f"C7: {set(actual) ^ standing}"
        for key, (fields, cells) in actual.items():
            one, two = self.model.columns[key], second.columns[key]
            was = [model.columns.get(key, one) for model in (before, other)]
            kept = set() if was[0].seen == was[1].seen else set(was[0].shown.items())
            for name, value in fields.items():
                allowed = {(name, one.shown[name]), (name, two.shown[name])} | kept
                assert (name, value) in allowed, f"{key}: {name} is {value}, not {allowed}"
            one.shown, two.shown = dict(fields), dict(fields)
            for student, shown in cells.items():
                ways = [c.cells.setdefault(student, Cell()) for c in (one, two)]
                olds = [c.cells.get(student, Cell()) for c in was]
                allowed = {way.shown for way in ways}
                allowed |= {olds[0].shown} if olds[0] != olds[1] else set()
                assert shown in allowed, f"{key}: {student} shows {shown}, not {allowed}"
                settle(*ways, shown)
        if second.columns == self.model.columns:
            self.other = None

    # -- looking

    def _actual(self) -> Shown:
        """What teachers see of our columns; E2: each assessment once in a gradebook."""
        found: Shown = {}
        for section in self.model.kind.books:
            book = self.district.gradebook(section)
            for column in book["columns"]:
                key = column["external_id"].partition(".c-")[0][3:], section
                assert key not in found, f"E2: {key} twice"
                fields = {n: column[n] for n in ("title", "category", "points")}
                fields["due"] = START.fromisoformat(column["due"])
                cells = {
                    row["student"][4:]: None if cell["display"] == "*" else cell["display"]
                    for row in book["rows"]
                    for cell in row["cells"]
                    if cell["column"] == column["id"]
                }
                found[key] = fields, cells
        return found

    def _closed_dump(self) -> dict[str, Any]:
        """Every byte that the SIS tells of columns in closed periods."""
        return {
            f"{section} {row['sourcedId']}": row
            for section in self.model.kind.books
            for row in self.district.line_items(section)
            if self.model.closed(START.fromisoformat(row["dueDate"][:10]))
        }

    def _every_record_once(self, run: Run, *, exact: bool) -> None:
        """E6: one state each; what is not in the SIS says why; what was sent was sent."""
        records = run.report["records"]
        keys = [(r["assignment"], r["section"], r.get("student")) for r in records]
        assert len(keys) == len(set(keys))
        assert {r["state"] for r in records} <= STATES
        for record in records:
            assert record["state"] != "refused" or (record["codes"] and record["reason"]), record
        told = {(r["assignment"], r["student"][4:]) for r in records if "student" in r}
        for id_, source in self.model.sources.items():
            for classes in self.model.kind.books.values():
                sections = [SECTION[c] for c in classes if c in source.classes]
                if not source.alive or not sections:
                    continue
                assert {(id_, s, None) for s in sections} & set(keys), f"E6: no word on {id_}"
                for section in sections:
                    for student in self.model.seats[section]:
                        if self.model.sits(section, student, self.model.today):
                            assert (id_, student) in told, f"E6: no word on {id_} of {student}"
        delivered = {
            (r["assignment"], r["student"][4:])
            for r in records
            if r["state"] in {"sent", "cleared"} and "student" in r
        }
        if exact:
            assert delivered == self.model.sent


def settle(mine: Cell, other: Cell, shown: str | None) -> None:
    """Two memories of a cell meet what it shows: who was wrong takes the other's."""
    if mine.shown == shown != other.shown:
        other.seen, other.accepted = mine.seen, mine.accepted
    elif other.shown == shown != mine.shown:
        mine.seen, mine.accepted = other.seen, other.accepted
    elif mine.shown != shown:
        other.seen, other.accepted = mine.seen, mine.accepted
    mine.shown = other.shown = shown


def _is(column: dict[str, Any], key: Key) -> bool:
    return str(column["external_id"]).startswith(f"pb-{key[0]}.c-")
