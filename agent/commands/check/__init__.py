"""`passback check`: test everything that a run needs, with reads only."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from agent import config
from agent.commands.build import as_json, at_instant, build_sis, build_source, config_option, moment
from agent.commands.check.ledger import ledger_facts
from agent.commands.check.machine import age_of_export, exposed_files, folders
from agent.commands.check.sections import look_at
from agent.commands.check.text import as_text, to_json
from agent.commands.check.watch import Watch
from agent.domain import Period, Who
from agent.errors import ConfigError, PassbackError
from agent.http.waiting import NOT_AT_ALL
from agent.policy import RunDate, run_date
from agent.preflight.dates import age_probe, clock_probes, due_probes, effective_probe, hour_probe
from agent.preflight.feed import Feed
from agent.preflight.machine import LedgerFacts, folder_probes, ledger_probe, mode_probe
from agent.preflight.mapping import mapping_probes, type_probe
from agent.preflight.people import people_probes
from agent.preflight.sections import SectionFacts, section_probes
from agent.probe import Probe, bad
from agent.rules import RULES_FOR
from agent.rules.assessments import class_teachers_not_in_group, due_outside_current_period
from agent.settings import Settings
from agent.sis.port import Sis
from agent.sources.port import Source

_REQUESTS = 1000

Finding = tuple[str, Probe]
"""The part of the set-up that a finding is about, and the finding."""


@click.command()
@config_option
@at_instant
@as_json
@click.option(
    "--requests",
    type=click.IntRange(min=0),
    default=_REQUESTS,
    show_default=True,
    help="Requests about sections at most.",
)
def check(config_file: Path, at: datetime | None, json_: bool, requests: int) -> None:
    """Try the configuration, this machine, the source and the SIS; writes nothing anywhere."""
    settings = config.load(config_file)
    now = moment(at, settings)
    checked = Check(settings, config_file, now, requests).findings()
    if json_:
        findings = list(checked)
        click.echo(to_json(settings.district, now, findings))
        failed = any(not probe.ok for _, probe in findings)
    else:
        failed = as_text(checked)
    sys.exit(6 if failed else 0)


class Check:
    """One look at the whole set-up of a district.

    Args:
        file: its configuration.
        now: the moment of the night that is asked about.
        requests: about sections, at most.
    """

    def __init__(self, settings: Settings, file: Path, now: datetime, requests: int) -> None:
        self._settings, self._file, self._now, self._requests = settings, file, now, requests
        self._watch, self._feed = Watch(), Feed()
        self._zone = config.zone_of(settings)
        self._rules = RULES_FOR[settings.sis.kind]

    @property
    def _run_date(self) -> RunDate:
        return run_date(self._now, self._zone, self._settings.policy.night_belongs_until)

    def findings(self) -> Iterator[Finding]:
        """Yield every finding; skip those that need a part that failed."""
        settings, ledger = self._settings, ledger_facts(self._settings)
        yield "ledger", ledger_probe(ledger)
        for probe in self._of_machine():
            yield "machine", probe
        yield "policy", effective_probe(settings.policy, self._run_date.night, first=not ledger.ids)
        yield from (("source", probe) for probe in self._with_source())
        yield from (("sis", probe) for probe in self._with_sis(ledger))
        yield from (("clocks", probe) for probe in clock_probes(self._watch.offsets()))

    def _with_source(self) -> Iterator[Probe]:
        watch = self._watch
        try:
            source = build_source(self._settings, watch, NOT_AT_ALL)
        except ConfigError as error:
            yield _unusable(error, "source")
            return
        with closing(source):
            yield from _while_ok(source.check(), self._of_source(source))

    def _with_sis(self, ledger: LedgerFacts) -> Iterator[Probe]:
        settings, watch = self._settings, self._watch
        try:
            sis = build_sis(settings, watch, self._now, NOT_AT_ALL)
        except ConfigError as error:
            yield _unusable(error, "sis")
            return
        with closing(sis):
            yield from _while_ok(sis.check(), self._of_sis(sis, ledger))
        connections = settings.sis.max_connections or sis.traits.connections
        yield from watch.throttle_probes(connections)

    def _of_machine(self) -> Iterator[Probe]:
        yield from folder_probes(folders(self._settings, os.environ))
        yield mode_probe(exposed_files(self._settings, self._file, os.geteuid()))

    def _of_source(self, source: Source) -> Iterator[Probe]:
        """Test the whole feed: its people, classes, types and due times."""
        settings, feed = self._settings, self._feed
        # The feed is read anew: the ledger's copy may be of an earlier configuration.
        try:
            for page in source.pull(None):
                feed.take(page.changes)
        except PassbackError as error:
            yield bad("the whole feed", str(error), Who.OTUS, "have it mended, and check again")
            return
        yield from people_probes(feed, whole_classes=self._whole_classes)
        yield type_probe(feed, settings.policy)
        if settings.source.midnight_utc is None:
            yield from due_probes(feed.due_times(), self._zone)
        yield from age_probe(age_of_export(settings, datetime.now(UTC)))

    @property
    def _whole_classes(self) -> bool:
        return class_teachers_not_in_group in self._rules

    def _of_sis(self, sis: Sis, ledger: LedgerFacts) -> Iterator[Probe]:
        """Test the mapping against the SIS's categories, and the sections that take part."""
        if not self._feed.classes:
            return
        wanted = self._feed.sections(whole_classes=self._whole_classes)
        facts = SectionFacts(titles=wanted)
        try:
            offered = sis.categories()
            look_at(sis, facts, ledger.ids, lambda: self._watch.reads, self._requests)
        except PassbackError as error:
            yield bad(
                "sections", str(error), Who.SIS, "let this credential read classes and rosters"
            )
            return
        yield from mapping_probes(self._settings.policy, offered, facts.there(), wanted)
        needs_period = due_outside_current_period in self._rules
        yield from section_probes(facts, self._run_date.night, needs_period=needs_period)
        yield hour_probe(self._settings.serve.at, self._settings.policy, _periods(facts))


def _unusable(error: ConfigError, part: str) -> Probe:
    """What the configuration refers to and is not there: a secret, a file of certificates."""
    fix = f"give [{part}] what it refers to: a variable of the environment, a file, a credential"
    return bad("credentials", str(error), Who.OPERATOR, fix, where=f"[{part}]")


def _periods(facts: SectionFacts) -> list[Period]:
    return [period for section in facts.there().values() for period in section.periods]


def _while_ok(first: Iterator[Probe], more: Iterator[Probe]) -> Iterator[Probe]:
    """*first*; then *more*, unless one of them failed."""
    works = True
    for probe in first:
        works = works and probe.ok
        yield probe
    if works:
        yield from more
