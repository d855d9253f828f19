"""The report as one HTML page: nothing is loaded from elsewhere, and no script is in it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from contracts.uat.acceptance.playing.scenario import Outcome
from contracts.uat.acceptance.result import Result
from contracts.uat.acceptance.setup import SectionMap
from contracts.uat.report import pictures
from contracts.uat.report.policy_words import policy_in_words

FOLDER = Path(__file__).parent
GROUPS = {
    "A": "Which assessments pass back",
    "B": "Which scores pass back",
    "C": "What is sent, and when again",
    "D": "How the gradebook behaves",
}
MOST_LISTED = 60
"""Lines of a list of classes; the rest stands in results.json."""


def html(result: Result) -> str:
    """The whole page."""
    made = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    template = made.from_string((FOLDER / "page.html").read_text(encoding="utf-8"))
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    return template.render(
        result=result,
        settings=result.terms.settings,
        counts=result.counts(),
        failed=[one for one in result.outcomes if one.verdict == "failed"],
        wrong=[check for check in result.numbers if not check.ok],
        groups=_groups(result.outcomes),
        policy=list(policy_in_words(result.terms)),
        pictures=_pictures(result),
        sections=_shown(result.setup.sections),
        most=MOST_LISTED,
        style=Markup(style),  # noqa: S704 - our own file
    )


def _groups(outcomes: Iterable[Outcome]) -> Mapping[str, list[Outcome]]:
    """Heading -> its scenarios, in order."""
    by_letter = groupby(outcomes, key=lambda outcome: outcome.scenario.id[0])
    return {GROUPS[letter]: list(some) for letter, some in by_letter}


def _pictures(result: Result) -> Mapping[str, Markup]:
    """Each picture; an empty text where there is nothing to draw."""
    wanted = {
        "outcomes": (pictures.outcomes, result.outlook.reasons or result.outlook.scores),
        "coverage": (pictures.coverage, result.setup.mapping),
        "periods": (pictures.periods, result.setup.periods),
        "weeks": (pictures.weeks, result.history),
    }
    return {name: draw(result) if there else Markup() for name, (draw, there) in wanted.items()}


def _shown(sections: Sequence[SectionMap]) -> Sequence[SectionMap]:
    """All classes where they are few, else those in which something is missing, first of all."""
    if len(sections) <= MOST_LISTED:
        return sections
    return sorted(sections, key=lambda one: not (one.missing or one.outside))[:MOST_LISTED]
