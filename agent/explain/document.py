"""A way as JSON (docs/reference/cli.md)."""

from collections.abc import Iterator
from typing import Any

from agent.domain import Broken
from agent.explain.judged import Found
from agent.explain.output import Answer
from agent.explain.way import InSis, Way
from agent.report import as_dict

SAID = {None: "not_known", True: "refuses", False: "passes"}


def as_json(answer: Answer) -> dict[str, Any]:
    """The same for programs."""
    way, live = answer.way, answer.live
    return {
        "assignment": way.id,
        "student": way.student,
        "title": way.title,
        "read_at": way.pulled_at,
        "classes": list(_classes(way)),
        "score": _score(way),
        "rules": [
            {
                "section": each.section,
                "rule": each.code.value,
                "verdict": SAID[each.refuses],
                "reason": each.reason,
                "basis": each.basis,
            }
            for each in answer.verdicts
        ],
        "records": [as_dict(each) for each in (way.records if way.student else way.stored)],
        "columns": [_column(each, way) for each in way.columns],
        "decisions": [
            {"at": each.at, "by": each.by, "choice": each.choice.value}
            | {"section": each.section, "reason": each.reason}
            for each in way.decisions
        ],
        "attempts": [
            {"at": each.at, "run": each.run, "what": each.what, "outcome": each.result}
            | {"detail": each.detail}
            for each in way.attempts
        ],
        "to_change": [
            {"why": why, "what": said.remedy, "who": str(said.who)}
            for why, said in answer.to_change().items()
        ],
        "live": None if live is None else [_found(each) for each in live.found],
    }


def _classes(way: Way) -> Iterator[dict[str, Any]]:
    for each in way.placements:
        yield {
            "class": each.class_id,
            "class_title": way.class_titles.get(each.class_id),
            "section": way.sections.get(each.class_id),
            "title": each.title,
            "type": each.type,
            "scale": each.scale.value,
            "points": _text(each.total_points),
            "in_final_grade": each.in_final_grade,
            "assigned_by": each.assigned_by,
            "assigned": _text(each.assigned_on),
            "due": _text(each.due),
        }


def _score(way: Way) -> dict[str, Any] | None:
    if way.score is None:
        return None
    score = way.score.score
    if score is None or isinstance(score, Broken):
        broken = score.reason if score is not None else None
        return {"points": None, "progress": None, "flags": [], "broken": broken}
    return {
        "points": _text(score.points),
        "progress": score.progress.value,
        "flags": sorted(score.flags),
        "broken": None,
    }


def _column(each: InSis, way: Way) -> dict[str, Any]:
    known, accepted = each.column, each.column.accepted or {}
    return {
        "class": known.owner,
        "gradebook": known.gradebook,
        "id": known.external_id,
        "ref": known.ref,
        "deleted": known.deleted,
        "title": accepted.get("title"),
        "due": accepted.get("due"),
        "points": accepted.get("points"),
        "score": _text(each.points) if way.student else None,
    }


def _found(each: Found) -> dict[str, Any]:
    column, cell = each.column, each.cell
    return {
        "id": each.known.external_id,
        "there": column is not None,
        "title": column.data.title if column else None,
        "due": _text(column.data.due) if column else None,
        "points": _text(column.data.points) if column else None,
        "cell": cell and {"score": _text(cell.points), "other": cell.other, "exempt": cell.exempt},
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)
