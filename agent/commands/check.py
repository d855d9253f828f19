"""`passback check`: is everything there that a night needs? Reads only."""

import sys
from contextlib import closing
from pathlib import Path

import click

from agent import config
from agent.commands.compose import (
    build_ledger,
    build_sis,
    build_source,
    configured,
    moment,
)
from agent.commands.events import Events


@click.command()
@configured
def check(config_file: Path) -> None:
    """Try the configuration, the source, the SIS and the ledger; writes nothing to either side."""
    settings = config.load(config_file)
    events = Events()
    failed = 0
    with closing(build_ledger(settings)):
        _tell("ledger", ok=True, detail=f"opened for {settings.district}")
    with closing(build_source(settings, events)) as source:
        for what, ok, detail in source.check():
            failed += not ok
            _tell(f"source: {what}", ok=ok, detail=detail)
    with closing(build_sis(settings, events, moment(None, settings))) as sis:
        for probe in sis.check():
            failed += not probe.ok
            _tell(f"sis: {probe.name}", ok=probe.ok, detail=probe.detail)
    sys.exit(6 if failed else 0)


def _tell(what: str, *, ok: bool, detail: str) -> None:
    click.echo(f"{'ok  ' if ok else 'FAIL'}  {what}: {detail}")
