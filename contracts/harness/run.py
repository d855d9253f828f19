"""A whole run: the parts of the harness in order, each giving rows to one report.

A further part is a function `Visit -> rows` in `PARTS`.
"""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial

from contracts.harness.guard import writable
from contracts.harness.parts import coverage, generated, status_cases
from contracts.harness.parts.invariants import Invariants, checking, names_in_rosters
from contracts.harness.profiles import Profile
from contracts.harness.reports.report import Finding, Report, Row
from contracts.harness.service import Service
from contracts.harness.world_setup import own_world, set_up_gradebook
from contracts.spec import Document

Say = Callable[[str], None]


@dataclass(slots=True)
class Visit:
    """What a part may use.

    Attributes:
        playground: the server is a mock, in a world of our own: it may be written to at will.
        report: what the parts before it found.
        say: tells a person how far the run is.
        operations: ids of those that are looked at; empty: all.
    """

    service: Service
    profile: Profile
    seed: int
    playground: bool
    report: Report
    say: Say
    operations: Collection[str]


Part = Callable[[Visit], Iterator[Row]]
STOPPED = Row(
    part="run",
    group="run",
    name="the whole run",
    findings=[
        Finding(check="stopped", reason="stopped before the end: the rest was not looked at")
    ],
)


def _status_cases(visit: Visit) -> Iterator[Row]:
    if visit.playground:
        yield from status_cases.rows(visit.service, visit.operations, visit.say)


def _generated(visit: Visit) -> Iterator[Row]:
    cases = partial(
        generated.rows, visit.service, visit.profile, visit.seed, visit.say, visit.operations
    )
    if not visit.playground:
        yield from cases()
        return
    if visit.service.sis != "otus":
        set_up_gradebook(visit.service)
    invariants = Invariants(visit.service, names_in_rosters(visit.service, visit.service.token()))
    invariants.begin()
    with checking(invariants):
        yield from cases()
    if visit.service.sis != "otus":
        yield from invariants.rows()


def _coverage(visit: Visit) -> Iterator[Row]:
    document = Document.read(visit.service.contract)
    seen, chosen = visit.report.rows, visit.operations
    yield from coverage.rows(document, seen, binding=visit.playground, chosen=chosen)


PARTS: tuple[Part, ...] = (_status_cases, _generated, _coverage)


def _within(say: Say, number: int) -> Say:
    """Tells which part of how many it is, too; an empty text stays one."""
    return lambda words: say(words and f"part {number} of {len(PARTS)}, {words}")


def run(
    service: Service,
    profile: Profile,
    seed: int,
    say: Say = lambda _: None,
    operations: Collection[str] = (),
) -> Report:
    """Every part, one after the other; Ctrl-C ends it early, and the report tells what was found.

    Of the contract's *operations* those with these ids are looked at; all, where none is named.

    NotServing when the server cannot be asked.
    """
    report = Report(sis=service.sis, target=service.url, profile=profile.name, seed=seed)
    began = time.monotonic()
    with ExitStack() as stack:
        writable(service.url, profile, mock=service.mock)
        playground = service.mock and not profile.reads_only
        if playground:
            service = stack.enter_context(own_world(service))
        visit = Visit(service, profile, seed, playground, report, say, operations)
        try:
            for number, part in enumerate(PARTS, 1):
                visit.say = _within(say, number)
                for row in part(visit):
                    report.rows.append(row)  # one by one: those before a Ctrl-C stay
        except KeyboardInterrupt:
            report.stopped = True
            report.rows.append(STOPPED)
    report.seconds = time.monotonic() - began
    return report
