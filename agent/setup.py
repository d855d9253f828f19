"""What the set-up of a district is worth, for `check`: pure.

Credentials that work prove little: a mapping to a category that the SIS does not have, or a teacher
group in which no class is complete, and nothing passes back, night after night.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from agent.domain import (
    Assessment,
    Class,
    ClassId,
    GroupMember,
    PersonId,
    Section,
    SectionId,
)
from agent.policy import Policy
from agent.probe import Probe, SisCategory
from agent.records import Change
from agent.rules.due import is_midnight_utc

LISTED = 20
LOOKED_AT = 5
"""Sections in which `check` looks whether the mapped categories are active."""

_Type = tuple[str, datetime | None]


@dataclass(slots=True)
class Feed:
    """What of the source tells whether anything can pass back; scores and students are let go."""

    group: set[str] = field(default_factory=set)
    classes: dict[ClassId, Class] = field(default_factory=dict)
    _assessments: dict[str, dict[str, _Type]] = field(default_factory=dict)

    def take(self, changes: Iterable[Change]) -> None:
        """Take a page of the source in."""
        for change in changes:
            key, value = change.key, change.value
            if change.kind == "group_member":
                (self.group.add if isinstance(value, GroupMember) else self.group.discard)(key[0])
            elif change.kind == "class":
                self.classes.pop(ClassId(key[0]), None)
                if isinstance(value, Class):
                    self.classes[value.id] = value
            elif change.kind == "assessment":
                self._assessment(key, value if isinstance(value, Assessment) else None)

    def _assessment(self, key: Sequence[str], value: Assessment | None) -> None:
        if value is not None:
            due = value.due if isinstance(value.due, datetime) else None
            self._assessments.setdefault(key[0], {})[key[1]] = (value.type, due)
        elif len(key) == 1:
            self._assessments.pop(key[0], None)
        else:
            self._assessments.get(key[0], {}).pop(key[1], None)

    def types(self) -> Counter[str]:
        """Type -> assessments that have it."""
        per_id = ({kind for kind, _ in each.values()} for each in self._assessments.values())
        return Counter(kind for kinds in per_id for kind in kinds)

    def due_times(self) -> list[datetime]:
        """The due dates that have a time."""
        found = self._assessments.values()
        return [due for each in found for _, due in each.values() if due is not None]

    def missing(self) -> dict[ClassId, list[PersonId]]:
        """Class with a section -> its teachers who are not in the group: none if it is complete."""
        return {
            id_: [t.teacher for t in each.teachers if t.teacher not in self.group]
            for id_, each in sorted(self.classes.items())
            if each.teachers and each.section is not None
        }

    def sections(self) -> list[SectionId]:
        """A few sections to look into: of complete classes where there are any, one a teacher."""
        missing = self.missing()
        complete = [id_ for id_, lacks in missing.items() if not lacks]
        chosen: dict[PersonId, SectionId] = {}
        for id_ in complete or missing:
            found = self.classes[id_]
            if found.section is not None:
                main = next(
                    (t.teacher for t in found.teachers if t.main), found.teachers[0].teacher
                )
                chosen.setdefault(main, found.section)
        return list(chosen.values())[:LOOKED_AT]


def feed_probes(feed: Feed, policy: Policy, *, whole_classes: bool) -> Iterator[Probe]:
    """What the source says of the set-up.

    *whole_classes*: a class passes only with all of its teachers in the group (A8).
    """
    yield _group(feed, whole_classes=whole_classes)
    yield _types(feed, policy)


def _group(feed: Feed, *, whole_classes: bool) -> Probe:
    missing = feed.missing()
    complete = sum(not lacks for lacks in missing.values())
    number = len(feed.group & {t.teacher for each in feed.classes.values() for t in each.teachers})
    detail = (
        f"teachers in it: {number}, classes with all of their teachers in it: {complete} of"
        f" {len(missing)}"
    )
    good = number >= 2 and complete > 0
    lacking = [
        f"{feed.classes[id_].title} ({id_}): {', '.join(lacks)}"
        for id_, lacks in missing.items()
        if lacks
    ]
    if lacking and not good:
        detail = f"{detail}; missing: {_some(lacking, '; ')}"
    if not feed.group or (whole_classes and not complete):
        return Probe(name="teacher group", ok=False, detail=f"nothing passes: {detail}")
    return Probe(name="teacher group", ok=True, detail=detail, warns=not good)


def _types(feed: Feed, policy: Policy) -> Probe:
    types = feed.types()
    unmapped = [
        f'"{kind}" ({number})'
        for kind, number in sorted(types.items())
        if policy.category_for(kind) is None
    ]
    told = f"{len(types)} in use, each with a mapping"
    if unmapped:
        told = f"without a mapping in [policy.categories], so they do not pass: {_some(unmapped)}"
    return Probe(name="assessment types", ok=True, detail=told, warns=bool(unmapped))


def midnight_probes(feed: Feed, zone: ZoneInfo) -> Iterator[Probe]:
    """Dates that were written as instants: in America they count as the evening before."""
    times = feed.due_times()
    if not times or not all(is_midnight_utc(each) for each in times):
        return
    local = times[0].astimezone(zone)
    told = (
        f"all {len(times)} are 00:00Z: were dates meant? {times[0].astimezone(UTC):%Y-%m-%d}T00:00Z"
        f" counts as {local:%Y-%m-%d %H:%M} here"
    )
    yield Probe(name="due times", ok=True, detail=told, warns=True)


def mapping_probes(
    policy: Policy, offered: Sequence[SisCategory], looked_at: Mapping[SectionId, Section]
) -> Iterator[Probe]:
    """Every mapping, held against the categories of the SIS and of the sections *looked_at*."""
    if not policy.categories:
        told = "[policy.categories] is empty: nothing passes"
        yield Probe(name="mapping", ok=False, detail=told)
        return
    existing = []
    for type_, wanted in policy.categories.items():
        found = [each for each in offered if each.answers_to(wanted)]
        if not found:
            told = f'no such category "{wanted}"; there are: {_offered(offered)}'
        elif not any(each.active for each in found):
            told = f'the category "{wanted}" is not active'
        else:
            existing.append(wanted)
            continue
        yield Probe(name=f'mapping of "{type_}"', ok=False, detail=told)
    if existing:
        yield _activity(existing, looked_at)


def _activity(existing: Sequence[str], looked_at: Mapping[SectionId, Section]) -> Probe:
    """Whether the mapped categories are active where they are needed; a few sections stand in."""
    name = "mapped categories"
    listed = ", ".join(f'"{each}"' for each in dict.fromkeys(existing))
    if not looked_at:
        return Probe(name=name, ok=True, detail=f"the SIS has {listed}")
    where = f"section {', '.join(looked_at)}"
    idle = [
        f'"{wanted}"'
        for wanted in dict.fromkeys(existing)
        if all(wanted.casefold() not in section.categories for section in looked_at.values())
    ]
    if not idle:
        return Probe(name=name, ok=True, detail=f"active in {where}: {listed}")
    told = f"not active in {where}: {', '.join(idle)}"
    none = len(idle) == len(set(existing))
    detail = f"none is active, so nothing passes: {told}" if none else told
    return Probe(name=name, ok=not none, detail=detail, warns=not none)


def _offered(offered: Sequence[SisCategory]) -> str:
    """The categories of the SIS, each by its names."""
    told = [
        each.title + (f" (code {each.code})" if each.code else "")
        for each in offered
        if each.active
    ]
    return _some(sorted(set(told))) if told else "none"


def _some(listed: Sequence[str], between: str = ", ") -> str:
    more = f"{between}and {len(listed) - LISTED} more" if len(listed) > LISTED else ""
    return between.join(listed[:LISTED]) + more
