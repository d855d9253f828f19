"""The look at the district as a whole, and the gradebooks that it leaves to be looked at."""

import hashlib
from collections.abc import Iterator

from agent.domain import Broken, Class, ClassId, SectionId
from agent.eligibility import REVISION
from agent.night.work import GradebookWork, Kit
from agent.sis.port import DistrictSnapshot


def look_around(kit: Kit) -> DistrictSnapshot:
    """Look at the district as a whole, and mark the sections whose roster changed.

    To be rechecked, all are marked.
    """
    survey = kit.sis.district_snapshot(kit.ledger.get("survey_mark"))
    if survey.changed is None or kit.recheck:
        kit.ledger.look_again(None)
    elif survey.changed:
        changed = survey.changed
        kit.ledger.look_again(
            [c.id for c in kit.ledger.classes() if isinstance(c, Class) and c.section in changed]
        )
    kit.ledger.put("survey_mark", survey.cursor)
    return survey


def context_of(kit: Kit, survey: DistrictSnapshot) -> str:
    """What every decision depends on besides the section itself: calendar, policy, SIS, program."""
    rules = [rule.__name__ for rule in kit.rules[kit.sis.traits.kind]]
    program = f"{kit.release}\n{REVISION}\n{rules}"
    text = f"{survey.fingerprint}\n{kit.policy!r}\n{kit.sis.traits!r}\n{program}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def gradebooks_due(kit: Kit, survey: DistrictSnapshot, context: str) -> Iterator[GradebookWork]:
    """The gradebooks that must be looked at, each with all of its classes."""
    due = kit.ledger.due_classes(kit.tonight.today, context)
    if not due:
        return
    keys = {_key(c, survey) for c in kit.ledger.classes() if isinstance(c, Class) and c.id in due}
    by_key: dict[str, list[Class]] = {}
    for class_ in kit.ledger.classes():
        if not isinstance(class_, Class):
            yield _without_gradebook(*class_)
        elif (key := _key(class_, survey)) in keys:
            by_key.setdefault(key, []).append(class_)
    members: dict[str, list[SectionId]] = {}
    for section, key in survey.links.items():
        members.setdefault(key, []).append(section)
    for key, classes in by_key.items():
        own = {c.section for c in classes if c.section is not None}
        sections = sorted(own | set(members.get(key, ())))
        yield GradebookWork(key=key, sections=tuple(sections), classes=tuple(classes))


def _without_gradebook(class_id: ClassId, broken: Broken | None = None) -> GradebookWork:
    """Work on records that no gradebook stands behind."""
    nobody = Class(id=class_id, title="", section=None, teachers=())
    return GradebookWork(key=f"unlinked:{class_id}", sections=(), classes=(nobody,), broken=broken)


def _key(class_: Class, survey: DistrictSnapshot) -> str:
    if class_.section is None:
        return f"unlinked:{class_.id}"
    return survey.links.get(class_.section, class_.section)
