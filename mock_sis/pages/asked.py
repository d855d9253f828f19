"""What a page is asked for."""

import flask

from mock_sis.http.exchange import Exchange


def exchange() -> Exchange:
    """The exchange that the middleware made of this request."""
    found: Exchange = flask.request.environ["asgi.scope"]["passback"]
    return found
