"""Copies of a ledger: whole, private, checked, and known as copies when they come back."""

import shutil
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from agent.errors import LedgerError
from agent.ledger import open_ledger
from agent.ledger.care import copies
from agent.ledger.care.restore import back_up, put_back, sound_copy
from agent.ledger.sqlite import schema
from agent.records import KnownScore, Outcome
from tests.agent.ledger.files import raw
from tests.agent.ledger.records_of_a_school import NOW, a_column, an_intent
from tests.agent.ledger.test_schema import as_version

LATER = datetime(2026, 11, 1, 9, tzinfo=UTC)


def in_doubt(ledger):
    cells = ledger.delivered.known_scores("a-1", "c-1").values()
    return {each.in_doubt for each in (*ledger.delivered.columns(["c-1"]), *cells)}


def fill(ledger, run="r-1"):
    ledger.runs.begin(run, NOW, "sync", None)
    ledger.delivered.save_column(a_column(ref="ref-1"))
    ledger.delivered.save_scores("a-1", "c-1", [KnownScore(student="s-1", seen="8")])


@pytest.fixture
def copy(path, ledger):
    fill(ledger)
    out = path.with_name("copy.db")
    back_up(path, out, "lakeview", LATER)
    return out


def test_a_copy_of_a_ledger_that_is_open_is_whole_and_private(path, ledger, copy):
    told = sound_copy(copy, "lakeview")
    assert (told.last_run, told.columns, told.scores) == ("r-1", 1, 1)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(p.name for p in path.parent.glob("copy*")) == ["copy.db"]
    assert in_doubt(ledger) == {False}


def test_a_copy_holds_one_moment_of_a_run_that_goes_on(path, ledger, monkeypatch):
    fill(ledger)
    write = copies.broken_pages

    def meanwhile(connection):
        ledger.attempts.intend("r-1", [an_intent()], NOW)
        return write(connection)

    monkeypatch.setattr(copies, "broken_pages", meanwhile)
    back_up(path, path.with_name("copy.db"), "lakeview", LATER)
    with closing(open_ledger(f"sqlite:///{path.with_name('copy.db')}", "lakeview")) as kept:
        assert list(kept.attempts.open()) == []
    [attempt] = ledger.attempts.open()
    ledger.attempts.settle([Outcome(attempt=attempt.id, kind="accepted")], NOW)


def test_copies_beside_a_run_that_writes_are_each_of_one_moment(path, ledger):
    """A cell and its outcome are written together: no copy has the one without the other."""
    fill(ledger)
    done = Event()

    def write():
        number = 0
        while not done.is_set():
            number += 1
            with ledger.together(durable=True):
                [attempt] = ledger.attempts.intend("r-1", [an_intent(points=str(number))], NOW)
                cell = KnownScore(student="s-1", seen=str(number))
                ledger.delivered.save_scores("a-1", "c-1", [cell])
                ledger.attempts.settle([Outcome(attempt=attempt, kind="accepted")], NOW)

    writer = Thread(target=write)
    writer.start()
    try:
        outs = [path.with_name(f"copy-{n}") for n in range(5)]
        for out in outs:
            back_up(path, out, "lakeview", LATER)
    finally:
        done.set()
        writer.join()
    for out in outs:
        with closing(sqlite3.connect(out)) as found:
            last = found.execute("SELECT max(attempt) FROM outcome").fetchone()[0]
            cell = found.execute("SELECT seen FROM known_score").fetchone()[0]
        assert cell == str(last or 8)


def test_a_restore_that_is_killed_leaves_the_present_ledger_with_all_that_it_had(
    path, ledger, copy, monkeypatch
):
    ledger.delivered.save_column(a_column("a-2", ref="ref-2"))
    replace = Path.replace

    def killed(self, target):
        if target == path:
            raise KeyboardInterrupt
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            put_back(path, copy, "lakeview", LATER)
    ledger.close()
    with closing(open_ledger(f"sqlite:///{path}", "lakeview")) as still:
        assert len(still.delivered.columns(["c-1"])) == 2
        assert in_doubt(still) == {False}
    put_back(path, copy, "lakeview", LATER + timedelta(seconds=1))


def test_a_backup_overwrites_nothing(path, ledger, copy):
    before = copy.read_bytes()
    with pytest.raises(LedgerError, match="exists"):
        back_up(path, copy, "lakeview", LATER)
    assert copy.read_bytes() == before


def broken(file):
    data = bytearray(file.read_bytes())
    data[4096 * 3 : 4096 * 9] = b"x" * 4096 * 6
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda file: file.write_text("no ledger at all, whatever it is"), "cannot be used"),
        (lambda file: raw(file, "PRAGMA user_version = 99"), "use the newer program"),
        (lambda file: raw(file, "UPDATE district SET name = 'other'"), "not that of|not a ledger"),
        (lambda file: raw(file, "PRAGMA application_id = 7"), "not a Passback ledger"),
        (broken, "damaged|malformed"),
        (lambda file: file.unlink(), "is no file"),
    ],
    ids=["text", "newer", "district", "foreign", "damaged", "missing"],
)
def test_what_is_no_sound_copy_is_refused_and_the_ledger_stays(path, ledger, copy, spoil, why):
    spoil(copy)
    with pytest.raises(LedgerError, match=why):
        put_back(path, copy, "lakeview", LATER)
    assert in_doubt(ledger) == {False}
    assert list(path.parent.glob("*.before-restore-*")) == []


def test_a_ledger_that_is_put_back_is_in_doubt_and_the_other_one_is_kept(path, ledger, copy):
    ledger.delivered.save_column(a_column("a-2", ref="ref-2"))
    ledger.close()
    _, kept = put_back(path, copy, "lakeview", LATER)
    assert stat.S_IMODE(kept.stat().st_mode) == stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(open_ledger(f"sqlite:///{path}", "lakeview")) as restored:
        assert in_doubt(restored) == {True}
        assert [c.assessment for c in restored.delivered.columns(["c-1"])] == ["a-1"]
        assert restored.delivered.columns(["c-1"])[0].list_again
    with closing(open_ledger(f"sqlite:///{kept}", "lakeview")) as before:
        assert len(before.delivered.columns(["c-1"])) == 2


def test_a_damaged_ledger_is_replaced_and_kept(path, ledger, copy):
    ledger.close()
    path.write_text("damaged beyond all repair, and still worth keeping")
    path.with_name(f"{path.name}-wal").write_bytes(b"what a crash left")
    _, kept = put_back(path, copy, "lakeview", LATER)
    assert kept.read_text().startswith("damaged")
    assert kept.with_name(f"{kept.name}-wal").read_bytes() == b"what a crash left"
    open_ledger(f"sqlite:///{path}", "lakeview").close()


def by_hand(path, out):
    """Copy the file as `cp` does, its log folded in."""
    shutil.copy(path, out)
    return out


@pytest.mark.parametrize(
    ("between", "doubted"),
    [
        pytest.param([], False, id="nothing since"),
        pytest.param(["begin"], True, id="a run began since"),
        pytest.param(["begin", "end"], True, id="a run since"),
    ],
)
def test_an_older_file_in_its_place_is_known_by_the_note_beside_it(path, opened, between, doubted):
    ledger = opened()
    fill(ledger)
    ledger.runs.end("r-1", NOW, 0, {})
    ledger.close()
    old = by_hand(path, path.with_name("by-hand"))
    ledger = opened()
    for what in between:
        if what == "begin":
            ledger.runs.begin("r-2", NOW + timedelta(days=1), "sync", None)
        else:
            ledger.runs.end("r-2", NOW + timedelta(days=1), 0, {})
    ledger.close()
    by_hand(old, path)
    assert in_doubt(opened()) == {doubted}


def test_a_file_copied_in_the_middle_of_a_run_is_known_after_it(path, opened):
    ledger = opened()
    fill(ledger)
    ledger.close()
    old = by_hand(path, path.with_name("by-hand"))
    ledger = opened()
    ledger.runs.end("r-1", NOW, 0, {})
    ledger.close()
    by_hand(old, path)
    assert in_doubt(opened()) == {True}


def test_a_file_without_its_note_is_in_doubt_until_a_run_began(path, opened):
    ledger = opened()
    fill(ledger)
    ledger.close()
    path.with_name(f"{path.name}.last-run").unlink()
    ledger = opened()
    assert in_doubt(ledger) == {True}
    fill(ledger, "r-2")
    ledger.close()
    assert in_doubt(opened()) == {False}


def test_a_run_that_was_killed_leaves_no_doubt(path, opened):
    ledger = opened()
    fill(ledger)
    ledger.close()
    assert in_doubt(opened()) == {False}


def test_an_upgrade_keeps_the_file_as_it_was_before(path, opened):
    as_version(path, 5, "INSERT INTO setting VALUES ('note', 'mine')")
    opened()
    [kept] = path.parent.glob("*.before-upgrade-*")
    assert (kept.name.endswith("-v5"), stat.S_IMODE(kept.stat().st_mode)) == (True, 0o600)
    assert sound_copy_of_version(kept) == 5


def sound_copy_of_version(file):
    with closing(sqlite3.connect(file)) as found:
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return found.execute("PRAGMA user_version").fetchone()[0]


def test_an_upgrade_that_is_killed_leaves_the_file_usable_and_the_copy_there(
    path, opened, monkeypatch
):
    as_version(path, 5)
    statements = schema._statements

    def fails_in_the_middle(name):
        yield from statements(name)
        if name == schema.FILES[6]:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(schema, "_statements", fails_in_the_middle)
        with pytest.raises(KeyboardInterrupt):
            opened()
    assert sound_copy_of_version(path) == 5
    assert len(list(path.parent.glob("*.before-upgrade-*"))) == 1
    opened()
    assert sound_copy_of_version(path) == schema.VERSION


def test_only_the_newest_copies_of_upgrades_are_kept(path, opened):
    for day in range(1, 6):
        path.with_name(f"{path.name}.before-upgrade-2026010{day}T000000Z-v1").touch()
    as_version(path, 5)
    opened()
    kept = sorted(p.name.partition("upgrade-")[2] for p in path.parent.glob("*.before-upgrade-*"))
    assert len(kept) == copies.KEPT
    assert kept[-1].endswith("-v5")
