"""Sinks: what cannot be written is lost with one line, and nothing is raised."""

import io
import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from agent.sinks import Shown, Sink


@pytest.fixture
def said():
    return []


@pytest.fixture
def pipe():
    reads, writes = os.pipe()
    yield reads, writes
    for number in (reads, writes):
        with suppress(OSError):
            os.close(number)


def printed(sink, *texts):
    """Print as a command does; what is buffered is flushed each time."""
    with io.TextIOWrapper(io.BufferedWriter(sink), "utf-8") as stream:
        for text in texts:
            stream.write(text)
            stream.flush()


def test_what_can_be_written_is_written_whole(pipe, said):
    reads, writes = pipe
    found = []
    reader = threading.Thread(target=lambda: found.extend(iter(lambda: os.read(reads, 9999), b"")))
    reader.start()
    printed(Sink(writes, "it", said.append), "ü" * 200_000, "end")
    os.close(writes)  # a sink leaves its descriptor open
    reader.join(20)
    assert b"".join(found).decode() == "ü" * 200_000 + "end"
    assert said == []


def test_a_full_disk_is_told_once(said):
    with Path("/dev/full").open("wb", buffering=0) as full:
        printed(Sink(full.fileno(), "it", said.append), "a\n", "b\n")
    assert said == ["it: No space left on device; nothing more is written there"]


def test_a_pipe_that_nobody_reads_any_more_is_told_once(pipe, said):
    reads, writes = pipe
    os.close(reads)
    printed(Sink(writes, "it", said.append), "a\n", "b\n")
    assert said == ["it: Broken pipe; nothing more is written there"]


def test_a_closed_stream_is_told_once(said):
    sink = Sink(None, "it", said.append)
    printed(sink, "a\n", "b\n")
    assert (sink.isatty(), said) == (False, ["it: it is closed; nothing more is written there"])


def test_a_reader_who_stops_is_waited_for_no_longer_than_told(pipe, said):
    _, writes = pipe
    printed(Sink(writes, "it", said.append, patience=0.05), "a" * 200_000, "b\n")
    assert said == ["it: nobody reads it; nothing more is written there"]


def test_a_pipe_that_does_not_block_is_waited_for(pipe, said):
    reads, writes = pipe
    os.set_blocking(writes, False)
    found = []
    reader = threading.Thread(target=lambda: found.extend(iter(lambda: os.read(reads, 999), b"")))
    reader.start()
    printed(Sink(writes, "it", said.append), "a" * 200_000)
    os.close(writes)
    reader.join(20)
    assert (len(b"".join(found)), said) == (200_000, [])


def test_a_title_of_otus_steers_no_terminal():
    kept = io.BytesIO()
    shown = Shown(kept, "utf-8", line_buffering=True)
    print("\r\x1b[K\x1b[31mQuiz é\x1b[0m\t\x1b]0;mine\x07\x1b[2J\x9b2J\x00", file=shown)
    plain = "\r\x1b[K\x1b[31mQuiz é\x1b[0m\t\\x1b]0;mine\\x07\\x1b[2J\\x9b2J\\x00\n"
    assert kept.getvalue().decode() == plain
