"""Account for every result of an export: delivered, or refused with a reason; counts agree."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from contracts.demo.stage import Night, Stage
from mock_sis.csvfiles import CsvFiles, Row

DELIVERED = frozenset({"sent", "unchanged"})
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def export_days(source: Path) -> list[date]:
    """Every date on which an export asks for something, in order, from the first term day on.

    Assigned, graded, and the day after each due date, when missing work turns into a 0.
    """
    files = CsvFiles(source)
    days = {d + DAY for row in files.rows("lineItems") if (d := _due(row))}
    days |= {d for row in files.rows("lineItems") if (d := row.day("assignDate"))}
    days |= {d for row in files.rows("results") if (d := row.day("scoreDate"))}
    first = min(row.need_day("startDate") for row in files.rows("academicSessions"))
    return sorted({max(day, first) for day in days})


def _due(row: Row) -> date | None:
    assigned = row.day("assignDate")
    return row.day("dueDate") or (assigned + WEEK if assigned else None)


def account(
    stage: Stage,
    source: Path,
    last: Night,
    nights: Sequence[Mapping[str, Any]],
    tell: Callable[[str], None],
) -> bool:
    """Tell what became of every result row, and whether all the counts agree."""
    lost = _tell_rows(source, last, tell)
    agreed = True
    tell("")
    for words, counts in _counts(stage, nights):
        same = len(set(counts.values())) == 1
        agreed &= same
        told = ", ".join(f"{who} {count}" for who, count in counts.items())
        tell(f"  {words}: {told}{'' if same else '   THESE DIFFER'}")
    return agreed and not lost


def _tell_rows(source: Path, last: Night, tell: Callable[[str], None]) -> int:
    """One line a reason; the number of rows that no record stands for."""
    records: dict[tuple[str, str], Mapping[str, Any]] = {
        (r["assignment"], r["student"]): r for r in last.records if r["kind"] == "score"
    }
    outcomes: Counter[str] = Counter()
    for row in CsvFiles(source).rows("results"):
        record = records.get((row["lineItemSourcedId"], row["studentSourcedId"]))
        outcomes[_outcome(record)] += 1
    tell(f"\nEvery one of the {outcomes.total()} results of the export:")
    for outcome, count in outcomes.most_common():
        tell(f"  {count:>8}  {outcome}")
    return outcomes["lost: no record stands for it"]


def _outcome(record: Mapping[str, Any] | None) -> str:
    if record is None:
        return "lost: no record stands for it"
    if record["state"] in DELIVERED:
        return "delivered"
    return f"{record['state']}: {', '.join(record['codes']) or record['reason']}"


OPERATIONS = {
    "skyward": ({"putResult"}, {"putLineItem"}),
    "powerschool": (set(), {"createAssignment", "replaceAssignment"}),
}
"""Which calls of the journal stand for one score, and for one assignment. PowerSchool's scores go
in batches, so there only the requests can be held together."""


def _counts(
    stage: Stage, nights: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, dict[str, int]]]:
    """The same things counted by the reports, by the mock's journal and by the ledger."""
    reported: Counter[str] = Counter()
    for report in nights:
        reported.update(report.get("counts", {}))
        reported["writes"] += report.get("requests", {}).get("writes", 0)
    calls = _calls(stage)
    scores, assignments = OPERATIONS[stage.kind]
    told = {"reports": reported["sent"], "ledger": _ledger(stage, "put")}
    if scores:
        told["journal"] = sum(calls[o] for o in scores)
    yield "scores written", told
    yield (
        "assignments made or changed",
        {
            "reports": reported["created"] + reported["updated"],
            "ledger": _ledger(stage, "create") + _ledger(stage, "update"),
            "journal": sum(calls[o] for o in assignments),
        },
    )
    yield "requests that write", {"reports": reported["writes"], "journal": calls["writes"]}


def _calls(stage: Stage) -> Counter[str]:
    """Calls that the mock answered with success, by operation, and all that could write."""
    found: Counter[str] = Counter()
    since = 0
    while entries := stage.control("GET", "/journal", since=since):
        for entry in entries:
            if entry["server"] == stage.kind:
                found[entry["operation"] or ""] += entry["status"] < 300
                found["writes"] += bool(entry["write"])
        since = entries[-1]["seq"]
    return found


def _ledger(stage: Stage, op: str) -> int:
    """Attempts that the ledger holds as accepted."""
    import sqlite3

    with sqlite3.connect(f"file:{stage.ledger}?mode=ro", uri=True) as db:
        [[count]] = db.execute(
            "SELECT count(*) FROM attempt JOIN outcome ON outcome.attempt = attempt.id"
            " WHERE op = ? AND kind IN ('accepted', 'adopted')",
            [op],
        )
    return int(count)
