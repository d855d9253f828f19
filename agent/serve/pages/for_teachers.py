"""What only a teacher can mend in the gradebook: a page for all teachers, and one for each."""

from collections.abc import Sequence
from itertools import groupby

import flask

from agent.explain.csv_rows import csv_row
from agent.explain.for_teachers import HEADING, Task, as_row, tasks
from agent.ledger import Ledger
from agent.serve.pages.blueprint import agent
from agent.serve.pages.names import Names, names
from agent.serve.pages.site import district, ledger


@agent.get("/<key>/teachers")
def teachers() -> str:
    """Every teacher who has something to mend, with how much."""
    with ledger() as opened:
        found = tasks(opened)
    counted = [(who, len(list(own))) for who, own in groupby(found, key=lambda t: t.teacher)]
    return flask.render_template("agent/teachers.html", teachers=counted)


@agent.get("/<key>/teachers/<id:teacher>")
def teacher(teacher: str) -> str:
    """One teacher's list; it stays at its address, and is empty once all is mended."""
    with ledger() as opened:
        found = tasks(opened, teacher)
        named = _named(opened, found)
    by_section = [(place, [*own]) for place, own in groupby(found, key=lambda t: t.section)]
    return flask.render_template(
        "agent/teacher.html", teacher=teacher, sections=by_section, number=len(found), named=named
    )


@agent.get("/<key>/teachers.csv")
def teachers_csv() -> flask.Response:
    """The list of every teacher, for a spreadsheet."""
    with ledger() as opened:
        rows = [csv_row(HEADING), *(csv_row(as_row(each)) for each in tasks(opened))]
    name = f"passback-{district().key}-teachers.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return flask.Response("".join(rows), mimetype="text/csv", headers=headers)


def _named(opened: Ledger, found: Sequence[Task]) -> Names:
    return names(
        district(),
        opened,
        assessments={each.assessment for each in found},
        students={each.student for each in found if each.student is not None},
        sections={each.section for each in found},
    )
