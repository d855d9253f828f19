"""An export as a snapshot: its order, its cursor, its pages, and what `check` reports."""

import pytest

from agent.errors import ConfigError, UnavailableError
from agent.sources.oneroster_csv.source import OneRosterCsvSource
from tests.agent.sources.oneroster_csv.export import (
    LINE_ITEM,
    RESULT,
    ZONE,
    changes_of,
    source_of,
    table_text,
    tables,
)


def test_records_come_in_the_order_in_which_references_resolve(export):
    kinds = [change.kind for change in changes_of(export())]
    order = ("teacher", "student", "group_member", "class", "assessment", "score")
    assert kinds == sorted(kinds, key=order.index)
    assert set(kinds) == set(order)


def test_an_export_that_did_not_change_is_an_empty_delta(export):
    source = source_of(export())
    cursor = list(source.pull(None))[-1].cursor
    (page,) = source.pull(cursor)
    assert (page.changes, page.snapshot, page.cursor, page.last) == ((), False, cursor, True)


@pytest.mark.parametrize("table", ["results", "enrollments", "passbackGroup"])
def test_any_change_of_a_file_is_a_new_snapshot(export, table):
    cursor = list(source_of(export()).pull(None))[-1].cursor
    changed = table_text(table, tables().get(table, [{"userSourcedId": "902"}])) + "\n"
    pages = list(source_of(export(**{table: changed})).pull(cursor))
    assert all(page.snapshot for page in pages)
    assert pages[-1].cursor != cursor


def test_files_that_are_not_ours_change_nothing(export):
    cursor = list(source_of(export()).pull(None))[-1].cursor
    pages = list(source_of(export(demographics="sourcedId\n")).pull(cursor))
    assert [page.changes for page in pages] == [()]


def test_an_export_that_changes_while_it_is_read_is_not_taken(export):
    pages = source_of(export()).pull(None)
    next(pages)
    export(results=[RESULT, RESULT | {"studentSourcedId": "702"}])
    with pytest.raises(UnavailableError, match="changed while it was read"):
        list(pages)


def test_many_results_come_in_many_pages(export):
    rows = [RESULT | {"studentSourcedId": f"s-{n}"} for n in range(12_000)]
    pages = list(source_of(export(results=rows)).pull(None))
    assert len(pages) == 4
    assert [page.last for page in pages] == [False, False, False, True]


def test_a_delta_export_is_refused(export):
    manifest = "propertyName,value\nfile.results,delta\n"
    with pytest.raises(ConfigError, match=r"file\.results is delta"):
        changes_of(export(manifest=manifest))


def test_check_tells_all_this_without_raising(export):
    [probe] = source_of(export(results=None)).check()
    assert (probe.ok, probe.detail) == (False, "results.csv: the file is missing")
    [probe] = source_of(export(results=[RESULT])).check()
    assert (probe.ok, probe.detail) == (True, "1 classes, 1 line items")


def test_the_same_export_is_read_anew_once_it_means_something_else(export):
    folder = str(export())
    *_, last = OneRosterCsvSource(folder, ZONE).pull(None)
    *_, same = OneRosterCsvSource(folder, ZONE, "date").pull(last.cursor)
    *_, other = OneRosterCsvSource(folder, ZONE, "instant").pull(last.cursor)
    assert (same.snapshot, other.snapshot) == (False, True)


@pytest.mark.parametrize(
    ("dues", "warned"),
    [
        (["2026-09-08T00:00:00Z", "2026-09-09T00:00:00Z", "2026-09-10", ""], True),
        (["2026-09-08T00:00:00Z", "2026-09-09T04:59:00Z"], False),
        (["2026-09-08", "soon"], False),
    ],
)
def test_check_asks_where_every_time_is_midnight_and_nothing_was_said(export, dues, warned):
    rows = [LINE_ITEM | {"sourcedId": f"a-{n}", "dueDate": due} for n, due in enumerate(dues)]
    folder = str(export(lineItems=rows))
    found = [p.name for p in OneRosterCsvSource(folder, ZONE).check() if p.warns]
    assert found == (["due times"] if warned else [])
    assert [p for p in OneRosterCsvSource(folder, ZONE, "date").check() if p.warns] == []
