"""Forms of the Otus pages, sent as a browser sends them; and the feed as the agent reads it."""

import html
import re

import pytest

from tests.mock_sis.conftest import bearer


class Forms:
    """Reads a page and sends one of its forms with what was changed."""

    def __init__(self, client):
        self._client = client
        self.text = ""

    def open(self, path):
        answer = self._client.get(path)
        assert answer.status_code == 200, answer.text
        self.text, self.path = answer.text, path
        return self

    def send(self, action, **typed):
        """The page after sending the form whose address ends in *action*."""
        found = re.findall(r'<form[^>]*method="post"[^>]*>.*?</form>', self.text, re.DOTALL)
        (form,) = [one for one in found if self._address(one).split("?")[0].endswith(action)]
        fields = [pair for pair in fields_of(form) if pair[0] not in typed]
        for name, value in typed.items():
            values = value if isinstance(value, list) else [value]
            fields += [(name, one) for one in values if one is not None]
        data = {}
        for name, value in fields:
            data.setdefault(name, []).append(value)
        address = self._address(form)
        answer = self._client.post(address, data=data, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        self.text = answer.text
        return self

    def _address(self, form):
        action = re.search(r'<form[^>]*?\baction="([^"]*)"', form)
        path = html.unescape(action[1]) if action else ""
        return "/" + path.split("/", 3)[3] if path else self.path

    @property
    def messages(self):
        """What the page tells after a change."""
        found = re.findall(r'role="status">(.*?)</p>', self.text, re.DOTALL)
        return [html.unescape(one.strip()) for one in found]

    @property
    def problems(self):
        """What stands beside fields that were refused."""
        found = re.findall(r'class="problem" id="[^"]*">(.*?)</p>', self.text, re.DOTALL)
        return [html.unescape(one.strip()) for one in found]


def fields_of(form):
    """(name, value) of what a browser would send of a form that nobody touched."""
    found = []
    for tag in re.findall(r"<input\b[^>]*>", form):
        kind, name = attribute(tag, "type"), attribute(tag, "name")
        if name and (kind not in {"checkbox", "radio"} or re.search(r"\bchecked\b", tag)):
            found.append((name, attribute(tag, "value")))
    for name, options in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.findall(r"<option[^>]*\bselected\b[^>]*>", options)
        first = re.findall(r"<option[^>]*>", options)[0]
        found.append((name, attribute((chosen or [first])[0], "value")))
    return found


def attribute(tag, name):
    value = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(value[1]) if value else ""


@pytest.fixture
def forms(client):
    return Forms(client)


@pytest.fixture
def changes(client):
    """What the agent would be told since the last time it asked: (op, kind, id, record)."""
    headers, at = bearer(client), {"cursor": ""}

    def since():
        found = []
        while True:
            answer = client.get("/v1/changes", params={**at, "limit": 5000}, headers=headers).json()
            at["cursor"] = answer["cursor"]
            found += answer["changes"]
            if not answer["more"]:
                break
        return [(c["op"], c["kind"], c["id"], c.get("record")) for c in found]

    since()
    return since
