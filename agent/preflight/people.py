"""Findings about people and classes of the source: group, SIS ids, links to sections."""

from collections.abc import Iterator

from agent.domain import ClassId, PersonId, Who
from agent.preflight.feed import Feed
from agent.probe import Probe, bad, doubtful, good, some

_GROUP = "add the teachers of the classes that take part to the passback teacher group in Otus"
_STUDENTS = (
    "correct the students' SIS ids in Otus, or in the roster that feeds it; until then their scores"
    " stay out"
)


def people_probes(feed: Feed, *, whole_classes: bool) -> Iterator[Probe]:
    """What the source says of people and classes.

    *whole_classes*: a class passes only with all of its teachers in the group (A8).
    """
    if not feed.classes:
        yield bad(
            "classes",
            "the source has no class: nothing passes",
            Who.OTUS,
            "roster the district in Otus, and let this client see it",
        )
        return
    yield _links(feed)
    yield _group(feed, whole_classes=whole_classes)
    if whole_classes and (blocked := feed.blocked()):
        yield _blocked(feed, blocked)
    yield from _ids(feed)


def _links(feed: Feed) -> Probe:
    """Classes without a section (A13); a club in which nothing is assigned needs none."""
    loose = {id_: c for id_, c in sorted(feed.classes.items()) if c.section is None}
    number, fix = len(feed.classes), "link these classes to their sections in Otus"
    if len(loose) == number:
        return bad("classes", f"none of {number} is linked to a section", Who.OTUS, fix)
    used = [f"{c.title} ({id_})" for id_, c in loose.items() if id_ in feed.in_use()]
    if used:
        detail = f"linked to no section, so what is assigned there stays out: {some(used)}"
        return doubtful("classes", detail, Who.OTUS, fix)
    more = f"; {len(loose)} without, in which nothing is assigned" if loose else ""
    return good("classes", f"{number - len(loose)} linked to sections of the SIS{more}")


def _group(feed: Feed, *, whole_classes: bool) -> Probe:
    missing = feed.missing()
    complete = sum(not lacks for lacks in missing.values())
    number = len(feed.group & {t.teacher for each in feed.classes.values() for t in each.teachers})
    detail = (
        f"teachers in it: {number}, classes with all of their teachers in it: {complete} of"
        f" {len(missing)}"
    )
    healthy = number >= 2 and complete > 0
    lacking = [
        f"{feed.classes[id_].title} ({id_}): {', '.join(lacks)}"
        for id_, lacks in missing.items()
        if lacks
    ]
    if lacking and not healthy:
        detail = f"{detail}; missing: {some(lacking, '; ')}"
    if not feed.group or (whole_classes and not complete):
        return bad("teacher group", f"nothing passes: {detail}", Who.OTUS, _GROUP)
    if not healthy:
        return doubtful("teacher group", detail, Who.OTUS, _GROUP)
    return good("teacher group", detail)


def _blocked(feed: Feed, blocked: dict[ClassId, list[PersonId]]) -> Probe:
    named = [
        f"{feed.classes[id_].title} ({id_}) by {', '.join(lacks)}"
        for id_, lacks in sorted(blocked.items())
    ]
    return doubtful(
        "co-teachers",
        f"classes that a teacher outside the group keeps back: {some(named, '; ')}",
        Who.OTUS,
        "add these co-teachers to the passback teacher group in Otus",
    )


def _ids(feed: Feed) -> Iterator[Probe]:
    unknown = sorted(id_ for id_, sis_id in feed.students.items() if sis_id is None)
    shared = feed.shared()
    if unknown:
        told = f"{len(unknown)} of {len(feed.students)} have none: {some(unknown)}"
        yield doubtful("SIS ids of students", told, Who.OTUS, _STUDENTS)
    if shared:
        pairs = [" and ".join(students) for students in shared.values()]
        told = f"{len(shared)} are shared: {some(pairs, '; ')}"
        yield doubtful("SIS ids of students", told, Who.OTUS, _STUDENTS)
    if feed.students and not unknown and not shared:
        yield good("SIS ids of students", f"{len(feed.students)} students, each with an own one")
    strangers = sorted(t for t in feed.assigners() if feed.teachers.get(t, "") is None)
    if strangers:
        yield doubtful(
            "SIS ids of teachers",
            f"not in the SIS, so what they assigned stays out: {some(strangers)}",
            Who.OTUS,
            "give them their SIS ids in Otus, or let a teacher of the class assign",
        )
