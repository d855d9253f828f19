"""What a demo prints: a line or two a night, a gradebook as a teacher sees it, and the counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from contracts.demo.stage import Night

DELIVERED = ("created", "updated", "sent", "cleared")
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
    refused = night.report["refusals"]
    if refused:
        reasons = sorted(refused.items(), key=lambda item: -item[1])
        told = ", ".join(f"{count} {code}" for code, count in reasons[:4])
        more = f", {len(reasons) - 4} more reasons" if len(reasons) > 4 else ""
        yield f"    stays out: {told}{more}"


def gradebook_lines(book: Mapping[str, Any]) -> Iterator[str]:
    """One gradebook as a grid: students by assignments, with `*`, and the average."""
    columns = book["columns"]
    heads = [_cut(c["title"], 12) for c in columns]
    yield f"  {book.get('title') or book['id']}" + (
        f", linked with {', '.join(book['linked'])}" if book["linked"] else ""
    )
    yield "  " + "".join(
        [f"{'student':<10}{'section':<9}", *(f"{h:>14}" for h in heads), f"{'average':>10}"]
    )
    subs = [f"{_cut(c['category'] or '', 6)}/{c['points']:g}" for c in columns]
    yield "  " + " " * 19 + "".join(f"{s:>14}" for s in subs)
    for row in book["rows"]:
        cells = {cell["column"]: cell["display"] for cell in row["cells"]}
        marks = "".join(f"{cells.get(c['id'], ''):>14}" for c in columns)
        average = "" if row["average"] is None else f"{float(row['average']):.1f} %"
        yield f"  {row['student']:<10}{row['section']:<9}{marks}{average:>10}"


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


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
