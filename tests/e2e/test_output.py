"""Output that cannot be written costs output: never the night, its exit code, or its record."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.e2e.support.district import District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import (
    assert_as_if_nothing_had_happened,
    fault,
    healed,
    shown,
    some_work,
    undisturbed,
)

pytestmark = pytest.mark.slow

ENDS = 30
"""Seconds in which a night of this size ends on any machine."""
INTO_NOTHING = '"$@" | true; exit ${PIPESTATUS[0]}'
ON_A_FULL_DISK = 'exec "$@" > /dev/full'
CLOSED = 'exec "$@" >&-'


@pytest.fixture
def stuck() -> Iterator[tuple[int, int]]:
    """A pipe that is full, and nobody reads it: its two ends."""
    reads, writes = os.pipe()
    os.set_blocking(writes, False)
    try:
        while os.write(writes, b"x" * 4096):
            pass
    except BlockingIOError:
        os.set_blocking(writes, True)
    yield reads, writes
    for number in (reads, writes):
        os.close(number)


def ended(process: subprocess.Popen[str]) -> tuple[int, list[str], str]:
    """Its exit code, the lines of its own on standard error, and all that stands there."""
    try:
        _, said = process.communicate(timeout=ENDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError("it waits for somebody who does not come") from None
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    lines = [line for line in said.splitlines() if line.startswith("passback: ")]
    return process.returncode, lines, said


def assert_written_down(district: District, code: int) -> None:
    """The ledger's last run has an end, and `history` shows it."""
    last = district.command("history", "-c", str(district.config), "--limit", "1").out
    assert f"  exit {code}  " in last


def assert_all_is_there(district: District, twin: District) -> None:
    """Before any other run: the gradebooks are those of an undisturbed night."""
    assert shown(district) == undisturbed(twin, district.now()).shown


@BOTH
@pytest.mark.parametrize(
    ("shell", "arguments", "line"),
    [
        (INTO_NOTHING, (), "standard output: Broken pipe"),
        (ON_A_FULL_DISK, (), "standard output: No space left on device"),
        (CLOSED, (), "standard output: it is closed"),
        ('"$@" | head -1; exit ${PIPESTATUS[0]}', ("--events", "-"), "--events: Broken pipe"),
        (CLOSED, ("--events", "-"), "--events: it is closed"),
        ('exec "$@"', ("--events", "/dev/full"), "--events: No space left on device"),
    ],
)
def test_output_that_fails_ends_no_night(
    district: District, twin: District, shell: str, arguments: tuple[str, ...], line: str
):
    some_work(district)

    code, lines, _ = ended(district.start_sync(*arguments, shell=shell))

    assert (code, lines) == (0, [f"passback: {line}; nothing more is written there"])
    assert_written_down(district, 0)
    assert_all_is_there(district, twin)


def test_a_night_with_nowhere_to_speak_at_all_is_a_night(district: District, twin: District):
    some_work(district)

    code, _, said = ended(district.start_sync(shell='exec "$@" > /dev/full 2>&1'))

    assert (code, said) == (0, "")
    assert_written_down(district, 0)
    assert_all_is_there(district, twin)


@pytest.mark.parametrize("shell", [INTO_NOTHING, ON_A_FULL_DISK, CLOSED])
def test_the_exit_code_of_a_run_stays_what_it_is(district: District, shell: str):
    some_work(district)
    fault(district, "status", district.facts.score, status=422, nth=1)

    code, lines, _ = ended(district.start_sync(shell=shell))

    assert (code, len(lines)) == (3, 1)
    assert_written_down(district, 3)


@pytest.mark.parametrize("shell", [INTO_NOTHING, ON_A_FULL_DISK])
def test_an_error_is_told_where_its_report_cannot_be(district: District, shell: str):
    some_work(district)
    fault(district, "status", district.facts.rosters, status=403)

    code, lines, _ = ended(district.start_sync(shell=shell))
    healed(district)

    assert (code, len(lines)) == (6, 2)
    assert lines[0].startswith("passback: standard output: ")
    assert_written_down(district, 6)


# ---- who does not read ---------------------------------------------------------------------------


@BOTH
def test_a_reader_of_events_who_never_reads_does_not_hold_up_the_night(
    district: District, twin: District, stuck: tuple[int, int]
):
    some_work(district)

    code, lines, _ = ended(district.start_sync("--events", "-", stdout=stuck[1]))

    [line] = lines
    assert code == 0
    assert line.startswith("passback: --events: ")
    assert line.endswith(" events were not written because nobody read them in time")
    assert_written_down(district, 0)
    assert_all_is_there(district, twin)


@BOTH
def test_a_report_that_nobody_reads_keeps_no_other_run_out(
    district: District, twin: District, stuck: tuple[int, int]
):
    some_work(district)
    reads, writes = stuck
    events = district.folder / "events"
    process = district.start_sync("--events", str(events), stdout=writes)
    try:
        report_of(events, process)

        assert_as_if_nothing_had_happened(district, twin)
        assert process.poll() is None
    finally:
        os.set_blocking(reads, False)
        while process.poll() is None:
            drain(reads)
    assert ended(process)[:2] == (0, [])


def drain(reads: int) -> None:
    """Read what is there."""
    with suppress(BlockingIOError):
        while os.read(reads, 65_536):
            pass


def report_of(events: Path, process: subprocess.Popen[str]) -> None:
    """Wait until the run is over and only its report is not."""
    while not (events.exists() and '"event":"report"' in events.read_text()):
        assert process.poll() is None, "it ended without a report"


def test_a_pipe_without_a_reader_is_told_before_the_night(district: District):
    some_work(district)
    pipe = district.folder / "pipe"
    os.mkfifo(pipe)
    calls = len(district.journal())

    code, lines, _ = ended(district.start_sync("--events", str(pipe)))

    assert (code, lines) == (10, [f"passback: --events {pipe}: nobody reads this pipe"])
    assert len(district.journal()) == calls


# ---- the other commands --------------------------------------------------------------------------


@pytest.mark.parametrize("shell", [INTO_NOTHING, ON_A_FULL_DISK, CLOSED])
@pytest.mark.parametrize(
    "command", [("plan",), ("plan", "--json"), ("explain", "a-1"), ("status",), ("check",)]
)
def test_other_commands_end_as_they_would(district: District, shell: str, command: tuple[str, ...]):
    some_work(district)
    district.sync()

    code, lines, said = ended(district.start(*command, shell=shell))

    assert (code, len(lines)) == (0, 1), said
    assert lines[0].startswith("passback: standard output: ")


# ---- no room for the plan ------------------------------------------------------------------------

SMALL_DISK = 'mount -t tmpfs -o size=4k none "$TMPDIR" && exec "$@"'


@pytest.mark.skipif(
    subprocess.run(["unshare", "-rm", "true"], check=False, capture_output=True).returncode != 0,
    reason="no mounts of one's own here",
)
@pytest.mark.parametrize("command", ["sync", "plan"])
def test_a_plan_that_finds_no_room_is_one_line_and_nothing_was_sent(
    district: District, twin: District, command: str, tmp_path: Path
):
    some_work(district)
    folder = tmp_path / "small"
    folder.mkdir()
    before = shown(district)

    shell = f"export TMPDIR={folder}; exec unshare -rm bash -c '{SMALL_DISK}' passback \"$@\""
    arguments = ("--at", district.now().isoformat())
    code, lines, _ = ended(district.start(command, *arguments, shell=shell))

    assert code == 10
    [line] = lines
    assert line.startswith("passback: tonight's plan does not fit into a temporary file: No space")
    assert shown(district) == before
    if command == "sync":
        assert_written_down(district, 10)
    assert_as_if_nothing_had_happened(district, twin)
