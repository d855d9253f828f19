"""A whole run: the parts of the harness in order, each giving rows to one report.

A further part is a function `Visit -> rows` in `PARTS`.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from contracts.harness import coverage, generated, provoked
from contracts.harness.document import Document
from contracts.harness.guard import writable
from contracts.harness.profiles import Profile
from contracts.harness.report import Report, Row
from contracts.harness.service import Service
from contracts.harness.staging import own_world, stage
from contracts.harness.watch import Watch, people, watching


@dataclass(slots=True)
class Visit:
    """What a part may use.

    Attributes:
        playground: the server is a mock, in a world of our own: it may be written to at will.
        report: what the parts before it found.
        har: recorded traffic to be held to the contract.
    """

    service: Service
    profile: Profile
    seed: int
    playground: bool
    report: Report
    har: Path | None = None


Part = Callable[[Visit], Iterator[Row]]


def _provoked(visit: Visit) -> Iterator[Row]:
    if visit.playground:
        yield from provoked.rows(visit.service)


def _generated(visit: Visit) -> Iterator[Row]:
    if not visit.playground:
        yield from generated.rows(visit.service, visit.profile, visit.seed)
        return
    if visit.service.sis != "otus":
        stage(visit.service)
    watch = Watch(visit.service, people(visit.service, visit.service.token()))
    watch.begin()
    with watching(watch):
        yield from generated.rows(visit.service, visit.profile, visit.seed)
    if visit.service.sis != "otus":
        yield from watch.rows()


def _coverage(visit: Visit) -> Iterator[Row]:
    document = Document.read(visit.service.contract)
    yield from coverage.rows(document, visit.report.rows, binding=visit.playground)


PARTS: tuple[Part, ...] = (_provoked, _generated, _coverage)


def run(service: Service, profile: Profile, seed: int, *, har: Path | None = None) -> Report:
    """Every part, one after the other. NotServing when the server cannot be asked."""
    report = Report(sis=service.sis, target=service.url, profile=profile.name, seed=seed)
    began = time.monotonic()
    with ExitStack() as stack:
        writable(service.url, profile, mock=service.mock)
        playground = service.mock and not profile.reads_only
        if playground:
            service = stack.enter_context(own_world(service))
        visit = Visit(service, profile, seed, playground, report, har)
        for part in PARTS:
            report.rows += part(visit)
    report.seconds = time.monotonic() - began
    return report
