"""What a demo prints: a line or two a night, a gradebook as a teacher sees it, and the counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap
from typing import Any

from contracts.demo.night import Night
from mock_sis.pages.gradebook.grid import Head

DELIVERED = ("created", "updated", "sent", "cleared")
WIDTH = 100
LEAST, MOST = 8, 24
"""Characters of a column of a gradebook."""
AVERAGE = 10
ZERO = "past due, nothing submitted"


def night_lines(night: Night) -> Iterator[str]:
    """A night in a few lines: what went, and what did not and why."""
    if not night.report:
        yield f"    the night ended with exit code {night.code}: {night.error}"
        return
    counts = night.report["counts"]
    went = [f"{counts[s]} {s}" for s in DELIVERED if counts.get(s)]
    zeros = sum(r["reason"] == ZERO for r in night.records if r["state"] == "sent")
    if zeros:
        went.append(f"{zeros} of the sent are a 0 for missing work past due")
    stayed = [
        f"{counts[s]} {s}"
        for s in ("kept", "held", "withdrawn", "orphaned", "rejected", "failed")
        if counts.get(s)
    ]
    requests = night.report["requests"]
    told = ", ".join(went) if went else "nothing to send"
    yield f"    {told}; {requests['reads']} reads, {requests['writes']} writes"
    if stayed:
        yield f"    {', '.join(stayed)}"
    if night.report["refusals"]:
        yield _refused(night.report["refusals"])


def _refused(refusals: Mapping[str, int]) -> str:
    """The commonest reasons, as many of four as the width has room for."""
    reasons = sorted(refusals.items(), key=lambda item: -item[1])
    for most in (4, 3, 2, 1):
        told = ", ".join(f"{count} {code}" for code, count in reasons[:most])
        more = f", {len(reasons) - most} more reasons" if len(reasons) > most else ""
        line = f"    stays out: {told}{more}"
        if len(line) <= WIDTH:
            break
    return line


def gradebook_lines(shown: Mapping[str, Any]) -> Iterator[str]:
    """A gradebook as its page has it (`mock_sis.pages`): names, whole titles, the average.

    What is wider than the page goes on below, with the names again.
    """
    linked = f", linked with {', '.join(shown['linked'])}" if shown["linked"] else ""
    teachers = f"; {shown['teachers']}" if shown["teachers"] else ""
    yield f"  {shown['title']}{linked}{teachers}"
    columns = [_column(head) for head in shown["heads"]]
    if not columns:
        yield "  nothing is in it yet"
        return
    names = [line.name for section in shown["sections"] for line in section["lines"]]
    beside = max(map(len, [*names, "student"]))
    blocks = list(_blocks(columns, WIDTH - len("  ") - beside - AVERAGE))
    for start, end in blocks:
        last = end == len(columns)
        yield from _heads(columns[start:end], beside, "average" if last else "")
        for section in shown["sections"]:
            if len(shown["sections"]) > 1:
                yield f"  {section['title']}"
            for line in section["lines"]:
                average = f"{line.average} %" if last and line.average else ""
                cells = [cell.text for cell in line.cells[start:end]]
                yield _row(line.name, beside, cells, columns[start:end], average)


def _column(head: Head) -> list[str]:
    """The lines at the top of a column, all of one width, in whole words."""
    words = [*head.title.split(), *head.category.split()]
    width = min(max(LEAST, *map(len, words)), MOST)
    lines = [*wrap(head.title, width), *wrap(head.category, width), f"of {head.points}"]
    return [f"{line:>{width}}" for line in lines]


def _blocks(columns: Sequence[Sequence[str]], room: int) -> Iterator[tuple[int, int]]:
    """(first, end) of the columns that stand side by side, each with two blanks before it."""
    start = used = 0
    for number, column in enumerate(columns):
        width = len(column[0]) + 2
        if number > start and used + width > room:
            yield start, number
            start, used = number, 0
        used += width
    yield start, len(columns)


def _heads(columns: Sequence[Sequence[str]], beside: int, average: str) -> Iterator[str]:
    """The columns' heads, which end on one line."""
    tallest = max(map(len, columns))
    for number in range(-tallest, 0):
        cells = [column[number] if -number <= len(column) else "" for column in columns]
        last = number == -1
        yield _row("student" if last else "", beside, cells, columns, average if last else "")


def _row(
    name: str,
    beside: int,
    cells: Sequence[str],
    columns: Sequence[Sequence[str]],
    average: str,
) -> str:
    pairs = zip(cells, columns, strict=True)
    marks = "".join(f"  {cell:>{len(column[0])}}" for cell, column in pairs)
    return f"  {name:<{beside}}{marks}{average:>{AVERAGE}}".rstrip()


def outcome_table(records: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """How many records stand where, by state and reason."""
    counts: Counter[tuple[str, str, str]] = Counter()
    for record in records:
        reason = ", ".join(record["codes"]) or _plain(record)
        counts[record["kind"], record["state"], reason] += 1
    yield f"  {'kind':<12}{'state':<12}{'count':>8}  reason"
    for (kind, state, reason), count in sorted(counts.items(), key=lambda i: (i[0][0], -i[1])):
        yield f"  {kind:<12}{state:<12}{count:>8}  {reason}"


def _plain(record: Mapping[str, Any]) -> str:
    """Reasons without a code, when they are the same for many records."""
    return record["reason"] if record["state"] not in DELIVERED else ""
