"""Writes the report: a page that needs nothing else, CSV for a spreadsheet, JSON for a program."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from load.chaos import DESCRIPTIONS
from load.report import plots
from load.report.facts import CONNECTIONS, Facts, Row


def write(facts: Facts, out: Path) -> Path:
    """Write every file into *out*; return the page's path."""
    (out / "report.json").write_text(json.dumps(facts.plain(), indent=1), encoding="utf-8")
    _csv(out / "timeline.csv", facts.seconds)
    _csv(out / "operations.csv", facts.operations)
    page = out / "report.html"
    page.write_text(_page(facts), encoding="utf-8")
    return page


def _page(facts: Facts) -> str:
    jinja = Environment(loader=PackageLoader("load.report", ""), autoescape=True)
    jinja.filters["duration"] = duration
    drawn = {
        name: Markup(draw(facts))  # noqa: S704 - our own picture
        for name, draw in (
            ("throughput", plots.throughput),
            ("latency", plots.latency),
            ("outcomes", plots.outcomes),
            ("memory", plots.memory),
            ("finish", plots.finish),
        )
    }
    return jinja.get_template("page.html").render(
        facts=facts, plots=drawn, connections=CONNECTIONS, trouble=DESCRIPTIONS
    )


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def _csv(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]) if rows else ["second"])
        writer.writeheader()
        writer.writerows(rows)
