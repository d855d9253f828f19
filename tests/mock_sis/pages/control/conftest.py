"""The control pages as a browser without scripts uses them: forms with their tokens."""

import html
import re

import httpx
import pytest

from mock_sis.sis import registrar_of


class Forms:
    """Sends forms of the control pages of one mock, and reads what is said afterwards."""

    def __init__(self, url):
        self.http = httpx.Client(base_url=f"{url}/pages/control", timeout=60, verify=False)

    def page(self, path="/"):
        answer = self.http.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def token(self):
        return re.search('name="csrf_token" value="([^"]+)"', self.page("/"))[1]

    def send(self, path, files=None, **fields):
        """The answer itself, redirects not followed."""
        data = {"csrf_token": self.token(), **fields}
        return self.http.post(path, data=data, files=files)

    def post(self, path, files=None, **fields):
        """The sentence that the next page says."""
        answer = self.send(path, files, **fields)
        assert answer.status_code == 302, answer.text
        text = self.http.get(self.http.base_url.join(answer.headers["location"])).text
        ((kind, said),) = re.findall('<p class="told (.*?)" role=.*?>(.*?)</p>', text, re.DOTALL)
        assert (kind == "error") == said.startswith("Nothing was changed: ")
        return html.unescape(said)


@pytest.fixture
def forms(skyward):
    return Forms(skyward.url)


@pytest.fixture
def powerschool_forms(powerschool):
    return Forms(powerschool.url)


@pytest.fixture
def registrar(world):
    return registrar_of(world)
