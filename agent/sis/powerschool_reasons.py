"""What PowerSchool says about one record, as a sentence of ours that may be printed.

Its own words only choose among such sentences, for they may hold a person's data. About a column
they go along, for `explain`; about a score they do not, for they name the student.
"""

import re

from agent.http.responses import Reply
from agent.sis.port import Receipt
from agent.sis.powerschool_wire import offenders, refusal, teaches_not, words
from agent.sis.reasons import column_sentence

GONE = Receipt(accepted=False, reason="the SIS does not have the assignment any more", gone=True)
STRANGE = Receipt(
    accepted=False,
    reason="the ledger knows this assignment by an address that is not of this route",
)

_TEACHES_NOT = "the SIS says that the section's teacher may not edit this assignment"
_FIELD = re.compile(r"assignment\w{0,40}\.\w{1,40}", re.IGNORECASE)
_BY_STATUS = {
    400: "the SIS calls the data invalid",
    404: "the SIS does not know what the scores are for",
    409: "the SIS says that it conflicts with what the gradebook holds",
    412: "the SIS asked for the same once more, and then again",
}
_ABOUT_SCORES = (
    (("lock",), "the SIS says that the reporting term is locked"),
    (("enrol", "roster"), "the SIS says that the student is not enrolled in the section"),
    (("negative", "number", "numeric"), "the SIS does not take this value as a score"),
)


def nobody_acts(section: str, *, known: bool) -> Receipt:
    """There is nobody in whose name to write."""
    lack = "has no teacher to act for" if known else "is not in the SIS"
    return Receipt(accepted=False, reason=f"section {section} {lack}")


def about_column(reply: Reply) -> Receipt:
    """Why the server did not take a column; what speaks of students is not even kept."""
    if teaches_not(reply):
        return Receipt(accepted=False, reason=f"{_TEACHES_NOT} ({reply.status})")
    said = words(reply)
    kept = "" if "student" in said.casefold() else said
    fields = (str(fault.field) for fault in refusal(reply).errors)
    named = sorted({field for field in fields if _FIELD.fullmatch(field)})
    places = f", {', '.join(named)}" if named and kept else ""
    reason = f"{column_sentence(kept) or _by_status(reply)} ({reply.status}{places})"
    return Receipt(accepted=False, reason=reason, words=kept)


def about_score(reply: Reply) -> str:
    """A sentence of ours that fits the server's words about a score."""
    if offenders(reply):
        return (
            "the SIS says that the student is not on the assignment: not enrolled in the section"
            f" any more, or not one of those it is for ({reply.status})"
        )
    if teaches_not(reply):
        return f"{_TEACHES_NOT} ({reply.status})"
    said = words(reply).casefold()
    for signs, sentence in _ABOUT_SCORES:
        if any(sign in said for sign in signs):
            return f"{sentence} ({reply.status})"
    return f"{_by_status(reply)} ({reply.status})"


def concerns_all(reply: Reply) -> bool:
    """Whether a refusal would meet every other student as well."""
    return teaches_not(reply) or reply.status in {404, 412} or "lock" in words(reply).casefold()


def _by_status(reply: Reply) -> str:
    return _BY_STATUS.get(reply.status, f"the SIS failed with {reply.status}")
