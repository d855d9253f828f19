"""The scenarios that a district accepts by: a file a group of rules (docs/reference/rules.md)."""

from collections.abc import Sequence

from contracts.uat.acceptance.catalogue import (
    assessments,
    dates,
    edits,
    gradebook,
    scores,
    teachers,
    trouble,
)
from contracts.uat.acceptance.playing.scenario import Scenario
from contracts.uat.acceptance.terms import Terms

PARTS = (assessments, teachers, dates, scores, edits, trouble, gradebook)
EVERY: Sequence[Scenario] = sorted(
    (scenario for part in PARTS for scenario in part.CATALOGUE.scenarios),
    key=lambda s: (s.rule[0], int(s.rule[1:].rstrip("a")), s.id),
)
"""All of them, by rule."""


def for_district(terms: Terms) -> list[Scenario]:
    """Those of a district with these terms."""
    return [scenario for scenario in EVERY if scenario.when(terms)]
