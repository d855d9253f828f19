"""Plots as inline SVG, for a page that needs nothing else."""

import io
from collections.abc import Sequence
from math import nan
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from load.report.facts import Facts, Row

INK, BLUE, ORANGE, RED, GREY = "#1f2933", "#2166ac", "#d9822b", "#b2182b", "#9aa5b1"
SIZE = (7.2, 2.7)


def throughput(facts: Facts) -> str:
    """Requests and writes a second over the night."""
    figure, axes = _figure("seconds into the night", "a second")
    at = [row["second"] for row in facts.seconds]
    requests = [row["requests"] for row in facts.seconds]
    axes.fill_between(at, requests, color=BLUE, alpha=0.25, step="mid")
    for name, colour in (("requests", BLUE), ("writes", INK), ("failed", RED)):
        values = [row[name] for row in facts.seconds]
        axes.step(at, values, color=colour, where="mid", lw=1.2, label=name)
    for span in facts.spans:
        _draw_fault(axes, span)
    axes.margins(y=0.15)
    axes.legend(**_LEGEND)
    return _svg(figure, "Requests, writes and failed requests a second over the night")


def _draw_fault(axes: Axes, span: Row) -> None:
    """Shade the time from where a fault struck to its end; its word is at the top."""
    began, ends = span["second"], span["second"] + span["lasts"]
    axes.axvspan(began, ends, color=GREY, alpha=0.3, lw=0.8)
    axes.annotate(
        span["fault"],
        ((began + ends) / 2, 0.97),
        xycoords=("data", "axes fraction"),
        ha="center",
        va="top",
        fontsize=7,
        color=INK,
    )


def latency(facts: Facts) -> str:
    """Percentiles of the time that a request took, second by second."""
    figure, axes = _figure("seconds into the night", "ms")
    at = [row["second"] for row in facts.seconds]
    for name, colour in (("p50_ms", BLUE), ("p95_ms", ORANGE), ("p99_ms", RED)):
        values = [nan if row[name] is None else row[name] for row in facts.seconds]
        axes.plot(at, values, ".-", ms=3, color=colour, lw=1.2, label=name[:3])
    axes.set_yscale("log")
    axes.legend(**_LEGEND)
    return _svg(figure, "Percentiles of a request's time, second by second")


def memory(facts: Facts) -> str:
    """Resident memory of the agent."""
    figure, axes = _figure("seconds into the night", "MB")
    for run in facts.memory:
        axes.plot([at for at, _ in run], [mb for _, mb in run], color=BLUE, lw=1.2)
    axes.set_ylim(bottom=0)
    return _svg(figure, "Resident memory of the agent over the night")


def outcomes(facts: Facts) -> str:
    """How many records ended in which state."""
    names = list(facts.outcomes)[::-1]
    figure, axes = _figure(
        "records reported, over the runs of the night", "", rows=max(3, len(names))
    )
    bars = axes.barh(names, [facts.outcomes[name] for name in names], color=_colours(names))
    axes.bar_label(bars, fmt="{:,.0f}", padding=3, fontsize=8)
    axes.margins(x=0.12)
    return _svg(figure, "Records by the state in which they ended")


def finish(facts: Facts) -> str:
    """When the night would be over, by connections and answer time."""
    figure, axes = _figure("connections", "minutes")
    colours = (BLUE, INK, ORANGE, RED)
    for colour, (seconds, by) in zip(colours, facts.finish.items(), strict=True):
        minutes = [value / 60 for value in by.values()]
        axes.plot(list(by), minutes, "o-", ms=3, color=colour, label=f"{1000 * seconds:.0f} ms")
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.set_xticks(list(next(iter(facts.finish.values()))))
    axes.xaxis.set_major_formatter("{x:.0f}")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.legend(title="the SIS answers in", title_fontsize=8, **_LEGEND)
    return _svg(figure, "When this night would be over, by connections and answer time")


_LEGEND: dict[str, Any] = {"frameon": False, "fontsize": 8, "loc": "best"}
_BAD = {"rejected": ORANGE, "failed": RED, "held": ORANGE}


def _colours(names: Sequence[str]) -> list[str]:
    return [_BAD.get(name, GREY if name in {"refused", "unchanged"} else BLUE) for name in names]


def _figure(across: str, up: str, *, rows: int | None = None) -> tuple[Figure, Axes]:
    size = SIZE if rows is None else (SIZE[0], 0.6 + 0.32 * rows)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(across, fontsize=8)
    axes.set_ylabel(up, fontsize=8)
    axes.tick_params(labelsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    if rows is None:
        axes.grid(alpha=0.25)
    return figure, axes


def _svg(figure: Figure, sentence: str) -> str:
    """The picture as an element of a page, with a sentence for those who cannot see it."""
    out = io.StringIO()
    figure.savefig(out, format="svg", metadata={"Date": None})
    svg = out.getvalue()
    svg = svg[svg.index("<svg") :]
    return svg.replace("<svg ", f'<svg role="img" aria-label="{sentence}" ', 1)


__all__ = ["Row", "finish", "latency", "memory", "outcomes", "throughput"]
