"""The summary of a fleet's night: counts by state, and the districts that need somebody; pure.

It has names of districts, our own sentences and no data of a student: a mail lies in many places.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from agent.fleet.pages import times
from agent.fleet.pages.states import NEED_SOMEBODY, STATES, reason, todo
from agent.settings import When

MOST = 40
"""Districts that a summary lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What is told of the night of a date.

    Attributes:
        counts: districts by state.
        needy: rows of `district_now` that need somebody, the worst first; `MOST` at most.
        address: where a browser finds the pages; "": nobody said.
    """

    day: date
    at: datetime
    counts: Mapping[str, int]
    needy: Sequence[Mapping[str, Any]]
    address: str = ""

    @property
    def id(self) -> str:
        """The same for every attempt at the same date."""
        return f"passback-fleet-{self.day}"

    @property
    def need(self) -> int:
        """How many districts need somebody."""
        return sum(self.counts.get(state, 0) for state in NEED_SOMEBODY)

    @property
    def total(self) -> int:
        """How many districts there are."""
        return sum(number for state, number in self.counts.items() if state != "gone")

    @property
    def subject(self) -> str:
        """The subject of a mail."""
        need = f"{self.need:,} need{'s' if self.need == 1 else ''} somebody"
        done = f"{self.counts.get('done', 0):,} of {self.total:,} districts done"
        return f"Passback fleet, night of {self.day}: {done}, {need if self.need else 'all well'}"

    def concerns(self, when: When) -> bool:
        """Whether this goes to somebody who wants to hear *when*."""
        something = self.need > 0 or (when == "something" and self.counts.get("done", 0) > 0)
        return when == "always" or something

    def as_text(self) -> str:
        """The whole, for a person."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"The night of {self.day:%A}, {self.day}: {self.total:,} districts"
        yield ""
        for state, looks in STATES.items():
            if self.counts.get(state):
                yield f"{self.counts[state]:>8,}  {looks.counted}"
        if self.needy:
            yield ""
            yield "Need somebody:"
        for row in self.needy:
            yield ""
            yield from self._district(row)
        if self.need > len(self.needy):
            yield ""
            yield f"... and {self.need - len(self.needy):,} more."
        if self.address:
            yield ""
            yield f"All of them: {self._link('')}"

    def _district(self, row: Mapping[str, Any]) -> Iterator[str]:
        since = f", since {times.moment(row['since'], row['timezone'])}" if row["since"] else ""
        yield f"  {row['title']}: {STATES[row['state']].title}{since}"
        for line in (reason(row), todo(row).replace("`", "")):
            if line:
                yield f"    {line}"
        if self.address:
            yield f"    {self._link(row['key'])}"

    def _link(self, key: str) -> str:
        below = f"/{key}" if key else ""
        return f"{self.address.rstrip('/')}/fleet/districts{below}"

    def as_json(self) -> Mapping[str, Any]:
        """The body of a webhook; `text` is what programs for chats show."""
        return {
            "text": f"{self.subject}\n{self.as_text()}",
            "day": self.day.isoformat(),
            "at": self.at.isoformat(),
            "counts": dict(self.counts),
            "need_somebody": self.need,
            "districts": [self._plain(row) for row in self.needy],
            "link": self._link("") if self.address else None,
        }

    def _plain(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        return {
            "district": row["key"],
            "title": row["title"],
            "state": row["state"],
            "since": row["since"].isoformat() if row["since"] else None,
            "reason": reason(row),
            "todo": todo(row),
            "link": self._link(row["key"]) if self.address else None,
        }
