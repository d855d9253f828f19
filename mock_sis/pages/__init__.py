"""The pages that a browser shows: gradebooks as a teacher knows them, and the API log."""

from functools import cache
from typing import Any, cast

from a2wsgi import WSGIMiddleware

from mock_sis.http.exchange import Asgi
from mock_sis.pages.views import flask_app


@cache
def pages_app() -> Asgi:
    """The Flask pages as an ASGI app; the world comes with each request's scope."""
    wsgi: Any = flask_app()
    made: Any = WSGIMiddleware(wsgi)
    return cast("Asgi", made)
