"""The pages of a district over a ledger that a run has filled."""

import json
import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.ledger import run_lock
from agent.records import State
from agent.serve.app import create_app
from agent.serve.command import Nights
from agent.serve.jobs import Jobs
from tests.agent.ledger.records_of_a_school import a_state
from tests.agent.serve.conftest import NOW, TOKEN

ALL = [
    *("runs", "result", "runs/r-1", "runs/r-1/records", "runs/r-1/records?section=501&q=quiz"),
    *("assignments/a-1", "scores/a-1/s-1", "scores/a-1/s-2"),
]


@pytest.mark.usefixtures("ran")
@pytest.mark.parametrize("address", ALL)
def test_what_others_wrote_is_shown_as_text(text, address):
    page = text(f"/agent/lakeview/{address}")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{7*7}}" in page
    assert not re.search(r"""<[^>]+ (on\w+|style)=""", page)


@pytest.mark.usefixtures("ran")
@pytest.mark.parametrize(
    "query", ["q=<script>", "state=none", "why='x", "kind=x", "page=-1", "page=x", "section=&q=%00"]
)
def test_an_address_may_ask_for_anything(text, query):
    page = text(f"/agent/lakeview/runs/r-1/records?{query}&_scheme=javascript&endpoint=x&key=y")
    assert "javascript" not in page
    assert "<script>" not in page


@pytest.mark.usefixtures("ran")
@pytest.mark.parametrize(
    "address", ["records", "students", "sections", "assignments", "waiting", "students/s-1"]
)
@pytest.mark.parametrize("query", ["kind=score", "section=501&section=502", "student=s-1&why=x"])
def test_every_list_takes_every_filter(text, address, query):
    text(f"/agent/lakeview/{address}?{query}")


@pytest.mark.parametrize(
    "address",
    [
        *("other/tonight", "other/runs", "lakeview/runs/none", "lakeview/runs/none/records"),
        *("lakeview/assignments/none", "lakeview/scores/a-1/none", "lakeview/none"),
    ],
)
@pytest.mark.usefixtures("ran")
def test_what_is_not_there_has_a_page_that_says_so(text, address):
    assert "There is no such page" in text(f"/agent/{address}", status=404)


def test_before_the_first_run_there_is_nothing_to_show_and_a_way_on(text):
    assert "has not run yet" in text("/agent/lakeview/runs")
    assert "has not run yet" in text("/agent/lakeview/result")


@pytest.mark.usefixtures("ran")
def test_a_result_shows_figures_reasons_and_sections(text):
    page = text("/agent/lakeview/result")
    assert "Wed, Oct 14, 2026, 22:00" in page
    assert "Everything that passes is in the gradebook" in page
    assert "There is no score yet, and the due date has not passed." in page
    assert 'href="/agent/lakeview/runs/r-1/records?why=not_due_yet">1 score</a>' in page
    assert "http://gradebook.example/501#None" in page


@pytest.mark.usefixtures("ran")
def test_records_are_found_by_name_title_number_state_and_reason(text):
    def found(query):
        page = text(f"/agent/lakeview/runs/r-1/records?{query}")
        return re.findall(r"/scores/a-1/(s-\d)", page)

    assert found("") == ["s-1", "s-2"]
    assert found("q=ada") == ["s-1"]
    assert found("q=702") == ["s-2"]
    assert found("q=algebra") == ["s-1", "s-2"]
    assert found("q=nobody") == []
    assert found("state=sent") == ["s-1"]
    assert found("why=not_due_yet") == ["s-2"]


def test_a_state_without_a_code_is_a_reason_too(ran, text):
    ran.records.record("r-1", [a_state(State.DELETED_IN_SIS, "a-9", student=None)])
    page = text("/agent/lakeview/runs/r-1/records?why=state-deleted_in_sis")
    assert "/assignments/a-9" in page
    assert "/assignments/a-1" not in page


def test_an_earlier_run_says_that_others_went_on(ran, text):
    ran.runs.begin("r-2", NOW + timedelta(days=1), "sync", None)
    assert "Later runs went on" not in text("/agent/lakeview/runs/r-1")
    ran.records.record("r-2", [a_state(State.KEPT)])
    assert "Later runs went on" in text("/agent/lakeview/runs/r-1")
    assert "Later runs went on" not in text("/agent/lakeview/runs/r-2")


@pytest.mark.usefixtures("ran")
def test_a_score_is_followed_from_otus_into_the_gradebook(text):
    page = text("/agent/lakeview/scores/a-1/s-1")
    assert "8.5 points, graded" in page
    assert "last accepted from Passback: <strong>8.5</strong>" in page
    assert "Score sent" in page
    assert "http://otus.example/a-1" in page
    assert "http://gradebook.example/" in page


def test_history_tells_how_each_run_ended(ran, text):
    ran.runs.begin("r-2", NOW + timedelta(days=1), "sync", "checked <with> the coach")
    ran.runs.end(
        "r-2", NOW, 4, {"message": "stopped (sync --force REASON)", "findings": ["60 of 80"]}
    )
    ran.runs.begin("r-3", NOW + timedelta(days=2), "sync", None)
    page = text("/agent/lakeview/runs")
    for words in (
        "Not ended",
        "Stopped by the brake",
        "60 of 80",
        "checked &lt;with&gt; the coach",
    ):
        assert words in page
    assert "--force" not in page
    assert page.index("Not ended") < page.index("Stopped by the brake") < page.index("Done")


def test_a_run_that_the_brake_stopped_leads_to_what_it_would_have_sent(ran, text):
    ran.runs.begin("r-2", NOW + timedelta(days=1), "sync", None)
    ran.runs.end("r-2", NOW, 4, {"message": "stopped", "findings": ["60 of 80 <scores>"]})
    page = text("/agent/lakeview/result")
    assert "60 of 80 &lt;scores&gt;" in page
    assert 'href="/agent/lakeview/tonight">Look at what it would have sent' in page


def test_a_shadow_night_is_shown_as_a_plan_only(ran, text):
    ran.runs.begin("r-2", NOW + timedelta(days=1), "shadow", None)
    shadow = {"shadow": {"night": 1, "of": 3}, "findings": [], "message": "shadow night"}
    counts = {"counts": {"sent": 7, "refused": 2}, "requests": {"reads": 1, "writes": 0}}
    ran.runs.end("r-2", NOW, 0, {**counts, "refusals": {"not_due_yet": 2}, **shadow})
    assert "7 would be delivered" in text("/agent/lakeview/runs")
    page = text("/agent/lakeview/runs/r-2")
    assert "Shadow night 1 of 3" in page
    assert "would be delivered" in page
    assert "There is no score yet, and the due date has not passed." in page
    assert "By section" not in page


def test_history_goes_on_over_pages(ledger, text):
    for n in range(60):
        ledger.runs.begin(f"r-{n:02}", NOW + timedelta(days=n), "sync", None)
    pages = [text(f"/agent/lakeview/runs?page={n}") for n in (1, 2, 3)]
    found = [re.findall(r"/runs/(r-\d\d)", page) for page in pages]
    assert [name for page in found for name in page] == [f"r-{n:02}" for n in reversed(range(60))]
    assert "page=4" not in pages[2]


def test_ten_thousand_records_are_usable(ran, text):
    many = [a_state(State.HELD, f"b-{n // 100}", student=f"s-{n % 100}") for n in range(10_000)]
    ran.records.record("r-1", many)
    began = time.monotonic()
    for query in ("", "page=100", "state=held&page=50", "q=s-77"):
        page = text(f"/agent/lakeview/runs/r-1/records?{query}")
        assert page.count("/scores/") <= 100
    assert "Records 1 to 100 of" in page or "No record fits" in page
    assert time.monotonic() - began < 10


@pytest.mark.usefixtures("ran")
def test_pages_are_read_while_a_run_writes(ledger, text):
    with ledger.together():
        ledger.records.record("r-2", [a_state(State.KEPT)])
        assert "Score sent" in text("/agent/lakeview/runs/r-1/records")


def test_a_score_tells_what_was_said_of_it_run_by_run(ran, text):
    assert "Run by run" not in text("/agent/lakeview/scores/a-1/s-1")
    ran.runs.begin("r-2", NOW + timedelta(days=1), "sync", None)
    ran.records.record("r-2", [a_state(State.KEPT, reason="a teacher's score stands")])
    page = text("/agent/lakeview/scores/a-1/s-1")
    assert page.index("Thu, Oct 15, 2026, 22:00: Teacher") < page.index("22:00: Score sent")


def test_a_fault_of_a_page_is_told_without_its_text(text, capsys):
    page = text("/fault", status=500)
    logged = capsys.readouterr().err
    assert "it is not your fault" in page
    assert json.loads(logged)["error"] == "RuntimeError"
    assert "alert" not in page + logged


# ---- Tonight and its run, where nothing can be reached -----------------------------------------


def test_tonight_says_that_otus_is_away_and_offers_to_try_again(text):
    page = until(text, "/agent/lakeview/tonight", "cannot be worked out")
    assert "No answer" in page
    assert "Otus gives no usable answer" in page
    assert "Try again" in page
    assert "Traceback" not in page


def test_a_run_of_somebody_else_is_told(made_up, text, press):
    with run_lock(made_up.settings.ledger.url):
        assert "Another run is at work" in until(text, "/agent/lakeview/tonight", "cannot be")
        answer = press("/agent/lakeview/run", at="/kit")
        assert until(text, answer.request.path, "Another run is at work")


def test_a_missing_secret_is_told(made_up):
    bare = replace(made_up, environment={})
    browser = create_app(lambda: [bare], Jobs(Nights()), token=TOKEN, hosts=[]).test_client()
    page = browser.get(f"/agent/?token={TOKEN}", follow_redirects=True).get_data(as_text=True)
    assert "the environment variable SOURCE is not set" in page


def test_a_run_that_finds_otus_away_has_its_result(text, press, ledger):
    answer = press("/agent/lakeview/run", at="/kit")
    page = until(text, answer.request.path, "Not possible now")
    assert "tries again" in page
    assert ledger.runs.latest(1)[0]["exit_code"] == 6


def test_overriding_the_brake_needs_a_reason(press, ledger):
    answer = press("/agent/lakeview/run", at="/kit", reason="  ")
    assert "A reason is missing" in answer.get_data(as_text=True)
    assert ledger.runs.latest(1) == []


def until(text, address, words):
    """Load a page until it has these words; those that wait say that they do."""
    for _ in range(100):
        page = text(address)
        if words in page:
            return page
        time.sleep(0.1)
    raise AssertionError(page)
