"""What a notice says, and whom it concerns."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from agent.notify.notice import ENDINGS, MOST, Notice
from agent.records import State
from agent.rules.codes import Code

AT = datetime(2026, 10, 14, 22, 0, tzinfo=ZoneInfo("America/Chicago"))


def notice(code=0, **more):
    return Notice(run="r-1", district="lakeview", at=AT, code=code, **more)


def test_the_whole_text():
    told = notice(
        3,
        counts={State.SENT: 12, State.CREATED: 1, State.REFUSED: 5, State.REJECTED: 1},
        reasons={"not_in_final_grade": 2, "excluded": 3},
        links={"This run": "https://passback.example/agent/lakeview/runs/r-1"},
    )
    assert told.subject == "Passback lakeview: done, 13 sent"
    assert told.as_text() == (
        "lakeview, Wed 2026-10-14 22:00 CDT: done, and some records need a person (exit 3)\n"
        "\n"
        "Records by state:\n"
        "       1  created\n"
        "      12  sent\n"
        "       5  refused\n"
        "       1  rejected\n"
        "\n"
        "Most frequent reasons:\n"
        "       3  The score is marked Excluded. (excluded)\n"
        "          Take that off in Otus if it should count. Who can do it: the teacher.\n"
        '       2  "Include Score in Final Grade" is off. (not_in_final_grade)\n'
        "          Turn it on in Otus if it should count. Who can do it: the teacher.\n"
        "\n"
        "This run: https://passback.example/agent/lakeview/runs/r-1\n"
    )


def test_a_shadow_night_does_not_claim_to_have_sent_anything():
    why = ("shadow night 1 of 3: nothing was sent",)
    told = notice(planned=True, counts={State.SENT: 12}, why=why)
    assert told.subject == "Passback lakeview: done, nothing sent, 12 would be"
    assert why[0] in told.as_text()
    assert "if this night had sent:\n      12  sent\n" in told.as_text()
    assert told.as_json()["planned"] is True


def test_a_night_without_anything_is_short():
    told = notice(counts={State.UNCHANGED: 40})
    assert told.subject == "Passback lakeview: done, nothing sent"
    assert told.as_text().count("\n") == 4


def test_the_brake_says_what_is_out_of_proportion():
    told = notice(4, why=("30 of 40 scores would be taken out of the SIS",))
    assert told.subject == "Passback lakeview: stopped by the brake, nothing sent"
    assert "  30 of 40 scores would be taken out of the SIS\n" in told.as_text()


@pytest.mark.parametrize("code", [0, 3, 4, 5, 6, 10, 11, 130])
def test_every_exit_code_has_words(code):
    assert code in ENDINGS
    assert f"(exit {code})" in notice(code).as_text()


def test_an_unknown_exit_code_is_a_fault_of_ours():
    assert "a fault of Passback" in notice(1).as_text()


def test_only_the_most_frequent_reasons_are_listed():
    told = notice(reasons={code.value: n for n, code in enumerate(Code, 1)})
    listed = [each["records"] for each in told.as_json()["reasons"]]
    assert listed == sorted(listed, reverse=True)
    assert len(listed) == MOST


def test_what_nobody_has_to_do_anything_about_comes_last():
    told = notice(reasons={"not_due_yet": 90, "excluded": 1})
    assert [each["code"] for each in told.as_json()["reasons"]] == ["excluded", "not_due_yet"]
    assert told.as_text().endswith("(not_due_yet)\n          Nothing.\n")


@pytest.mark.parametrize(
    ("given", "always", "something", "trouble"),
    [
        (notice(), True, False, False),
        (notice(counts={State.UNCHANGED: 9, State.REFUSED: 2}), True, False, False),
        (notice(counts={State.CLEARED: 1}), True, True, False),
        (notice(3), True, True, True),
        (notice(4), True, True, True),
        (notice(test=True), True, True, True),
    ],
    ids=["nothing", "as last night", "delivered", "rejected", "brake", "a test"],
)
def test_whom_it_concerns(given, always, something, trouble):
    wanted = {"always": always, "something": something, "trouble": trouble}
    assert {when: given.concerns(when) for when in wanted} == wanted
