"""`sync --recheck`, and the first run of a new release: all is judged, and only what is due goes.

The ledger is left here as another release of the program would have left it.
"""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import some_work
from tests.e2e.support.verdicts import gradebooks, sent, sis_writes, told

pytestmark = [pytest.mark.slow, BOTH]

NEXT = START + timedelta(days=1)
QUIET = NEXT + timedelta(days=1)


def ledger(district: District, *statements: str) -> None:
    """Change the ledger behind the agent's back."""
    with closing(sqlite3.connect(district.folder / district.ledger)) as found, found:
        for statement in statements:
            assert found.execute(statement).rowcount > 0, statement


ANOTHER_RELEASE = "UPDATE schedule SET context = 'of another release'"


def refused_by_an_older_release(district: District) -> None:
    """An assessment of which the ledger says that a rule refused it: no rule does now."""
    some_work(district)
    assert district.sync().code == 0
    # Past the night after a create, on which every gradebook is listed once more.
    assert sent(district, NEXT)[1] == []
    district.assess("a-9")
    district.score("a-9", "s-3001", 18)
    district.evening(QUIET)
    assert (
        district.plan().code == 0
    )  # takes the source in, and decides without a word to the ledger
    ledger(district, "UPDATE schedule SET dirty = 0")


def test_what_an_older_release_refused_goes_on_the_first_run_of_a_newer_one(district: District):
    refused_by_an_older_release(district)
    assert sent(district, QUIET)[1] == []

    ledger(district, ANOTHER_RELEASE)
    run, writes = sent(district, QUIET)

    assert (told(run, id_="a-9"), told(run, "s-3001", id_="a-9")) == (("created", []), ("sent", []))
    assert len(writes) == 2
    assert sent(district, QUIET)[1] == []


def test_or_when_everything_is_rechecked(district: District):
    refused_by_an_older_release(district)

    plan = district.plan("--recheck")
    assert plan.report["counts"]["created"] == 1
    run, writes = sent(district, QUIET, "--recheck")

    assert (told(run, id_="a-9")[0], len(writes)) == ("created", 2)


def test_e5_a_recheck_of_an_unchanged_district_looks_at_everything_and_writes_nothing(
    district: District,
):
    some_work(district)
    district.sync()
    district.night(NEXT)
    before = gradebooks(district)
    quiet, _ = sent(district, QUIET)

    run, writes = sent(district, QUIET, "--recheck")

    assert (run.code, writes, gradebooks(district)) == (0, [], before)
    assert run.report["counts"] == quiet.report["counts"]
    reads = [each.report["requests"]["reads"] for each in (quiet, run)]
    assert reads[1] >= reads[0] + 2 * len(district.facts.books)


def test_a_recheck_states_a_cell_anew_that_only_the_ledger_has_wrong(district: District):
    some_work(district)
    district.sync()
    district.night(NEXT)
    wrong = "SET state = 'refused', codes = '[\"of_another_release\"]', reason = 'an old rule'"
    ledger(district, f"UPDATE record {wrong} WHERE assessment = 'a-1' AND student = 's-3001'")
    assert told(sent(district, QUIET)[0], "s-3001")[0] == "refused"

    run, writes = sent(district, QUIET, "--recheck")

    assert (told(run, "s-3001"), writes) == (("unchanged", []), [])


def test_c1_titles_that_another_release_shortened_otherwise_are_not_sent_again(
    district: District,
):
    district.assess("a-1", title="Fractions and more " + "x" * 60)
    district.score("a-1", "s-3001", 18)
    district.night(START)
    district.night(NEXT)
    with closing(sqlite3.connect(district.folder / district.ledger)) as found, found:
        [(text,)] = found.execute("SELECT accepted FROM known_column").fetchall()
        accepted = {**json.loads(text), "title": "Fractions and more ..."}
        found.execute("UPDATE known_column SET accepted = ?", (json.dumps(accepted),))
    ledger(district, ANOTHER_RELEASE)
    before, writes = gradebooks(district), len(sis_writes(district))

    run = district.night(QUIET)
    again = district.sync("--recheck")

    assert (told(run)[0], told(run, "s-3001")[0]) == ("unchanged", "unchanged")
    assert (again.code, len(sis_writes(district)), gradebooks(district)) == (0, writes, before)
