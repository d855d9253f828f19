"""D: how the gradebook itself behaves, so that the rest can be believed; and linked gradebooks."""

from agent.rules.codes import Code
from contracts.uat.acceptance.chosen import ChosenClass
from contracts.uat.acceptance.playing.play import Play
from contracts.uat.acceptance.playing.scenario import Catalogue, Nights
from contracts.uat.acceptance.terms import Terms

CATALOGUE = Catalogue()
add = CATALOGUE.add


def links(terms: Terms) -> bool:
    """Classes can share a gradebook."""
    return terms.links


@add("B5-2", "In a gradebook that classes share, students of the other class have an empty cell",
     "SK5.8", when=links)  # fmt: skip
def shared_column(p: Play) -> Nights:
    one, other = linked(p)
    quiz = p.assign("Quiz of one class", to=one)
    here, there = p.student(0, one), p.student(0, other)
    p.score(quiz, here, 18)
    yield 0
    p.shows(quiz, {here: 18, there: None})
    yield 3
    p.shows(quiz, {here: 18, there: None})


@add("C3a-1", "Assigned to two classes that share a gradebook, it is there once, for both",
     when=links)  # fmt: skip
def one_column_for_both(p: Play) -> Nights:
    one, other = linked(p)
    quiz = p.assign("Quiz of both classes", to=one, also=other)
    here, there = p.student(0, one), p.student(0, other)
    p.score(quiz, here, 18)
    p.score(quiz, there, 17)
    yield 0
    p.column(quiz)
    p.shows(quiz, {here: 18, there: 17})
    p.shows(quiz, {here: 18, there: 17}, of=other)


@add("D2-1", "An empty cell does not count in the average; a 0 does", "SK5.6", alone=True)
def averages(p: Play) -> Nights:
    full, empty = p.assign("Counted quiz", due=6), p.assign("Empty quiz", due=6)
    p.score(full, p.student(0), 20)
    yield 0
    p.shows(empty, {p.student(0): None})
    p.average(p.student(0), 100)
    p.score(empty, p.student(0), 0)
    yield 1
    p.shows(empty, {p.student(0): 0})
    p.average(p.student(0), 50)


@add("D4-1", "An assignment that the teacher deleted and brought back goes on as before")
def restored(p: Play) -> Nights:
    quiz = p.assign("Deleted and restored", due=8)
    p.score(quiz, p.student(0), 18)
    yield 0
    column = p.column_id(quiz)
    p.delete(quiz)
    p.office(f'The teacher brings "{quiz.title}" back.', "POST", "columns", column, "restore")
    p.score(quiz, p.student(0), 12)
    yield 1
    p.column(quiz)
    p.shows(quiz, {p.student(0): 12})


@add("D5-1", "A student who joins the class later gets no 0 for work that was due before",
     alone=True)  # fmt: skip
def joins_late(p: Play) -> Nights:
    other = p.chosen.other or p.skip("the roster has no second class with students of its own")
    known = {student.id for student in p.main.students}
    new = next((s for s in other.students if s.id not in known), None)
    if new is None:
        p.skip("every student of the other class sits in this one too")
    old = p.assign("Due before the student came", due=1)
    yield 0
    yield 1
    p.office(f"{new.label} joins the class.", "POST", "students", new.id, "enroll",
             body={"section": p.main.id})  # fmt: skip
    fresh = p.assign("Due after the student came", assigned=2, due=6)
    p.score(fresh, new, 16)
    yield 2
    p.shows(old, {new: None})
    p.refused(old, Code.WITHHELD_MISSING, new)
    p.shows(fresh, {new: 16})


@add("D6-1", "Every write of the night stands in the SIS's own log",
     "SK7.1", alone=True)  # fmt: skip
def api_log(p: Play) -> Nights:
    quiz = p.assign("Logged quiz", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.column(quiz)
    last = p.district.last
    sent = last.report["requests"]["writes"] if last and last.report else None
    logged = p.logged_writes()
    p.expect(
        "the log has as many writes as the night reports",
        f"{logged} in the log, {sent} in the report",
        ok=logged == sent,
    )


def linked(p: Play) -> tuple[ChosenClass, ChosenClass]:
    """Two classes that share a gradebook; not played without."""
    return p.chosen.linked or p.skip("no two classes of the roster share a gradebook")
