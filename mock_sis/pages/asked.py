"""What a page is asked for."""

import flask

from mock_sis.http.exchange import Exchange

NAMES = {"otus": "Otus", "powerschool": "PowerSchool", "skyward": "Skyward"}
"""What people call each server."""


def exchange() -> Exchange:
    """The exchange that the middleware made of this request."""
    found: Exchange = flask.request.environ["asgi.scope"]["passback"]
    return found
