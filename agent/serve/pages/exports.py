"""The lists as CSV files: what a page shows, with its filters, and not a page of it but all."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

import flask

from agent.domain import PersonId
from agent.explain.csv_rows import csv_row
from agent.ledger import Ledger
from agent.ledger.search import NOW, Wanted
from agent.records import RecordState
from agent.rules.advice import STATES, advice, whys
from agent.serve.access.scope import scope
from agent.serve.pages import listing, results
from agent.serve.pages.blueprint import agent
from agent.serve.pages.names import names, names_of
from agent.serve.pages.paging import searched
from agent.serve.pages.site import district, ledger

AT_ONCE = 1000
"""Rows that are in memory together."""

Row = TypeVar("Row")
Rows = Callable[[Ledger], Iterator[Iterable[object]]]

HEAPS = ("in the gradebook", "kept back", "for a person")
RECORD = (
    *("section", "section title", "assignment", "assignment title", "student", "student name"),
    *("state", "reason", "codes", "what it means", "what to do", "who can do it"),
)


@agent.get("/<key>/sections.csv")
def sections_csv() -> flask.Response:
    """The sections."""

    def rows(opened: Ledger) -> Iterator[Iterable[object]]:
        yield ("section", "title", *HEAPS)
        found = listing.sections(district(), opened, scope(), searched())
        for some in _parts(found):
            counts = opened.search.by(
                ["section"], NOW, Wanted(among={"section": [id_ for id_, _ in some]})
            )
            for id_, title in some:
                yield (id_, title, *_heaps(results.figures_of(counts.get((id_,), {}))))

    return _download("sections", rows)


@agent.get("/<key>/students.csv")
def students_csv() -> flask.Response:
    """The students."""

    def rows(opened: Ledger) -> Iterator[Iterable[object]]:
        yield ("student", "name", *HEAPS)
        found = listing.students(district(), opened, scope(), searched())
        for some in _parts(found):
            wanted = Wanted(among={**scope().among, "student": some})
            counts = opened.search.by(["student"], NOW, wanted)
            people = names(district(), opened, students=some).people
            for id_ in some:
                figures = results.figures_of(counts.get((id_,), {}))
                yield (id_, people.get(id_), *_heaps(figures))

    return _download("students", rows)


@agent.get("/<key>/records.csv")
def records_csv() -> flask.Response:
    """The records as they are now; with `kind=assignment` the assignments."""
    return _records(NOW)


@agent.get("/<key>/runs/<run>/records.csv")
def run_csv(run: str) -> flask.Response:
    """The records of a run."""
    with ledger() as opened:
        if opened.runs.find(run) is None:
            flask.abort(404)
    return _records(run)


def _records(run: str) -> flask.Response:
    asked = results.Asked.of(flask.request.args)

    def rows(opened: Ledger) -> Iterator[Iterable[object]]:
        yield RECORD
        wanted = asked.wanted(district(), opened, scope())
        for some in _parts(opened.search.each(run, wanted, at_once=AT_ONCE)):
            yield from _of_records(opened, some)

    return _download("records", rows)


def _of_records(opened: Ledger, some: Iterable[RecordState]) -> Iterator[Iterable[object]]:
    found = list(some)
    named = names_of(district(), opened, found)
    for record in found:
        why = [advice(each) for each in whys(record.state, record.codes)]
        yield (
            *(record.section, named.section(record.section)),
            *(record.assessment, named.assessment(record.assessment)),
            *(record.student, named.people.get(record.student or PersonId(""))),
            *(STATES[record.state], record.reason, " ".join(record.codes)),
            *(" ".join(each.meaning for each in why), " ".join(each.remedy for each in why)),
            ", ".join(dict.fromkeys(each.who for each in why)),
        )


def _parts(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Some rows at a time."""
    left = iter(rows)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _heaps(figures: results.Figures) -> Iterable[int]:
    return figures.delivered + figures.unchanged, figures.out, figures.needs_person


def _download(name: str, rows: Rows) -> flask.Response:
    """The file, made while it is sent; the ledger is open until its end."""

    def lines() -> Iterator[str]:
        with ledger() as opened:
            for row in rows(opened):
                yield csv_row(row)

    file, made = f"passback-{district().key}-{name}.csv", lines()
    first = next(made)  # a ledger that cannot be read is told by a page, not by a broken file
    return flask.Response(
        flask.stream_with_context(chain([first], made)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )
