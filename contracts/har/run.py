"""A recording from file to report: read, scrubbed before anything is kept, checked, replayed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import httpx

from contracts.har.check import check, undescribed
from contracts.har.place import find, served
from contracts.har.read import BadHar, Exchange, read
from contracts.har.replay import NotComparable, Replay, day_of
from contracts.har.scrub import Scrubber, scrubbed
from contracts.harness.report import Finding, Report, Row
from contracts.honesty.divergences import LEDGER, Divergence, divergences
from contracts.scenarios.normal import words_of
from mock_sis.contract import Contract, contract
from mock_sis.server import MOCKS, serving

CHECKED, REPLAYED = "recording against the contract", "recording against the mock"


def report(
    sis: str, file: Path, today: date, keep: Path | None = None, ledger: Path = LEDGER
) -> Report:
    """What the recording in *file* says of the contract and of the mock of *sis*.

    Args:
        today: divergences that expired before it accept nothing.
        keep: where to write the recording without anything of a person.
        ledger: of the divergences that are accepted.
    """
    described = contract(MOCKS[sis].contract)
    every = read(file)
    origin, prefix = served(described, every)
    exchanges = [one for one in every if one.origin == origin]
    words = words_of(described)
    scrubber = Scrubber(described, prefix, words | _names(described))
    text = scrubbed(scrubber, exchanges)
    accepted = [one for one in divergences(ledger).values() if one.expires >= today]
    made = Report(sis=sis, target=file.name, profile="har", seed=0)
    checked = [_checked(described, one, prefix, scrubber, accepted) for one in exchanges]
    replayed = _replayed(sis, described, exchanges, prefix, scrubber, accepted)
    made.rows = [*_gathered(checked), *_gathered(replayed)]
    if len(every) > len(exchanges):
        made.warnings.append(f"{len(every) - len(exchanges)} entries of other servers left out")
    left = scrubber.leftovers("\n".join(_told(made.rows)), told=True)
    if left:
        raise BadHar(f"no report: it would have held {left[0]}")
    if keep is not None:
        try:
            keep.write_text(text, encoding="utf-8")
        except OSError as error:
            raise BadHar(f"{keep} cannot be written: {error.strerror}") from None
    return made


def _checked(
    described: Contract,
    one: Exchange,
    prefix: str,
    scrubber: Scrubber,
    accepted: Sequence[Divergence],
) -> Row:
    match = find(described, one, prefix)
    found = list(check(described, one, match))
    also = ", ".join(undescribed(one, match))
    note = scrubber.said(f"not described: {also}") if also else ""
    return _row(CHECKED, described, one, prefix, scrubber, found, accepted, note)


def _replayed(
    sis: str,
    described: Contract,
    exchanges: Sequence[Exchange],
    prefix: str,
    scrubber: Scrubber,
    accepted: Sequence[Divergence],
) -> list[Row]:
    rows = []
    with serving(sis) as servers:
        base = f"{servers[sis].url}/w/recorded"
        start = date.fromisoformat(day_of(exchanges))
        servers.worlds.create("recorded", size="tiny", seed=1, start=start)
        with httpx.Client(base_url=base, timeout=30) as client:
            words = words_of(described)
            player = Replay(described, prefix, client, sis, words)
            player.sign_in()
            for one in exchanges:
                try:
                    found, note = player.play(one), ""
                except NotComparable:
                    found, note = [], "it names something that the recording never listed"
                rows.append(_row(REPLAYED, described, one, prefix, scrubber, found, accepted, note))
    return rows


def _row(
    part: str,
    described: Contract,
    one: Exchange,
    prefix: str,
    scrubber: Scrubber,
    found: Iterable[Finding],
    accepted: Sequence[Divergence],
    note: str = "",
) -> Row:
    match = find(described, one, prefix)
    operation = match.operation if match else None
    name = operation.id if operation else f"{one.method} {scrubber.path(one)}"
    kept, cited = [], []
    for finding in found:
        place = finding.reason.partition(":")[0]
        by = [d.id for d in accepted if operation and d.accepts(operation.id, place)]
        cited += by
        said = replace(finding, reason=scrubber.said(finding.reason))
        kept += [] if by else [said]
    notes = [note] if note else []
    notes += [f"accepted: {name}" for name in dict.fromkeys(cited)]
    status = (one.status,) if one.status else ()
    return Row(
        part=part,
        group=operation.method.upper() if operation else "unknown",
        name=name,
        cases=1,
        statuses=status,
        findings=kept,
        note="; ".join(notes),
    )


def _gathered(rows: Sequence[Row]) -> list[Row]:
    """One row an operation: its calls together, each finding once with how often it was seen."""
    made = []
    for name in dict.fromkeys(row.name for row in rows):
        mine = [row for row in rows if row.name == name]
        times: Counter[tuple[str, str]] = Counter()
        for finding in (f for row in mine for f in row.findings):
            times[finding.check, finding.reason] += 1
        notes = Counter(row.note for row in mine if row.note)
        made.append(
            Row(
                part=mine[0].part,
                group=mine[0].group,
                name=name,
                cases=len(mine),
                statuses=sorted({status for row in mine for status in row.statuses}),
                findings=[Finding(check=c, reason=r, times=n) for (c, r), n in times.items()],
                note="; ".join(f"{note} ({n} times)" for note, n in notes.items()),
            )
        )
    return made


def _told(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield row.name
        yield row.note
        yield from (finding.reason for finding in row.findings)


def _names(described: Contract) -> frozenset[str]:
    """Names of members and of places in the contract: nobody's data."""
    found = {part for op in described.operations.values() for part in op.path.split("/")}

    def collect(node: object) -> None:
        if isinstance(node, list):
            for part in node:
                collect(part)
        elif isinstance(node, dict):
            found.update(map(str, node.get("properties", {})))
            for part in node.values():
                collect(part)

    collect(dict(described.document))
    return frozenset(found)
