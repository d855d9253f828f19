"""Which rosters changed since last night, from a few counts instead of a full read.

The mark holds three facts: when the newest enrolment was modified, how many bear that very moment,
and how many there are at all. Enrolments newer than the moment name their sections; if one more
bears the moment itself, or some vanished altogether, nobody knows which, so all are looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from agent.domain import SectionId
from agent.sis.oneroster.rows import EnrollmentRow


class Enrolments(Protocol):
    """What can be asked about all enrolments of the district."""

    def newest(self) -> EnrollmentRow | None:
        """The one that was modified last."""
        ...

    def since(self, moment: str) -> Iterable[EnrollmentRow]:
        """Those modified after *moment*."""
        ...

    def count(self, moment: str | None = None) -> int | None:
        """How many bear exactly *moment*, or how many there are; None where nobody counts."""
        ...


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the enrolments stood."""

    newest: str
    same: int | None
    total: int | None

    def text(self) -> str:
        """For the ledger."""
        return f"{self.newest} {_text(self.same)} {_text(self.total)}"

    @staticmethod
    def read(text: str | None) -> "Mark | None":
        """The mark that `text` wrote; None for anything else."""
        parts = (text or "").split(" ")
        if len(parts) != 3 or not parts[0]:
            return None
        return Mark(parts[0], _number(parts[1]), _number(parts[2]))


def turnover(enrolments: Enrolments, since: str | None) -> tuple[frozenset[SectionId] | None, str]:
    """The sections that changed since the mark (None: unknown), and the mark to keep."""
    known = Mark.read(since)
    if known is None:
        row = enrolments.newest()
        return None, "" if row is None else _mark(enrolments, row.date_last_modified).text()
    newer, same = _newer(enrolments, known.newest)
    mark = Mark(known.newest, same, enrolments.count())
    if newer:
        mark = _mark(enrolments, max(row.date_last_modified for row in newer))
    if _more(same, known.same) or _fewer(mark.total, known.total):
        return None, mark.text()
    return frozenset(SectionId(row.class_.sourced_id) for row in newer), mark.text()


def _mark(enrolments: Enrolments, moment: str) -> Mark:
    return Mark(moment, _newer(enrolments, moment)[1] if moment else None, enrolments.count())


def _newer(enrolments: Enrolments, moment: str) -> tuple[list[EnrollmentRow], int | None]:
    """Those modified after *moment*, and how many show it themselves.

    A server that keeps finer moments than it shows gives some of the latter as newer.
    """
    rows = list(enrolments.since(moment))
    newer = [row for row in rows if row.date_last_modified != moment]
    same = enrolments.count(moment)
    return newer, None if same is None else same + len(rows) - len(newer)


def _more(now: int | None, before: int | None) -> bool:
    return now is not None and before is not None and now > before


def _fewer(now: int | None, before: int | None) -> bool:
    return now is not None and before is not None and now < before


def _text(number: int | None) -> str:
    return "?" if number is None else str(number)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
