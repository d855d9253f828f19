"""The findings of `check`, for a person and as JSON."""

import json
from collections.abc import Iterable
from datetime import datetime

import click

from agent.probe import Probe

_SIGNS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL"}
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}
"""Only a terminal shows them: `click.echo` takes them out of anything else."""


def as_text(findings: Iterable[tuple[str, Probe]]) -> bool:
    """Print findings as they come, part by part; whether one failed."""
    count, before = dict.fromkeys(_SIGNS, 0), ""
    for part, probe in findings:
        if before not in {"", part}:
            click.echo()
        before = part
        count[probe.status] += 1
        sign = click.style(_SIGNS[probe.status], fg=_COLOURS[probe.status])
        click.echo(f"{sign}  {part}: {probe.name}: {probe.detail}")
        if probe.fix:
            click.echo(f"      who: {probe.who} / do: {probe.fix}")
    click.echo(f"\n{_summary(count)}")
    return count["fail"] > 0


def _summary(count: dict[str, int]) -> str:
    told = f"{count['fail']} failed, {count['warn']} to look at, {count['ok']} in order"
    if count["fail"]:
        return f"{told}: mend what failed before the first night"
    return f"{told}; nothing was written"


def to_json(district: str, at: datetime, findings: Iterable[tuple[str, Probe]]) -> str:
    """One object: the counts, and each finding."""
    rows = [
        {
            "part": part,
            "name": probe.name,
            "status": probe.status,
            "detail": probe.detail,
            "where": probe.where,
            "who": str(probe.who) if probe.fix else "",
            "fix": probe.fix,
        }
        for part, probe in findings
    ]
    counts = {status: sum(row["status"] == status for row in rows) for status in _SIGNS}
    found = {"district": district, "at": at.isoformat(), "counts": counts, "findings": rows}
    return json.dumps(found, ensure_ascii=False, indent=2)
