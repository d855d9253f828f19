"""The API log: which calls a server had, and why one failed."""

import re

import httpx
import pytest

from tests.browser import PHONE, sound
from tests.mock_sis.conftest import bearer
from tests.mock_sis.pages.test_pages import Table, page_text

# ---- the log ------------------------------------------------------------------------------------


def test_the_log_shows_the_newest_call_first_and_why_it_failed(client):
    client.get("/v1/nothing")
    client.get("/v1/changes?limit=0", headers=bearer(client))
    rows = [row for row in Table(page_text(client, "/pages/log")).rows if row and row[0][0] == "td"]

    assert rows[0][2][2] == "400 failed"
    assert "/query/limit" in rows[0][3][2]
    assert rows[-1][2][2] == "404 failed"
    assert rows[0][0][2].startswith("2026-10-01 12:0")


def test_the_log_shows_failed_calls_only_on_request(client):
    bearer(client)
    client.get("/v1/nothing")

    assert "/oauth/token" in page_text(client, "/pages/log")
    assert "/oauth/token" not in page_text(client, "/pages/log?failed=1")


def test_the_log_has_the_calls_of_its_own_server_alone(otus, skyward):
    httpx.get(otus.url + "/v1/changes")
    httpx.get(skyward.url + "/Custom/GetSystemMetadata")
    logs = [httpx.get(one.url + "/pages/log").text for one in (otus, skyward)]

    assert ["/v1/changes" in log for log in logs] == [True, False]
    assert ["/Custom/GetSystemMetadata" in log for log in logs] == [False, True]


def test_the_log_is_read_page_by_page(client):
    for number in range(101):
        client.get(f"/v1/{number}")
    text = page_text(client, "/pages/log")
    older = re.search(r'href="[^"]*(/pages/log\?before=\d+)"', text)[1]

    assert "/v1/0<" not in text
    assert "/v1/0<" in page_text(client, older)


@pytest.mark.browser
def test_the_log_is_read_on_a_phone_and_emptied(page, otus, client):
    assert client.get("/v1/changes?limit=0").status_code == 401
    page.goto(otus.url + "/pages/log")
    sound(page)
    page.set_viewport_size(PHONE)
    reason = page.locator("td.reason").bounding_box()
    assert reason["x"] + reason["width"] <= PHONE["width"]

    page.get_by_role("button", name="Empty the log").click()

    assert page.get_by_role("status").inner_text() == "The log is empty now."
    assert page.get_by_text("No call yet.").is_visible()


# ---- writes -------------------------------------------------------------------------------------


def test_a_form_without_its_token_changes_nothing(client, otus):
    client.get("/v1/changes?limit=0")
    answer = client.post("/pages/log/empty")

    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text
    assert len(otus.journal()) == 1


def test_a_form_of_another_web_page_changes_nothing(client, otus):
    client.get("/v1/changes?limit=0")
    token = re.search('name="csrf_token" value="([^"]+)"', page_text(client, "/pages/log"))[1]
    for headers in ({"Origin": "https://else.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post("/pages/log/empty", data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 403
    assert len(otus.journal()) == 1
    answer = client.post("/pages/log/empty", data={"csrf_token": token})
    assert answer.status_code == 302
    assert otus.journal() == []
