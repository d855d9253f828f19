"""The blueprint of the addresses below `/agent`, and what their templates may use."""

from typing import Any

import flask
from werkzeug.routing import BaseConverter

from agent.errors import PassbackError
from agent.rules.advice import STATES, advice, whys
from agent.rules.codes import Who
from agent.serve.pages.site import local, site
from agent.serve.words import trouble

agent = flask.Blueprint("agent", "agent.serve", url_prefix="/agent", static_folder="static")

_CODES = (("~", "~0"), ("/", "~1"))


class IdConverter(BaseConverter):
    """An id of another system as one part of an address, also one with a slash in it.

    A server decodes %2F before it looks for the address, so a slash is written `~1`, and `~` `~0`.
    """

    regex = "[^/]+"

    def to_url(self, value: Any) -> str:
        """The id as a part of an address."""
        text = str(value)
        for plain, code in _CODES:
            text = text.replace(plain, code)
        return super().to_url(text)

    def to_python(self, value: str) -> str:
        """The id."""
        for plain, code in reversed(_CODES):
            value = value.replace(code, plain)
        return value


# Before any rule that names it is made.
agent.record_once(lambda state: state.app.url_map.converters.update(id=IdConverter))

WORKS = frozenset({"agent.preview", "agent.previewed", "agent.running", "agent.progress"})
"""Pages about what is at work here; so is everything that is no GET."""


@agent.url_value_preprocessor
def take_key(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The district's key is in the address, and no view has to take it."""
    flask.g.key = (values or {}).pop("key", None)


@agent.url_defaults
def give_key(endpoint: str, values: dict[str, Any]) -> None:
    """A link leads to the same district, unless it says which."""
    if flask.g.get("key") and flask.current_app.url_map.is_endpoint_expecting(endpoint, "key"):
        values.setdefault("key", flask.g.key)


@agent.before_request
def only_where_it_works() -> None:
    """404 where ledgers are only read."""
    asked = flask.request
    if site().works is None and (asked.endpoint in WORKS or asked.method not in {"GET", "HEAD"}):
        flask.abort(404)


@agent.app_context_processor
def words() -> dict[str, Any]:
    """What every template may use; `person` and `scope` are None outside of a district."""
    return {
        "district": flask.g.get("district"),
        "visitor": flask.g.get("visitor"),
        "person": flask.g.get("person"),
        "scope": flask.g.get("scope"),
        "works": site().works is not None,
        "STATES": STATES,
        "advice": advice,
        "whys": whys,
        "local": local,
        "NOBODY": Who.NOBODY,
    }


@agent.app_template_filter()
def many(number: int, what: str) -> str:
    """1 score, 2 scores."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


@agent.errorhandler(PassbackError)
def unusable(error: PassbackError) -> tuple[str, int]:
    """The ledger, or what the configuration refers to, cannot be used."""
    return flask.render_template("agent/trouble.html", told=trouble(error)), 503
