"""`ledger check`: each kind of damage is told, and a sound ledger has none."""

import stat

import pytest

from agent.errors import LedgerError
from agent.ledger import open_ledger
from agent.ledger.care.check import examine
from agent.records import KnownScore, Outcome
from tests.agent.ledger.files import raw
from tests.agent.ledger.records_of_a_school import NOW, SCHOOL, a_column, a_state, an_intent, pull
from tests.agent.ledger.test_schema import as_version


@pytest.fixture
def sound(ledger, path):
    """A ledger after a night, closed; one write is still open."""
    pull(ledger, *SCHOOL)
    ledger.runs.begin("r-1", NOW, "sync", None)
    ledger.delivered.save_column(a_column(ref="ref-1"))
    cell = KnownScore(student="s-1", seen="8", accepted=8, had_score=True)
    ledger.delivered.save_scores("a-1", "c-1", [cell])
    first, _ = ledger.attempts.intend("r-1", [an_intent(), an_intent(student="s-2")], NOW)
    ledger.attempts.settle([Outcome(attempt=first, kind="accepted")], NOW)
    ledger.records.record("r-1", [a_state()])
    ledger.runs.end("r-1", NOW, 0, {})
    ledger.close()
    return path


def test_a_sound_ledger_has_its_figures_and_stays_as_it_is(sound):
    before = sound.read_bytes()
    found = examine(sound, "lakeview")
    assert (found.damaged, found.warnings) == ((), ())
    assert {k: found.figures[k] for k in ("run", "attempt", "open_attempt", "record")} == {
        "run": 1,
        "attempt": 2,
        "open_attempt": 1,
        "record": 1,
    }
    assert sound.read_bytes() == before


DAMAGE = {
    "DELETE FROM open_attempt": "neither an outcome",
    "INSERT INTO open_attempt VALUES (99)": "open attempts are not there",
    "INSERT INTO outcome VALUES (99, 'at', 'accepted', '')": "belong to no attempt",
    "DELETE FROM run": "attempts belong to no run",
    "UPDATE record SET state = 'lost'": "a state that is none",
    "UPDATE record SET codes = '['": "codes that cannot be read",
    "UPDATE record SET run = 'r-9'": "records belong to no run",
    "DELETE FROM known_column": "belong to no assignment",
    "UPDATE known_score SET seen = NULL": "do not tell what was sent",
    "UPDATE score SET gone = 1": "still have points",
    "INSERT INTO purged VALUES ('a-1', '2026')": "purged assessments are still there",
    "DROP TRIGGER attempt_is_not_deleted": "trigger attempt_is_not_deleted is missing",
    "DROP INDEX record_by_section": "index record_by_section is missing",
}


@pytest.mark.parametrize("statement", DAMAGE)
def test_what_must_hold_among_the_rows_is_looked_at(sound, statement):
    raw(sound, statement)
    assert any(DAMAGE[statement] in line for line in examine(sound, "lakeview").damaged)


def test_damaged_pages_are_told(sound):
    data = bytearray(sound.read_bytes())
    data[4096 * 4 : 4096 * 8] = b"x" * 4096 * 4
    sound.write_bytes(data)
    assert examine(sound, "lakeview").damaged


def test_a_file_that_others_can_read_is_told(sound):
    sound.chmod(0o640)
    warning, *_ = examine(sound, "lakeview").warnings
    assert "0640" in warning
    assert stat.S_IMODE(sound.stat().st_mode) == 0o640


def test_an_older_ledger_is_sound_and_not_migrated(path):
    as_version(path, 5)
    found = examine(path, "lakeview")
    assert (found.damaged, found.figures["version"]) == ((), 5)


def test_another_districts_ledger_is_refused(sound):
    with pytest.raises(LedgerError, match="not a ledger of district"):
        examine(sound, "elsewhere")


def test_what_was_not_compared_since_a_restore_is_counted(sound):
    assert "not_compared_since_restore" not in examine(sound, "lakeview").figures
    raw(sound, "INSERT INTO setting VALUES ('copied_at', '2026-11-01')")
    open_ledger(f"sqlite:///{sound}", "lakeview").close()
    assert examine(sound, "lakeview").figures["not_compared_since_restore"] == 2
