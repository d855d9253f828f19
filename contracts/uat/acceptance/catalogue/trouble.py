"""C8 to C10: what becomes of a night in which something goes wrong."""

from contracts.uat.acceptance.playing.play import Play
from contracts.uat.acceptance.playing.scenario import Catalogue, Nights
from contracts.vendors import VENDORS

CATALOGUE = Catalogue()
add = CATALOGUE.add
SCORES = sorted({f"{name}*" for v in VENDORS.values() for name in v.scores | v.batches})
COLUMNS = sorted({f"{name}*" for v in VENDORS.values() for name in v.columns})
"""Operations that write, in every version of an interface (hence the star)."""


@add("C8-1", "A score that the SIS did not take is sent again the next night, by itself",
     "SK5.6", "SK5.9", alone=True)  # fmt: skip
def not_posted(p: Play) -> Nights:
    quiz = p.assign("Quiz with bad luck", due=6)
    p.score(quiz, p.student(0), 18)
    for operation in SCORES:
        p.fault(operation=operation, action="status", status=500)
    p.trouble(f"{p.terms.label} fails whenever a score is written.")
    yield 0
    p.column(quiz)
    p.shows(quiz, {p.student(0): None})
    p.healed()
    yield 1
    p.shows(quiz, {p.student(0): 18})


@add("C8-2", "A night on which the SIS is down is made up for the next night", alone=True)
def down(p: Play) -> Nights:
    quiz = p.assign("Quiz of a bad night", due=6)
    p.score(quiz, p.student(0), 18)
    p.fault(action="status", status=503)
    p.trouble(f"{p.terms.label} is down.")
    p.may_fail = True
    yield 0
    p.count(quiz, 0)
    p.healed()
    yield 1
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})


@add("C9-1", "What is graded by the evening is in the gradebook the next morning", "SK5.3")
def next_morning(p: Play) -> Nights:
    quiz = p.assign("Graded in the evening")
    p.score(quiz, p.student(0), 18)
    p.count(quiz, 0)
    yield 0
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})


@add("C10-1", "An assignment whose confirmation was lost on the way is not made twice", alone=True)
def lost_answer(p: Play) -> Nights:
    quiz = p.assign("Lost confirmation", due=6)
    p.score(quiz, p.student(0), 18)
    for operation in COLUMNS:
        p.fault(operation=operation, action="drop_after")
    p.trouble(f"{p.terms.label} takes the assignment, and its answer is lost.")
    yield 0
    p.count(quiz, 1)
    p.healed()
    yield 1
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})
