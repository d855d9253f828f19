"""The coverage gate: every status that a contract documents was met by some case."""

from collections.abc import Collection, Iterator, Sequence

from contracts.harness.reports.report import Finding, Row
from contracts.spec import Document

PART = "coverage"


def rows(
    document: Document, seen: Sequence[Row], *, binding: bool, chosen: Collection[str] = ()
) -> Iterator[Row]:
    """One an operation that was *chosen*; what it misses is a failure where *binding*, else a note.

    A response with `x-never` says why nothing brings it about; to meet it is a finding.
    """
    for label, operation in document.chosen(chosen).items():
        met = {status for row in seen if row.name == label for status in row.statuses}
        never = {code for code, one in operation.statuses.items() if "x-never" in one}
        missing = sorted(operation.statuses.keys() - met - never)
        told = f"never answered {', '.join(map(str, missing))}" if missing else ""
        found = [Finding(check=PART, reason=told)] if told and binding else []
        found += [
            Finding(check=PART, reason=f"answers {code}, which is marked x-never")
            for code in sorted(never & met)
        ]
        yield Row(
            part=PART,
            group=operation.group,
            name=label,
            statuses=sorted(met),
            findings=found,
            note="" if binding else told,
        )
