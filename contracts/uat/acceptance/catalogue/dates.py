"""A6 and A10 to A12: assigned dates, due dates and grading periods."""

from datetime import date, timedelta

from agent.rules.codes import Code
from contracts.uat.acceptance.playing.play import Play
from contracts.uat.acceptance.playing.quiz import day_words
from contracts.uat.acceptance.playing.scenario import Catalogue, Nights
from contracts.uat.acceptance.terms import Terms

CATALOGUE = Catalogue()
add = CATALOGUE.add
DAY = timedelta(days=1)


def by_period(terms: Terms) -> bool:
    """A due date must lie in the current grading period (A11)."""
    return terms.refuses(Code.DUE_OUTSIDE_CURRENT_PERIOD)


@add("A6-1", "What was assigned before the effective date stays in Otus", "PS2.1", "PS2.2",
     "PS2.3")  # fmt: skip
def before_effective(p: Play) -> Nights:
    day = p.policy.effective_date - DAY
    quiz = p.assign("Early quiz", assigned=day, said=f"assigned on {day_words(day)}, one day early")
    p.score(quiz, p.student(0), 18)
    yield 0
    p.stays_out(quiz, Code.BEFORE_EFFECTIVE_DATE)


@add("A6-2", "What was assigned on the effective date passes back", "PS2.2", "PS2.3", "PS2.4")
def on_effective(p: Play) -> Nights:
    day = p.policy.effective_date
    quiz = p.assign("First quiz", assigned=day, said=f"assigned on {day_words(day)}, the first day")
    p.score(quiz, p.student(0), 18)
    yield 0
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})


@add("A6-3", "An assessment assigned for a later day is in the gradebook from that day on")
def assigned_later(p: Play) -> Nights:
    said = f"assigned for {day_words(p.day(2))}"
    quiz = p.assign("Quiz of a later day", assigned=2, due=6, said=said)
    yield 0
    p.stays_out(quiz, Code.NOT_ASSIGNED_YET)
    yield 2
    p.column(quiz)


@add("A10-1", "Without a due date, Otus takes the assigned date and seven days", "SK3.1", "SK3.2")
def no_due_date(p: Play) -> Nights:
    quiz = p.assign("Quiz without a date", due=None)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.column(quiz, due=p.day(7))
    p.shows(quiz, {p.student(0): 18})


@add("A10-2", "A plus (+) assessment without a due date is due seven days after it is submitted",
     "SK4.3", "SK4.4")  # fmt: skip
def plus_without_due(p: Play) -> Nights:
    said = f"as a plus (+) assessment, submitted on {day_words(p.day(1))}"
    quiz = p.assign("Plus without a date", due=None, said=said, kind="plus",
                    submissionDate=p.day(1).isoformat())  # fmt: skip
    yield 0
    p.column(quiz, due=p.day(8))


@add("A10-3", "A due date that Otus worked out may fall after the grading period: it stays in Otus",
     "SK3.3", when=by_period)  # fmt: skip
def computed_outside(p: Play) -> Nights:
    end = last_day(p)
    said = f"as a plus (+) assessment, submitted on {day_words(end)}, the period's last day"
    quiz = p.assign("Plus at the end", due=None, said=said, kind="plus",
                    submissionDate=end.isoformat())  # fmt: skip
    yield 0
    p.stays_out(quiz, Code.DUE_OUTSIDE_CURRENT_PERIOD)


@add("A11-1", "Due after the current grading period it stays in Otus; due on its last day, not",
     "SK3.4", "SK3.5", when=by_period)  # fmt: skip
def due_outside(p: Play) -> Nights:
    late = p.assign("Due a day too late", due=last_day(p) + DAY)
    just = p.assign("Due on the last day", due=last_day(p))
    yield 0
    p.stays_out(late, Code.DUE_OUTSIDE_CURRENT_PERIOD)
    p.column(just, due=last_day(p))


@add("A12-1", "Once the office closes the grading period, no score in it changes any more",
     "SK1.8", "SK5.4", "SK5.5", alone=True)  # fmt: skip
def closed(p: Play) -> Nights:
    quiz = p.assign("Quiz of the period", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.shows(quiz, {p.student(0): 18})
    p.office("The office closes the grading period.", "POST", "periods", p.period_id(), "close")
    p.score(quiz, p.student(0), 12)
    late = p.assign("Quiz after the close", due=6)
    yield 1
    p.shows(quiz, {p.student(0): 18})
    p.refused(quiz, Code.GRADING_PERIOD_CLOSED, p.student(0))
    p.stays_out(late, Code.GRADING_PERIOD_CLOSED)


@add("A12-2", "When the office opens the period again, what waited passes back", alone=True)
def reopened(p: Play) -> Nights:
    p.office("The office closes the grading period.", "POST", "periods", p.period_id(), "close")
    quiz = p.assign("Quiz that waits", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.stays_out(quiz, Code.GRADING_PERIOD_CLOSED)
    p.office("The office opens it again.", "POST", "periods", p.period_id(), "reopen")
    yield 1
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})


@add("A12-3", "An assessment due after the term of its class stays in Otus",
     when=lambda terms: terms.refuses(Code.DUE_OUTSIDE_TERM))  # fmt: skip
def due_outside_term(p: Play) -> Nights:
    ends = max(date.fromisoformat(one["end"]) for one in p.periods())
    quiz = p.assign("Due next year", due=ends + 365 * DAY)
    yield 0
    p.stays_out(quiz, Code.DUE_OUTSIDE_TERM)


def last_day(p: Play) -> date:
    """The last day of the current grading period."""
    return next(
        date.fromisoformat(one["end"])
        for one in p.periods()
        if one["start"] <= p.day(0).isoformat() <= one["end"]
    )
