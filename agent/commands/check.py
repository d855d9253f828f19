"""`passback check`: test everything that a run needs, with reads only."""

import sys
from collections.abc import Iterator
from contextlib import closing

import click

from agent import config
from agent.commands.build import build_ledger, build_sis, build_source, configured, moment
from agent.commands.events import Events
from agent.domain import Section, SectionId
from agent.errors import PassbackError
from agent.http.waiting import NOT_AT_ALL
from agent.probe import Probe
from agent.rules import RULES_FOR
from agent.rules.assessments import class_teachers_not_in_group
from agent.settings import Settings
from agent.setup import Feed, feed_probes, mapping_probes, midnight_probes
from agent.sis.port import Sis
from agent.sources.port import Source


@click.command()
@configured
def check(settings: Settings) -> None:
    """Try the configuration, the source, the SIS and the ledger; writes nothing to either side."""
    failed = 0
    for part, probe in _probes(settings):
        failed += not probe.ok
        sign = ("warn" if probe.warns else "ok  ") if probe.ok else "FAIL"
        click.echo(f"{sign}  {part}: {probe.name}: {probe.detail}")
    sys.exit(6 if failed else 0)


def _probes(settings: Settings) -> Iterator[tuple[str, Probe]]:
    """Yield every finding; skip those that need a part that failed."""
    events, feed = Events(), Feed()
    with closing(build_ledger(settings)):
        yield "ledger", Probe(name="opened", ok=True, detail=settings.district)
    with closing(build_sis(settings, events, moment(None, settings), NOT_AT_ALL)) as sis:
        with closing(build_source(settings, events, NOT_AT_ALL)) as source:
            more = _of_source(source, feed, settings, sis)
            yield from (("source", probe) for probe in _while_ok(source.check(), more))
        yield from (
            ("sis", probe) for probe in _while_ok(sis.check(), _of_sis(sis, feed, settings))
        )


def _while_ok(first: Iterator[Probe], more: Iterator[Probe]) -> Iterator[Probe]:
    """*first*; then *more*, unless one of them failed."""
    works = True
    for probe in first:
        works = works and probe.ok
        yield probe
    if works:
        yield from more


def _of_source(source: Source, feed: Feed, settings: Settings, sis: Sis) -> Iterator[Probe]:
    """Test the whole feed: its group members, types and due times."""
    # The feed is read anew: the ledger's copy may be of an earlier configuration.
    try:
        for page in source.pull(None):
            feed.take(page.changes)
    except PassbackError as error:
        yield Probe(name="the whole feed", ok=False, detail=str(error))
        return
    whole_classes = class_teachers_not_in_group in RULES_FOR[sis.traits.kind]
    yield from feed_probes(feed, settings.policy, whole_classes=whole_classes)
    if settings.source.midnight_utc is None:
        yield from midnight_probes(feed, config.zone_of(settings))


def _of_sis(sis: Sis, feed: Feed, settings: Settings) -> Iterator[Probe]:
    """Test the mapping against the SIS's own categories."""
    looked_at: dict[SectionId, Section] = {}
    try:
        offered = sis.categories()
        for name in feed.sections():
            looked_at |= sis.gradebook(name, [name]).sections
    except PassbackError as error:
        yield Probe(name="categories of the sections", ok=False, detail=str(error))
        return
    yield from mapping_probes(settings.policy, offered, looked_at)
