"""C10: a create that was carried out and answered as if it had not been makes no second column.

What may be done twice (Skyward's PUT) is repeated at once. What may not (PowerSchool's create) is
left alone: its column is `failed`, and the next run looks for it before anything is sent.
"""

from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import fault, healed
from tests.e2e.support.recording_proxy import HTML, Exchange, between
from tests.e2e.support.verdicts import sent, sis_writes, told

pytestmark = pytest.mark.slow

NEXT = START + timedelta(days=1)
REPEATED: list[dict[str, Any]] = [
    *({"action": "status", "status": status} for status in (503, 408, 429, 425, 500, 502, 504)),
    {"action": "status", "status": 503, "seconds": 1},
    {"action": "maintenance", "seconds": 0},
]
"""Answers after which what may be done twice is sent again in the same run."""
ABOUT_THE_RECORD = [400, 404, 409, 412, 422]


def some_scores(district: District) -> None:
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)


def after_the_create(district: District, **answer: Any) -> None:
    """The next create is carried out, and answered so."""
    fault(district, operation=district.facts.create, nth=1, when="after", **answer)


def assert_one_column_the_next_night(district: District, made: dict[str, Any]) -> None:
    """The column that was made stands alone, with its score, and nothing more is to be sent."""
    healed(district)
    run, writes = sent(district, NEXT)
    assert (run.code, district.facts.create in writes) == (0, False), run.out
    assert [c["id"] for c in district.columns()] == [made["id"]]
    assert district.marks("a-1")["400001"] == "18"
    assert told(run)[0] == "unchanged"
    again = district.sync()
    assert (again.code, again.writes) == (0, 0)


def the_only_column(district: District) -> dict[str, Any]:
    columns: list[dict[str, Any]] = district.columns()
    assert len(columns) == 1
    return columns[0]


def label(answer: dict[str, Any]) -> str:
    return "-".join(str(part) for part in answer.values())


@pytest.mark.share(3)
@BOTH
@pytest.mark.parametrize("answer", REPEATED, ids=label)
def test_c10_a_create_that_was_done_and_answered_otherwise_is_one_column(
    district: District, answer: dict[str, Any]
):
    some_scores(district)
    after_the_create(district, **answer)

    run = district.night(START)

    made = the_only_column(district)
    creates = [e["status"] for e in sis_writes(district) if e["operation"] == district.facts.create]
    if district.facts.repeats_creates:
        assert (run.code, told(run)[0], len(creates)) == (0, "created", 2)
    else:
        # Closed for maintenance, the SIS takes nothing more tonight.
        code = 5 if answer["action"] == "maintenance" else 3
        assert (run.code, told(run)[0], len(creates)) == (code, "failed", 1)
        assert told(run, "s-3001")[0] == "failed"
    assert_one_column_the_next_night(district, made)


@BOTH
def test_c10_a_create_that_was_done_and_answered_by_a_web_page_is_one_column(district: District):
    some_scores(district)
    with between(district, "sis") as relay:

        def lie(exchange: Exchange) -> None:
            if district.facts.makes(exchange.method, exchange.path):
                exchange.answer(200, "<!doctype html><h1>Sign in</h1>", HTML)

        relay.alter = lie
        run = district.night(START)

    assert (run.code, told(run)[0]) == (3, "failed")
    assert [e["operation"] for e in sis_writes(district)] == [district.facts.create]
    made = the_only_column(district)
    assert_one_column_the_next_night(district, made)


@pytest.mark.share(3)
@BOTH
@pytest.mark.parametrize("status", ABOUT_THE_RECORD)
def test_c10_a_create_that_was_done_and_told_as_refused_is_one_column(
    district: District, status: int
):
    some_scores(district)
    after_the_create(district, action="status", status=status)

    run = district.night(START)

    assert (run.code, told(run)[0]) == (3, "rejected")
    made = the_only_column(district)
    assert_one_column_the_next_night(district, made)


@pytest.mark.share(3)
@BOTH
@pytest.mark.parametrize("answer", REPEATED, ids=label)
def test_c10_a_create_that_was_not_done_is_made_the_next_night_at_the_latest(
    district: District, answer: dict[str, Any]
):
    some_scores(district)
    fault(district, operation=district.facts.create, nth=1, **answer)

    run = district.night(START)

    assert len(district.columns()) == district.facts.repeats_creates
    assert run.code in ({0} if district.facts.repeats_creates else {3, 5})
    healed(district)
    assert district.night(NEXT).code == 0
    assert len(district.columns()) == 1
    assert district.marks("a-1")["400001"] == "18"


@BOTH
def test_c10_a_create_that_the_throttle_turned_away_is_sent_again_after_the_wait(
    district: District,
):
    some_scores(district)
    fault(district, "throttle", district.facts.create, nth=1, seconds=1)

    run = district.night(START)

    assert (run.code, told(run), told(run, "s-3001")) == (0, ("created", []), ("sent", []))
    assert len(district.columns()) == 1
    first, second = [e for e in sis_writes(district) if e["operation"] == district.facts.create]
    assert first["status"] == 429
    assert second["real_ms"] - first["real_ms"] >= 1000


@BOTH
def test_c10_a_token_that_runs_out_before_a_create_is_renewed_and_the_create_sent_again(
    district: District,
):
    some_scores(district)
    fault(district, "revoke", district.facts.create, nth=1)

    run = district.night(START)

    assert (run.code, told(run)) == (0, ("created", []))
    assert len(district.columns()) == 1
