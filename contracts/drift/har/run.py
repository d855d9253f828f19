"""A recording from file to report: read, scrubbed before anything is kept, checked, replayed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from contracts.drift.divergences import LEDGER, Divergence, divergences
from contracts.drift.har.check import check, undescribed
from contracts.drift.har.place import find, served
from contracts.drift.har.read import BadHar, Exchange, read
from contracts.drift.har.replay import NotComparable, Replay, day_of
from contracts.drift.har.scrub import Scrubber, scrubbed
from contracts.harness.reports.repeat import Repeater
from contracts.harness.reports.report import Finding, Report, Row
from contracts.scenarios.normal import words_of
from contracts.spec import Contract, Served, contract
from mock_sis.server import MOCKS, serving

NOWHERE = "https://sis.invalid"
"""Stands for the server that was recorded."""

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
    exchanges, prefix = served(described, every)
    scrubber = Scrubber(described, prefix, words_of(described) | _names(described))
    text = scrubbed(scrubber, exchanges)
    accepted = [one for one in divergences(ledger).values() if one.expires >= today]
    held = Recording(sis, described, prefix, exchanges, scrubber, accepted)
    made = Report(sis=sis, target=file.name, profile="har", seed=0)
    made.rows = [*_gathered(list(held.checked())), *_gathered(list(held.replayed()))]
    if len(every) > len(exchanges):
        made.warnings.append(f"{len(every) - len(exchanges)} entries of other servers left out")
    left = scrubber.leftovers("\n".join(_told(made.rows)), told=True)
    if left:
        raise BadHar(f"no report: it would have held {left[0]}")
    if keep is not None:
        _keep(keep, text)
    return made


@dataclass(frozen=True, slots=True)
class Recording:
    """The exchanges of one server, and what they are held to.

    Attributes:
        prefix: what stands before the server's root.
        accepted: divergences that count today.
    """

    sis: str
    contract: Contract
    prefix: str
    exchanges: Sequence[Exchange]
    scrubber: Scrubber
    accepted: Sequence[Divergence]

    def checked(self) -> Iterator[Row]:
        """Each exchange against the contract."""
        for one in self.exchanges:
            match = find(self.contract, one, self.prefix)
            also = ", ".join(undescribed(one, match))
            note = f"not described: {also}" if also else ""
            yield self._row(CHECKED, one, check(self.contract, one, match), note)

    def replayed(self) -> Iterator[Row]:
        """Each exchange against the mock, in a world laid around the day of the recording."""
        start = date.fromisoformat(day_of(self.exchanges))
        with serving(self.sis) as servers:
            servers.worlds.create("recorded", size="tiny", seed=1, start=start)
            base = f"{servers[self.sis].url}/w/recorded"
            with httpx.Client(base_url=base, timeout=30) as client:
                words = words_of(self.contract)
                player = Replay(self.contract, self.prefix, client, self.sis, words)
                player.sign_in()
                yield from (self._played(player, one) for one in self.exchanges)

    def _played(self, player: Replay, one: Exchange) -> Row:
        try:
            return self._row(REPLAYED, one, player.play(one))
        except NotComparable:
            return self._row(REPLAYED, one, [], "it names something that the recording never told")

    def _row(self, part: str, one: Exchange, found: Iterable[Finding], note: str = "") -> Row:
        match = find(self.contract, one, self.prefix)
        operation = match.operation if match else None
        kept: list[Finding] = []
        cited: dict[str, None] = {}
        for finding in found:
            place = finding.reason.partition(":")[0]
            name = operation.id if operation else None
            by = {d.id: None for d in self.accepted if d.accepts(name, place)}
            cited |= by
            kept += [] if by else [self._shown(finding, one, operation)]
        notes = [self.scrubber.said(note)] if note else []
        return Row(
            part=part,
            group=operation.method.upper() if operation else "unknown",
            name=operation.id if operation else f"{one.request.method} {self.scrubber.path(one)}",
            cases=1,
            statuses=(one.response.status,) if one.response.status else (),
            findings=kept,
            note="; ".join([*notes, *(f"accepted: {name}" for name in cited)]),
        )

    def _shown(self, finding: Finding, one: Exchange, operation: Served | None) -> Finding:
        """With the request to repeat; nothing of a person is in either."""
        sent = self.scrubber.exchange(one)["request"]
        again = Repeater(NOWHERE, private=True).command(
            one.request.method,
            operation.path if operation else self.scrubber.path(one),
            {},
            query=urlsplit(sent["url"]).query,
            authorization="Bearer" if "authorization" in one.request.headers else "",
            media=one.request.body.media,
            body=sent.get("postData", {}).get("text", ""),
        )
        return replace(finding, reason=self.scrubber.said(finding.reason), curl=again)


def _gathered(rows: Sequence[Row]) -> Iterator[Row]:
    """One row an operation: its calls together, each finding once with how often it was seen."""
    for name in dict.fromkeys(row.name for row in rows):
        mine = [row for row in rows if row.name == name]
        found = [finding for row in mine for finding in row.findings]
        times = Counter((one.check, one.reason) for one in found)
        first = {(one.check, one.reason): one for one in reversed(found)}
        notes = Counter(row.note for row in mine if row.note)
        yield replace(
            mine[0],
            cases=len(mine),
            statuses=sorted({status for row in mine for status in row.statuses}),
            findings=[replace(first[key], times=count) for key, count in times.items()],
            note="; ".join(f"{note} ({n} times)" for note, n in notes.items()),
        )


def _told(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield row.name
        yield row.note
        for finding in row.findings:
            yield finding.reason
            yield finding.curl


def _keep(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadHar(f"{file} cannot be written: {error.strerror}") from None


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
