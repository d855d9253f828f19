"""What teachers do in Otus: assign, edit, unassign, score."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.e2e.wild.look import EMPTY
from tests.e2e.wild.rules import FIELDS

if TYPE_CHECKING:
    from tests.e2e.wild.wild import Wild

CLASSES = ("c-1001", "c-1002", "c-1003")
PEOPLE = [f"s-30{n:02}" for n in range(1, 16)]
KINDS: list[tuple[Any, ...]] = [
    *[(p, "graded") for p in (0, 7, 8.5, 17.375, 20, 22, 3, 4)],
    (None, "turned_in"),
    (None, "not_submitted"),
    (None, "not_submitted"),
    (9, "graded", "excluded"),
    (None, "not_submitted", "excused"),
]


def entries(wild: "Wild") -> list[dict[str, Any]]:
    """For some classes: due in a while or some days ago, sometimes assigned to come."""
    chance, today = wild.chance, wild.today
    classes = [c for c in CLASSES if chance.random() < 0.6] or ["c-1001"]
    due = today + timedelta(days=chance.choice([-4, -1, -1, 0, 0, 1, 1, 2, 3, 6, 20, 45]))
    found = []
    for class_ in classes:
        students = None
        if chance.random() < 0.2:
            some = chance.sample(PEOPLE, 6)
            students = [{"studentId": one, "assignedDate": None} for one in sorted(some)]
        if chance.random() < 0.1:
            due += timedelta(days=1)
        days = {"dueDate": due.isoformat()}
        if chance.random() < 0.15:
            # For a day to come, even after it is due (A6).
            days["assignedDate"] = (today + timedelta(days=chance.choice([1, 2, 4]))).isoformat()
        found.append(wild.district.assigned(class_, students=students, **days))
    return found


def some(wild: "Wild") -> str | None:
    """An assessment that Otus has."""
    alive = sorted(wild.district.ours - wild.removed.keys())
    return wild.chance.choice(alive) if alive else None


def assess(wild: "Wild") -> None:
    """Assign something new."""
    if wild.made < 5:
        wild.made += 1
        wild.district.assess(
            f"a-{wild.made}",
            title=f"Quiz {wild.made}",
            type=wild.chance.choice(["Quiz", "Quiz", "Test", "Journal"]),
            totalPoints=wild.chance.choice([10, 20]),
            classes=entries(wild),
            assignedBy=wild.chance.choice(["t-2001", "t-2001", "t-2002"]),
        )


def edit(wild: "Wild") -> None:
    """Edit one member of an assessment."""
    id_ = some(wild)
    if id_:
        n = wild.chance.randint(1, 9)
        changes = [
            *small_edits(wild, id_),
            {"includeInFinalGrade": n > 3},
            {"classes": entries(wild)},
            {"classes": entries(wild)},
            {"assignedBy": wild.chance.choice(["t-2001", "t-2002"])},
        ]
        wild.district.edit(id_, **wild.chance.choice(changes))


def small_edits(wild: "Wild", id_: str) -> list[dict[str, Any]]:
    """What leaves its dates alone."""
    n, long = wild.chance.randint(1, 9), "t" * wild.chance.choice([0, 0, 50])
    return [
        {"title": f"Renamed {id_} {n} {long}"},
        {"type": wild.chance.choice(["Quiz", "Test", "Journal"])},
        {"totalPoints": 10 + n},
    ]


def edit_beside(wild: "Wild") -> None:
    """Edit an assessment of which a teacher moved the due date in the gradebook."""
    theirs = {place[0] for place in wild.witness.edits if place[1] == "due"}
    found = {id_ for column, _, id_ in wild.columns() if column["id"] in theirs}
    for id_ in sorted(found & (wild.district.ours - wild.removed.keys())):
        wild.district.edit(id_, **wild.chance.choice(small_edits(wild, id_)))


def unassign(wild: "Wild") -> None:
    """Take an assessment back."""
    id_ = some(wild)
    if id_ and wild.chance.random() < 0.4:
        wild.removed[id_] = wild.district.control("GET", f"/assessments/{id_}", otus=True)
        wild.district.unassign(id_)


def assign_again(wild: "Wild") -> None:
    """Assign what was taken back, under the same id."""
    if wild.removed:
        id_ = wild.chance.choice(sorted(wild.removed))
        record = wild.removed.pop(id_)
        del record["id"]
        if wild.chance.random() < 0.5:
            record["classes"] = entries(wild)
        wild.district.assess(id_, **record)


def score(wild: "Wild") -> None:
    """Enter a score, or what stands in its place."""
    id_ = some(wild)
    if id_:
        wild.district.score(id_, wild.chance.choice(PEOPLE), *wild.chance.choice(KINDS))


def scores(wild: "Wild") -> None:
    """Enter some."""
    for _ in range(5):
        score(wild)


def first_score(wild: "Wild") -> None:
    """Enter a first score where a teacher typed something into the gradebook."""
    look, found = wild.look(), []
    for (column, student), edited in sorted(wild.witness.edits.items()):
        if student in FIELDS or edited.shown == EMPTY:
            continue
        for known, _, id_ in look.columns():
            if known["id"] == column and id_ in look.assessments:
                people = look.holders(student)
                found += [(id_, p) for p in people if look.score(id_, p)[1] is None]
    if found:
        id_, person = wild.chance.choice(found)
        wild.district.score(id_, person, wild.chance.choice([7, 8.5, 20]))


def group(wild: "Wild") -> None:
    """A teacher joins the group, or leaves it."""
    teacher = wild.chance.choice(["t-2001", "t-2002", "t-2003"])
    verb = wild.chance.choice(["PUT", "PUT", "PUT", "DELETE"])
    wild.district.try_control(verb, f"/group/{teacher}", otus=True)
