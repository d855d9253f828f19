"""C1 to C7: what is sent again, and what a teacher's hand in the gradebook is worth."""

from agent.policy import MissingAfterDue, Overwrite
from agent.records import State
from agent.rules.codes import Code
from contracts.uat.acceptance.playing.play import Play
from contracts.uat.acceptance.playing.scenario import Catalogue, Nights

CATALOGUE = Catalogue()
add = CATALOGUE.add


@add("C1-1", "A night on which nothing changed in Otus sends nothing", "SK6.8", "SK6.9", alone=True)
def unchanged(p: Play) -> Nights:
    quiz = p.assign("Quiz that rests", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})
    yield 1
    p.quiet()
    p.shows(quiz, {p.student(0): 18})


@add("C2-1", "A score changed and changed back is right in the gradebook each time")
def there_and_back(p: Play) -> Nights:
    quiz = p.assign("There and back", due=6)
    for day, points in enumerate((18, 12, 18)):
        p.score(quiz, p.student(0), points)
        yield day
        p.shows(quiz, {p.student(0): points})


@add("C3-1", "A new title, due date or total replaces the entry, and makes no second one",
     "SK6.10", "SK6.11", "SK6.16", "SK6.17")  # fmt: skip
def edited(p: Play) -> Nights:
    quiz = p.assign("Old title", due=4)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.edit(quiz, "new title, due a day later, out of 25 points", title="New title", due=5,
           totalPoints=25)  # fmt: skip
    yield 1
    p.column(quiz, title=quiz.title, due=p.day(5), points=25)
    p.shows(quiz, {p.student(0): 18})


@add("C3-2", "Another type moves the entry into another category", "SK6.10", "SK6.17")
def retyped(p: Play) -> Nights:
    type_ = p.other_type()
    quiz = p.assign("Quiz that became something else", due=6)
    yield 0
    p.edit(quiz, f"the type is now {type_}", type=type_)
    yield 1
    p.column(quiz, category=p.chosen.types[type_])


@add("C3-3", "A score changed in Otus replaces the one in the gradebook", "SK6.12", "SK6.17")
def regraded(p: Play) -> Nights:
    quiz = p.assign("Regraded quiz", due=6)
    p.score(quiz, p.student(0), 12)
    yield 0
    p.score(quiz, p.student(0), 17.5)
    yield 1
    p.column(quiz)
    p.shows(quiz, {p.student(0): 17.5})


@add("C4-1", "Unassigned and assigned again, it is in the gradebook twice; the old one stays",
     "SK6.18")  # fmt: skip
def reassigned(p: Play) -> Nights:
    quiz = p.assign("Assigned twice", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.count(quiz, 1)
    p.unassign(quiz)
    p.assign("Assigned twice", due=6, said="again")
    yield 1
    p.count(quiz, 2)
    p.state(quiz, State.ORPHANED)


@add("C5-1", "A category that the teacher chose in the gradebook stays, whatever else is edited",
     "PS1.6", "SK2.6", "SK6.14",
     when=lambda terms: terms.policy.overwrite is Overwrite.CHANGED_FIELDS)  # fmt: skip
def own_category(p: Play) -> Nights:
    into = p.chosen.types[p.other_type()]
    quiz = p.assign("Own category", due=6)
    yield 0
    p.change(quiz, f'moves it into "{into}"', category=p.category_id(into))
    p.edit(quiz, "the title is corrected", title="Own category, corrected")
    yield 1
    p.column(quiz, title=quiz.title, category=into)


@add("C5-1", "An edit in Otus sends the whole entry again, also over the category that the teacher"
     " chose", "PS1.6", "SK2.6", "SK6.14",
     when=lambda terms: terms.policy.overwrite is Overwrite.WHOLE_RECORD)  # fmt: skip
def whole_record(p: Play) -> Nights:
    into = p.chosen.types[p.other_type()]
    first = next(iter(p.chosen.types.values()))
    quiz = p.assign("Own category", due=6)
    yield 0
    p.change(quiz, f'moves it into "{into}"', category=p.category_id(into))
    yield 1
    p.column(quiz, category=into)
    p.edit(quiz, "the title is corrected", title="Own category, corrected")
    yield 2
    p.column(quiz, title=quiz.title, category=first)


@add("C5-2", "A score that the teacher types stays as long as Otus has no other", "SK6.14")
def own_score(p: Play) -> Nights:
    quiz = p.assign("Typed over", due=6)
    p.score(quiz, p.student(0), 18)
    p.score(quiz, p.student(1), 11)
    yield 0
    p.type_in(quiz, p.student(0), 19)
    p.edit(quiz, "the title is corrected", title="Typed over, corrected")
    p.score(quiz, p.student(1), 12)
    yield 1
    p.shows(quiz, {p.student(0): 19, p.student(1): 12})
    p.score(quiz, p.student(0), 16)
    yield 2
    p.shows(quiz, {p.student(0): 16})


@add("C5-3", "An empty cell goes when a 0 is entered, in Otus or in the gradebook", "SK5.10")
def zero_by_hand(p: Play) -> Nights:
    in_otus, in_book = p.student(0), p.student(1)
    quiz = p.assign("Zero by hand", due=6)
    yield 0
    p.shows(quiz, {in_otus: None, in_book: None})
    p.score(quiz, in_otus, 0)
    p.type_in(quiz, in_book, 0)
    yield 1
    p.shows(quiz, {in_otus: 0, in_book: 0})


@add("C5-4", "A first score in Otus replaces the 0 that the teacher typed meanwhile", "SK5.10",
     "SK6.12")  # fmt: skip
def first_score_over_zero(p: Play) -> Nights:
    quiz = p.assign("Zero, then a score", due=6)
    yield 0
    p.type_in(quiz, p.student(0), 0)
    yield 1
    p.shows(quiz, {p.student(0): 0})
    p.score(quiz, p.student(0), 15)
    yield 2
    p.shows(quiz, {p.student(0): 15})


@add("C5-5", "A comment that the teacher writes beside a score survives a new score")
def comment(p: Play) -> Nights:
    quiz = p.assign("Commented quiz", due=6)
    p.score(quiz, p.student(0), 12)
    yield 0
    p.type_in(quiz, p.student(0), 12, "writes a comment", comment="See me")
    p.score(quiz, p.student(0), 18)
    yield 1
    p.shows(quiz, {p.student(0): 18})
    found = p.comment(quiz, p.student(0))
    p.expect("the comment is still there", found or "no comment", ok=found == "See me")


@add("C6-1", "A score that comes after the due date replaces the 0", "SK6.12",
     when=lambda terms: terms.policy.missing_after_due is MissingAfterDue.ZERO)  # fmt: skip
def late_score(p: Play) -> Nights:
    quiz = p.assign("Late quiz", due=1)
    yield 2
    p.shows(quiz, {p.student(0): 0})
    p.score(quiz, p.student(0), 15)
    yield 3
    p.shows(quiz, {p.student(0): 15})


@add("C6-1", "A score that comes after the due date passes back", "SK6.12",
     when=lambda terms: terms.policy.missing_after_due is MissingAfterDue.WITHHOLD)  # fmt: skip
def late_score_without_zero(p: Play) -> Nights:
    quiz = p.assign("Late quiz", due=1)
    yield 2
    p.shows(quiz, {p.student(0): None})
    p.score(quiz, p.student(0), 15)
    yield 3
    p.shows(quiz, {p.student(0): 15})


@add("C6-2", "A score removed in Otus before the due date leaves an empty cell",
     when=lambda terms: terms.traits.clears_scores)  # fmt: skip
def removed(p: Play) -> Nights:
    quiz = p.assign("Removed score", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.score(quiz, p.student(0), None)
    yield 1
    p.shows(quiz, {p.student(0): None})
    p.refused(quiz, Code.SCORE_WITHDRAWN, p.student(0))


@add("C6-2", "A score removed in Otus stays in the gradebook until the teacher clears it",
     when=lambda terms: not terms.traits.clears_scores)  # fmt: skip
def removed_and_held(p: Play) -> Nights:
    quiz = p.assign("Removed score", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.score(quiz, p.student(0), None)
    yield 1
    p.shows(quiz, {p.student(0): 18})
    p.refused(quiz, Code.SCORE_WITHDRAWN, p.student(0))


@add("C6-3", "A score removed in Otus after the due date never turns into a 0")
def removed_late(p: Play) -> Nights:
    quiz = p.assign("Removed late", due=1)
    p.score(quiz, p.student(0), 18)
    yield 2
    p.score(quiz, p.student(0), None)
    yield 3
    p.shows(quiz, {p.student(0): 18})
    p.state(quiz, State.HELD, p.student(0))


@add("C7-1", "An assignment that the teacher deleted is not made again",
     when=lambda terms: not terms.policy.recreate_deleted)  # fmt: skip
def deleted(p: Play) -> Nights:
    quiz = p.assign("Deleted quiz", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.delete(quiz)
    p.edit(quiz, "the title is corrected", title="Deleted quiz, corrected")
    yield 1
    p.count(quiz, 0)
    p.state(quiz, State.DELETED_IN_SIS)


@add("C7-1", "An assignment that the teacher deleted is made again when Otus changes, as this"
     " district chose", when=lambda terms: terms.policy.recreate_deleted)  # fmt: skip
def recreated(p: Play) -> Nights:
    quiz = p.assign("Deleted quiz", due=6)
    p.score(quiz, p.student(0), 18)
    yield 0
    p.delete(quiz)
    p.edit(quiz, "the title is corrected", title="Deleted quiz, corrected")
    yield 1
    p.edit(quiz, "the title is corrected once more", title="Deleted quiz, once more")
    yield 2
    p.column(quiz)
    p.shows(quiz, {p.student(0): 18})
