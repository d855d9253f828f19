"""How the pages of control answer: a sentence about what was done or why not, then a page."""

import sqlite3
from collections.abc import Callable
from datetime import date

import flask
from werkzeug.wrappers import Response

from mock_sis.gradebook.columns import Unknown
from mock_sis.world.enforcement import Refused

UNWRITTEN = "Nothing was changed: this machine could not write it; is its disk full?"
LONGEST = 900
"""Of a sentence: it travels in a cookie."""


class NotDoneError(ValueError):
    """What was asked for is not done; the words are for the person who asked."""


def answer(act: Callable[[], str], back: str) -> Response:
    """Do *act*, say what it did or why not, and lead to the page *back*."""
    try:
        flask.flash(act()[:LONGEST])
    except (OSError, sqlite3.OperationalError) as error:
        words = error.strerror if isinstance(error, OSError) else str(error)
        flask.flash(f"{UNWRITTEN} ({words}).", "error")
    except (Unknown, Refused, ValueError) as error:
        words = str(error).rstrip(".").replace("section", "class")
        flask.flash(f"Nothing was changed: {words}."[:LONGEST], "error")
    return flask.redirect(back)


def confirmation(question: str, *, then: str, button: str, back: str) -> str:
    """A page that asks *question* before its form is sent to its own address."""
    return flask.render_template(
        "control/confirm.html", question=question, then=then, button=button, back=back
    )


def field(name: str) -> str:
    """A field of the form, without the spaces around it; empty when it was not sent."""
    return flask.request.form.get(name, "").strip()


def whole_number(name: str, *, most: int) -> int:
    """A field of the form as a number from 0 to *most*. NotDoneError: it is none."""
    given = field(name)
    if not given.isascii() or not given.isdecimal() or len(given) > 9 or int(given) > most:
        raise NotDoneError(f"give a whole number from 0 to {most}")
    return int(given)


def day(name: str) -> date:
    """A field of the form as a date. NotDoneError: it is none."""
    try:
        return date.fromisoformat(field(name))
    except ValueError as error:
        raise NotDoneError("give a date, like 2026-10-30") from error
