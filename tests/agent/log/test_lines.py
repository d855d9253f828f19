"""The operator's log: what is on every line, at which level, where it goes, and what is hidden."""

import json
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.log import lines as log
from agent.log.redaction import HIDDEN, redacted
from agent.settings import LogSettings
from agent.sync.run import in_pool


@pytest.fixture(autouse=True)
def _as_usual():
    yield
    log.set_up(LogSettings())


@pytest.fixture
def logged(capsys):
    """What was logged since it was asked last."""
    return lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_command_logs_what_no_report_says(logged):
    log.set_up(LogSettings())
    log.info("run begun")
    log.warning("odd", file="scores.csv")
    [line] = logged()
    assert line["event"] == "odd"
    assert line["level"] == "warning"
    assert line["file"] == "scores.csv"


@pytest.mark.parametrize(
    ("level", "usual", "many"),
    [(None, "info", 2), ("info", "warning", 2), ("error", "info", 0), ("debug", "warning", 2)],
)
def test_the_level_is_by_setting(logged, level, usual, many):
    log.set_up(LogSettings(level=level), usual)
    log.info("one")
    log.warning("two")
    assert len(logged()) == many


def test_a_line_for_people_is_no_json(capsys):
    log.set_up(LogSettings(format="readable"))
    log.warning("odd", file="scores.csv")
    told = capsys.readouterr().err
    assert "odd" in told
    assert "file=scores.csv" in told
    assert "{" not in told


def test_the_run_is_on_every_line_of_it_in_every_thread(logged):
    with log.bound(run="r-1", district="lakeview"):
        list(in_pool(2, lambda n: log.warning("at work", number=n), range(4)))
        with ThreadPoolExecutor(1) as another:
            another.submit(log.warning, "of nobody").result()
    log.warning("after")
    lines = logged()
    mine = [line for line in lines if line["event"] == "at work"]
    assert {(line["run"], line["district"]) for line in mine} == {("r-1", "lakeview")}
    assert sorted(line["number"] for line in mine) == [0, 1, 2, 3]
    assert all("run" not in line for line in lines if line not in mine)


# ---- a file ------------------------------------------------------------------------------------


def test_a_file_is_for_its_owner_and_made_anew_when_it_was_moved(tmp_path, logged):
    path = tmp_path / "passback.log"
    log.set_up(LogSettings(file=str(path)))
    log.warning("one")
    path.rename(tmp_path / "yesterday.log")
    log.warning("two")
    assert json.loads(path.read_text())["event"] == "two"
    assert path.stat().st_mode & 0o777 == 0o600
    assert logged() == []


@pytest.mark.parametrize("path", ["/dev/full", "/nowhere/passback.log"])
def test_a_file_that_cannot_be_written_costs_a_line(capsys, path):
    log.set_up(LogSettings(file=path))
    log.warning("one")
    log.warning("two")
    told, *lines = capsys.readouterr().err.splitlines()
    assert told.startswith(f"passback: [log] file {path}: ")
    assert [json.loads(line)["event"] for line in lines] == ["one", "two"]


# ---- what must not be read ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts",
    [
        {"token": "eyJ"},
        {"client_secret": "s3cret"},
        {"student": "300123"},
        {"score": 17.25},
        {"points": 17.25},
        {"why": "it answered Bearer eyJhbGciOi.x"},
        {"why": "with Authorization: Basic cGFzc2JhY2s6"},
        {"url": "https://passback:s3cret@sis.example/x"},
        {"url": "https://sis.example/x?student=300123"},
        {"to": ["kim@lakeview.example"]},
        {"of": {"comment": "sick"}},
    ],
    ids=str,
)
def test_the_last_resort_hides_secrets_and_people(facts):
    told = json.dumps(redacted(None, "info", dict(facts)))
    assert HIDDEN in told
    for word in ("eyJ", "s3cret", "300123", "17.25", "cGFz", "kim@", "sick"):
        assert word not in told


def test_what_an_operator_needs_is_not_hidden():
    facts = {
        "event": "decided",
        "counts": {"sent": 3},
        "scores": 12,
        "students": 30,
        "why": "sis: putResult: no answer in time",
        "findings": ["5 of 20 scores would be taken out of the SIS"],
        "file": "/var/lib/passback/scores.csv",
    }
    assert redacted(None, "info", dict(facts)) == facts


def test_a_fault_is_told_by_kind_and_place_alone(logged):
    try:
        int("Kim Alvarez has 17.25")
    except ValueError as error:
        log.fault("run", error)
    [line] = logged()
    assert (line["error"], line["level"]) == ("ValueError", "error")
    assert "test_lines.py" in line["where"]
    assert "invalid literal" not in json.dumps(line)


def test_of_what_a_library_logs_only_its_sentence_is_kept(logged):
    root = logging.getLogger()
    others, root.handlers = root.handlers, []
    try:
        log.set_up(LogSettings())
        log.set_up(LogSettings())
        logging.getLogger("somebody").warning("cannot reach %s", "https://sis.example/300123")
    finally:
        root.handlers = others
    [line] = logged()
    assert (line["library"], line["said"]) == ("somebody", "cannot reach %s")
