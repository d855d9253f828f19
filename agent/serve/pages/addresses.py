"""The addresses below `/agent`: Tonight, a run and its result, history, and one record's way."""

from typing import Any

import flask
from werkzeug.wrappers import Response

from agent.domain import AssessmentId, PersonId
from agent.errors import BrakeError, LockedError
from agent.ledger import Ledger
from agent.ledger.search import NOW
from agent.records import State
from agent.serve.access.scope import scope
from agent.serve.jobs import Job
from agent.serve.pages import results
from agent.serve.pages.blueprint import agent, many
from agent.serve.pages.follow import follow
from agent.serve.pages.names import names
from agent.serve.pages.paging import Page, asked_page
from agent.serve.pages.site import district, ledger, site
from agent.serve.words import ending, trouble
from agent.sync.plans.view import PlanView

PATIENCE = 2.0
"""Seconds that a page waits for a preview before it shows that one is at work."""
HANDED_OVER = 20.0
"""Seconds that a run waits for a preview to end."""
RUNS = 25
"""Runs on a page of the history."""
SECTIONS = 20
"""Sections on a page of Tonight."""


@agent.get("/")
def home() -> str | Response:
    """The districts that the visitor may see; of a single one its first page."""
    if flask.g.visitor.everywhere and site().overview:
        return flask.redirect(flask.url_for(site().overview), 303)
    roles = flask.g.visitor.roles
    found = [
        (each, first_page(each.key, roles[each.key].role))
        for each in site().districts()
        if each.key in roles
    ]
    if len(found) == 1:
        return flask.redirect(found[0][1], 303)
    return flask.render_template("agent/home.html", districts=found)


def first_page(key: str, role: str) -> str:
    """Where somebody with that role begins in a district."""
    endpoint = site().first if role == "administrator" else "agent.sections"
    return flask.url_for(endpoint, key=key)


# ---- what a run would do ----------------------------------------------------------------------


@agent.get("/<key>/tonight")
def preview() -> Response:
    """Find out anew what tonight's run would do; where one runs, show that one."""
    job = site().jobs.preview(district())
    job.ended.wait(PATIENCE)
    return flask.redirect(_address(job), 303)


@agent.get("/<key>/tonight/<int:number>")
def previewed(number: int) -> str | Response:
    """What was found; only the last preview is kept."""
    job = site().jobs.last(district())
    if job is None or job.number != number or job.kind != "preview":
        return flask.redirect(flask.url_for("agent.preview"), 303)
    if not job.ended.is_set():
        return _waiting(job)
    if job.view is None:
        return flask.render_template("agent/no_preview.html", job=job)
    sections = {id_: each for id_, each in job.view.sections.items() if not each.quiet}
    asked = flask.request.args.get("q", "").strip()
    with ledger() as opened:
        last = opened.runs.latest(1)
        named = names(
            district(),
            opened,
            assessments={r.assessment for s in sections.values() for r in s.staying},
            sections=sections,
        )
    found = [
        id_ for id_ in sections if asked.casefold() in f"{id_} {named.section(id_)}".casefold()
    ]
    found.sort(key=lambda id_: (-sections[id_].writes, named.section(id_), id_))
    page = Page(asked_page(), SECTIONS, len(found))
    return flask.render_template(
        "agent/preview.html",
        job=job,
        view=job.view,
        doing=_doing(job.view),
        stopped=last[0] if last and last[0]["exit_code"] == BrakeError.exit_code else None,
        named=named,
        asked=asked,
        page=page,
        shown=[(id_, sections[id_]) for id_ in found[page.skip : page.skip + SECTIONS]],
        quiet=len(job.view.sections) - len(sections),
    )


def _doing(view: PlanView) -> list[str]:
    """What tonight's run would do, in a few words each."""
    new, changed = view.columns[True], view.columns[False]
    sent, cleared = view.counts.get(State.SENT, 0), view.counts.get(State.CLEARED, 0)
    zeros = f" ({view.zeros} of them a 0 for missing work)" if view.zeros else ""
    parts = (
        (new, f"make {many(new, 'assignment')}"),
        (changed, f"change {many(changed, 'assignment')}"),
        (sent, f"send {many(sent, 'score')}{zeros}"),
        (cleared, f"take back {many(cleared, 'score')}"),
    )
    return [words for number, words in parts if number]


# ---- a run ------------------------------------------------------------------------------------


@agent.post("/<key>/run")
def begin_run() -> Response | str:
    """Run tonight now; with a reason, also where the brake would stop it."""
    forced = flask.request.form.get("reason")
    if forced is not None and not forced.strip():
        text = "Say in a few words why the night should run although the brake would stop it."
        return flask.render_template("agent/message.html", title="A reason is missing", text=text)
    jobs, last = site().jobs, site().jobs.last(district())
    if last is not None and last.kind == "preview":
        last.ended.wait(HANDED_OVER)
    job = jobs.run(district(), forced.strip() if forced else None)
    if job.kind == "preview":
        return flask.render_template("agent/trouble.html", told=trouble(LockedError("")))
    return flask.redirect(_address(job), 303)


@agent.get("/<key>/run/<int:number>")
def running(number: int) -> str | Response:
    """A run that was begun here: at work, or what became of it."""
    job = site().jobs.last(district())
    if job is None or job.number != number or job.kind != "run":
        return flask.redirect(flask.url_for("agent.history"), 303)
    if not job.ended.is_set():
        return _waiting(job)
    if job.run:
        return flask.redirect(flask.url_for("agent.result", run=job.run), 303)
    return flask.render_template("agent/trouble.html", told=job.told)


@agent.get("/<key>/jobs/<int:number>")
def progress(number: int) -> dict[str, Any]:
    """How far a job is; for the script of the page that waits for it."""
    job = site().jobs.last(district())
    if job is None or job.number != number:
        return {"ended": True}
    return {"ended": job.ended.is_set(), "reads": job.events.reads, "writes": job.events.writes}


def _address(job: Job) -> str:
    endpoint = "agent.previewed" if job.kind == "preview" else "agent.running"
    return flask.url_for(endpoint, number=job.number)


def _waiting(job: Job) -> str:
    return flask.render_template("agent/waiting.html", job=job)


# ---- what runs did ----------------------------------------------------------------------------


@agent.get("/<key>/runs")
def history() -> str:
    """The runs, newest first."""
    number = asked_page()
    with ledger() as opened:
        found = opened.runs.latest(RUNS + 1, (number - 1) * RUNS)
    page = Page(number, RUNS, (number - 1) * RUNS + len(found))
    told = [(run, ending(run), results.figures(run)) for run in found[:RUNS]]
    return flask.render_template("agent/history.html", runs=told, page=page)


@agent.get("/<key>/result")
def last_result() -> str | Response:
    """The result of the last run."""
    with ledger() as opened:
        found = opened.runs.latest(1)
    if not found:
        text = "Passback has not run yet. Look at Tonight for what the first run would do."
        return flask.render_template("agent/message.html", title="No result yet", text=text)
    return flask.redirect(flask.url_for("agent.result", run=found[0]["run"]), 303)


@agent.get("/<key>/runs/<run>")
def result(run: str) -> str:
    """What a run did, in figures, by reason and by section."""
    with ledger() as opened:
        found = opened.runs.find(run) or flask.abort(404)
        shown = results.overview(district(), opened, found, asked_page())
    return flask.render_template("agent/result.html", told=ending(found), **shown)


@agent.get("/<key>/runs/<run>/records")
def records(run: str) -> str:
    """The records of a run: filtered, searched, a page at a time."""
    with ledger() as opened:
        found = opened.runs.find(run) or flask.abort(404)
        return listed(opened, run, found)


@agent.get("/<key>/records")
def records_now() -> str:
    """The records as they are now."""
    with ledger() as opened:
        return listed(opened, NOW, None)


def listed(opened: Ledger, run: str, found: results.Run | None) -> str:
    """The page of records."""
    asked = results.Asked.of(flask.request.args)
    wanted = asked.wanted(district(), opened, scope())
    return flask.render_template(
        "agent/records.html",
        states=list(State),
        run=found,
        asked=asked,
        whole=opened.search.is_whole(run),
        **results.records(district(), opened, run, wanted, asked_page()),
    )


# ---- the way of one record --------------------------------------------------------------------


@agent.get("/<key>/assignments/<id:assessment>")
def assignment(assessment: str) -> str:
    """One assignment: Otus, the rules, the SIS."""
    with ledger() as opened:
        found = follow(district(), opened, scope(), AssessmentId(assessment))
    return flask.render_template("agent/assignment.html", found=found or flask.abort(404))


@agent.get("/<key>/scores/<id:assessment>/<id:student>")
def score(assessment: str, student: str) -> str:
    """One student's score: Otus, the rules, the SIS."""
    with ledger() as opened:
        ids = AssessmentId(assessment), PersonId(student)
        found = follow(district(), opened, scope(), *ids)
    return flask.render_template("agent/score.html", found=found or flask.abort(404))
