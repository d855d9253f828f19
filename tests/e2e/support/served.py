"""The agent's pages of a district under test, on a port, and a person who uses them."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from agent import config
from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.district import District as ServedDistrict
from agent.serve.jobs import Jobs
from agent.serve.server import serving
from contracts.configuration import SECRETS
from tests.e2e.support.district import District

TOKEN = "a-token-of-this-test"
KEY = "lakeview"


class Places:
    """Addresses as of the mocks' pages."""

    def gradebook(self, section: str, assignment: str | None = None) -> str | None:
        return f"/gradebook/{section}#{assignment or ''}"

    def source(self, assessment: str) -> str | None:
        return f"/otus/{assessment}"


class People:
    """Everybody is called Ada, with the number."""

    def student(self, sis_id: str) -> str | None:
        return f"Ada of {sis_id}"

    def section(self, id_: str) -> str | None:
        del id_
        return None


@contextmanager
def served(district: District) -> Iterator[str]:
    """Serve the pages of *district*; yields their address, token included."""
    shown = ServedDistrict(
        key=KEY,
        title="Lakeview",
        settings=config.load(district.config),
        environment=SECRETS,
        clock=district.now,
        people=People(),
        places=Places(),
    )
    app = create_app(lambda: [shown], Jobs(Nights()), token=TOKEN, hosts=[])
    with serving(app) as url:
        yield f"{url}/agent/?token={TOKEN}"


class Person:
    """Somebody who reads pages and presses buttons, without a browser's script."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(follow_redirects=True, timeout=60, verify=False)
        self.root = address.partition("/agent/")[0]
        self.read(address)

    def read(self, address: str, query: str = "") -> str:
        """A page, once what it waits for is done."""
        url = address if "://" in address else f"{self.root}/agent/{KEY}/{address}{query}"
        for _ in range(300):
            answer = self._http.get(url)
            assert answer.status_code == 200, answer.text
            if "data-poll" not in answer.text:
                return answer.text
            url = str(answer.url)
            time.sleep(0.1)
        raise AssertionError("it never ended")

    def run(self, **fields: str) -> str:
        """Press the button of Tonight; the result."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.read("tonight"))
        assert token is not None
        data = {"csrf_token": token[1], **fields}
        answer = self._http.post(f"{self.root}/agent/{KEY}/run", data=data)
        assert answer.status_code == 200, answer.text
        return self.read(str(answer.url)) if answer.history else answer.text

    def close(self) -> None:
        """No more pages."""
        self._http.close()
