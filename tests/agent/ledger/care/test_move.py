"""`ledger move`: nothing is lost on the way, and only one of the two ledgers goes on."""

import shutil
from contextlib import closing, contextmanager
from datetime import UTC, datetime

import pytest

from agent.decide.person.decision import Choice
from agent.errors import LedgerError, LockedError
from agent.ledger import ledger_for_run, moving, open_ledger, store_to_move
from agent.ledger.care.erase import erase
from agent.ledger.care.move import move
from agent.ledger.care.note_file import ENDED, note_run, read_note
from agent.ledger.care.purge import purge
from agent.ledger.moving import TABLES, compared
from agent.records import KnownScore, LeftScore, Outcome, State
from tests.agent.ledger.records_of_a_school import (
    NOW,
    SCHOOL,
    TONIGHT,
    a_column,
    a_state,
    an_intent,
    pull,
    removed,
)
from tests.agent.ledger.stores import DISTRICT, drop_schemas, raw

LATER = datetime(2026, 11, 1, 9, tzinfo=UTC)
ODD = "é 'quoted' \\ \t \n \0 \u2028 🎓"


@pytest.fixture(
    params=[("sqlite", "postgresql"), ("postgresql", "sqlite"), ("sqlite", "sqlite")],
    ids="-to-".join,
)
def places(request, tmp_path):
    """The URLs of a ledger and of where it is to go."""
    database = ""
    if "postgresql" in request.param:
        database = request.getfixturevalue("database")
    names = {"sqlite": [f"sqlite:///{tmp_path}/{n}.db" for n in "ab"], "postgresql": [database]}
    yield [names[kind].pop(0) for kind in request.param]
    if database:
        drop_schemas(database)


@contextmanager
def both(places):
    with (
        store_to_move(places[0], DISTRICT, existing=True) as source,
        store_to_move(places[1], DISTRICT, existing=False) as target,
    ):
        yield source, target


def moved(places, at=LATER):
    with both(places) as (source, target):
        return move(source, target, places[1], at)


def fill(url):
    """A ledger with rows in every table."""
    with closing(open_ledger(url, DISTRICT)) as ledger:
        pull(ledger, *SCHOOL)
        pull(ledger, removed("score", "a-2", "s-2"))
        ledger.runs.begin("r-1", NOW, "sync", "the term begins")
        ledger.delivered.save_column(a_column(ref="ref-1", accepted={"title": ODD}))
        ledger.delivered.save_column(a_column("a-2", "c-2", deleted=True))
        cell = KnownScore(student="s-1", seen="8", accepted=8, had_score=True)
        ledger.delivered.save_scores("a-1", "c-1", [cell])
        left = LeftScore(sis_student="799", student="s-1", accepted=7, had_score=True)
        ledger.delivered.leave_scores("a-1", "c-1", [left])
        first, _ = ledger.attempts.intend("r-1", [an_intent(), an_intent(student="s-2")], NOW)
        ledger.attempts.settle([Outcome(attempt=first, kind="accepted", detail=ODD)], NOW)
        ledger.records.record("r-1", [a_state(), a_state(State.HELD, "a-2", "s-2", "502")])
        ledger.records.record("r-1", [a_state(State.REFUSED, codes=("not_due_yet",), reason=ODD)])
        ledger.runs.end("r-1", NOW, 0, {"sent": 1})
        ledger.runs.begin("r-0", NOW, "sync", None)  # by its id before the other one
        ledger.decisions.decide(
            [("a-2", "s-2", "502")], Choice.KEEP, by="lee", at=NOW, reason="mine"
        )
        ledger.schedule.mark_clean(["c-1"], "x", TONIGHT)
        ledger.slots.begin(TONIGHT, NOW, "r-1", NOW)
        ledger.pauses.begin("holidays", "lee", NOW)
    with store_to_move(url, DISTRICT, existing=True) as store:
        purge(store, history=None, assessments=["a-9"], now=NOW, done=True)
        erase(store, "s-9", NOW, done=True)
    raw(url, "INSERT INTO restored_score VALUES ('a-1', 's-1')")


def test_every_table_and_every_column_is_carried(places):
    fill(places[0])
    carried = moved(places).rows
    assert {table for table, rows in carried.items() if not rows} == set()
    ours = {table.name: set(table.columns) for table in TABLES}
    for url in places:
        assert columns(url) == ours


def columns(url):
    """Table -> its columns, but for what each store has of its own."""
    if url.startswith("sqlite"):
        rows = raw(
            url,
            "SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c"
            " WHERE t.type = 'table' AND t.name NOT LIKE '_sqlite_%' AND t.name NOT LIKE 'sqlite%'"
            " UNION SELECT 'run', 'rowid'",
        )
    else:
        rows = raw(
            url,
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'passback_lakeview' AND table_name <> 'ledger'",
        )
    found = {}
    for table, column in rows:
        found.setdefault(table, set()).add(column)
    return found


def test_the_new_one_goes_on_and_the_old_one_is_refused(places):
    fill(places[0])
    assert not moved(places).again
    with pytest.raises(LedgerError, match=r"was moved and is used no more: set ledger\.url to"):
        open_ledger(places[0], DISTRICT)
    with closing(open_ledger(places[0], DISTRICT, read_only=True)) as old:
        assert [each["run"] for each in old.runs.latest(9)] == ["r-0", "r-1"]
    with closing(open_ledger(places[1], DISTRICT)) as new:
        assert [each["run"] for each in new.runs.latest(9)] == ["r-0", "r-1"]
        assert not new.delivered.not_compared()
        assert [each.reason for each in new.decisions.open()] == ["mine"]
        # What numbers rows goes on behind those that came.
        [attempt] = new.attempts.intend("r-1", [an_intent()], NOW)
        assert attempt == 3
        new.runs.begin("r-2", LATER, "sync", None)
        assert [each["run"] for each in new.runs.latest(1)] == ["r-2"]


def test_a_ledger_in_the_target_stays(places):
    for url in places:
        fill(url)
    with pytest.raises(LedgerError, match="holds a ledger already; a move overwrites nothing"):
        moved(places)
    open_ledger(places[0], DISTRICT).close()


def test_of_another_district_there_is_nothing_to_move(places):
    fill(places[0])
    others = "hillside" if places[1].startswith("sqlite") else "LAKEVIEW"
    open_ledger(places[1], others).close()
    with pytest.raises(LedgerError, match=f"that of district '{others}'"):
        moved(places)


def test_nothing_is_moved_while_a_run_is_at_work(places):
    fill(places[0])
    with ledger_for_run(places[0], DISTRICT), pytest.raises(LockedError):
        moved(places)
    with ledger_for_run(places[1], DISTRICT), pytest.raises(LockedError):
        moved(places)


@pytest.mark.parametrize("table", ["class", "record", "pause"])
def test_what_is_cut_off_in_the_middle_leaves_an_empty_one(places, table, monkeypatch):
    fill(places[0])
    pages = moving.Table.pages

    def cut(self, store):
        if self.name == table and store.name != target:
            raise KeyboardInterrupt
        return pages(self, store)

    with both(places) as (source, into):
        target = into.name
        monkeypatch.setattr(moving.Table, "pages", cut)
        with pytest.raises(KeyboardInterrupt):
            move(source, into, places[1], LATER)
        monkeypatch.undo()
        assert into.read("SELECT count(*) FROM class")[0][0] == 0
    open_ledger(places[0], DISTRICT).close()
    assert not moved(places).again


def test_what_comes_back_otherwise_is_no_move(places, monkeypatch):
    fill(places[0])
    with both(places) as (source, target):
        statements = type(target._sql)
        put = statements.put

        def lossy(self, table, columns, key, rows):
            put(self, table, columns, key, list(rows)[1:] if table == "known_score" else rows)

        monkeypatch.setattr(statements, "put", lossy)
        with pytest.raises(LedgerError, match="does not hold the same known_score: 1 row"):
            move(source, target, places[1], LATER)
    open_ledger(places[0], DISTRICT).close()


def test_a_move_that_was_cut_off_at_its_very_end_is_finished(places):
    fill(places[0])
    first = moved(places)
    again = moved(places)
    assert (again.again, again.rows) == (True, first.rows)
    with closing(open_ledger(places[1], DISTRICT)) as new:
        new.runs.begin("r-2", LATER, "sync", None)
    with pytest.raises(LedgerError, match="was moved and is used no more"):
        moved(places)


def test_a_marked_ledger_whose_target_stayed_empty_is_moved_again(places):
    fill(places[0])
    raw(places[0], f"INSERT INTO setting VALUES ('moved_to', '{places[1]}')")
    assert moved(places).again
    with both(places) as (source, target):
        assert compared(source, target)["run"] == 2


def test_it_goes_nowhere_else_than_it_went(places, tmp_path):
    fill(places[0])
    moved(places)
    with pytest.raises(LedgerError, match="was moved and is used no more"):
        moved([places[0], f"sqlite:///{tmp_path}/elsewhere.db"])


def test_it_comes_back_with_all_that_was_done_meanwhile(places, tmp_path):
    fill(places[0])
    moved(places)
    with closing(open_ledger(places[1], DISTRICT)) as new:
        new.runs.begin("r-2", LATER, "sync", None)
        new.runs.end("r-2", LATER, 0, {})
    back = f"sqlite:///{tmp_path}/back.db"
    moved([places[1], back])
    with closing(open_ledger(back, DISTRICT)) as ledger:
        assert ledger.runs.latest(1)[0]["run"] == "r-2"
        assert not ledger.delivered.not_compared()


def test_an_older_copy_of_the_old_file_is_not_trusted(tmp_path, database):
    file = tmp_path / "a.db"
    url = f"sqlite:///{file}"
    fill(url)
    shutil.copy(file, tmp_path / "monday.db")
    moved([url, database])
    drop_schemas(database)
    assert read_note(file).startswith("moved-")
    shutil.copy(tmp_path / "monday.db", file)
    with closing(open_ledger(url, DISTRICT)) as ledger:
        assert ledger.delivered.not_compared()


def test_an_older_ledger_is_moved_as_one(tmp_path, database):
    file = tmp_path / "a.db"
    url = f"sqlite:///{file}"
    fill(url)
    note_run(file, "a-later-run", ENDED)
    moved([url, database])
    with closing(open_ledger(database, DISTRICT)) as ledger:
        assert ledger.delivered.not_compared()
    drop_schemas(database)
