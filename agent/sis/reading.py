"""What the readers of all vendors share: paths, queries, and what an answer to a read means."""

from collections.abc import Callable, Sequence
from urllib.parse import quote, urlencode

from agent.domain import Gradebook, Section, SectionId
from agent.http.responses import Reply


def segment(id_: str) -> str:
    """An id as part of a path."""
    return quote(id_, safe="")


def query(**values: object) -> str:
    """A query string."""
    return urlencode(values, quote_via=quote)


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
