"""PowerSchool's three kinds of JSON as they come in, and what its refusals say.

`/ws/v1` wraps its lists, gives a list of one as the thing itself and an empty one as `""`; tables
write every value as text; `/ws/xte` is bare. An id is a number here and text there.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from agent.errors import DeniedError
from agent.http.responses import UNREADABLE, Reply

R = TypeVar("R", bound=msgspec.Struct)
Json = dict[str, Any]

_OBJECT = msgspec.json.Decoder(Json, float_hook=Decimal)
_ARRAY = msgspec.json.Decoder(list[Json], float_hook=Decimal)
_EITHER = msgspec.json.Decoder(Json | list[Json], float_hook=Decimal)
_FIELD = re.compile(r"\w+\.\w+")
_NO_GRANT = re.compile(r"no access to field", re.IGNORECASE)
_VANISHED = re.compile(r"unable to find \S*assignment", re.IGNORECASE)
_TEACHES_NOT = re.compile(r"not teach", re.IGNORECASE)
_LONGEST = 200


class Day:
    """A calendar date, or nothing."""

    __slots__ = ("date",)

    def __init__(self, text: str) -> None:
        self.date = date.fromisoformat(text[:10]) if text else None


class NotGrantedError(DeniedError):
    """The plugin lacks access to fields; the text names them."""


# ---- shapes ------------------------------------------------------------------------------------


def wrapped(reply: Reply, wrapper: str, member: str) -> list[Json]:
    """The rows of a `/ws/v1` list: several, one as itself, or none as an empty text."""
    return _rows(reply, _inside(reply, wrapper), member)


def single(reply: Reply, name: str) -> Json:
    """The one thing that a `/ws/v1` answer wraps."""
    inside = _inside(reply, name)
    if not inside:
        raise reply.not_understood()
    return inside


def records(reply: Reply, table: str) -> list[Json]:
    """The rows of a page of a table; a page past the end may leave the list out."""
    rows = _rows(reply, plain(reply), "record")
    try:
        return [row["tables"][table] for row in rows]
    except (KeyError, TypeError):
        raise reply.not_understood() from None


def plain(reply: Reply) -> Json:
    """A bare object."""
    return _usable(reply).read(_OBJECT)


def alone(reply: Reply) -> Json:
    """A bare object, or an array of just one: programs for this server are written for either."""
    found: Json | list[Json] = _usable(reply).read(_EITHER)
    if isinstance(found, dict):
        return found
    if len(found) != 1:
        raise reply.not_understood()
    return found[0]


def listed(reply: Reply) -> list[Json]:
    """A bare array."""
    return _usable(reply).read(_ARRAY)


def read(reply: Reply, rows: Sequence[Json], kind: type[R]) -> list[R]:
    """*rows* as *kind*, ids as text; what does not fit is an answer that was not understood."""
    try:
        return msgspec.convert(_texts(rows), list[kind], dec_hook=_hook)  # type: ignore[valid-type]
    except msgspec.ValidationError:
        raise reply.not_understood() from None


def truth(value: object) -> bool:
    """A flag: true, 1 or their texts."""
    return value is True or str(value).lower() in {"1", "true"}


def number(key: str) -> int | str:
    """An id as PowerSchool writes it into a body."""
    return int(key) if key.isascii() and key.isdecimal() else key


def _inside(reply: Reply, name: str) -> Json:
    found = plain(reply).get(name)
    if found == "":
        return {}
    if not isinstance(found, dict):
        raise reply.not_understood()
    return found


def _rows(reply: Reply, inside: Json, member: str) -> list[Json]:
    found = inside.get(member)
    if found in ("", None):
        return []
    rows = found if isinstance(found, list) else [found]
    if not all(isinstance(row, dict) for row in rows):
        raise reply.not_understood()
    return rows


def _usable(reply: Reply) -> Reply:
    if not reply.ok:
        raise reply.not_understood(f"the read was refused with {reply.status}")
    return reply


def _texts(value: Any) -> Any:
    """Whole numbers as text, all the way down."""
    if isinstance(value, dict):
        return {name: _texts(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_texts(inner) for inner in value]
    return str(value) if type(value) is int else value


def _hook(_kind: type, value: object) -> Day:
    if not isinstance(value, str):
        raise ValueError("a date is text")  # noqa: TRY004 - msgspec turns ValueError into its own
    return Day(value)


# ---- refusals ----------------------------------------------------------------------------------


class _Fault(msgspec.Struct):
    field: Any = ""
    resource: Any = ""
    params: Any = None


class _Refusal(msgspec.Struct):
    message: Any = ""
    errors: list[_Fault] = []


_REFUSAL = msgspec.json.Decoder(_Refusal)


def refusal(reply: Reply) -> _Refusal:
    """What the server said about its refusal; empty where it said nothing readable."""
    try:
        return _REFUSAL.decode(reply.content)
    except UNREADABLE:
        return _Refusal()


def words(reply: Reply) -> str:
    """The server's own words, on one line and not too long."""
    message = refusal(reply).message
    return " ".join(message.split())[:_LONGEST] if isinstance(message, str) else ""


def forbidden(reply: Reply) -> bool:
    """Whether a 403 speaks of fields or of a teacher, and not of our credentials as such."""
    return reply.status == 403 and (bool(_fields(reply)) or teaches_not(reply))


def vanished(reply: Reply) -> bool:
    """Whether the server cannot find the assignment: a 500, where others answer 404."""
    return reply.status in {404, 500} and bool(_VANISHED.search(words(reply)))


def about_record(reply: Reply) -> bool:
    """Whether a failure speaks of the record that was asked about."""
    return forbidden(reply) or vanished(reply)


def teaches_not(reply: Reply) -> bool:
    """Whether the acting teacher is said not to teach the section."""
    return reply.status == 403 and bool(_TEACHES_NOT.search(words(reply)))


def offenders(reply: Reply) -> frozenset[str]:
    """The students whom a refused batch names."""
    params = [fault.params for fault in refusal(reply).errors]
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
    told = refusal(reply)
    listed_ = [f"{f.resource}.{f.field}".lower() if f.resource else f.field for f in told.errors]
    named = [name for name in listed_ if isinstance(name, str) and _FIELD.fullmatch(name)]
    if not named and _NO_GRANT.search(words(reply)):
        named = _FIELD.findall(words(reply))
    return named
