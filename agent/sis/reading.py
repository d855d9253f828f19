"""What the readers of all vendors share: paths, queries, and what an answer to a read means."""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Any, Self
from urllib.parse import quote, urlencode

import msgspec

from agent.domain import CategoryId, Gradebook, Section, SectionId, SisPersonId, Span
from agent.http.responses import Reply

# ---- one answer ----------------------------------------------------------------------------------


def path_of(template: str, *ids: str, **roots: str) -> str:
    """*template* with *ids*, each as one segment, in the place of its `{}`."""
    return template.format(*(quote(id_, safe="") for id_ in ids), **roots)


def query(**values: object) -> str:
    """A query string of those *values* that are not empty text."""
    return urlencode({name: v for name, v in values.items() if v != ""}, quote_via=quote)


def absent(reply: Reply) -> bool:
    """Whether the server itself answers that there is no such record.

    A 404 that is not JSON comes from a wrong address, and is an error.
    """
    if reply.status == 404 and not reply.is_json:
        raise reply.not_understood("there is no such service at this url")
    return reply.status == 404


def usable(reply: Reply) -> Reply:
    """*reply*, unless the read was refused."""
    if not reply.ok:
        raise reply.not_understood(f"the read was refused with {reply.status}")
    return reply


def truth(value: object) -> bool:
    """A flag: true, 1 or their texts."""
    return value is True or str(value).lower() in {"1", "true"}


def from_text(kind: type[Any], value: object) -> Any:
    """Make *kind*, a date of the vendor's, of a text; a decoder's hook."""
    if not isinstance(value, str):
        raise ValueError("a date is text")  # noqa: TRY004 - msgspec turns ValueError into its own
    return kind(value)


# ---- gradebooks ----------------------------------------------------------------------------------


def gradebook_of(
    key: str, sections: Sequence[SectionId], read: Callable[[SectionId], Section | None]
) -> Gradebook:
    """The gradebook *key* of *sections*; those that *read* does not find are missing."""
    found = {section: read(section) for section in sections}
    return Gradebook(
        id=key,
        sections={name: section for name, section in found.items() if section is not None},
        missing=frozenset(name for name, section in found.items() if section is None),
    )


def spans_of(enrolments: Iterable[tuple[str, Span]]) -> dict[SisPersonId, tuple[Span, ...]]:
    """Student -> the days on which they sit there; one who left and came back has two spans."""
    spans: dict[SisPersonId, tuple[Span, ...]] = {}
    for student, span in enrolments:
        spans[SisPersonId(student)] = (*spans.get(SisPersonId(student), ()), span)
    return spans


def unshared(names: Iterable[tuple[str, str]]) -> dict[str, CategoryId]:
    """Label -> category, of pairs of name and category; a name that two share names neither."""
    labels: dict[str, CategoryId | None] = {}
    for name, category in names:
        label = name.strip().casefold()
        labels[label] = None if label in labels else CategoryId(category)
    return {label: category for label, category in labels.items() if category is not None}


# ---- from one night to the next ------------------------------------------------------------------


def checksum(facts: object) -> str:
    """A text that changes when *facts* do, whatever the order of sets and dicts in them."""
    return sha256(msgspec.json.encode(facts, order="deterministic")).hexdigest()


class Cursor(msgspec.Struct, frozen=True):
    """How far a vendor has read the changes of its rosters; a text in the ledger."""

    def text(self) -> str:
        """For the ledger."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def read(cls, text: str | None) -> Self | None:
        """The cursor that `text` wrote; None for anything else."""
        try:
            return msgspec.json.decode(text or "", type=cls)
        except msgspec.DecodeError:
            return None
