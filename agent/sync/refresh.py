"""Learn what changed since the last run: pull the source, refresh the district snapshot of the SIS.

Both mark classes as due. The gradebooks of the due classes are all that a run looks at.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

import msgspec

from agent.domain import Broken, Class, ClassId, SectionId
from agent.errors import BrakeError
from agent.ledger import Ledger
from agent.ledger.pull import Pull
from agent.records import MovedId
from agent.rules import REVISION
from agent.sis.port import DistrictSnapshot
from agent.sync.brake import source_findings
from agent.sync.context import GradebookWork, RunContext

SOURCE_MARK = "source_as_of"
"""The ledger's note of the run that last changed the local copy of the source."""
_MOVED_IDS = "moved_ids"
"""The ledger's note of the SIS ids that moved since a run last sent anything."""

BeforeCommit = Callable[[Pull], None]
"""Sees a pull before it is committed; what it raises keeps the local copy as it is."""


def pull(run: RunContext, *, forced: bool, before_commit: BeforeCommit) -> None:
    """Take every change since the last pull into the local copy, all of them or none.

    Raises:
        BrakeError: the source is empty or lost too much; the local copy stays as it was.
        UnavailableError: the feed broke off; the local copy and its cursor stay.
    """
    staged = None
    try:
        for page in run.source.pull(run.ledger.source.cursor()):
            run.go_on()
            if staged is None:
                staged = run.ledger.begin_pull(snapshot=page.snapshot)
            staged.take(page.changes)
            if page.last:
                before_commit(staged)
                _commit(run, staged, page.cursor, forced=forced)
                return
    except BaseException:
        if staged is not None:
            staged.abort()
        raise
    raise AssertionError("a source must end with a last page")


def _commit(run: RunContext, staged: Pull, cursor: str, *, forced: bool) -> None:
    diff = staged.diff()
    findings = source_findings(diff, run.brake)
    if findings and not forced:
        raise BrakeError(findings)
    if not diff.empty:
        # First the notes: of two that a crash tears apart, this one may be there for nothing.
        run.ledger.put(SOURCE_MARK, run.id)
        _note_moved_ids(run.ledger, staged.moved())
    staged.commit(cursor, run.tonight.now)
    run.emit({"event": "pulled", "added": dict(diff.added), "removed": dict(diff.removed)})


def moved_ids(ledger: Ledger) -> Sequence[MovedId]:
    """Return the SIS ids that moved in the source since a run last sent anything."""
    return msgspec.json.decode(ledger.get(_MOVED_IDS) or "[]", type=tuple[MovedId, ...])


def forget_moved_ids(ledger: Ledger) -> None:
    """Note that a run has seen to the SIS ids that moved."""
    if ledger.get(_MOVED_IDS):
        ledger.put(_MOVED_IDS, "")


def _note_moved_ids(ledger: Ledger, moved: Sequence[MovedId]) -> None:
    if not moved:
        return
    noted = {(each.kind, each.id): each for each in moved_ids(ledger)}
    for each in moved:
        key = each.kind, each.id
        noted[key] = msgspec.structs.replace(each, before=noted.get(key, each).before)
    still = [each for each in noted.values() if each.before != each.now]
    ledger.put(_MOVED_IDS, msgspec.json.encode(still).decode())


def refresh_district(run: RunContext) -> DistrictSnapshot:
    """Read the district snapshot, and mark the classes whose roster changed as due.

    All are marked on a recheck, and where the SIS does not give what changed.
    """
    district = run.sis.district_snapshot(run.ledger.get("survey_mark"))
    if district.changed is None or run.recheck:
        run.ledger.schedule.mark_dirty(None)
    elif district.changed:
        changed = district.changed
        run.ledger.schedule.mark_dirty(
            [
                c.id
                for c in run.ledger.source.classes()
                if isinstance(c, Class) and c.section in changed
            ]
        )
    run.ledger.put("survey_mark", district.cursor)
    return district


def fingerprint_of(run: RunContext, district: DistrictSnapshot) -> str:
    """Return a hash of what every decision depends on: calendar, policy, SIS, rules, program."""
    rules = [rule.__name__ for rule in run.rules[run.sis.traits.kind]]
    program = f"{run.release}\n{REVISION}\n{rules}"
    text = f"{district.fingerprint}\n{run.policy!r}\n{run.sis.traits!r}\n{program}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def due_gradebooks(
    run: RunContext, district: DistrictSnapshot, fingerprint: str
) -> Iterator[GradebookWork]:
    """Yield the gradebooks with a due class, each with all of its classes and sections."""
    due = run.ledger.schedule.due_classes(run.tonight.today, fingerprint)
    if due:
        yield from gradebooks_of(run.ledger, district, due)


def gradebooks_of(
    ledger: Ledger, district: DistrictSnapshot, classes: Collection[ClassId]
) -> Iterator[GradebookWork]:
    """Yield the gradebooks of *classes*, each with all of its classes; and every broken class."""
    # Two passes over the ledger's classes: a large district's would fill memory on a quiet night.
    usable = (c for c in ledger.source.classes() if isinstance(c, Class))
    keys = {_key(c, district) for c in usable if c.id in classes}
    by_key: dict[str, list[Class]] = defaultdict(list)
    for class_ in ledger.source.classes():
        if not isinstance(class_, Class):
            yield _broken_class(*class_)
        elif (key := _key(class_, district)) in keys:
            by_key[key].append(class_)
    members: dict[str, set[SectionId]] = defaultdict(set)
    for section, key in district.links.items():
        members[key].add(section)
    for key, together in by_key.items():
        own = {c.section for c in together if c.section is not None}
        sections = tuple(sorted(own | members[key]))
        yield GradebookWork(key=key, sections=sections, classes=tuple(together))


def _broken_class(class_id: ClassId, broken: Broken) -> GradebookWork:
    # Without a gradebook: its records are reported, every night, until Otus mends the class.
    empty = Class(id=class_id, title="", section=None, teachers=())
    return GradebookWork(key=f"unlinked:{class_id}", sections=(), classes=(empty,), broken=broken)


def _key(class_: Class, district: DistrictSnapshot) -> str:
    if class_.section is None:
        return f"unlinked:{class_.id}"
    return district.links.get(class_.section, class_.section)
