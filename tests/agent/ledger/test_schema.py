"""The schema: strict tables, and ledgers of earlier versions that open and go on."""

from contextlib import closing
from datetime import date

import pytest
from sqlite_utils import Database

from agent.ledger.sqlite import schema
from agent.records import State
from tests.agent.ledger.files import raw
from tests.agent.ledger.records_of_a_school import a_column, a_state


def test_every_table_is_strict(ledger, path):
    ledger.close()
    with closing(Database(path)) as db:
        ours = [t for t in db.tables if t.name not in ("_sqlite_migrations", "sqlite_stat1")]
        assert len(ours) > 10
        assert [t.name for t in ours if not t.strict] == []


def test_sqlite_utils_knows_what_was_applied(ledger, path):
    ledger.close()
    with closing(Database(path)) as db:
        assert [row["name"] for row in db["_sqlite_migrations"].rows] == list(schema.FILES)
        assert db.journal_mode == "wal"


def as_version(path, version, *statements):
    """A ledger file as the program of that schema version left it."""
    made = [line for name in schema.FILES[:version] for line in schema._statements(name)]
    named = ["CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)"]
    named += [
        f"INSERT INTO _sqlite_migrations VALUES ('passback', '{name}', '2026-10-01')"
        for name in schema.FILES[:version]
    ]
    named += [
        f"PRAGMA user_version = {version}",
        f"PRAGMA application_id = {schema.APPLICATION_ID}",
    ]
    raw(path, *made, *named, "INSERT INTO district (name) VALUES ('lakeview')", *statements)


@pytest.mark.parametrize(
    ("codes", "columns", "expected"),
    [
        ('["not_due_yet"]', 1, "unscored"),
        ('["not_fully_graded"]', 1, "unscored"),
        ('["withheld_missing"]', 1, "unscored"),
        ('["excused_no_score","not_due_yet"]', 1, "unscored"),
        ('["not_enrolled"]', 1, None),
        ('["not_enrolled","not_fully_graded"]', 1, None),
        ('["score_invalid"]', 1, None),
        ('["not_due_yet"]', 0, None),
        ('["not_due_yet"]', 2, None),
    ],
)
def test_an_upgrade_keeps_that_a_night_saw_a_student_without_a_score(
    path, opened, codes, columns, expected
):
    column = (
        "INSERT INTO known_column VALUES ('a-1', 'c-{0}', '501', 'pb-{0}', '{0}', NULL, NULL, 0)"
    )
    owned = [column.format(n) for n in range(1, columns + 1)]
    record = f"INSERT INTO record VALUES ('a-1', 's-1', '501', 'refused', '{codes}', 'why', 'r-1')"
    as_version(path, 2, *owned, record)

    found = opened().delivered.known_scores("a-1", "c-1").get("s-1")

    assert (found and found.seen) == expected


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ([("put", "701", "accepted")], "701"),
        ([("put", "701", "accepted"), ("put", "702", "accepted")], "702"),
        ([("put", "701", "adopted"), ("put", "702", "rejected")], "701"),
        ([("put", "701", "failed")], None),
        ([], None),
    ],
)
def test_an_upgrade_takes_whose_cell_it_is_from_the_last_accepted_attempt(
    path, opened, outcomes, expected
):
    tried = ["INSERT INTO known_score VALUES ('a-1', 'c-1', 's-1', '8', '8', 1)"]
    for n, (op, sis, kind) in enumerate(outcomes, 1):
        sending = f'{{"points":"8","seen":"8","sis_student":"{sis}"}}'
        tried += [
            (
                f"INSERT INTO attempt VALUES ({n}, 'r', 'at', '{op}', 'a-1', 'c-1', 's-1', '501',"
                f" '{sending}', NULL)"
            ),
            f"INSERT INTO outcome VALUES ({n}, 'at', '{kind}', '')",
        ]
    as_version(path, 3, *tried)

    assert opened().delivered.known_scores("a-1", "c-1")["s-1"].sis_student == expected


def test_a_ledger_of_an_older_version_keeps_its_columns(path, opened):
    row = "'a-1', 'c-1', '501', 'pb-a-1-c-1', 'ref-1', NULL, NULL, 0"
    as_version(path, 2, f"INSERT INTO known_column VALUES ({row})")
    assert list(opened().delivered.columns(["c-1"])) == [a_column(ref="ref-1")]


def test_a_ledger_that_kept_its_counts_counts_anew_and_goes_on(path, opened):
    as_version(
        path,
        5,
        "INSERT INTO record VALUES ('a-1', 's-1', '501', 'sent', '[]', '', 'r-1')",
        """INSERT INTO record VALUES
            ('a-1', 's-2', '501', 'refused', '["not_due_yet"]', 'due later', 'r-1')""",
        "INSERT INTO setting VALUES ('digest', 'kept by the version before')",
    )
    ledger = opened()
    assert ledger.get("digest") is None
    assert ledger.records.summary("r-1").counts == {State.SENT: 1, State.REFUSED: 1}
    ledger.put("digest", "a note like any other")
    ledger.records.record("r-2", [a_state(State.SENT, student="s-2"), a_state(State.FAILED)])
    ledger.records.forget([("a-1", "s-2", "501")])
    assert [(c.state, c.number) for c in ledger.records.counts("r-2")] == [(State.FAILED, 1)]
    assert ledger.get("digest") == "a note like any other"


def test_a_ledger_of_the_version_before_keeps_its_schedule(path, opened):
    classes = [f"INSERT INTO class (id) VALUES ('c-{n}')" for n in (1, 2, 3)]
    checked = "INSERT INTO look VALUES ('c-1', 'x', '2026-09-14', 0), ('c-2', 'x', NULL, 1)"
    as_version(path, 5, *classes, checked)
    schedule = opened().schedule
    assert schedule.due_classes(date(2026, 9, 13), "x") == {"c-2", "c-3"}
    assert schedule.due_classes(date(2026, 9, 14), "x") == {"c-1", "c-2", "c-3"}
