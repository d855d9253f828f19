"""What a teacher says beside a score keeps B4's 0 away, and is never deleted to clear a score."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.recording_proxy import JSON, Exchange, between
from tests.e2e.support.verdicts import record, sent, told

NEXT = START + timedelta(days=1)
LATER = START + timedelta(days=2)
AFTER = date(2026, 10, 17)
"""The first evening on which the default due date has passed."""

# ---- C6: clearing --------------------------------------------------------------------------------

SAID = [{"comment": "See me"}, {"status": ["late"]}, {"status": ["missing"], "comment": "Ill"}]


def removed(district: District, **said: Any) -> None:
    """A score of ours with something beside it, which Otus has no more."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 12)
    district.score("a-1", "s-3002", 12)
    district.night(START)
    district.annotate("a-1", "400001", 12, **said)
    for student in ("s-3001", "s-3002"):
        district.score("a-1", student, None, "not_submitted")


@pytest.mark.parametrize("said", SAID)
def test_c6_a_score_is_taken_out_and_what_a_teacher_said_beside_it_stays(
    district: District, said: dict[str, Any]
):
    removed(district, **said)

    run, writes = sent(district, NEXT)

    assert sorted(writes) == ["deleteResult", "putResult"]
    for student in ("s-3001", "s-3002"):
        assert told(run, student) == ("cleared", ["score_withdrawn"])
    assert district.cell("a-1", "400001") == {"display": "*", **said}
    [item] = district.line_items("200001")
    [result] = item["results"]
    assert (result["scoreStatus"], "score" in result) == ("not submitted", False)

    again = district.night(LATER)
    assert (again.writes, told(again, "s-3001")[0]) == (0, "withdrawn")
    district.score("a-1", "s-3001", 15)
    district.sync()
    assert district.cell("a-1", "400001") == {"display": "15", **said}


def test_c6_over_1_1_a_score_with_a_comment_beside_it_is_held(district: District):
    district.sis_more = 'oneroster = "1.1"'
    removed(district, comment="See me")

    run, writes = sent(district, NEXT)

    assert writes == ["deleteResult11"]
    assert told(run, "s-3001") == ("held", ["score_withdrawn"])
    assert "comment" in record(run, "a-1", "200001", "s-3001")["reason"]
    assert district.cell("a-1", "400001") == {"display": "12", "comment": "See me"}
    assert district.night(LATER).writes == 0


def test_c6_a_server_that_takes_no_result_without_a_score_has_it_held(district: District):
    removed(district, comment="See me")

    with between(district, "sis") as relay:

        def refuse(exchange: Exchange) -> bool:
            scored = b'"score":' in exchange.body
            if exchange.method != "PUT" or "/results/" not in exchange.path or scored:
                return False
            words = "/result/score is required"
            exchange.answer(422, {"imsx_codeMajor": "failure", "imsx_description": words}, JSON)
            return True

        relay.before = refuse
        district.evening(NEXT)
        run = district.sync()

    assert run.code == 3
    assert told(run, "s-3001") == ("held", ["score_withdrawn"])
    assert told(run, "s-3002") == ("cleared", ["score_withdrawn"])
    assert district.cell("a-1", "400001") == {"display": "12", "comment": "See me"}


def test_b4_a_0_of_ours_is_taken_back_and_a_teachers_comment_beside_it_stays(district: District):
    district.assess("a-1")
    district.night(AFTER)
    district.annotate("a-1", "400001", 0, comment="Hands it in on Monday")
    district.score("a-1", "s-3001", None, "turned_in")

    run = district.night(AFTER + timedelta(days=1))

    assert told(run, "s-3001")[0] == "cleared"
    cell = {"display": "*", "comment": "Hands it in on Monday"}
    assert district.cell("a-1", "400001") == cell


# ---- B4: what a teacher knows --------------------------------------------------------------------

KNOWS = {
    "skyward": ["incomplete", "in progress", "exempt", None],
    "powerschool": ["incomplete", "collected", "absent", "exempt", None],
}


@BOTH
def test_b4_a_comment_or_a_flag_that_says_more_than_late_or_missing_keeps_the_0_away(
    district: District,
):
    district.assess("a-1")
    district.night(START)
    students = ["400001", "400002", "400004", "400005", "400006"]
    said = dict(zip(students, KNOWS[district.kind], strict=False))
    for student, word in said.items():
        beside = {"comment": "See me"} if word is None else {"status": word}
        district.annotate("a-1", student, None, **beside)

    run = district.night(AFTER)

    for student, word in said.items():
        assert told(run, f"s-3{student[3:]}") == ("kept", []), word
        assert district.marks("a-1")[student] == "*", word
    assert told(run, "s-3007") == ("sent", [])
    again = district.night(AFTER + timedelta(days=1))
    assert (again.writes, told(again, "s-3001")) == (0, ("kept", []))


@BOTH
def test_b4_a_late_or_missing_flag_keeps_no_0_away_and_survives_it(district: District):
    district.assess("a-1")
    district.night(START)
    for student, word in (("400001", "late"), ("400002", "missing")):
        district.annotate("a-1", student, None, status=[word])

    run = district.night(AFTER)

    assert (told(run, "s-3001"), told(run, "s-3002")) == (("sent", []), ("sent", []))
    assert district.cell("a-1", "400001") == {"display": "0", "status": ["late"]}
    assert district.cell("a-1", "400002") == {"display": "0", "status": ["missing"]}


@pytest.mark.parametrize("kind", ["powerschool"])
def test_b4_where_comments_cannot_be_read_a_cell_that_was_touched_gets_no_0(district: District):
    district.assess("a-1")
    district.night(START)
    district.annotate("a-1", "400001", None, status=["late"])
    grants = {"assignmentscorecomment": "none"}
    district.control("PUT", "/settings", {"grants": grants})

    run = district.night(AFTER)
    assert told(run, "s-3001") == ("held", ["zero_not_verifiable"])
    assert told(run, "s-3002") == ("sent", [])
    checked = district.command("check", "-c", str(district.config))
    assert "assignmentscorecomment" in checked.out + checked.err

    district.control("PUT", "/settings", {"grants": None})
    assert told(district.sync(), "s-3001") == ("sent", [])
