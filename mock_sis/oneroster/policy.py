"""What one SIS makes of OneRoster where the standard leaves it open, as settings of a world."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from mock_sis.gradebook.checks import GradebookKind
from mock_sis.world.world import World

VENDOR = "oneroster"
"""The namespace in which the caller's ids are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The choices of one district's SIS.

    Attributes:
        kind: whose gradebooks are read and written.
        strict: writes need every member that the standard requires, and no other.
        writable: passing grades back is allowed.
        default_category: for an item that names none; None takes the first that the class may use.
        unknown_category: what becomes of an item that names one which the class may not use.
        default_points: for an item that does not say.
        title_limit: characters kept of a title.
        due_dates: an instant becomes a date in the district's zone, or in UTC.
        score_types: an item's `metadata.scoreType` says how it is scored: POINTS, else by scale.
    """

    kind: GradebookKind
    strict: bool = False
    writable: bool = True
    default_category: str | None = None
    unknown_category: str = "reject"
    default_points: Decimal = Decimal(100)
    title_limit: int = 49
    due_dates: str = "local"
    score_types: bool = False

    @property
    def sis(self) -> str:
        """The name of that SIS."""
        return self.kind.sis

    @classmethod
    def of(cls, kind: GradebookKind, world: World, *, score_types: bool = False) -> "Policy":
        """The policy that a world's settings choose; what they do not name is as above."""
        strict = world.enforcement.on("strict")
        return _policy(kind, world.setting_text(kind.sis), strict=strict, score_types=score_types)


@lru_cache(100)
def _policy(kind: GradebookKind, text: str, *, strict: bool, score_types: bool) -> Policy:
    settings: Mapping[str, Any] = json.loads(text or "{}")
    names = ("default_category", "unknown_category", "due_dates", "title_limit")
    given = {name: settings[name] for name in names if name in settings}
    return Policy(
        kind=kind,
        strict=strict or settings.get("mode") == "strict",
        writable=settings.get("allow_grade_passback", True),
        default_points=Decimal(str(settings.get("default_points", 100))),
        score_types=score_types,
        **given,
    )
