"""A column's update as a change of what the SIS holds now: the fields that differ, and no other."""

from dataclasses import fields, replace

from agent.domain import AssignmentData
from agent.sis.port import Draft, Receipt

_WORDS = {
    "title": "the title",
    "assigned": "the assigned date",
    "due": "the due date",
    "category": "the category",
    "points": "the total points",
}


def merged(draft: Draft, now: AssignmentData) -> Draft | Receipt:
    """*draft* with all that it does not change as it is *now*; a receipt where a person came first.

    A field that the draft changes is a teacher's when it holds neither what it held when that was
    decided nor what the draft wants: then nothing is written (C5).
    """
    if draft.before is None:
        return draft
    wanted, before = draft.data, draft.before
    names = [f.name for f in fields(wanted) if getattr(wanted, f.name) != getattr(before, f.name)]
    known = {name: (getattr(before, name), getattr(wanted, name)) for name in names}
    moved = [name for name in names if getattr(now, name) not in known[name]]
    if moved:
        words = ", ".join(_WORDS[name] for name in moved)
        reason = f"changed in the gradebook while this night was at work, and stands: {words}"
        return Receipt(accepted=False, moved=frozenset(moved), reason=reason)
    changes = {name: getattr(wanted, name) for name in names}
    return replace(draft, data=replace(now, **changes))
