"""What a teacher says of a cell beside its score, and where each SIS keeps it.

PowerSchool has flags, OneRoster members that are text; both keep an exemption apart.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from mock_sis.gradebook.columns import Cell

EXEMPT = "exempt"
COMMENT = "comment"
POWERSCHOOL = {
    "late": "islate",
    "missing": "ismissing",
    "incomplete": "isincomplete",
    "collected": "iscollected",
    "absent": "isabsent",
}
ONEROSTER = {
    "late": "late",
    "missing": "missing",
    "incomplete": "incomplete",
    "in progress": "inProgress",
}
FLAGS: Mapping[str, Mapping[str, str]] = {"powerschool": POWERSCHOOL, "skyward": ONEROSTER}
"""SIS -> a teacher's word -> the member that keeps it."""


def known(sis: str) -> frozenset[str]:
    """The words that a teacher has in this SIS."""
    return frozenset(FLAGS[sis]) | {EXEMPT}


def told(sis: str, cell: Cell) -> list[str]:
    """The words that stand in a cell."""
    extra = cell.extra if sis == "powerschool" else cell.extra.get("new", {})
    words = [word for word, member in FLAGS[sis].items() if extra.get(member) in (1, "true")]
    return sorted([*words, *([EXEMPT] if cell.status == EXEMPT else [])])


def with_words(sis: str, extra: Mapping[str, Any], words: Iterable[str]) -> dict[str, Any]:
    """*extra* with exactly these flags in it; an exemption is kept elsewhere."""
    members = FLAGS[sis]
    chosen = {members[word] for word in words if word in members}
    if sis == "powerschool":
        return {k: v for k, v in extra.items() if k not in members.values()} | dict.fromkeys(
            chosen, 1
        )
    others = {k: v for k, v in extra.get("new", {}).items() if k not in members.values()}
    return {**extra, "new": others | dict.fromkeys(sorted(chosen), "true")}
