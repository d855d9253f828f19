"""The addresses of the lists: sections, assignments, students, and the page of one of each."""

from collections import Counter

import flask

from agent.domain import PersonId
from agent.ledger.search import NOW, Wanted
from agent.records import State
from agent.serve.access.scope import scope
from agent.serve.pages import listing, results
from agent.serve.pages.blueprint import agent
from agent.serve.pages.names import names
from agent.serve.pages.paging import Page, asked_page, searched
from agent.serve.pages.site import district, ledger

NONE: Counter[State] = Counter()
ROWS = 50
"""Rows on a page of a list."""


@agent.get("/<key>/sections")
def sections() -> str:
    """The sections with how many of their records are in which state."""
    with ledger() as opened:
        found = listing.sections(district(), opened, scope(), searched())
        page = Page(asked_page(), ROWS, len(found))
        shown = found[page.skip : page.skip + ROWS]
        counts = opened.search.by(
            ["section"], NOW, Wanted(among={"section": [id_ for id_, _ in shown]})
        )
    rows = [(id_, title, results.figures_of(counts.get((id_,), {}))) for id_, title in shown]
    return flask.render_template(
        "agent/lists/sections.html", rows=rows, page=page, asked=searched()
    )


@agent.get("/<key>/sections/<id:section>")
def section(section: str) -> str:
    """One section: its assignments, and how their scores are."""
    wanted = Wanted(section=section)
    with ledger() as opened:
        counts = opened.search.by(["section"], NOW, wanted).get((section,), NONE)
        named = names(district(), opened, sections=[section])
        if not counts and not named.places.get(section):
            flask.abort(404)
        shown = listing.assignments(district(), opened, wanted, asked_page(), ROWS)
    return flask.render_template(
        "agent/lists/section.html",
        id=section,
        title=named.section(section),
        counts=counts,
        figures=results.figures_of(counts),
        **shown,
    )


@agent.get("/<key>/assignments")
def assignments() -> str:
    """The assignments, each in each of its sections: its state, and how its scores are."""
    asked = results.Asked.of({**flask.request.args, "kind": "assignment"})
    with ledger() as opened:
        wanted = asked.wanted(district(), opened, scope())
        shown = listing.assignments(district(), opened, wanted, asked_page(), ROWS)
        reasons = results.filters(opened, NOW, wanted)
    return flask.render_template(
        "agent/lists/assignments.html", states=list(State), reasons=reasons, asked=asked, **shown
    )


@agent.get("/<key>/students")
def students() -> str:
    """The students with how many of their scores are in which state."""
    with ledger() as opened:
        found = listing.students(district(), opened, scope(), searched())
        page = Page(asked_page(), ROWS, len(found))
        shown = found[page.skip : page.skip + ROWS]
        named = names(district(), opened, students=shown)
        wanted = Wanted(among={**scope().among, "student": shown})
        counts = opened.search.by(["student"], NOW, wanted)
    rows = [(id_, results.figures_of(counts.get((id_,), {}))) for id_ in shown]
    return flask.render_template(
        "agent/lists/students.html", rows=rows, named=named, page=page, asked=searched()
    )


@agent.get("/<key>/students/<id:student>")
def student(student: str) -> str:
    """One student's scores, with what keeps each back, what to do, and who can do it."""
    id_ = PersonId(student)
    asked = results.Asked.of({**flask.request.args, "student": student})
    with ledger() as opened:
        wanted = asked.wanted(district(), opened, scope())
        whole = Wanted(student=id_, among=scope().among)
        counts = opened.search.by(["student"], NOW, whole).get((id_,), NONE)
        if not counts and not opened.source.students([id_]):
            flask.abort(404)
        shown = results.records(district(), opened, NOW, wanted, asked_page())
    return flask.render_template(
        "agent/lists/student.html",
        id=id_,
        asked=asked,
        counts=counts,
        states=list(State),
        **shown,
    )
