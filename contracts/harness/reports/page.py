"""A report as one HTML page: nothing is loaded from elsewhere, so that it can be kept and sent."""

from pathlib import Path

from jinja2 import Environment

from contracts.harness.reports.report import ABOUT, Report, groups

TEMPLATE = Path(__file__).with_name("page.html")


def html(report: Report) -> str:
    """The whole page."""
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        TEMPLATE.read_text(encoding="utf-8")
    )
    parts = [(part, list(groups(rows))) for part, rows in report.parts()]
    calls = sum(row.cases for row in report.rows)
    return template.render(report=report, parts=parts, calls=calls, about=ABOUT)
