"""What a OneRoster server says about one record, as a sentence of ours that may be printed.

About a column the server's own words go along, for `explain`. About a score they do not, for they
may name the student; nor do words about a member that is not ours and was sent back as it was read:
they may hold what a teacher wrote.
"""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from agent.http.responses import UNREADABLE, Reply
from agent.sis.error_text import (
    CONFLICT,
    INVALID,
    NOT_A_SCORE,
    NOT_ENROLLED,
    column_sentence,
    one_line,
    sentence,
)
from agent.sis.port import Receipt

_DECODER = msgspec.json.Decoder(dict[str, Any])

_ABOUT_SCORES = (
    NOT_ENROLLED,
    (("closed", "completed"), "the SIS says that the grading period is closed"),
    (("locked",), "the SIS says that the assignment is locked"),
    NOT_A_SCORE,
)
_LOCKED_PERIOD = re.compile(
    r"\b(?:term|period)\b.*\b(?:locked|closed)\b|\b(?:locked|closed)\b.*\b(?:term|period)\b",
    re.IGNORECASE | re.DOTALL,
)
_BY_STATUS = {
    404: "the SIS does not know the student or the assignment",
    409: CONFLICT,
    412: CONFLICT,
}


def about_column(reply: Reply, theirs: Iterable[str] = ()) -> Receipt:
    """Why the server did not take a column; the members *theirs* went back as they were read."""
    said = _description(reply)
    reason = _about_theirs(said, theirs)
    words = "" if reason else one_line(said)
    reason = reason or column_sentence(said) or _by_status(reply)
    return _refused(reply, said, reason, words)


def about_score(reply: Reply, theirs: Iterable[str] = ()) -> Receipt:
    """Why the server did not take a score, without its words."""
    said = _description(reply)
    reason = _about_theirs(said, theirs) or sentence(said, _ABOUT_SCORES) or _by_status(reply)
    return _refused(reply, said, reason)


def _refused(reply: Reply, said: str, reason: str, words: str = "") -> Receipt:
    """The receipt of a refusal, and whether it is of a locked grading period, not of one record."""
    locked = _LOCKED_PERIOD.search(said) is not None
    reason = f"{reason} ({reply.status})"
    return Receipt(accepted=False, reason=reason, words=words, locked=locked)


def _about_theirs(words: str, members: Iterable[str]) -> str:
    """The sentence about those of *members* that the server's words name; empty where none is."""
    named = [name for name in members if re.search(rf"\b{name}\b", words, re.IGNORECASE)]
    if not named:
        return ""
    return f"the SIS does not take back what stands in the gradebook beside it: {', '.join(named)}"


def _by_status(reply: Reply) -> str:
    return _BY_STATUS.get(reply.status, INVALID)


def _description(reply: Reply) -> str:
    """The free text of 1.2's status info, or of the first one in 1.1's set."""
    if not reply.is_json:
        return ""
    try:
        info = _DECODER.decode(reply.content)
    except UNREADABLE:
        return ""
    found = info.get("statusInfoSet", info)
    if isinstance(found, list):
        found = found[0] if found else {}
    text = found.get("imsx_description") if isinstance(found, dict) else None
    return text if isinstance(text, str) else ""
