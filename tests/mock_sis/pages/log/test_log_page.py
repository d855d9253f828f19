"""The page of the API log: filters, the raw calls, the vendor's columns, a file, its safety."""

import csv
import html
import io
import re

import httpx
import pytest

from mock_sis.pages.log import reading
from mock_sis.pages.log.names import WorldNames
from tests.browser import PHONE, sound
from tests.mock_sis.conftest import CREDENTIALS, bearer
from tests.mock_sis.pages.conftest import client_of

GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
QUIZ = {
    "sourcedId": "quiz-1",
    "title": "Fractions quiz",
    "class": {"sourcedId": "200001"},
    "category": {"sourcedId": "130001"},
    "assignDate": "2026-09-30",
    "dueDate": "2026-10-02",
    "resultValueMax": 10,
}


@pytest.fixture
def sky(skyward):
    """A client of the Skyward mock with a token."""
    with client_of(skyward) as made:
        form = {"grant_type": "client_credentials"}
        token = made.post("/oauth/token", data=form, auth=CREDENTIALS).json()["access_token"]
        made.headers["Authorization"] = f"Bearer {token}"
        yield made


def put_score(sky, student="400003", id_="r-1"):
    result = {
        "sourcedId": id_,
        "lineItem": {"sourcedId": "quiz-1"},
        "student": {"sourcedId": student},
        "score": 8.5,
        "scoreDate": "2026-10-01",
    }
    return sky.put(f"{GRADEBOOK}/results/{id_}", json={"result": result})


def text_of(client, path="/pages/log"):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.text


def told(client, path="/pages/log"):
    """The sentences of a page with their times."""
    found = re.findall(
        r'<summary><time>(.*?)</time> <span class="text">(.*?)(?: <span class="tag">.*?)?</span>',
        text_of(client, path),
    )
    return [f"{at} {html.unescape(text)}" for at, text in found]


# ---- what is shown ------------------------------------------------------------------------------


def test_the_log_of_a_night_reads_as_sentences(sky, skyward):
    sky.get("/ims/oneroster/rostering/v1p2/classes")
    sky.put(f"{GRADEBOOK}/lineItems/quiz-1", json={"lineItem": QUIZ})
    put_score(sky)
    put_score(sky, "400001", "r-2")

    assert [one[6:] for one in told(sky)] == [
        "2 scores of Fractions quiz were saved",
        "Assignment Fractions quiz was created in Math 7, period 1",
        "The list of classes was read",
        "A token was asked for",
    ]


def test_a_refusal_says_why(sky, skyward):
    sky.put(f"{GRADEBOOK}/lineItems/quiz-1", json={"lineItem": QUIZ})
    (period,) = [
        one["id"]
        for one in sky.get("/_mock/gradebooks/200001").json()["periods"]
        if one["state"] == "open"
    ]
    sky.post(f"/_mock/periods/{period}/close")
    put_score(sky)

    assert re.fullmatch(
        r"12:0\d Score of student 400003 for Fractions quiz was refused:"
        r" the grading period Q1 is closed",
        told(sky)[0],
    )


def test_hours_have_headings_with_counts_on_the_districts_clock(client):
    bearer(client)
    client.post("/_mock/clock/advance", json={"seconds": 3600})
    client.get("/v1/nothing")
    heads = re.findall(r"<h2>(.*?) <span class=\"count\">(.*?)</span>", text_of(client))

    assert heads == [
        ("Thursday, October 1, 2026, 13:00 to 13:59", "1 call, 1 failed"),
        ("Thursday, October 1, 2026, 12:00 to 12:59", "1 call"),
    ]


def test_the_raw_call_stands_behind_its_sentence(client):
    client.get("/v1/changes?limit=0", headers=bearer(client))
    (raw, *_) = re.findall(r'<dl class="raw">(.*?)</dl>', text_of(client), re.DOTALL)

    assert "GET /v1/changes?limit=0" in raw
    assert "/query/limit" in raw
    assert "400" in raw


def test_the_log_has_the_calls_of_its_own_server_alone(otus, skyward):
    httpx.get(otus.url + "/v1/changes")
    httpx.get(skyward.url + "/Custom/GetSystemMetadata")
    logs = [httpx.get(one.url + "/pages/log").text for one in (otus, skyward)]

    assert ["/v1/changes" in log for log in logs] == [True, False]
    assert ["/Custom/GetSystemMetadata" in log for log in logs] == [False, True]


def test_an_empty_log_says_so(client):
    assert "No call yet." in text_of(client)
    assert "No call matches." in text_of(client, "/pages/log?failed=1")


# ---- filters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("failed=1", ["The unknown address /v1/nothing was refused"]),
        ("operation=listChanges", ["The changes in Otus were read"]),
        ("q=token", ["A token was asked for"]),
        ("q=CHANGES+otus", ["The changes in Otus were read"]),
        ("q=changes+token", []),
        ("writes=1", []),
        ("failed=1&operation=listChanges", []),
    ],
)
def test_calls_are_filtered(client, query, expected):
    client.get("/v1/changes", headers=bearer(client))
    client.get("/v1/nothing")

    assert [one[6:].partition(":")[0] for one in told(client, f"/pages/log?{query}")] == expected


def test_writes_only_shows_what_changes_the_sis(sky):
    sky.put(f"{GRADEBOOK}/lineItems/quiz-1", json={"lineItem": QUIZ})

    assert [one[6:] for one in told(sky, "/pages/log?writes=1")] == [
        "Assignment Fractions quiz was created in Math 7, period 1"
    ]


def test_the_log_is_read_page_by_page_and_keeps_its_filter(client):
    for number in range(201):
        client.get(f"/v1/{number}")
    text = text_of(client, "/pages/log?failed=1")
    older = html.unescape(re.search(r'href="[^"]*(/pages/log\?before=\d+[^"]*)"', text)[1])

    assert "failed=1" in older
    assert "/v1/0 " not in text
    assert "/v1/0 " in text_of(client, older)


def test_words_are_looked_for_in_so_many_calls_and_then_on_the_next_page(client, otus, world):
    client.get("/v1/wanted")
    for number in range(2):
        client.get(f"/v1/{number}")
    asked = reading.Asked(server="otus", words="wanted")
    journal, names = otus.hosted.journal, WorldNames(world, "skyward")

    none, older = reading.page(journal, asked, names, None, most=2)
    (found,), end = reading.page(journal, asked, names, older, most=2)
    assert (none, found["path"], end) == ([], "/v1/wanted", None)


# ---- the vendor's own columns -------------------------------------------------------------------


def cells(text):
    return [
        [html.unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL)
    ]


def test_skyward_lists_its_api_usage_history(sky):
    text = text_of(sky, "/pages/log?as=table")

    assert [re.sub(" .*", "", t) for t in re.findall(r'<th scope="col">(.*?)</th>', text)] == [
        *("API", "Time", "Method", "URL", "HTTP", "Host", "Server", "Entity")
    ]
    (row,) = [row for row in cells(text) if row]
    assert (row[0], row[2], row[3], row[4], row[5], row[7]) == (
        *("Token", "POST", "/oauth/token", "200", "127.0.0.1", "1"),
    )


def test_powerschool_lists_its_plugin_log_with_the_message(powerschool):
    with client_of(powerschool) as client:
        client.get("/ws/v1/district")
        (row,) = [row for row in cells(text_of(client, "/pages/log?as=table&failed=1")) if row]

    assert (row[2], row[3], row[4]) == ("GET", "/ws/v1/district", "401")
    assert row[6]


def test_otus_has_no_table_of_its_own(client):
    assert "as=table" not in text_of(client)


def test_skywards_switch_stops_what_the_next_night_writes(sky):
    text = text_of(sky)
    assert re.search(r"Allow grade passback: <strong>on</strong>", text)
    token = re.search('name="csrf_token" value="([^"]+)"', text)[1]
    sky.post("/pages/log/passback", data={"csrf_token": token, "allowed": "no"})

    assert sky.put(f"{GRADEBOOK}/lineItems/quiz-1", json={"lineItem": QUIZ}).status_code == 403
    assert re.search(r"Allow grade passback: <strong>off</strong>", text_of(sky))
    sky.post("/pages/log/passback", data={"csrf_token": token, "allowed": "yes"})
    assert sky.put(f"{GRADEBOOK}/lineItems/quiz-1", json={"lineItem": QUIZ}).status_code == 201


def test_the_switch_is_skywards_alone(client):
    token = re.search('name="csrf_token" value="([^"]+)"', text_of(client))[1]
    answer = client.post("/pages/log/passback", data={"csrf_token": token, "allowed": "no"})

    assert answer.status_code == 404


# ---- the file -----------------------------------------------------------------------------------


def test_the_download_has_the_same_calls_and_no_formula(sky):
    evil = {**QUIZ, "title": '=HYPERLINK("http://else.example")'}
    sky.put(f"{GRADEBOOK}/lineItems/quiz-1", json={"lineItem": evil})
    sky.get("/nothing?=1")
    answer = sky.get("/pages/log.csv?q=fractions+nothing")
    assert answer.text.count("\n") == 1
    answer = sky.get("/pages/log.csv")
    head, *rows = csv.reader(io.StringIO(answer.text))

    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert head[:2] == ["time", "sentence"]
    assert len(rows) == 3
    assert rows[0][4].startswith("'=")
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


# ---- safe ---------------------------------------------------------------------------------------


def test_what_callers_sent_is_escaped(sky):
    evil = "<script>alert('x')</script>\"onload=\"x"
    sky.put(
        f"{GRADEBOOK}/lineItems/q", json={"lineItem": {**QUIZ, "sourcedId": "q", "title": evil}}
    )
    sky.get("/" + evil, params={"q": evil})

    for path in ("/pages/log", "/pages/log?as=table", f"/pages/log?q={html.escape(evil)}"):
        text = text_of(sky, path)
        assert "<script" not in text
        assert '"onload=' not in text


def test_no_score_and_no_name_is_in_the_log(sky, world):
    sky.put(f"{GRADEBOOK}/lineItems/quiz-1", json={"lineItem": QUIZ})
    put_score(sky)
    names = world.db.read("SELECT given, family FROM student")

    for path in ("/pages/log", "/pages/log?as=table", "/pages/log.csv"):
        text = text_of(sky, path)
        assert "8.5" not in text
        assert not [row for row in names if f"{row['family']}, {row['given']}" in text]


def test_what_a_write_is_about_is_no_part_of_the_control_planes_journal(sky, skyward):
    put_score(sky)

    assert "about" not in skyward.journal()[-1]


def test_a_form_without_its_token_changes_nothing(client, otus):
    client.get("/v1/changes?limit=0")
    answer = client.post("/pages/log/empty")

    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text
    assert len(otus.journal()) == 1


def test_a_form_of_another_web_page_changes_nothing(client, otus):
    client.get("/v1/changes?limit=0")
    token = re.search('name="csrf_token" value="([^"]+)"', text_of(client))[1]
    for headers in ({"Origin": "https://else.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = client.post("/pages/log/empty", data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 403
    assert len(otus.journal()) == 1
    answer = client.post("/pages/log/empty", data={"csrf_token": token})
    assert answer.status_code == 302
    assert otus.journal() == []


# ---- in a browser -------------------------------------------------------------------------------


@pytest.mark.browser
def test_the_log_is_read_on_a_phone_opened_by_keyboard_and_emptied(page, otus, client):
    assert client.get("/v1/changes?limit=0").status_code == 401
    page.goto(otus.url + "/pages/log")
    sound(page)
    page.set_viewport_size(PHONE)
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("GET /v1/changes?limit=0").is_visible()
    sound(page)

    page.get_by_role("button", name="Empty the log").click()

    assert page.get_by_role("status").inner_text() == "The log is empty now."
    assert page.get_by_text("No call yet.").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/pages/log", "/pages/log?as=table"])
def test_skywards_log_is_sound(page, skyward, sky, path):
    sky.get("/nothing")
    page.goto(skyward.url + path)
    sound(page)
