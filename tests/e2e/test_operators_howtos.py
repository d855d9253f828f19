"""The how-tos in docs/run/: each command that one shows does what the page says, on a district."""

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.support.district import START, District, Run
from tests.meta.project_files import text_of

PAGES = {
    "docs/run/why-not.md",
    "docs/run/undo-resend-decide.md",
    "docs/run/ids-change.md",
    "docs/run/metrics.md",
    "docs/run/data/backup.md",
    "docs/run/data/privacy.md",
}
SHOWN = re.compile(
    r"^ *<!-- run: tests/e2e/test_operators_howtos.py::(\w+) -->\n( *)```sh\n(.*?)^\2```$",
    re.MULTILINE | re.DOTALL,
)
AT_THE_CLOCK = {"sync", "plan", "purge"}
"""Commands that are given the mock's time of day."""


class Reader:
    """Types what a page shows, one command at a time."""

    def __init__(self, district: District, page: str, test: str) -> None:
        blocks = [text for name, _, text in SHOWN.findall(text_of(page)) if name == test]
        self.district = district
        self.lines: Iterator[str] = iter([line for text in blocks for line in text.splitlines()])

    def next(self, command: str) -> Run:
        """Give the next command, which must be this one."""
        program, *words = shlex.split(next(self.lines), comments=True)
        assert (program, words[0]) == ("passback", command)
        folder = self.district.folder
        places = {
            "F": self.district.config,
            "/etc/passback/lakeview.toml": self.district.config,
            "STUDENT": "s-3001",
            "ids.plan": folder / "ids.plan",
        }
        if "--out" in words:
            out = words[words.index("--out") + 1]
            places[out] = folder / f"out{Path(out).suffix}"
        at = ["--at", self.district.now().isoformat()] if command in AT_THE_CLOCK else []
        return self.district.command(*[str(places.get(word, word)) for word in words], *at)

    def ended(self) -> bool:
        """Whether the page shows no more."""
        return next(self.lines, None) is None


@pytest.fixture
def quiz(district: District) -> District:
    """A quiz with two scores, sent."""
    district.assess("a-1", title="Chapter 4 quiz")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 16)
    assert district.night(START).code == 0
    return district


def test_every_page_shows_a_command_that_is_typed_here():
    tests = {name for page in PAGES for name, _, _ in SHOWN.findall(text_of(page))}
    assert tests == {name for name in globals() if name.startswith("test_")} - {
        "test_every_page_shows_a_command_that_is_typed_here"
    }


def test_why_a_score_is_not_there(district: District):
    district.assess("a-1", title="Fractions quiz")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    reader = Reader(district, "docs/run/why-not.md", "test_why_a_score_is_not_there")
    told = reader.next("explain")
    assert told.code == 0
    assert told.out.rstrip().splitlines()[-2] == "what has to change"
    assert reader.ended()


def test_decisions(quiz: District):
    reader = Reader(quiz, "docs/run/undo-resend-decide.md", "test_decisions")
    quiz.type_score("a-1", "400001", 11)
    assert reader.next("decide").out == "send: 1 record; the next run carries it out\n"
    quiz.night(START + timedelta(days=1))
    assert quiz.marks("a-1")["400001"] == "18"
    told = reader.next("decide")
    assert told.out == "ignore: 1 record; the next run carries it out\n", told.err
    assert reader.next("decide").out == "1 decision taken back\n"
    assert reader.ended()


def test_a_plan_of_new_ids(quiz: District):
    quiz.score("a-1", "s-3001", 19)
    quiz.plan("--out", str(quiz.folder / "ids.plan"), "--values")
    reader = Reader(quiz, "docs/run/ids-change.md", "test_a_plan_of_new_ids")
    assert reader.next("sync").code == 0
    assert quiz.marks("a-1")["400001"] == "19"
    assert reader.ended()


def test_the_metrics_of_a_timer(quiz: District):
    reader = Reader(quiz, "docs/run/metrics.md", "test_the_metrics_of_a_timer")
    assert reader.next("metrics").code == 0
    assert "passback_last_success_timestamp_seconds" in (quiz.folder / "out.prom").read_text()
    assert reader.ended()


def test_a_backup(quiz: District):
    reader = Reader(quiz, "docs/run/data/backup.md", "test_a_backup")
    assert reader.next("backup").code == 0
    assert (quiz.folder / "out.db").stat().st_mode & 0o777 == 0o600
    assert reader.ended()


def test_what_is_old_is_removed(quiz: District):
    reader = Reader(quiz, "docs/run/data/privacy.md", "test_what_is_old_is_removed")
    assert "Nothing was removed" in reader.next("purge").out
    assert reader.next("purge").code == 0
    told = reader.next("purge")  # the page's period is still open here, which is said
    assert (told.code, "is open in section" in told.err) == (2, True), told.err
    assert reader.ended()


def test_a_student_is_erased(quiz: District):
    reader = Reader(quiz, "docs/run/data/privacy.md", "test_a_student_is_erased")
    assert "Nothing was removed" in reader.next("erase").out
    assert "Nothing is written for this student again" in reader.next("erase").out
    assert reader.ended()
