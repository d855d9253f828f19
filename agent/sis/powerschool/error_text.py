"""What PowerSchool's refusals mean: its words about one record as a sentence of ours, or an error.

About a column the server's own words go along, for `explain`; about a score they do not, for they
name the student.
"""

import re
from typing import Any

import msgspec

from agent.errors import DeniedError
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

OTHER_ROUTE = Receipt(
    accepted=False,
    reason="the ledger knows this assignment by an address that is not of this route",
)

_NOT_TEACHING = "the SIS says that the section's teacher may not edit this assignment"
_NOT_ON_IT = (
    "the SIS says that the student is not on the assignment: not enrolled in the section any more,"
    " or not one of those it is for"
)
_BY_STATUS = {
    400: INVALID,
    404: "the SIS does not know what the scores are for",
    409: CONFLICT,
    412: "the SIS asked for the same once more, and then again",
}
_ABOUT_SCORES = (
    (("lock",), "the SIS says that the reporting term is locked"),
    NOT_ENROLLED,
    NOT_A_SCORE,
)
_ASSIGNMENT_FIELD = re.compile(r"assignment\w{0,40}\.\w{1,40}", re.IGNORECASE)
_FIELD = re.compile(r"\w+\.\w+")
_NO_GRANT = "no access to field"
_VANISHED = re.compile(r"unable to find \S*assignment", re.IGNORECASE)
_TEACHES_NOT = "not teach"


class NotGrantedError(DeniedError):
    """The plugin lacks access to fields; the text names them."""


class _Fault(msgspec.Struct):
    field: Any = ""
    resource: Any = ""
    params: Any = None


class _Refusal(msgspec.Struct):
    message: Any = ""
    errors: list[_Fault] = []

    @property
    def words(self) -> str:
        """The server's own words, on one line and not too long."""
        return one_line(self.message) if isinstance(self.message, str) else ""


_REFUSAL = msgspec.json.Decoder(_Refusal)


# ---- sentences ---------------------------------------------------------------------------------


def about_column(reply: Reply) -> Receipt:
    """Why the server did not take a column; words about students are not even kept."""
    if teaches_not(reply):
        return Receipt(accepted=False, reason=f"{_NOT_TEACHING} ({reply.status})")
    refusal = _read(reply)
    kept = "" if "student" in refusal.words.casefold() else refusal.words
    fields = (str(fault.field) for fault in refusal.errors)
    named = sorted({field for field in fields if _ASSIGNMENT_FIELD.fullmatch(field)})
    places = f", {', '.join(named)}" if named and kept else ""
    reason = f"{column_sentence(kept) or _by_status(reply)} ({reply.status}{places})"
    return Receipt(accepted=False, reason=reason, words=kept)


def about_score(reply: Reply) -> Receipt:
    """Why the server did not take a score, without its words."""
    if offenders(reply):
        reason = _NOT_ON_IT
    elif teaches_not(reply):
        reason = _NOT_TEACHING
    else:
        reason = sentence(_read(reply).words, _ABOUT_SCORES) or _by_status(reply)
    return Receipt(accepted=False, reason=f"{reason} ({reply.status})")


def _by_status(reply: Reply) -> str:
    return _BY_STATUS.get(reply.status, f"the SIS failed with {reply.status}")


# ---- what a refusal is about -------------------------------------------------------------------


def forbidden(reply: Reply) -> bool:
    """Whether a 403 is about fields or a teacher, and not about our credentials as such."""
    return reply.status == 403 and (bool(_fields(reply)) or teaches_not(reply))


def vanished(reply: Reply) -> bool:
    """Whether the server cannot find the assignment: a 500, where others answer 404."""
    return reply.status in {404, 500} and bool(_VANISHED.search(_read(reply).words))


def about_record(reply: Reply) -> bool:
    """Whether a failure is about the record that was asked about."""
    return forbidden(reply) or vanished(reply)


def teaches_not(reply: Reply) -> bool:
    """Whether the acting teacher is said not to teach the section."""
    return reply.status == 403 and _TEACHES_NOT in _read(reply).words.casefold()


def concerns_all(reply: Reply) -> bool:
    """Whether a refusal would meet every other student as well."""
    locked = "lock" in _read(reply).words.casefold()
    return teaches_not(reply) or reply.status in {404, 412} or locked


def offenders(reply: Reply) -> frozenset[str]:
    """The students whom a refused batch names."""
    params = [fault.params for fault in _read(reply).errors]
    named = (p.get("student_dcid", "") for p in params if isinstance(p, dict))
    return frozenset(str(name) for name in named) - {""}


def granted(reply: Reply) -> Reply:
    """*reply*, unless it says that the plugin lacks access to fields."""
    if reply.status != 403 or teaches_not(reply):
        return reply
    fields = ", ".join(_fields(reply)) or "what this needs"
    raise NotGrantedError(
        f"the plugin has no access to {fields}: grant it in the access_request of plugin.xml",
        system=reply.system,
        operation=reply.operation,
        status=reply.status,
    )


def _fields(reply: Reply) -> list[str]:
    """The fields that a 403 names, in its list or in its sentence."""
    refusal = _read(reply)
    listed = [f"{f.resource}.{f.field}".lower() if f.resource else f.field for f in refusal.errors]
    named = [name for name in listed if isinstance(name, str) and _FIELD.fullmatch(name)]
    if not named and _NO_GRANT in refusal.words.casefold():
        named = _FIELD.findall(refusal.words)
    return named


def _read(reply: Reply) -> _Refusal:
    """What the server said about its refusal; empty where it said nothing readable."""
    try:
        return _REFUSAL.decode(reply.content)
    except UNREADABLE:
        return _Refusal()
