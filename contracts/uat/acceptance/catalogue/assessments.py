"""A1 to A5, A13 to A15: what an assessment must be to pass back."""

from agent.policy import LongTitle
from agent.records import State
from agent.rules.codes import Code
from contracts.uat.acceptance.playing.play import Play
from contracts.uat.acceptance.playing.quiz import short
from contracts.uat.acceptance.playing.scenario import Catalogue, Nights

CATALOGUE = Catalogue()
add = CATALOGUE.add
LONG = "A very long title about fractions, ratios and percentages of all kinds"


@add(
    "A1-1", "An assessment on a points scale is in the gradebook the next morning, with its scores",
    "PS0.3", "PS2.1", "SK0.1", "SK2.1", "SK2.2",
)  # fmt: skip
def points_pass(p: Play) -> Nights:
    quiz = p.assign("Fractions quiz")
    p.score(quiz, p.student(0), 18)
    yield 0
    p.column(quiz, due=p.day(2), points=20)
    p.shows(quiz, {p.student(0): 18})


@add("A1-2", "An assessment on a standards-based scale stays in Otus", "SK2.2", "SK2.3")
def standards_stay(p: Play) -> Nights:
    quiz = p.assign("Mastery check", said="on a standards-based scale", gradingScale="standards")
    p.score(quiz, p.student(0), 4)
    yield 0
    p.stays_out(quiz, Code.STANDARDS_BASED_SCALE)


@add("A2-1", "A score of 8.5 out of 10 passes back with its decimal", "SK6.4", "SK6.5")
def decimals_in_scores(p: Play) -> Nights:
    quiz = p.assign("Short quiz", said="out of 10 points", totalPoints=10)
    p.score(quiz, p.student(0), 8.5)
    yield 0
    p.column(quiz, points=10)
    p.shows(quiz, {p.student(0): 8.5})


@add("A2-2", "An assessment out of 10.5 points stays in Otus", "SK6.4", "SK6.5")
def decimals_in_totals(p: Play) -> Nights:
    quiz = p.assign("Half point quiz", said="out of 10.5 points", totalPoints=10.5)
    p.score(quiz, p.student(0), 8)
    yield 0
    p.stays_out(quiz, Code.TOTAL_POINTS_NOT_WHOLE)


@add("A3-1", "An assessment counts in the final grade unless the teacher says otherwise", "SK3.6")
def included_by_default(p: Play) -> Nights:
    said = 'with "Include Score in Final Grade" as Otus sets it'
    quiz = p.assign("Default quiz", said=said, includeInFinalGrade=None)
    yield 0
    p.column(quiz)


@add("A3-2", 'With "Include Score in Final Grade" off, an assessment stays in Otus', "SK3.7")
def not_included(p: Play) -> Nights:
    said = 'with "Include Score in Final Grade" off'
    quiz = p.assign("Practice quiz", said=said, includeInFinalGrade=False)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.stays_out(quiz, Code.NOT_IN_FINAL_GRADE)


@add(
    "A3-3",
    "A plus (+) assessment passes back only once its toggle is on",
    "SK4.1",
    "SK4.2",
    "SK4.3",
)
def plus(p: Play) -> Nights:
    off = p.assign("Plus, toggle off", said="as a plus (+) assessment", kind="plus",
                   includeInFinalGrade=None)  # fmt: skip
    on = p.assign("Plus, toggle on", said="as a plus (+) assessment with the toggle on",
                  kind="plus")  # fmt: skip
    p.score(on, p.student(0), 17)
    yield 0
    p.stays_out(off, Code.NOT_IN_FINAL_GRADE)
    p.column(on, due=p.day(2))
    p.shows(on, {p.student(0): 17})


@add("A3-4", "Switched on later, it passes back after the next night", "SK6.13")
def included_later(p: Play) -> Nights:
    said = 'with "Include Score in Final Grade" off'
    quiz = p.assign("Late decision", said=said, includeInFinalGrade=False, due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.stays_out(quiz, Code.NOT_IN_FINAL_GRADE)
    p.edit(quiz, '"Include Score in Final Grade" is switched on', includeInFinalGrade=True)
    yield 1
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})


@add("A3-5", "Switched off later, nothing more is sent, and the gradebook keeps what it has")
def excluded_later(p: Play) -> Nights:
    quiz = p.assign("Second thoughts", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    said = '"Include Score in Final Grade" is switched off'
    p.edit(quiz, said, includeInFinalGrade=False)
    p.score(quiz, p.student(0), 12)
    yield 1
    p.shows(quiz, {p.student(0): 18})
    p.refused(quiz, Code.NOT_IN_FINAL_GRADE, p.student(0))


@add(
    "A4-1", "Each type of assessment lands in the category that the district chose",
    "PS1.1", "PS1.2", "PS1.6", "SK2.5",
)  # fmt: skip
def types_map(p: Play) -> Nights:
    made = [
        (into, p.assign(f"{type_} number {n}"[:40], said=f"of the type {type_}", type=type_))
        for n, (type_, into) in enumerate(p.chosen.types.items(), 1)
    ]
    yield 0
    for into, quiz in made:
        p.column(quiz, category=into)


@add("A4-2", "A type that the district maps to no category stays in Otus", "PS1.1")
def type_without_category(p: Play) -> Nights:
    strange = "A type that nobody mapped"
    quiz = p.assign("Unmapped quiz", said=f'of the type "{strange}"', type=strange)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.stays_out(quiz, Code.TYPE_NOT_MAPPED)


@add("A5-1", "While the category is off in the teacher's account, the assessment waits", "PS1.5",
     alone=True)  # fmt: skip
def category_off(p: Play) -> Nights:
    teacher, into = p.main.teachers[0], next(iter(p.chosen.types.values()))
    body = {"teacher": teacher.id}
    path = ("categories", p.category_id(into))
    p.office(f'{teacher.label} switches the category "{into}" off.', "POST", *path, "deactivate",
             body=body)  # fmt: skip
    quiz = p.assign("Quiz without a category", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.stays_out(quiz, Code.CATEGORY_NOT_ACTIVE)
    p.office(f'{teacher.label} switches "{into}" on again.', "POST", *path, "activate", body=body)
    yield 1
    p.column(quiz, category=into)
    p.shows(quiz, {p.student(0): 18})


@add("A13-1", "An assessment of a class that no section of the SIS belongs to stays in Otus")
def class_without_section(p: Play) -> Nights:
    club = p.club()
    entry = {"classId": club, "assignedDate": p.day(0).isoformat(),
             "dueDate": p.day(2).isoformat(), "students": None}  # fmt: skip
    quiz = p.assign("Club quiz", said="but in a club that the SIS does not have", classes=[entry])
    yield 0
    p.stays_out(quiz, Code.CLASS_NOT_LINKED)


@add("A14-1", "A title of 50 characters or more is shortened",
     when=lambda terms: terms.policy.long_title is LongTitle.SHORTEN)  # fmt: skip
def long_title(p: Play) -> Nights:
    quiz = p.assign(LONG)
    yield 0
    p.column(quiz, title=short(quiz.title))


@add("A14-1", "A title of 50 characters or more stays in Otus until it is shortened there",
     when=lambda terms: terms.policy.long_title is LongTitle.REFUSE)  # fmt: skip
def long_title_refused(p: Play) -> Nights:
    quiz = p.assign(LONG, due=6)
    yield 0
    p.stays_out(quiz, Code.TITLE_TOO_LONG)
    p.edit(quiz, "the title is shortened", title="A shorter title")
    yield 1
    p.column(quiz, title=quiz.title)


@add("A15-1", "The same assessment assigned twice to a class is there once, until one is renamed",
     when=lambda terms: terms.refuses(Code.DUPLICATE_OF))  # fmt: skip
def assigned_twice(p: Play) -> Nights:
    quiz = p.assign("Benchmark", due=6, activityId="benchmark")
    again = p.assign("Benchmark", due=6, said="a second time", activityId="benchmark")
    yield 0
    p.count(quiz, 1)
    p.refused(again, Code.DUPLICATE_OF)
    p.edit(again, "the second one is renamed", title="Benchmark, second try")
    yield 1
    p.state(again, State.CREATED)
