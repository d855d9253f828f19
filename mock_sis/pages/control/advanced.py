"""Switches that make the mock less strict than the real SIS; for people who test the agent."""

from collections.abc import Mapping

import flask
from werkzeug.wrappers import Response

from mock_sis.pages.asked import exchange
from mock_sis.pages.control.replies import answer

WORDS: Mapping[str, str] = {
    "A2": "Refuse total points that are not a whole number above zero",
    "A5": "Refuse a category that is not active for the class",
    "A10": "Refuse an assignment without a due date",
    "A11": "Refuse a due date outside the current grading period (Skyward)",
    "A12": "Refuse every change in a closed grading period",
    "A13": "Refuse a class that does not exist or is no longer taught",
    "A14": "Refuse an assignment name longer than 50 characters (PowerSchool)",
    "B6": "Refuse a score of a student who is not in the class",
    "B9": "Refuse a score that is negative or no number",
    "strict": "Ask for everything that the OneRoster standard requires in a write",
}

pages = flask.Blueprint("advanced", __name__, url_prefix="/advanced")


@pages.get("/")
def page() -> str:
    """Every switch."""
    switches = exchange().world.enforcement.all()
    rows = [(rule, WORDS[rule], on) for rule, on in switches.items()]
    return flask.render_template("control/advanced.html", rows=rows)


@pages.post("/")
def save() -> Response:
    """Those that are ticked are on."""
    enforcement = exchange().world.enforcement

    def act() -> str:
        before = enforcement.all()
        after = {rule: rule in flask.request.form.getlist("on") for rule in WORDS}
        enforcement.set(after)
        changed = [WORDS[r].lower() for r, on in after.items() if on != before[r] and not on]
        if before == after:
            return "No switch was changed."
        off = f" From now on it does not: {'; '.join(changed)}." if changed else ""
        return f"Saved for both SIS of this world.{off}"

    return answer(act, flask.url_for(".page"))
