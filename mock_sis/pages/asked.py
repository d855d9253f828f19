"""What a page is asked for."""

from urllib.parse import urlsplit

import flask

from mock_sis.http.exchange import Exchange

NAMES = {"otus": "Otus", "powerschool": "PowerSchool", "skyward": "Skyward"}
"""What people call each server."""


def exchange() -> Exchange:
    """The exchange that the middleware made of this request."""
    found: Exchange = flask.request.environ["asgi.scope"]["passback"]
    return found


def neighbours() -> dict[str, str]:
    """The other servers of this process over the same world: label -> where their pages are."""
    asked = exchange()
    here = urlsplit(asked.call.base)
    return {
        NAMES[name]: f"{here.scheme}://{_host(here.hostname)}:{port}{here.path}/pages"
        for name, port in asked.worlds.ports.items()
        if name != asked.call.server
    }


def start_page() -> str:
    """The page that leads to all servers of this world; empty where there is none."""
    asked = exchange()
    return asked.worlds.start.format(world=asked.hosted.name)


def _host(name: str | None) -> str:
    return f"[{name}]" if name and ":" in name else name or ""
