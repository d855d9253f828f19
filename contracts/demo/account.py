"""Account for every result of an export: delivered, or refused with a reason; counts agree."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from contracts.demo.district import DemoDistrict
from contracts.demo.night import Night
from contracts.vendors import VENDORS
from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.row import Row
from mock_sis.districts.oneroster_csv.rules import faults
from mock_sis.world.feed import score_id

DELIVERED = frozenset({"sent", "unchanged"})
LOST = "lost: no record stands for it"
NOT_PLAYED = "not played: comes out after the last night played"
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


def export_days(source: Path) -> list[date]:
    """Every date on which an export asks for something, in order, from the first term day on.

    Assigned, graded, and the day after each due date, when missing work turns into a 0. An export
    that asks for nothing has the first term day. ImportFault: it cannot be used.
    """
    files = CsvFiles(source)
    for fault in faults(files):
        raise fault
    days = {d + DAY for row in files.rows("lineItems") if (d := _due(row))}
    days |= {d for row in files.rows("lineItems") if (d := row.day("assignDate"))}
    days |= {d for row in files.rows("results") if (d := row.day("scoreDate"))}
    starts = [row.need_day("startDate") for row in files.rows("academicSessions")]
    return sorted({max(day, min(starts)) for day in days or starts[:1]})


def has_work(source: Path) -> bool:
    """Whether an export holds line items, and not a roster alone."""
    return any(CsvFiles(source).rows("lineItems"))


def _due(row: Row) -> date | None:
    assigned = row.day("assignDate")
    return row.day("dueDate") or (assigned + WEEK if assigned else None)


def account(
    district: DemoDistrict,
    source: Path,
    last: Night,
    nights: Sequence[Mapping[str, Any]],
    waiting: AbstractSet[str],
    tell: Callable[[str], None],
) -> bool:
    """Tell what became of every result row, and whether all the counts agree.

    Args:
        waiting: ids of what Otus was not given yet, since its night was not played.
    """
    lost = _tell_rows(source, last, waiting, tell)
    agreed = True
    tell("")
    for words, counts in _counts(district, nights):
        same = len(set(counts.values())) == 1
        agreed &= same
        told = ", ".join(f"{who} {count}" for who, count in counts.items())
        tell(f"  {words}: {told}{'' if same else '   THESE DIFFER'}")
    return agreed and not lost


def _tell_rows(
    source: Path, last: Night, waiting: AbstractSet[str], tell: Callable[[str], None]
) -> int:
    """One line a reason; the number of rows that no record stands for."""
    records: dict[tuple[str, str], Mapping[str, Any]] = {
        (r["assignment"], r["student"]): r for r in last.records if r["kind"] == "score"
    }
    outcomes: Counter[str] = Counter()
    for row in CsvFiles(source).rows("results"):
        item, student = row["lineItemSourcedId"], row["studentSourcedId"]
        if waiting & {item, score_id(item, student)}:
            outcomes[NOT_PLAYED] += 1
        else:
            outcomes[_outcome(records.get((item, student)))] += 1
    if not outcomes:
        tell("\nThe export has no results.")
        return 0
    tell(f"\nEvery one of the {outcomes.total()} results of the export:")
    for outcome, count in outcomes.most_common():
        tell(f"  {count:>8}  {outcome}")
    return outcomes[LOST]


def _outcome(record: Mapping[str, Any] | None) -> str:
    if record is None:
        return LOST
    if record["state"] in DELIVERED:
        return "delivered"
    return f"{record['state']}: {', '.join(record['codes']) or record['reason']}"


def _counts(
    district: DemoDistrict, nights: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, dict[str, int]]]:
    """The same things counted by the reports, by the mock's journal and by the ledger."""
    reported: Counter[str] = Counter()
    for report in nights:
        reported.update(report.get("counts", {}))
        reported["writes"] += report.get("requests", {}).get("writes", 0)
    calls = _calls(district)
    vendor = VENDORS[district.kind]
    told = {"reports": reported["sent"], "ledger": _ledger(district, "put")}
    # Where scores go in batches, only the requests can be held together.
    if vendor.scores:
        told["journal"] = sum(calls[o] for o in vendor.scores)
    yield "scores written", told
    yield (
        "assignments made or changed",
        {
            "reports": reported["created"] + reported["updated"],
            "ledger": _ledger(district, "create") + _ledger(district, "update"),
            "journal": sum(calls[o] for o in vendor.columns),
        },
    )
    yield "requests that write", {"reports": reported["writes"], "journal": calls["writes"]}


def _calls(district: DemoDistrict) -> Counter[str]:
    """Calls that the mock answered with success, by operation, and all that could write."""
    found: Counter[str] = Counter()
    since = 0
    while entries := district.control("GET", "/journal", since=since):
        for entry in entries:
            if entry["server"] == district.kind:
                found[entry["operation"] or ""] += entry["status"] < 300
                found["writes"] += bool(entry["write"])
        since = entries[-1]["seq"]
    return found


def _ledger(district: DemoDistrict, op: str) -> int:
    """Attempts that the ledger holds as accepted."""
    import sqlite3

    with sqlite3.connect(f"file:{district.ledger}?mode=ro", uri=True) as db:
        [[count]] = db.execute(
            "SELECT count(*) FROM attempt JOIN outcome ON outcome.attempt = attempt.id"
            " WHERE op = ? AND kind IN ('accepted', 'adopted')",
            [op],
        )
    return int(count)
