"""The records that wait for a person, and what a person decides about them."""

from collections.abc import Mapping

import flask
from werkzeug.wrappers import Response

from agent.decide.person.decision import Choice, Decision, choices_for
from agent.domain import AssessmentId, PersonId
from agent.errors import DecisionError
from agent.ledger import Ledger
from agent.ledger.search import NOW, Wanted
from agent.records import RecordKey, RecordState
from agent.report import NEEDS_A_PERSON
from agent.serve.access.scope import scope
from agent.serve.pages.blueprint import agent
from agent.serve.pages.names import names_of
from agent.serve.pages.paging import Page, asked_page
from agent.serve.pages.results import Asked, filters
from agent.serve.pages.site import district, ledger

ROWS = 50
"""Records on a page."""
RELEASE = "release"
"""What takes a decision back, beside the choices."""

BUTTONS: Mapping[str, str] = {
    Choice.SEND: "Send ours, once",
    Choice.KEEP: "Keep what the SIS has",
    Choice.IGNORE: "Ignore until released",
}
DECIDED: Mapping[str, str] = {
    Choice.SEND: "Ours is sent once, over what stands in the SIS",
    Choice.KEEP: "What the SIS has stays, until Otus changes",
    Choice.IGNORE: "Nothing is done with it until somebody releases it",
    Choice.RESEND: "Ours is sent once more, where the SIS holds what Passback left there",
    Choice.UNDONE: "Its run was undone; nothing is done with it until somebody releases it",
}


@agent.app_context_processor
def decision_words() -> dict[str, object]:
    """What the templates with buttons use."""
    return {
        "BUTTONS": BUTTONS,
        "DECIDED": DECIDED,
        "choices_for": choices_for,
        "as_seen": as_seen,
        "NEEDS_A_PERSON": NEEDS_A_PERSON,
    }


@agent.get("/<key>/waiting")
def waiting() -> str:
    """What waits for a decision, with its buttons."""
    asked = Asked.of(flask.request.args)
    with ledger() as opened:
        wanted = asked.wanted(district(), opened, scope(), undecided=True)
        total = sum(each.number for each in opened.search.count(NOW, wanted))
        page = Page(asked_page(), ROWS, total)
        found = opened.search.page(NOW, wanted, limit=ROWS, skip=page.skip)
        every = Wanted(states=sorted(NEEDS_A_PERSON), undecided=True)
        return flask.render_template(
            "agent/lists/waiting.html",
            asked=asked,
            states=sorted(NEEDS_A_PERSON),
            reasons=filters(opened, NOW, every),
            page=page,
            found=found,
            named=names_of(district(), opened, found),
            decided=len(opened.decisions.open()),
        )


@agent.get("/<key>/decisions")
def decisions() -> str:
    """What was decided and is not carried out yet, or holds a record: who, when, why."""
    with ledger() as opened:
        found = opened.decisions.open()[::-1]
        page = Page(asked_page(), ROWS, len(found))
        shown = found[page.skip : page.skip + ROWS]
        about = {each.key: opened.records.records_of([each.assessment]) for each in shown}
        states = [r for each in shown for r in about[each.key] if r.key == each.key]
        return flask.render_template(
            "agent/lists/decisions.html",
            page=page,
            shown=shown,
            states={r.key: r for r in states},
            named=names_of(district(), opened, states),
        )


@agent.post("/<key>/decide")
def decide() -> Response | tuple[str, int]:
    """Note what was decided about a record; the next run carries it out."""
    form = flask.request.form
    choice, reason = form.get("choice", ""), form.get("reason", "").strip()
    key = (
        AssessmentId(form.get("assessment", "")),
        PersonId(form["student"]) if form.get("student") else None,
        form.get("section", ""),
    )
    if not reason:
        return _not_done("A reason is missing", "Say in a few words why; it is kept with it.", 400)
    # In one transaction: of two people who press at once, the second one's page is out of date.
    with ledger() as opened, opened.together(durable=True):
        if as_seen(_record(opened, key), opened.decisions.of([key]).get(key)) != form.get("seen"):
            text = "It has changed since this page was loaded. Go back, load it again, and look."
            return _not_done("Not done", text, 409)
        try:
            _note(opened, key, choice, reason)
        except (DecisionError, ValueError):
            text = (
                "This cannot be chosen for it as it stands now. Go back, and load the page again."
            )
            return _not_done("Not done", text, 409)
    endpoint = "agent.decisions" if choice == RELEASE else "agent.waiting"
    return flask.redirect(flask.url_for(endpoint, noted=choice), 303)


def _note(opened: Ledger, key: RecordKey, choice: str, reason: str) -> None:
    by, at = flask.g.person.name, district().clock()
    if choice == RELEASE:
        opened.decisions.release([key], by=by, at=at, reason=reason)
    else:
        opened.decisions.decide([key], Choice(choice), by=by, at=at, reason=reason)


def _record(opened: Ledger, key: RecordKey) -> RecordState | None:
    found = [each for each in opened.records.records_of([key[0]]) if each.key == key]
    return found[0] if found else None


def as_seen(record: RecordState | None, decision: Decision | None = None) -> str:
    """What a person looked at when deciding, so that no other thing is decided by mistake."""
    state = f"{record.state} {' '.join(record.codes)} {record.reason}" if record else ""
    return f"{decision.id if decision else ''} {state}"


def _not_done(title: str, text: str, code: int) -> tuple[str, int]:
    return flask.render_template("agent/message.html", title=title, text=text), code
