"""What a person does in a browser with a running `passback uat`, over HTTP."""

import re
import time

import httpx


def links(page: httpx.Response) -> set[str]:
    """The whole addresses that a page leads to."""
    return set(re.findall(r'href="(http[^"]+)"', page.text))


def run_tonight(browser: httpx.Client, root: str, key: str) -> httpx.Response:
    """Look at tonight's plan, press its button, and wait for the result."""
    plan = _arrived(browser, f"{root}/agent/{key}/tonight")
    token = re.search(r'name="csrf_token" value="([^"]+)"', plan.text)
    assert token is not None, plan.text
    run = browser.post(f"{root}/agent/{key}/run", data={"csrf_token": token[1]})
    return _arrived(browser, str(run.url))


def _arrived(browser: httpx.Client, url: str) -> httpx.Response:
    """The page at *url*, once it has nothing to wait for."""
    deadline = time.monotonic() + 60
    while "data-poll=" in (page := browser.get(url)).text:
        assert time.monotonic() < deadline, page.text
        url = str(page.url)
        time.sleep(0.2)
    assert page.status_code == 200, page.text
    return page
