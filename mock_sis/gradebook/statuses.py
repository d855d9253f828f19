"""What a teacher says of a cell beside its score, and which member of the cell keeps it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

EXEMPT = "exempt"
COMMENT = "comment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statuses:
    """How one SIS keeps a teacher's words; it keeps an exemption apart.

    Attributes:
        members: a teacher's word -> the member that keeps it.
        inside: the member that holds these members; empty where they stand among the others.
        yes: the value of a member whose word was said.
        without_score: the status of a cell that holds words and no score.
    """

    members: Mapping[str, str] = field(default_factory=dict)
    inside: str = ""
    yes: Any = 1
    without_score: str | None = None

    @property
    def known(self) -> frozenset[str]:
        """The words that a teacher has in this SIS."""
        return frozenset(self.members) | {EXEMPT}

    def of(self, extra: Mapping[str, Any], status: str | None) -> list[str]:
        """The words that stand in a cell."""
        kept = self._kept(extra)
        words = [word for word, member in self.members.items() if kept.get(member) in (1, "true")]
        return sorted([*words, *([EXEMPT] if status == EXEMPT else [])])

    def with_words(self, extra: Mapping[str, Any], words: Iterable[str]) -> dict[str, Any]:
        """*extra* with exactly these words in it; an exemption is kept elsewhere."""
        ours = set(self.members.values())
        chosen = sorted({self.members[word] for word in words if word in self.members})
        kept = {name: value for name, value in self._kept(extra).items() if name not in ours}
        kept |= dict.fromkeys(chosen, self.yes)
        return {**extra, self.inside: kept} if self.inside else kept

    def _kept(self, extra: Mapping[str, Any]) -> Mapping[str, Any]:
        found: Mapping[str, Any] = extra.get(self.inside, {}) if self.inside else extra
        return found
