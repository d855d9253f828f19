"""Each call of the log as a sentence; calls of the same kind within a minute as one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mock_sis.pages.log.calls import Call, Deed, Names
from mock_sis.pages.log.deeds import deed
from mock_sis.pages.log.entries import call_of
from mock_sis.pages.log.failures import reason, refused

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the log: a sentence and the calls that it is about, the newest first."""

    text: str
    failed: bool
    write: bool
    entries: Sequence[Entry]


def sentence(call: Call, names: Names) -> str:
    """What one call did, or why it did not."""
    return _ended(deed(call, names), call, names)


def lines(entries: Iterable[Entry], names: Names) -> Iterator[Line]:
    """The log of *entries*, newest first: what succeeded several times in a minute is one line.

    Not only in a row: a program writes to several classes at once.
    """
    groups: dict[object, list[tuple[Entry, Call, Deed]]] = {}
    for entry in entries:
        call = call_of(entry)
        one = entry, call, deed(call, names)
        groups.setdefault(_group(one), []).append(one)
    return (_line(some, names) for some in groups.values())


def _group(one: tuple[Entry, Call, Deed]) -> object:
    entry, call, did = one
    minute = entry["at"][:16]
    return entry["seq"] if call.failed else (minute, did.several or did.subject, did.verb)


def _line(some: Sequence[tuple[Entry, Call, Deed]], names: Names) -> Line:
    _, call, did = some[0]
    text = _ended(did, call, names)
    if len(some) > 1:
        text = (
            f"{did.several.format(len(some))} were {did.verb}"
            if did.several
            else f"{text} ({len(some)} times)"
        )
    return Line(
        text=text,
        failed=call.failed,
        write=call.write,
        entries=[entry for entry, _, _ in some],
    )


def _ended(did: Deed, call: Call, names: Names) -> str:
    was = "were" if did.plural else "was"
    if not call.failed:
        return f"{did.subject} {was} {did.verb}"
    ended = f"{was} refused" if refused(call) else f"{was} not {did.verb}"
    if call.status is None:
        ended = "had no answer"
    return f"{did.subject} {ended}: {reason(call, names)}"
