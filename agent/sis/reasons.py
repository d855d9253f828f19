"""What a OneRoster server says about one record, as a sentence of ours that may be printed.

Its own words only choose among such sentences, for they may hold a person's data. About a column
they go along, for `explain`. About a score they do not, for they may name the student; nor do words
about a member that is not ours and was sent back as it stood: they may hold what a teacher wrote.
"""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from agent.http.responses import UNREADABLE, Reply
from agent.sis.port import Receipt

_LONGEST = 200
_DECODER = msgspec.json.Decoder(dict[str, Any])

_ABOUT_SCORES = (
    (("enrol", "roster"), "the SIS says that the student is not enrolled in the section"),
    (("closed", "completed"), "the SIS says that the grading period is closed"),
    (("locked",), "the SIS says that the assignment is locked"),
    (("negative", "number", "numeric"), "the SIS does not take this value as a score"),
)
_LOCKED_PERIOD = re.compile(
    r"\b(?:term|period)\b.*\b(?:locked|closed)\b|\b(?:locked|closed)\b.*\b(?:term|period)\b",
    re.IGNORECASE | re.DOTALL,
)
_ABOUT_COLUMNS = (
    (("inactive", "not active"), "the SIS says that the category is not active here"),
    (("closed", "completed"), "the SIS says that the grading period is closed"),
    (("locked",), "the SIS says that the assignment or its grading period is locked"),
    (("due date", "duedate"), "the SIS does not take this due date"),
    (("categor",), "the SIS does not take this category"),
    (("title",), "the SIS does not take this title"),
)
_BY_STATUS = {
    404: "the SIS does not know the student or the assignment",
    409: "the SIS says that it conflicts with what the gradebook holds",
    412: "the SIS says that it conflicts with what the gradebook holds",
}


def about_column(reply: Reply, theirs: Iterable[str] = ()) -> Receipt:
    """Why the server did not take a column; *theirs* went back as they stood."""
    said, locked = _description(reply), locks_the_period(reply)
    refused = _named(said, theirs)
    if refused:
        return Receipt(accepted=False, reason=_about_theirs(refused, reply), locked=locked)
    reason = column_sentence(said) or _by_status(reply)
    return Receipt(
        accepted=False,
        reason=f"{reason} ({reply.status})",
        words=" ".join(said.split())[:_LONGEST],
        locked=locked,
    )


def column_sentence(words: str) -> str:
    """The sentence of ours that fits a server's words about a column; empty where none does."""
    folded = words.casefold()
    fitting = (own for signs, own in _ABOUT_COLUMNS if any(sign in folded for sign in signs))
    return next(fitting, "")


def about_score(reply: Reply, theirs: Iterable[str] = ()) -> str:
    """A sentence of ours that fits the server's words about a score."""
    refused = _named(_description(reply), theirs)
    if refused:
        return _about_theirs(refused, reply)
    words = _description(reply).casefold()
    for signs, sentence in _ABOUT_SCORES:
        if any(sign in words for sign in signs):
            return f"{sentence} ({reply.status})"
    return f"{_by_status(reply)} ({reply.status})"


def locks_the_period(reply: Reply) -> bool:
    """Whether the server's words speak of a locked grading period, not of one locked record."""
    return _LOCKED_PERIOD.search(_description(reply)) is not None


def _named(words: str, members: Iterable[str]) -> list[str]:
    """The members that the server's words name."""
    return [name for name in members if re.search(rf"\b{name}\b", words, re.IGNORECASE)]


def _about_theirs(members: list[str], reply: Reply) -> str:
    return (
        f"the SIS does not take back what stands in the gradebook beside it: {', '.join(members)}"
        f" ({reply.status})"
    )


def _by_status(reply: Reply) -> str:
    return _BY_STATUS.get(reply.status, "the SIS calls the data invalid")


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
