"""Every command's whole output, as a person at a terminal reads it: `transcript.txt`, played again.

What is another thing each time stands as a word in capitals. After a wanted change of words:
PASSBACK_TRANSCRIPT=write pytest tests/e2e/test_transcript.py, and read what changed.
"""

import os
import re
import shlex
from datetime import date, timedelta
from pathlib import Path

import pytest

from agent.cli import OWN
from tests.e2e.support.district import START, District

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

FILE = Path(__file__).with_name("transcript.txt")
AT = {"check", "plan", "sync", "undo", "resend", "purge"}
ELSEWHERE = {"completion", "fleet", "serve"}
"""Shown by tests of their own: for a shell, for many districts, and without an end."""


class Terminal:
    """Types commands and keeps what they print."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.lines: list[str] = []
        self.run = ""

    def type(self, command: str) -> None:
        """Give one command; `-c FILE` is added, and the time where it matters."""
        district = self.district
        words = [self.run if word == "RUN" else word for word in shlex.split(command)]
        words = [
            str(district.folder / word) if word.endswith((".db", ".prom")) else word
            for word in words
        ]
        at = ["--at", district.now().isoformat()] if words[0] in AT else []
        done = district.command(*words, "-c", str(district.config), *at)
        self.lines += [f"$ passback {command}", f"{done.out}{done.err}[{done.code}]", ""]

    def text(self) -> str:
        """All of it, with a word for whatever is another thing each time."""
        text = "\n".join(self.lines)
        for pattern, word in (
            (re.escape(str(self.district.folder)), "FOLDER"),
            (r"http://127\.0\.0\.1:\d+/w/[\w-]+", "URL"),
            (r"\d{8}T\d{6}Z-[0-9a-f]{6}", "RUN"),
            (r"[\d,.]+ (MB|kB)", r"N \1"),
            (r"(clock of the \w+): .*", r"\1: SO"),
            (r" on \d{4}-\d\d-\d\d:", " on DAY:"),
            (r"before-\w+-[\dT-]+", "BEFORE"),
            (r"(temporary files): [^:]+:", r"\1: PLACE:"),
        ):
            text = re.sub(pattern, word, text)
        return re.sub(r" +$", "", text, flags=re.MULTILINE)


def story(terminal: Terminal) -> None:
    """Some days of a district, with each command at least once."""
    district, type_ = terminal.district, terminal.type
    type_("config check")
    type_("config show")
    type_("status")
    district.assess("a-1", title="Fractions quiz")
    district.score("a-1", "s-3001", 8.5)
    district.assess("a-2", title="Field journal", type="Journal")
    type_("check")
    type_("plan")
    type_("sync")
    type_("sync")
    first = district.command("history", "-c", str(district.config), "--json")
    terminal.run = first.report["runs"][-1]["run"]
    type_("history")
    type_("status")
    type_("explain 'Field journal'")
    type_("explain 'Fractions quiz' s-3001")
    type_("verify --all")
    district.type_score("a-1", "400001", 9)
    type_("verify --all")
    district.score("a-1", "s-3001", 8)
    type_("backup --out copy.db")
    type_("teachers")
    type_("decide --list")
    type_("decide a-1 s-3001 --keep --by Lee --reason 'as the teacher has it'")
    type_("decide a-1 s-3001 --ignore --by Lee --reason 'as the teacher has it'")
    type_("decide --list")
    type_("decide a-1 s-3001 --release --by Lee --reason 'no, as Otus has it'")
    district.evening(START + timedelta(days=1))
    type_("sync")
    type_("resend --failed")
    type_("resend a-1")
    type_("undo RUN")
    type_("ledger check")
    type_("purge --older-than 400d")
    type_("erase s-3001")
    type_("restore copy.db")
    type_("notify")
    type_("metrics --out passback.prom")
    district.evening(date(2026, 10, 17))
    type_("plan")


def test_every_command_prints_what_the_transcript_has(district: District):
    terminal = Terminal(district)
    story(terminal)
    if os.environ.get("PASSBACK_TRANSCRIPT") == "write":
        FILE.write_text(terminal.text(), encoding="utf-8")
    typed = {line.split()[2] for line in terminal.lines if line.startswith("$ ")}
    assert typed == OWN.keys() - ELSEWHERE
    assert terminal.text() == FILE.read_text(encoding="utf-8")
