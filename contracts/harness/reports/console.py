"""A report for a terminal: what was looked at, what is wrong and how to see it again."""

import sys
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap
from time import monotonic

import click

from contracts.harness.reports.report import ABOUT, Report, Row, groups

WIDTH = 80
MINUTE = 60.0
BLINK = 0.25


def progress() -> Callable[[str], None]:
    """Tells on standard error how far a run is: over and over on a terminal, else once a minute.

    CI services take a job that says nothing for dead; an empty text wipes the terminal's line.
    """
    terminal = sys.stderr.isatty()
    every = BLINK if terminal else MINUTE
    last = monotonic()

    def say(words: str) -> None:
        nonlocal last
        if words and monotonic() - last >= every:
            last = monotonic()
            click.echo(f"\r{words:60}" if terminal else words, err=True, nl=not terminal)
        elif not words and terminal:
            click.echo(f"\r{'':60}\r", err=True, nl=False)

    return say


def text(report: Report, *, checklist: bool = False) -> str:
    """The whole report; what nobody has seen only when asked."""
    return "\n".join(_lines(report, checklist=checklist)) + "\n"


def _lines(report: Report, *, checklist: bool) -> Iterator[str]:
    yield f"{report.sis} at {report.target}, profile {report.profile}, seed {report.seed}"
    for part, rows in report.parts():
        yield ""
        yield f"{part}: {ABOUT[part]}"
        yield from _table(rows)
    yield from _failures(report)
    yield ""
    if checklist:
        yield from _checklist(report)
    elif report.checklist:
        yield f"{len(report.checklist)} things to look at on a real server first: --checklist"
    yield from (f"note: {warning}" for warning in report.warnings)
    yield _verdict(report)


def _table(rows: Sequence[Row]) -> Iterator[str]:
    width = max(len(group) for group, _ in groups(rows))
    for group, members in groups(rows):
        cases = sum(row.cases for row in members)
        bad = sum(bool(row.findings) for row in members)
        open_ = sum(bool(row.note) for row in members)
        outcome = f"{bad} FAILED" if bad else f"ok, {open_} with a note" if open_ else "ok"
        asked = f"  {cases:>6} calls" if any(row.cases for row in rows) else ""
        yield f"  {group:<{width}}  {len(members):>4} looked at{asked}  {outcome}"


def _failures(report: Report) -> Iterator[str]:
    for row in report.failed:
        yield ""
        yield f"FAILED {row.name}"
        for found in row.findings:
            again = f" ({found.times} times)" if found.times > 1 else ""
            yield f"  {found.check}: {found.reason}{again}"
            if found.curl:
                yield f"    {found.curl}"


def _checklist(report: Report) -> Iterator[str]:
    yield "on the first day with a real server, look at this:"
    for line in report.checklist:
        plain = f"  {line.replace('`', '')}"
        inner = " " * (plain.index("[ ]") + 4)
        yield from wrap(plain, WIDTH, subsequent_indent=inner, break_long_words=False)
    yield ""


def _verdict(report: Report) -> str:
    calls = sum(row.cases for row in report.rows)
    said = f"{len(report.rows)} rows, {calls} calls in {report.seconds:.0f} s: "
    if report.stopped:
        return said + f"stopped before the end, {len(report.failed) - 1} failed until then"
    if report.failed:
        return said + f"{len(report.failed)} failed; again with --seed {report.seed}"
    return said + "all as the contract says"
