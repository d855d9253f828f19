"""What the control pages say when an act fails."""

import errno
import sqlite3

import flask
import pytest

from mock_sis.gradebook.columns import Unknown
from mock_sis.pages.app import flask_app
from mock_sis.pages.control.replies import NotDoneError, answer
from mock_sis.world.enforcement import Refused


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "is its disk full? (No space left"),
        (sqlite3.OperationalError("database or disk is full"), "(database or disk is full)."),
        (Unknown("section", "9"), "Nothing was changed: there is no class 9."),
        (NotDoneError("choose another class."), "Nothing was changed: choose another class."),
        (Refused("C3", "it is there"), "Nothing was changed: C3: it is there."),
    ],
)
def test_what_cannot_be_done_is_told_and_marked_as_an_error(error, words):
    def act():
        raise error

    with flask_app("skyward").test_request_context("/"):
        reply = answer(act, "/back")

        assert reply.location == "/back"
        ((kind, said),) = flask.get_flashed_messages(with_categories=True)
    assert kind == "error"
    assert words in said


def test_a_mistake_in_the_program_is_not_told_as_the_persons():
    with flask_app("skyward").test_request_context("/"), pytest.raises(ZeroDivisionError):
        answer(lambda: str(1 / 0), "/back")
