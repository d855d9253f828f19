"""Everything that was found of a district, as one value: what the report shows, and its JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from contracts.uat.acceptance.history import History
from contracts.uat.acceptance.playing.scenario import Check, Outcome
from contracts.uat.acceptance.setup import Setup
from contracts.uat.acceptance.terms import Terms
from contracts.uat.acceptance.tonight import Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One district.

    Attributes:
        roster: the file name of the export.
        played_in: the classes that scenarios were played in.
        cannot_play: why none could be played; empty where they were.
        history: None where the export has no scores, or too many.
    """

    terms: Terms
    roster: str
    tonight: date
    outcomes: Sequence[Outcome]
    played_in: Sequence[str]
    cannot_play: str
    setup: Setup
    outlook: Outlook
    history: History | None

    @property
    def numbers(self) -> list[Check]:
        """The checks that counts agree."""
        return [*self.outlook.checks, *(self.history.checks if self.history else ())]

    @property
    def verdict(self) -> Literal["passed", "failed", "not played"]:
        """Of the whole: whether what was played went as the policy says."""
        verdicts = {outcome.verdict for outcome in self.outcomes}
        if "failed" in verdicts or not all(check.ok for check in self.numbers):
            return "failed"
        return "passed" if "passed" in verdicts else "not played"

    def counts(self) -> dict[str, int]:
        """Verdict -> scenarios."""
        words = ("passed", "failed", "not played")
        verdicts: list[str] = [outcome.verdict for outcome in self.outcomes]
        return {word: verdicts.count(word) for word in words}

    def plain(self) -> dict[str, Any]:
        """The values that JSON has."""
        settings = self.terms.settings
        return {
            "district": settings.district,
            "sis": settings.sis.kind,
            "roster": self.roster,
            "tonight": self.tonight.isoformat(),
            "verdict": self.verdict,
            "counts": self.counts(),
            "scenarios": [_scenario(outcome) for outcome in self.outcomes],
            "cannot_play": self.cannot_play,
            "findings": [asdict(finding) for finding in self.setup.findings],
            "sections": [asdict(section) for section in self.setup.sections],
            "periods": [asdict(period) for period in self.setup.periods],
            "outlook": asdict(self.outlook),
            "history": _history(self.history) if self.history else None,
        }


def _scenario(outcome: Outcome) -> Mapping[str, Any]:
    scenario = outcome.scenario
    return {
        "id": scenario.id,
        "title": scenario.title,
        "sentences": list(scenario.sentences),
        "verdict": outcome.verdict,
        "not_played": outcome.not_played,
        "steps": [asdict(step) for step in outcome.steps],
        "checks": [asdict(check) for check in outcome.checks],
        "evidence": [asdict(one) for one in outcome.evidence],
    }


def _history(history: History) -> Mapping[str, Any]:
    plain = asdict(history)
    return {**plain, "weeks": {day.isoformat(): n for day, n in history.weeks.items()}}
