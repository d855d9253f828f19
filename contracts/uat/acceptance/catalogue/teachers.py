"""A7 to A9 and A16: who must be in the passback teacher group."""

from agent.rules.codes import Code
from contracts.uat.acceptance.chosen import ChosenClass
from contracts.uat.acceptance.playing.play import Play
from contracts.uat.acceptance.playing.scenario import Catalogue, Nights
from contracts.uat.acceptance.terms import Terms

CATALOGUE = Catalogue()
add = CATALOGUE.add
NO_CO_TEACHER = "no class of the roster has two teachers"


def by_assigner(terms: Terms) -> bool:
    """Who assigned it must be in the group (A7)."""
    return terms.refuses(Code.ASSIGNER_NOT_IN_GROUP)


def by_class(terms: Terms) -> bool:
    """Everybody who teaches the class must be (A8)."""
    return terms.refuses(Code.CLASS_TEACHERS_NOT_IN_GROUP)


@add("A7-1", "Who assigns an assessment must be in the passback teacher group",
     "SK1.1", "SK1.3", when=by_assigner, alone=True)  # fmt: skip
def assigner_outside(p: Play) -> Nights:
    teacher = p.main.teachers[0]
    p.leave(teacher)
    quiz = p.assign("Quiz of an outsider", due=6, said=f"by {teacher.label}")
    p.score(quiz, p.student(0), 18)
    yield 0
    p.stays_out(quiz, Code.ASSIGNER_NOT_IN_GROUP)
    p.join(teacher)
    yield 1
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})


@add("A7-2", "A co-teacher who assigns must be in the group too, not only the main teacher",
     "SK1.3", "SK1.4", when=by_assigner, alone=True)  # fmt: skip
def co_teacher_assigns(p: Play) -> Nights:
    one = shared(p)
    main, other = one.teachers[:2]
    p.leave(other)
    theirs = p.assign("Quiz of the co-teacher", to=one, said=f"by {other.label}",
                      assignedBy=other.id)  # fmt: skip
    own = p.assign("Quiz of the main teacher", to=one, said=f"by {main.label}")
    yield 0
    p.stays_out(theirs, Code.ASSIGNER_NOT_IN_GROUP)
    p.column(own)


@add("A8-1", "The main teacher must be in the passback teacher group",
     "PS3.2", when=by_class, alone=True)  # fmt: skip
def main_teacher_outside(p: Play) -> Nights:
    teacher = p.main.teachers[0]
    p.leave(teacher)
    quiz = p.assign("Quiz of an outsider")
    p.score(quiz, p.student(0), 18)
    yield 0
    p.stays_out(quiz, Code.CLASS_TEACHERS_NOT_IN_GROUP)


@add("A8-2", "A class with two teachers passes back only when both are in the group",
     "PS3.2", "PS3.4", when=by_class, alone=True)  # fmt: skip
def co_teacher_outside(p: Play) -> Nights:
    one = shared(p)
    other = one.teachers[1]
    p.leave(other)
    quiz = p.assign("Quiz in a shared class", to=one, due=6)
    p.score(quiz, p.student(0, one), 18)
    yield 0
    p.stays_out(quiz, Code.CLASS_TEACHERS_NOT_IN_GROUP)
    p.join(other)
    yield 1
    p.column(quiz)
    p.shows(quiz, {p.student(0, one): 18})


@add("A9-1", "What an administrator outside the SIS assigns stays in Otus; a teacher's own passes",
     "SK1.5", "SK1.6")  # fmt: skip
def administrator_assigns(p: Play) -> Nights:
    said = "by an administrator who is not in the SIS"
    theirs = p.assign("District benchmark", said=said, assignedBy=p.administrator())
    own = p.assign("Benchmark of the class", said="by the teacher")
    for quiz in (theirs, own):
        p.score(quiz, p.student(0), 18)
    yield 0
    p.stays_out(theirs, Code.ASSIGNER_NOT_IN_SIS)
    p.column(own)
    p.shows(own, {p.student(0): 18})


@add("A16-1", "A teacher who joins the group later passes back what was assigned before, too",
     "PS3.5", "PS3.6", "SK1.7", alone=True)  # fmt: skip
def joins_later(p: Play) -> Nights:
    teacher = p.main.teachers[0]
    p.leave(teacher)
    quiz = p.assign("Before joining", due=1)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.count(quiz, 0)
    yield 2
    p.count(quiz, 0)
    p.join(teacher)
    yield 3
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})


@add("A16-2", "A teacher who leaves the group sends nothing more; what is there stays", alone=True)
def leaves(p: Play) -> Nights:
    quiz = p.assign("Before leaving", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.shows(quiz, {p.student(0): 18})
    p.leave(p.main.teachers[0])
    p.score(quiz, p.student(0), 12)
    yield 1
    p.shows(quiz, {p.student(0): 18})
    p.quiet()


def shared(p: Play) -> ChosenClass:
    """A class with two teachers; not played without."""
    return p.chosen.shared or p.skip(NO_CO_TEACHER)
