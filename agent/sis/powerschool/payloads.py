"""An assignment of PowerSchool's gradebook, as it is read, as we make it, and as we change it.

PowerSchool keeps no id of ours, so a short tag at the end of the description stands for it. A PUT
replaces the whole object in all of its sections: what is not ours goes back as it was read.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any, NamedTuple

from agent.domain import AssignmentData, CategoryId, Column, ColumnRef
from agent.sis.port import Draft
from agent.sis.powerschool.rows import Json, number
from agent.sis.reading import truth

_TAG = re.compile(r"\[pb:[0-9a-f]{12}\]")
_MAKER = "createdbyplugin"
_PARTS = "_assignmentsections"
_CATEGORIES = "_assignmentcategoryassociations"


class Ref(NamedTuple):
    """A column's two numbers: of the assignment, and of its part in one section.

    The assignment is what one reads and replaces, the part is what takes scores.
    """

    assignment: str
    part: str

    @staticmethod
    def of(ref: ColumnRef) -> "Ref | None":
        """The numbers in *ref*; None for an address that another route made."""
        assignment, _, part = ref.partition("/")
        return Ref(assignment, part) if assignment.isdecimal() and part.isdecimal() else None

    def text(self) -> ColumnRef:
        """For the ledger."""
        return ColumnRef(f"{self.assignment}/{self.part}")


def tag(external_id: str) -> str:
    """The short tag that stands for our id in a description."""
    return f"[pb:{sha256(external_id.encode()).hexdigest()[:12]}]"


# ---- reading -----------------------------------------------------------------------------------


def columns(assignments: Iterable[Json], section: str, plugin: str) -> list[Column]:
    """The parts that assignments have in *section*; *plugin* is what the server calls us."""
    every = list(assignments)
    ours = _ourselves(every, plugin)
    return [
        _column(assignment, part, ours)
        for assignment in every
        for part in _parts(assignment)
        if str(part.get("sectionsdcid")) == section
    ]


def _parts(assignment: Json) -> list[Json]:
    """What an assignment is in each of its sections."""
    found = assignment.get(_PARTS)
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def _ourselves(assignments: Iterable[Json], plugin: str) -> frozenset[str]:
    """The names under which the server records us as the maker of an assignment.

    A signed plugin goes by its identifier instead of its number: the makers of what carries our
    tag are us.
    """
    tagged = (
        str(assignment.get(_MAKER) or "")
        for assignment in assignments
        for part in _parts(assignment)
        if _TAG.search(str(part.get("description") or ""))
    )
    return frozenset({plugin, *tagged}) - {""}


def _column(assignment: Json, part: Json, ourselves: frozenset[str]) -> Column:
    found = _TAG.findall(str(part.get("description") or ""))
    category = _primary(part).get("teachercategoryid")
    ref = Ref(_number(assignment, "assignmentid"), _number(part, "assignmentsectionid"))
    return Column(
        ref=ref.text(),
        external_id=found[-1] if found else None,
        data=AssignmentData(
            title=str(part.get("name") or ""),
            assigned=None,
            due=date.fromisoformat(str(part.get("duedate") or date.min)[:10]),
            category=None if category is None else CategoryId(str(category)),
            points=_decimal(part.get("scoreentrypoints")),
        ),
        ours=bool(found) or str(assignment.get(_MAKER) or "") in ourselves,
        number=ref.assignment,
    )


def _primary(part: Json) -> Mapping[str, Any]:
    found = part.get(_CATEGORIES) or []
    return next((a for a in found if truth(a.get("isprimary"))), found[0] if found else {})


def _number(thing: Json, name: str) -> str:
    return str(thing.get(name, thing.get("_id", "")))


def _decimal(value: object) -> Decimal:
    """A number, or the text of one; 0 for what is neither."""
    try:
        return Decimal(str(value)) if isinstance(value, int | Decimal | str) else Decimal(0)
    except InvalidOperation:
        return Decimal(0)


# ---- writing -----------------------------------------------------------------------------------


def made(draft: Draft) -> Json:
    """The body that makes a column: what was measured to suffice, and our tag."""
    data = draft.data
    part: Json = {
        "sectionsdcid": number(draft.section),
        "name": data.title,
        "description": tag(draft.external_id),
        "duedate": data.due,
        "scoretype": "POINTS",
        "scoreentrypoints": data.points,
        "totalpointvalue": data.points,
        "weight": 1,
        "iscountedinfinalgrade": True,
        "isscoringneeded": True,
        "publishoption": "Immediately",
        _CATEGORIES: [_association(data.category)] if data.category else [],
    }
    return {_PARTS: [part]}


def changed(assignment: Json, part: str, data: AssignmentData) -> Json:
    """The whole of *assignment* with *data* in it.

    PowerSchool wants the sections of an assignment to agree in all but due date and students, so
    the date alone is for *part*.
    """
    body: Json = _without_noise(assignment)
    for one in _parts(body):
        one["name"] = data.title
        one["scoreentrypoints"] = data.points
        one["totalpointvalue"] = data.points * _decimal(one.get("weight", 1))
        if data.category and str(_primary(one).get("teachercategoryid")) != data.category:
            others = [a for a in one.get(_CATEGORIES) or [] if not truth(a.get("isprimary"))]
            one[_CATEGORIES] = [_association(data.category), *others]
        if _number(one, "assignmentsectionid") == part:
            one["duedate"] = data.due
    return body


def rescored(assignment: Json, data: AssignmentData) -> bool:
    """Whether the total points become others, so that the scores must be worked out anew."""
    return any(_decimal(one.get("scoreentrypoints")) != data.points for one in _parts(assignment))


def _association(category: CategoryId) -> Json:
    return {"teachercategoryid": number(category), "isprimary": True}


def _without_noise(value: Any) -> Any:
    """A copy without the random texts that the server adds to its answers."""
    if isinstance(value, dict):
        return {k: _without_noise(v) for k, v in value.items() if not k.startswith("$")}
    return [_without_noise(v) for v in value] if isinstance(value, list) else value
