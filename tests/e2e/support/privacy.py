"""What a world holds of persons and secrets, looked for in all that the agent's commands print.

Every command of every night under tests/e2e goes through `District.command`, and so through this.
"""

import json
import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from contracts.configuration import SECRETS
from mock_sis.world.world import World

SHOWS_A_RECORD = frozenset({"explain", "plan --values"})
"""Commands whose output is a student record: there only secrets are looked for."""
OUT, NUMBER = "standard output", "a person's number"
_SCORES = {"points", "score", "value", "mark", "marks"}
_TOKEN = re.compile(r"[\w.~+/=-]{20,}")
_MOVED = re.compile(r'"moved_ids": \[\{|have another SIS id in the source')
"""A plan shows ids that moved, since a person must judge whether they may."""
_PLACES = re.compile(r"/[\w./~-]*")
"""Paths on this machine: names of tests and folders are nobody's."""


Scores = Mapping[tuple[str, str], float]


def assert_nothing_private(
    world: World, command: str, texts: Mapping[str, str], scores: Scores, *, numbers: bool
) -> None:
    """Raise an `AssertionError` that says where something private stands, and not what.

    Args:
        texts: all that a command wrote, by where it stands.
        scores: in Otus, by assessment and student.
        numbers: the source has the SIS's numbers as its own ids, which reports may name.
    """
    for place, text in texts.items():
        may = place == OUT and (numbers or (command == "plan" and _MOVED.search(text)))
        for what in found(world, command, place, text, scores):
            if not (may and what == NUMBER):
                raise AssertionError(f"`passback {command}` shows {what} on {place}")


def found(world: World, command: str, place: str, text: str, scores: Scores) -> Iterator[str]:
    """What of a text must not be there."""
    text = _PLACES.sub("/", text)
    if any(secret in text for secret in SECRETS.values()) or "Bearer" in text:
        yield "a secret"
    tokens = {row["digest"] for row in world.db.read("SELECT digest FROM token")}
    if any(sha256(each.encode()).hexdigest() in tokens for each in _TOKEN.findall(text)):
        yield "a token"
    if command in SHOWS_A_RECORD:
        return
    for what, words in _people(world).items():
        if re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", text):
            yield what
    for record in _records(text):
        yield from _told_of(record, place, scores)


def _people(world: World) -> dict[str, list[str]]:
    """Words that stand for one person, by what they are."""
    rows = [
        row
        for table in ("student", "teacher")
        for row in world.db.read(
            f"SELECT id, dcid, table_id, number, given, family, email, username FROM {table}"
        )
    ]
    return {
        "a name": [row["family"] for row in rows],
        "an address": [text for row in rows for text in (row["email"], row["username"])],
        NUMBER: [
            str(row[name])
            for row in rows
            for name in ("id", "dcid", "table_id", "number")
            if row[name] is not None
        ],
    }


def _records(text: str) -> Iterator[Any]:
    """What stands in it as JSON: one document, or a line each."""
    for part in (text, *text.splitlines()):
        if part.startswith("{"):
            try:
                told = json.loads(part)
            except ValueError:
                continue
            yield told
            yield from (each for each in told.get("records") or () if isinstance(each, dict))


def _told_of(record: dict[str, Any], place: str, scores: Scores) -> Iterator[str]:
    if _SCORES & record.keys():
        yield f"a score (as {', '.join(sorted(_SCORES & record.keys()))})"
    if record.get("student") is not None and place != OUT:
        yield "whom a record is about"
    points = scores.get((str(record.get("assignment")), str(record.get("student"))))
    telling = points is not None and points != int(points)
    if telling and re.search(rf"(?<![\d.]){points:g}(?![\d.])", str(record.get("reason", ""))):
        yield "a score in a reason"
