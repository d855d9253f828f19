"""The three addresses for programs that watch: who may ask, and what they answer."""

import hmac
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import flask
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from agent.serve.access.guard import HEADERS, LOOPBACK
from agent.serve.bind import is_address
from agent.serve.monitor.ready import STOPPED

PLAIN = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is told.

    Attributes:
        alive: whether the clock is looked at.
        troubles: why a district is not ready, by its key or its configuration's name.
        registry: what `/metrics` shows.
        open: whether anybody who can ask may see more than yes or no, as on loopback.
        token: lets others see it, by `Authorization: Bearer`.
    """

    alive: Callable[[], bool]
    troubles: Callable[[], Mapping[str, str]]
    registry: CollectorRegistry
    open: bool
    token: str | None = field(default=None, repr=False)


def monitored(pages: WSGIApplication, watched: Watched, hosts: Collection[str]) -> WSGIApplication:
    """*pages*, with the three addresses before them."""
    app = monitor_app(watched, hosts)
    own = {rule.rule for rule in app.url_map.iter_rules()}

    def either(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        chosen = app if environ["PATH_INFO"] in own else pages
        return chosen(environ, start)

    return either


def monitor_app(watched: Watched, hosts: Collection[str]) -> flask.Flask:
    """The app of the three addresses; without sign-in, cookies and pages."""
    app = flask.Flask(__name__, static_folder=None)
    known = {*LOOPBACK, *hosts}

    @app.before_request
    def check_host() -> None:
        name = _asked_name()
        # No name of somebody else's is an address, so beyond loopback any address may be asked.
        if name not in known and (watched.open or not is_address(name)):
            flask.abort(400)

    @app.after_request
    def guard(response: flask.Response) -> flask.Response:
        response.headers.update({**HEADERS, "Cache-Control": "no-store"})
        return response

    @app.get("/health")
    def health() -> Any:
        well = watched.alive()
        return _said("ok" if well else STOPPED, good=well)

    @app.get("/ready")
    def ready() -> Any:
        troubles = watched.troubles()
        if not _may_see(watched):
            return _said("not ready" if troubles else "ready", good=not troubles)
        lines = [f"{key}: {why}" for key, why in sorted(troubles.items())]
        return _said("\n".join(lines or ["ready"]), good=not troubles)

    @app.get("/metrics")
    def metrics() -> Any:
        if not _may_see(watched):
            flask.abort(401)
        return flask.Response(generate_latest(watched.registry), content_type=CONTENT_TYPE_LATEST)

    return app


def _said(text: str, *, good: bool) -> flask.Response:
    return flask.Response(f"{text}\n", 200 if good else 503, content_type=PLAIN)


def _asked_name() -> str:
    """The name under which this was asked; "" where there is none."""
    try:
        return urlsplit(f"//{flask.request.environ.get('HTTP_HOST', '')}").hostname or ""
    except ValueError:
        return ""


def _may_see(watched: Watched) -> bool:
    # Through a proxy on this machine others ask, under a name of theirs.
    here = _asked_name() in LOOPBACK and "X-Forwarded-For" not in flask.request.headers
    if watched.open and watched.token is None and here:
        return True
    kind, _, given = flask.request.headers.get("Authorization", "").partition(" ")
    expected = watched.token or ""
    same = hmac.compare_digest(given.strip().encode(), expected.encode())
    return bool(expected) and kind.lower() == "bearer" and same
