"""The set-up of a district as its roster shows it: categories, teacher group, periods, people."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from agent.rules.codes import Code
from contracts.uat.acceptance.chosen import Names, usable_types
from contracts.uat.acceptance.terms import Terms
from contracts.uat.acceptance.worlds import brought_categories
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.sis import periods_of
from mock_sis.world.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionMap:
    """A class that the SIS teaches, and what stands in its way.

    Attributes:
        categories: type of Otus -> category into which it goes there; None where that is missing.
        outside: its teachers who are not in the group.
    """

    id: str
    title: str
    students: int
    teachers: int
    categories: Mapping[str, str | None]
    outside: Sequence[str]

    @property
    def missing(self) -> list[str]:
        """The types that cannot pass there."""
        return [type_ for type_, into in self.categories.items() if into is None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodOf:
    """A grading period; `state` is open, closed or upcoming on the evening that is looked at."""

    title: str
    start: date
    end: date
    state: str
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a person should look at before go-live; no failure."""

    title: str
    words: str
    listed: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What was found."""

    sections: Sequence[SectionMap]
    periods: Sequence[PeriodOf]
    findings: Sequence[Finding]
    mapping: Mapping[str, str]
    brought_categories: bool
    group: int
    students: int

    def covered(self) -> dict[str, int]:
        """Type of Otus -> classes in which its category is active."""
        counts = Counter(
            type_ for one in self.sections for type_, into in one.categories.items() if into
        )
        return {type_: counts[type_] for type_ in self.mapping}


def look_at(world: World, book: Gradebook, terms: Terms, tonight: date, names: Names) -> Setup:
    """Look at a world whose clock stands on *tonight*."""
    group = {record["teacherId"] for record in world.feed.records("groupMember")}
    sections = list(_sections(world, book, terms, names, group))
    periods = [
        PeriodOf(
            title=p.title, start=p.start, end=p.end, state=p.state.value, current=p.holds(tonight)
        )
        for p in periods_of(world)
    ]
    brought = brought_categories(world)
    return Setup(
        sections=sections,
        periods=periods,
        findings=[
            *_categories(sections, terms, brought=brought),
            *_group(sections, terms),
            *_people(world, sections),
            *_calendar(periods, terms, tonight),
        ],
        mapping=dict(terms.policy.categories),
        brought_categories=brought,
        group=len(group),
        students=sum(1 for _ in world.feed.records("student")),
    )


def _sections(
    world: World, book: Gradebook, terms: Terms, names: Names, group: set[str]
) -> Iterator[SectionMap]:
    """Every section that is taught, by title."""
    rows = world.db.read(
        "SELECT section.id, section.title,"
        " count(DISTINCT iif(role = 'student', person, NULL)) AS students FROM section"
        " LEFT JOIN enrolment ON enrolment.section = section.id AND enrolment.active = 1"
        " WHERE section.active = 1 GROUP BY section.id ORDER BY section.title, section.id"
    )
    taught = {c["sectionId"]: c["teachers"] for c in world.feed.records("class")}
    for row in rows:
        teachers = [t["teacherId"] for t in taught.get(row["id"], [])]
        usable = usable_types(book, terms.policy, row["id"])
        yield SectionMap(
            id=row["id"],
            title=row["title"],
            students=row["students"],
            teachers=len(teachers),
            categories={type_: usable.get(type_) for type_ in terms.policy.categories},
            outside=[_told(names, id_) for id_ in teachers if id_ not in group],
        )


def _told(names: Names, teacher: str) -> str:
    """A teacher as somebody can find them: without names, by the number in the SIS."""
    label = names.of("teacher", teacher)
    return label if names.named else f"{label} (SIS id {teacher})"


def _categories(
    sections: Sequence[SectionMap], terms: Terms, *, brought: bool
) -> Iterator[Finding]:
    if not terms.policy.categories:
        words = "[policy.categories] is empty, so nothing passes back."
        yield Finding(title="No type has a category", words=words)
    if not brought:
        yield Finding(
            title="The export has no categories",
            words="Those of the policy were taken to be there and active in every class. Ask the"
            f" administrator of {terms.label} whether they are.",
        )
    lacking = [one for one in sections if one.missing]
    if lacking:
        yield Finding(
            title=f"A category is missing in {_many(len(lacking), 'class')}",
            words="Assessments of these types stay in Otus there until the category is active.",
            listed=[f"{one.title}: {', '.join(one.missing)}" for one in lacking],
        )


def _group(sections: Sequence[SectionMap], terms: Terms) -> Iterator[Finding]:
    blocked = [one for one in sections if one.outside]
    if not blocked:
        return
    whole = terms.refuses(Code.CLASS_TEACHERS_NOT_IN_GROUP)
    words = (
        "These classes pass nothing back until all of their teachers are in the group."
        if whole
        else "What these teachers assign stays in Otus until they are in the group."
    )
    yield Finding(
        title=f"Teachers outside the passback group teach {_many(len(blocked), 'class')}",
        words=words,
        listed=[f"{one.title}: {', '.join(one.outside)}" for one in blocked],
    )


def _people(world: World, sections: Sequence[SectionMap]) -> Iterator[Finding]:
    alone = [one.title for one in sections if not one.teachers]
    if alone:
        words = "Nobody can assign anything to them, so they pass nothing back."
        title = f"{_many(len(alone), 'class')} without a teacher"
        yield Finding(title=title, words=words, listed=alone)
    ids = [record["sisId"] for record in world.feed.records("student")]
    without = sum(not id_ for id_ in ids)
    if without:
        words = "Their scores stay in Otus until they have the id that the SIS knows them by."
        yield Finding(title=f"{_many(without, 'student')} without a SIS id", words=words)
    shared = sum(n > 1 for id_, n in Counter(ids).items() if id_)
    if shared:
        words = "Nobody can tell whose score is whose: correct the ids in Otus."
        yield Finding(title=f"{_many(shared, 'SIS id')} stand for several students", words=words)
    empty = [one.title for one in sections if not one.students]
    if empty:
        words = "That is no fault, if it is meant so."
        title = f"{_many(len(empty), 'class')} without students"
        yield Finding(title=title, words=words, listed=empty)


def _calendar(periods: Sequence[PeriodOf], terms: Terms, tonight: date) -> Iterator[Finding]:
    if not periods:
        words = "Without them no due date lies in one."
        yield Finding(title="The export has no grading periods", words=words)
    elif not any(period.current for period in periods):
        words = f"No grading period contains {tonight}."
        yield Finding(title="Tonight lies outside every grading period", words=words)
    effective = terms.policy.effective_date
    if periods and effective > max(period.end for period in periods):
        words = f"{effective} is after the last grading period, so nothing passes back."
        yield Finding(title="The effective date is too late", words=words)


def _many(number: int, what: str) -> str:
    plural = what + ("es" if what.endswith("s") else "s")
    return f"{number} {what if number == 1 else plural}"
