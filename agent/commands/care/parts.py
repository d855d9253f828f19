"""What the commands that care for a ledger share: what they open, and how they tell of it."""

import os
from contextlib import AbstractContextManager
from pathlib import Path

import click
import msgspec

from agent.district_key import schema_of
from agent.errors import ConfigError
from agent.ledger import file_of, in_postgres, ledger_password, refuse_none, store_for_run
from agent.ledger.store import Store
from agent.settings import Settings

WORDS = {
    "assessment": "assessments, as assigned to a class",
    "attempt": "attempts to write",
    "known_score": "cells of the SIS, as remembered",
    "left_score": "cells under an earlier SIS id",
    "outcome": "outcomes of attempts",
    "past_record": "earlier states of records",
    "record": "records",
    "score": "scores of Otus",
    "student": "students of Otus",
    "restored_score": "notes of a restore",
    "decision": "decisions of persons",
    "run": "runs",
    "open_attempt": "attempts without an outcome",
    "known_column": "assignments in the SIS",
    "bytes": "size",
    "free_bytes": "unused part of it",
    "log_bytes": "log beside it",
}
"""A table or a figure of the ledger -> what it is."""


def file(settings: Settings) -> Path:
    """The file of a ledger; a `ConfigError` that says what to do where it has none."""
    path, url = file_of(settings.ledger.url), settings.ledger.url
    if path is not None:
        return path
    if in_postgres(url):
        schema = schema_of(settings.district)
        raise ConfigError(
            f"the ledger is in PostgreSQL: pg_dump --format=custom --schema={schema} copies it,"
            " pg_restore puts it back, `passback ledger move` carries it into a file"
        )
    raise ConfigError("ledger.url: a ledger in memory has no file to care for")


def existing(settings: Settings) -> Path:
    """The file of a ledger that is there."""
    path = file(settings)
    refuse_none(settings.ledger.url)
    return path


def opened(settings: Settings) -> AbstractContextManager[Store]:
    """Open it for what is done to all of it; no run begins meanwhile."""
    password = ledger_password(settings, os.environ)
    return store_for_run(settings.ledger.url, settings.district, password=password)


def print_json(told: object) -> None:
    """Print a document of JSON; also of dates and paths."""
    click.echo(msgspec.json.format(msgspec.json.encode(told), indent=2).decode())


def size(number: int) -> str:
    """A number of bytes, to read."""
    return f"{number / 1_000_000:.1f} MB" if number >= 100_000 else f"{number:,} bytes"
