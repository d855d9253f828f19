"""Findings about categories: types without a mapping, and every mapping held against the SIS."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from agent.domain import Section, SectionId, Who
from agent.policy import Policy
from agent.preflight.feed import Feed
from agent.probe import FEW, Probe, SisCategory, bad, doubtful, good, some

_CATEGORIES = "[policy.categories]"


def type_probe(feed: Feed, policy: Policy) -> Probe:
    """Types in use that map to no category (A4)."""
    types = feed.types()
    unmapped = [
        f'"{kind}" ({number})'
        for kind, number in sorted(types.items())
        if policy.category_for(kind) is None
    ]
    if not unmapped:
        return good("assessment types", f"{len(types)} in use, each with a mapping")
    return doubtful(
        "assessment types",
        f"without a mapping in {_CATEGORIES}, so they do not pass: {some(unmapped)}",
        Who.OPERATOR,
        f"add each type that should pass to {_CATEGORIES}",
        where=_CATEGORIES,
    )


def mapping_probes(
    policy: Policy,
    offered: Sequence[SisCategory],
    looked_at: Mapping[SectionId, Section],
    classes: Mapping[SectionId, Sequence[str]],
) -> Iterator[Probe]:
    """Every mapping, held against the categories of the SIS and of the sections *looked_at*.

    *classes*: of each section, with their teachers, for a person.
    """
    if not policy.categories:
        yield bad(
            "mapping",
            f"{_CATEGORIES} is empty: nothing passes",
            Who.OPERATOR,
            f"map each Otus type to a category of the SIS: {_offered(offered)}",
            where=_CATEGORIES,
        )
        return
    existing = []
    for type_, wanted in policy.categories.items():
        found = [each for each in offered if each.answers_to(wanted)]
        if not found:
            yield bad(
                f'mapping of "{type_}"',
                f'no such category "{wanted}"; there are: {_offered(offered)}',
                Who.OPERATOR,
                f"name one of these in {_CATEGORIES}, or have the district make the category",
                where=_CATEGORIES,
            )
        elif not any(each.active for each in found):
            yield bad(
                f'mapping of "{type_}"',
                f'the category "{wanted}" is not active',
                Who.SIS,
                "switch the district's category on, or map the type to another",
                where=_CATEGORIES,
            )
        else:
            existing.append(wanted)
    if existing:
        yield _activity(list(dict.fromkeys(existing)), looked_at, classes)


def _activity(
    existing: Sequence[str],
    looked_at: Mapping[SectionId, Section],
    classes: Mapping[SectionId, Sequence[str]],
) -> Probe:
    """Whether the mapped categories are active in each teacher's account (A5)."""
    name = "mapped categories"
    listed = _quoted(existing)
    if not looked_at:
        return good(name, f"the SIS has {listed}")
    idle: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for id_, section in looked_at.items():
        lacks = tuple(each for each in existing if each.casefold() not in section.categories)
        if lacks:
            idle[lacks].append(" ".join([f"{id_}", *classes.get(id_, ())]))
    if not idle:
        return good(name, f"active in section {some([*looked_at], most=FEW)}: {listed}")
    told = "; ".join(
        f"not active in section {some(sections)}: {_quoted(lacks)}"
        for lacks, sections in idle.items()
    )
    fix = (
        "have these teachers switch the category on in their own gradebook, or have the district"
        " make it one that they cannot switch off"
    )
    if idle.keys() == {tuple(existing)} and len(idle[tuple(existing)]) == len(looked_at):
        return bad(name, f"none is active, so nothing passes: {told}", Who.TEACHER, fix)
    return doubtful(name, told, Who.TEACHER, fix)


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{each}"' for each in names)


def _offered(offered: Sequence[SisCategory]) -> str:
    """The categories of the SIS, each by its names."""
    told = [
        each.title + (f" (code {each.code})" if each.code else "")
        for each in offered
        if each.active
    ]
    return some(sorted(set(told))) if told else "none"
