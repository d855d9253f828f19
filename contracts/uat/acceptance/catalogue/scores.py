"""B1 to B9: which scores pass back, and what an empty cell means."""

from agent.policy import MissingAfterDue
from agent.records import State
from agent.rules.codes import Code
from contracts.uat.acceptance.playing.play import Play
from contracts.uat.acceptance.playing.scenario import Catalogue, Nights
from contracts.uat.acceptance.terms import Terms

CATALOGUE = Catalogue()
add = CATALOGUE.add
AFTER_DUE = 3
"""The night after the usual due date, which is day 2."""


def zeros(terms: Terms) -> bool:
    """Missing work gets a 0 once it is past due."""
    return terms.policy.missing_after_due is MissingAfterDue.ZERO


def withheld(terms: Terms) -> bool:
    """The district writes no such 0."""
    return not zeros(terms)


@add("B1-1", "Scores arrive exactly: decimals, a 0 that the teacher gave, and extra credit",
     "SK5.3", "SK6.4")  # fmt: skip
def exact(p: Play) -> Nights:
    quiz = p.assign("Exact scores")
    given = dict(zip(map(p.student, range(2)), (8.5, 0.0), strict=True))
    if len(p.main.students) > 2:
        given[p.student(2)] = 21.5
    for student, points in given.items():
        p.score(quiz, student, points)
    yield 0
    p.shows(quiz, given)


@add("B2-1", 'Work that is "Turned In" and not graded to the end waits, also past its due date',
     "SK5.1", "SK5.2")  # fmt: skip
def turned_in(p: Play) -> Nights:
    quiz = p.assign("Essay")
    p.progress(quiz, p.student(0), "hands in; one question is not graded yet", "turned_in", 12)
    yield 0
    p.shows(quiz, {p.student(0): None})
    yield AFTER_DUE
    p.shows(quiz, {p.student(0): None})
    p.refused(quiz, Code.NOT_FULLY_GRADED, p.student(0))
    p.score(quiz, p.student(0), 14)
    yield AFTER_DUE + 1
    p.shows(quiz, {p.student(0): 14})


@add("B3-1", "Before the due date, a student without a score has an empty cell", "SK5.6", "SK5.7",
     "SK6.6")  # fmt: skip
def not_due(p: Play) -> Nights:
    quiz = p.assign("Quiz that is not due")
    p.score(quiz, p.student(0), 18)
    yield 0
    p.shows(quiz, {p.student(0): 18, p.student(1): None})
    p.refused(quiz, Code.NOT_DUE_YET, p.student(1))


@add("B4-1", "A student who handed in nothing gets a 0 the night after the due date", "SK6.6",
     "SK6.7", when=zeros)  # fmt: skip
def missing_work(p: Play) -> Nights:
    quiz = p.assign("Quiz that nobody forgot")
    p.score(quiz, p.student(0), 18)
    yield 2
    p.shows(quiz, {p.student(0): 18, p.student(1): None})
    yield AFTER_DUE
    p.shows(quiz, {p.student(0): 18, p.student(1): 0})


@add("B4-1", "A student who handed in nothing keeps an empty cell, since this district sends no 0",
     "SK6.6", "SK6.7", when=withheld)  # fmt: skip
def missing_work_withheld(p: Play) -> Nights:
    quiz = p.assign("Quiz that somebody forgot")
    p.score(quiz, p.student(0), 18)
    yield AFTER_DUE
    p.shows(quiz, {p.student(0): 18, p.student(1): None})
    p.refused(quiz, Code.WITHHELD_MISSING, p.student(1))


@add("B4-2", "Where the teacher typed a score, no 0 for missing work comes over it", when=zeros)
def typed_before_zero(p: Play) -> Nights:
    quiz = p.assign("Quiz with a typed score")
    yield 0
    p.type_in(quiz, p.student(0), 15)
    yield AFTER_DUE
    p.shows(quiz, {p.student(0): 15, p.student(1): 0})
    p.state(quiz, State.KEPT, p.student(0))


@add("B5-1", "A student to whom it was not assigned has an empty cell, and never a 0", "SK5.6",
     "SK5.8")  # fmt: skip
def not_assigned(p: Play) -> Nights:
    one, other = p.student(0), p.student(1)
    listed = [{"studentId": one.id, "assignedDate": None}]
    quiz = p.assign("Make-up quiz", said=f"to {one.label} alone", students=listed)
    p.score(quiz, one, 18)
    yield 0
    p.shows(quiz, {one: 18, other: None})
    yield AFTER_DUE
    p.shows(quiz, {one: 18, other: None})
    p.refused(quiz, Code.NOT_ASSIGNED, other)


@add("B6-1", "A student who left the class is skipped, and the rest of the class goes on",
     alone=True)  # fmt: skip
def dropped(p: Play) -> Nights:
    gone, here = p.student(0), p.student(1)
    quiz = p.assign("Quiz after a drop", due=6)
    yield 0
    p.office(f"{gone.label} leaves the class.", "POST", "students", gone.id, "drop",
             body={"section": p.main.id})  # fmt: skip
    p.score(quiz, gone, 18)
    p.score(quiz, here, 17)
    yield 1
    p.refused(quiz, Code.NOT_ENROLLED, gone)
    p.shows(quiz, {here: 17})


@add("B7-1", "A status such as Late or Missing stays in Otus; the score goes", "SK6.1")
def statuses(p: Play) -> Nights:
    quiz = p.assign("Late work")
    p.score(quiz, p.student(0), 18, "late")
    yield 0
    p.shows(quiz, {p.student(0): 18})
    beside = p.beside(quiz, p.student(0))
    p.expect("no status stands beside it", ", ".join(beside) or "no status", ok=not beside)


@add("B7-2", "The score of an Excluded student stays in Otus",
     when=lambda terms: not terms.policy.send_excluded)  # fmt: skip
def excluded(p: Play) -> Nights:
    quiz = p.assign("Excluded score")
    p.score(quiz, p.student(0), 18, "excluded")
    yield 0
    p.shows(quiz, {p.student(0): None})
    p.refused(quiz, Code.EXCLUDED, p.student(0))


@add("B7-2", "The score of an Excluded student passes back, as this district chose",
     when=lambda terms: terms.policy.send_excluded)  # fmt: skip
def excluded_sent(p: Play) -> Nights:
    quiz = p.assign("Excluded score")
    p.score(quiz, p.student(0), 18, "excluded")
    yield 0
    p.shows(quiz, {p.student(0): 18})


@add("B7-3", "An Excused student without a score gets no 0",
     when=lambda terms: zeros(terms) and not terms.policy.zero_excused)  # fmt: skip
def excused(p: Play) -> Nights:
    quiz = p.assign("Excused work")
    p.score(quiz, p.student(0), None, "excused")
    yield AFTER_DUE
    p.shows(quiz, {p.student(0): None})
    p.refused(quiz, Code.EXCUSED_NO_SCORE, p.student(0))


@add("B7-3", "An Excused student without a score gets a 0 too, as this district chose",
     when=lambda terms: zeros(terms) and terms.policy.zero_excused)  # fmt: skip
def excused_zero(p: Play) -> Nights:
    quiz = p.assign("Excused work")
    p.score(quiz, p.student(0), None, "excused")
    yield AFTER_DUE
    p.shows(quiz, {p.student(0): 0})


@add("B7-4", "A status that the teacher sets in the gradebook survives a later score", "SK6.2")
def status_by_hand(p: Play) -> Nights:
    quiz = p.assign("Status by hand", due=6)
    p.score(quiz, p.student(0), 12)
    yield 0
    p.type_in(quiz, p.student(0), 12, "marks the score Late", status="late")
    p.score(quiz, p.student(0), 18)
    yield 1
    p.shows(quiz, {p.student(0): 18})
    beside = p.beside(quiz, p.student(0))
    p.expect("it is still marked late", ", ".join(beside) or "no status", ok="late" in beside)


@add("B9-1", "A score that is no score is refused by itself, and the rest of the class goes on")
def broken(p: Play) -> Nights:
    quiz = p.assign("Quiz with a broken score")
    p.score(quiz, p.student(0), -3)
    p.score(quiz, p.student(1), 17)
    yield 0
    p.shows(quiz, {p.student(0): None, p.student(1): 17})
    p.refused(quiz, Code.SCORE_INVALID, p.student(0))
