"""The page Schedule: the next night by the clock, what became of the last ones, and the pause."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import flask
from werkzeug.wrappers import Response

from agent.config import zone_of
from agent.ledger import Ledger
from agent.serve.pages.blueprint import agent
from agent.serve.pages.site import district, ledger, local, site
from agent.serve.schedule.due import pauses
from agent.serve.schedule.nights import Became, Night, last_nights, next_run
from agent.serve.schedule.slots import latest_slot
from agent.serve.words import BUG, ENDINGS, LONGEST_REASON
from agent.settings import Blackout, PersonSettings

ADDRESSES = frozenset({"agent.schedule", "agent.pause", "agent.resume"})

WORDS: Mapping[Became, tuple[str, str]] = {
    Became.DONE: ("Done", "success"),
    Became.CAUGHT_UP: ("Done, later than planned", "success"),
    Became.NOT_DONE: ("Not done", "danger"),
    Became.UNDER_WAY: ("At work, or goes on soon", "info"),
    Became.TRIED_AGAIN: ("Not done yet, is tried again", "warning"),
    Became.CUT_OFF: ("Cut off", "warning"),
    Became.BLACKED_OUT: ("No run on this date", "secondary"),
    Became.PAUSED: ("Paused", "secondary"),
    Became.MISSED: ("Missed", "warning"),
    Became.DUE: ("Begins as soon as it can", "info"),
}
"""Each with Bootstrap's colour of its badge."""


@dataclass(frozen=True, slots=True)
class Line:
    """A night as the page shows it."""

    day: str
    words: str
    level: str
    facts: str
    run: str


@agent.context_processor
def by_clock() -> dict[str, bool]:
    """Whether the page is there at all."""
    return {"by_clock": site().by_clock}


@agent.before_request
def only_by_clock() -> None:
    """404 where no night runs by the clock, as while a district is tried out."""
    if flask.request.endpoint in ADDRESSES and not site().by_clock:
        flask.abort(404)


@agent.get("/<key>/schedule")
def schedule() -> str:
    """When nights run."""
    return _page()


@agent.post("/<key>/schedule/pause")
def pause() -> Response | tuple[str, int]:
    """No night by the clock, until a person or a date ends that."""
    reason = " ".join(flask.request.form.get("reason", "").split())[:LONGEST_REASON]
    try:
        until = _date(flask.request.form.get("until", ""))
    except ValueError:
        return _page(wrong="The date cannot be read. Give it as 2027-01-04, or leave it out."), 400
    now = district().clock()
    if not reason:
        return _page(wrong="Say in a few words why, so that others know."), 400
    if until is not None and until <= now.astimezone(_zone()).date():
        return _page(
            wrong="The first night that runs again must be one that is still to come."
        ), 400
    with ledger() as opened:
        opened.pauses.begin(reason, _who(), now, until)
    return flask.redirect(flask.url_for("agent.schedule"), 303)


@agent.post("/<key>/schedule/resume")
def resume() -> Response:
    """Nights run by the clock again."""
    with ledger() as opened:
        opened.pauses.end(_who(), district().clock())
    return flask.redirect(flask.url_for("agent.schedule"), 303)


def _page(wrong: str = "") -> str:
    now, serve = district().clock(), district().settings.serve
    with ledger() as opened:
        pause, coming = opened.pauses.current(), next_run(district(), opened, now)
        # A pause that is over by its date needs nobody to end it.
        paused = pause if pause and pauses(pause, latest_slot(now, serve, _zone())) else None
        nights = [
            _line(night, planned=_planned(opened, night), paused=paused is not None)
            for night in last_nights(district(), opened, now)
        ]
    return flask.render_template(
        "agent/schedule.html",
        wrong=wrong,
        longest=LONGEST_REASON,
        form=flask.request.form,
        at=f"{serve.at:%H:%M}",
        zone=district().settings.timezone.replace("_", " "),
        hours=serve.catch_up_hours,
        coming=coming,
        at_once=coming is not None and coming <= now,
        paused=paused,
        until=_day(paused.until) if paused and paused.until else "",
        nights=nights,
        blackouts=_blackouts(now.astimezone(_zone()).date()),
    )


def _planned(opened: Ledger, night: Night) -> bool:
    """Whether it was a shadow night, which sent nothing."""
    run = opened.runs.find(night.stored.run) if night.stored else None
    return run is not None and run["command"] == "shadow"


def _line(night: Night, *, planned: bool, paused: bool) -> Line:
    words, level = WORDS[night.became]
    facts, stored = [night.why] if night.why else [], night.stored
    if night.became is Became.MISSED:
        facts.append(f"not begun by {local(night.slot.ends)}")
    if planned:
        facts.append("a shadow night: nothing was sent")
    if stored is not None:
        if stored.exit_code and night.became not in {Became.DONE, Became.CAUGHT_UP}:
            facts.append(ENDINGS.get(stored.exit_code, BUG).title)
        facts.append(f"began {local(stored.started)}")
        if stored.tries > 1:
            facts.append(f"tried {stored.tries} times")
        if night.became is Became.TRIED_AGAIN and stored.again is not None and not paused:
            facts.append(f"next try {local(stored.again)}")
    run = stored.run if stored else ""
    return Line(_day(night.slot.day), words, level, ", ".join(facts), run)


def _blackouts(today: date) -> Sequence[tuple[str, str]]:
    """The blackout dates that are not over, each as a person writes it, and its reason."""
    found = []
    for each in district().settings.serve.blackout:
        if not isinstance(each, Blackout):
            first, last, reason = each, each, ""
        else:
            first, last, reason = each.first, each.to, each.reason
        if last >= today:
            words = _day(first) if first == last else f"{_day(first)} to {_day(last)}"
            found.append((first, words, reason))
    return [(words, reason) for _, words, reason in sorted(found)]


def _day(day: date) -> str:
    return f"{day:%a, %b} {day.day}, {day:%Y}"


def _date(text: str) -> date | None:
    return date.fromisoformat(text.strip()) if text.strip() else None


def _zone() -> ZoneInfo:
    return zone_of(district().settings)


def _who() -> str:
    person: PersonSettings = flask.g.person
    return person.name
