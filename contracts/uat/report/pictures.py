"""Pictures as inline SVG: outcomes by reason, classes by category, grading periods, weeks.

The same values draw the same bytes: no date stands in them, and their ids grow from a fixed salt.
"""

import io
import warnings
from collections.abc import Sequence
from datetime import date
from textwrap import shorten
from typing import Any

from markupsafe import Markup
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from contracts.uat.acceptance.result import Result

INK, GOOD, WAITS, GREY = "#1d2733", "#17693a", "#b5651d", "#5a6675"
PERIODS = {"open": GOOD, "closed": GREY, "upcoming": "#8f94c4"}
WIDTH = 7.4
LABEL = 46
MOST_BARS = 12


def outcomes(result: Result) -> Markup:
    """Scores tonight: how many would go, and how many wait for which reason."""
    found = [("passes back tonight", result.outlook.scores, GOOD)]
    found += [(one.words, one.scores, WAITS) for one in result.outlook.reasons if one.scores]
    sentence = "Scores that pass back tonight, and those that do not, by reason"
    return _bars(found[:MOST_BARS], "scores", sentence)


def coverage(result: Result) -> Markup:
    """Each mapped type: in how many classes its category is active, and in how many it is not."""
    total = len(result.setup.sections)
    covered = result.setup.covered()
    figure, axes = _figure("classes", rows=len(covered))
    names = [_label(f"{t} → {result.setup.mapping[t]}") for t in covered][::-1]
    counts = list(covered.values())[::-1]
    rows = range(len(names))
    axes.barh(rows, counts, color=GOOD, label="category active")
    lacking = [total - count for count in counts]
    axes.barh(rows, lacking, left=counts, color=WAITS, hatch="//", label="category missing")
    _labels(axes, names)
    axes.set_xlim(0, max(total, 1))
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.25), ncols=2)
    return _svg(figure, "Classes in which the category of each type is active, or missing")


def periods(result: Result) -> Markup:
    """The grading periods over the year, with tonight and the effective date."""
    found = result.setup.periods
    figure, axes = _figure("", rows=len(found))
    for row, one in enumerate(reversed(found)):
        start, end = _at(one.start), _at(one.end)
        axes.barh(row, end - start + 1, left=start, color=PERIODS.get(one.state, GREY), height=0.6)
        axes.annotate(one.state, (start, row), xytext=(4, 0), textcoords="offset points",
                      va="center", color="white", fontsize=8)  # fmt: skip
    _labels(axes, [_label(one.title) for one in reversed(found)])
    for day, word, colour in (
        (result.tonight, "tonight", "#9b1c1c"),
        (result.terms.policy.effective_date, "effective date", INK),
    ):
        axes.axvline(_at(day), color=colour, lw=1.6, ls="--", label=f"{word}, {day:%b} {day.day}")
    _months(axes)
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.18), ncols=2)
    return _svg(figure, "The grading periods, tonight and the effective date")


def weeks(result: Result) -> Markup:
    """Scores that would have passed back, week by week."""
    history = result.history
    assert history is not None
    figure, axes = _figure("week", rows=6)
    at = [_at(day) for day in history.weeks]
    axes.bar(at, list(history.weeks.values()), width=5.5, color=GOOD, align="edge")
    _months(axes)
    axes.set_ylabel("scores sent", fontsize=8)
    return _svg(figure, "Scores sent, week by week")


def _bars(found: Sequence[tuple[str, int, str]], across: str, sentence: str) -> Markup:
    figure, axes = _figure(across, rows=len(found))
    rows = list(reversed(found))
    bars = axes.barh(range(len(rows)), [n for _, n, _ in rows], color=[c for *_, c in rows])
    _labels(axes, [_label(words) for words, *_ in rows])
    axes.bar_label(bars, fmt="{:,.0f}", padding=3, fontsize=8)
    axes.margins(x=0.12)
    return _svg(figure, sentence)


def _figure(across: str, *, rows: int) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, 0.9 + 0.3 * max(2, rows)), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(across, fontsize=8)
    axes.tick_params(labelsize=8, colors=INK)
    axes.spines[["top", "right", "left"]].set_visible(False)
    return figure, axes


def _labels(axes: Axes, names: Sequence[str]) -> None:
    """Names from a roster at the left: never read as mathematics."""
    plain: dict[str, Any] = {"parse_math": False}
    axes.set_yticks(range(len(names)), names, fontsize=8, **plain)
    axes.tick_params(axis="y", length=0)


def _label(words: str) -> str:
    return shorten(words, LABEL, placeholder="…") or words[:LABEL]


def _at(day: date) -> int:
    return day.toordinal()


def _months(axes: Axes) -> None:
    """The first days of the months that the picture spans, by their names."""
    low, high = (round(edge) for edge in axes.get_xlim())
    days = [date.fromordinal(number) for number in range(max(low, 1), high + 1)]
    firsts = [day for day in days if day.day == 1]
    axes.set_xticks([_at(day) for day in firsts], [f"{day:%b}" for day in firsts])


def _svg(figure: Figure, sentence: str) -> Markup:
    """The picture as an element of a page, with a sentence for those who cannot see it."""
    out = io.StringIO()
    with rc_context({"svg.hashsalt": "passback"}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font lacks is drawn as a box
        figure.savefig(out, format="svg", metadata={"Date": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    return Markup(svg.replace("<svg ", f'<svg role="img" aria-label="{sentence}" ', 1))  # noqa: S704 - our own picture
