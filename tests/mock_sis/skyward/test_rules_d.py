"""Rules D as Skyward shows it: periods, `*`, linked gradebooks, hands at work, the API log."""

import time
from datetime import date, timedelta
from decimal import Decimal

import pytest

from mock_sis.gradebook.view import averages
from mock_sis.sis import gradebook_of, registrar_of
from tests.mock_sis.skyward.conftest import (
    CURRENT,
    GRADES,
    IN_MATH,
    IN_MATH_TOO,
    MATH,
    MATH_TOO,
    NEXT,
    OLD,
    QUIZ,
    SCIENCE,
    TEST,
    equal,
    reason,
)


def period(api, key=CURRENT):
    return api.get(f"/Generic/1/Grading/GradingPeriod/{key}").json()


def displayed(api, section):
    """Student -> what the teacher sees in the one column."""
    found = api.records("Gradebook/StudentAssignment", equal("SectionID", section))
    return {str(one["StudentID"]): one["ScoreDisplayValue"] for one in found}


# ---- D1 ------------------------------------------------------------------------------------------


def test_d1_a_period_says_when_it_is_open_and_completed(api, world):
    assert (period(api)["IsActiveOrExtended"], period(api)["IsCompleted"]) == (True, False)
    assert period(api)["WithinGradingPeriod"] is True
    assert period(api, NEXT)["StatusDisplay"] == "Upcoming"
    registrar_of(world).close_period(CURRENT)
    assert (period(api)["IsActiveOrExtended"], period(api)["IsCompleted"]) == (False, True)
    assert period(api)["StatusDisplay"] == "Closed"
    registrar_of(world).reopen_period(CURRENT)
    assert period(api)["IsCompleted"] is False


def test_d1_days_of_grace_and_a_date_that_overrides_them_are_told(api, world):
    end = date.fromisoformat(period(api)["EndDate"])
    registrar_of(world).change_period(CURRENT, grace_days=3)
    assert period(api)["ExtensionDays"] == 3
    assert period(api)["CalculatedEndDateWithExtension"] == str(end + timedelta(days=3))
    assert period(api)["DateOverrideTeacherGracePeriod"] is None
    closes = world.now() + timedelta(days=60)
    registrar_of(world).change_period(CURRENT, closes_at=closes)
    assert period(api)["DateOverrideTeacherGracePeriod"] == closes.isoformat()


def test_d1_each_section_tells_its_completed_periods(api, world):
    registrar_of(world).close_period(CURRENT)
    found = api.records("Gradebook/SectionGradingPeriodData", equal("SectionID", MATH))
    completed = {str(one["GradingPeriodID"]): one["IsCompleted"] for one in found}
    assert completed[CURRENT] is True
    assert completed[NEXT] is False
    one = api.records("Gradebook/SectionGradingPeriodData", equal("IsCompleted", "true"))
    assert {str(data["GradingPeriodID"]) for data in one} == {CURRENT}


@pytest.mark.parametrize("root", [GRADES, OLD])
def test_d1_a_closed_period_takes_no_column_no_change_no_score_and_no_deletion(api, world, root):
    api.put_item(root=root)
    api.put_result(root=root)
    before = (api.items(), api.results())
    registrar_of(world).close_period(CURRENT)
    calls = {
        "new": api.put_item("other", root=root),
        "changed": api.put_item(root=root, title="Renamed"),
        "moved out": api.put_item(root=root, dueDate="2026-12-01"),
        "scored": api.put_result(9, root=root),
        "new score": api.put_result(9, key="r2", student="400002", root=root),
        "score taken back": api.client.delete(f"{root}/results/result-1"),
        "deleted": api.client.delete(f"{root}/lineItems/item-1"),
    }
    assert {what: answer.status_code for what, answer in calls.items()} == dict.fromkeys(calls, 409)
    assert all("closed" in reason(answer) for answer in calls.values())
    assert (api.items(), api.results()) == before


def test_d1_a_period_over_but_in_its_days_of_grace_takes_scores(api, world):
    api.put_item()
    end = date.fromisoformat(period(api)["EndDate"])
    registrar_of(world).change_period(CURRENT, grace_days=5)
    world.set_clock(world.noon(end + timedelta(days=2)))
    fresh = type(api)(api.client)
    assert period(fresh)["IsActiveOrExtended"] is True
    assert period(fresh)["WithinGradingPeriod"] is False
    assert fresh.put_result(9).status_code == 201
    world.set_clock(world.noon(end + timedelta(days=6)))
    fresh = type(api)(api.client)
    assert fresh.put_result(10).status_code == 409


def test_d1_with_the_enforcement_off_the_closed_period_takes_it(api, world):
    api.put_item()
    registrar_of(world).close_period(CURRENT)
    world.enforcement.set({"A12": False})
    assert api.put_item(title="Renamed").status_code == 200
    assert api.put_result(9).status_code == 201


# ---- D2 ------------------------------------------------------------------------------------------


def test_d2_every_enrolled_student_without_a_score_shows_an_asterisk_and_0_is_a_score(api):
    api.put_item()
    api.put_result(0, student=IN_MATH)
    shown = displayed(api, MATH)
    assert len(shown) == 7
    assert shown.pop(IN_MATH) == "0"
    assert set(shown.values()) == {"*"}


def test_d2_a_score_that_did_not_post_stays_an_asterisk(api):
    api.put_item()
    assert api.put_result(-1).status_code == 422
    assert displayed(api, MATH)[IN_MATH] == "*"


def test_d2_scores_show_their_decimals(api):
    api.put_item()
    api.put_result(8.5)
    assert displayed(api, MATH)[IN_MATH] == "8.5"
    (record,) = api.records("Gradebook/StudentAssignment", equal("StudentID", IN_MATH))
    assert (record["Score"], record["PointsEarnedWithSlash"]) == (8.5, "8.5 / 20")


def test_d2_exempt_is_no_count(api):
    api.put_item()
    api.put_result(8, scoreStatus="exempt")
    (record,) = api.records("Gradebook/StudentAssignment", equal("StudentID", IN_MATH))
    assert record["NoCount"] is True


# ---- D3 ------------------------------------------------------------------------------------------


def test_d3_linked_sections_stand_in_one_class_group(api):
    members = api.records("Gradebook/ClassGroupSection")
    assert {str(one["SectionID"]) for one in members} == {MATH, MATH_TOO}
    (made,) = {one["ClassGroupID"] for one in members}
    (whole,) = api.records("Gradebook/ClassGroup")
    assert whole["ClassGroupID"] == made


def test_d3_what_is_posted_to_one_is_a_column_in_all_and_shows_asterisks_there(api):
    api.put_item(section=MATH_TOO)
    api.put_result(7, student=IN_MATH_TOO)
    for section in (MATH, MATH_TOO):
        assert [one["sourcedId"] for one in api.items(section)] == ["item-1"]
    assert set(displayed(api, MATH).values()) == {"*"}
    assert displayed(api, MATH_TOO)[IN_MATH_TOO] == "7"
    (column,) = api.records("Gradebook/Assignment")
    assert column["IsSynced"] is True


def test_d3_the_same_id_through_another_linked_section_is_the_same_column(api):
    assert api.put_item(section=MATH).status_code == 201
    assert api.put_item(section=MATH_TOO).status_code == 200
    (read,) = api.items(MATH_TOO)
    assert read["class"]["sourcedId"] == MATH


def test_d3_another_id_is_a_second_column(api):
    api.put_item("one", section=MATH)
    api.put_item("two", section=MATH_TOO)
    assert len(api.items(MATH)) == len(api.items(MATH_TOO)) == 2


def test_d3_the_same_id_through_a_section_that_is_not_linked_is_refused(api):
    api.put_item()
    assert api.put_item(section=SCIENCE).status_code == 409
    assert api.items(SCIENCE) == []


# ---- D4, D5 -------------------------------------------------------------------------------------


def test_d4_what_the_teacher_changes_is_what_the_api_reads(api, world):
    api.put_item()
    api.put_result(8)
    book = gradebook_of(world, "skyward")
    (column,) = book.columns(MATH)
    book.edit_column(column.id, {"category": TEST, "title": "Hers"}, by="teacher")
    book.put_score(column.id, IN_MATH, Decimal("9.25"), by="teacher")
    (item,), (result,) = api.items(), api.results()
    assert (item["title"], item["category"]["sourcedId"]) == ("Hers", TEST)
    assert (result["sourcedId"], result["score"]) == ("result-1", 9.25)
    book.put_score(column.id, IN_MATH, None, by="teacher")
    assert api.results() == []
    book.delete_column(column.id, by="teacher")
    assert api.items() == []
    deleted = api.records("Gradebook/Assignment")
    assert [one["IsDeleted"] for one in deleted] == [True]
    book.restore_column(column.id, by="teacher")
    assert [one["sourcedId"] for one in api.items()] == ["item-1"]


def test_d5_a_student_who_left_takes_no_score_until_back(api, world):
    api.put_item()
    registrar_of(world).drop(IN_MATH, MATH)
    answer = api.put_result(8)
    assert answer.status_code == 409
    assert "not enrolled" in reason(answer)
    assert IN_MATH not in reason(answer)
    registrar_of(world).enroll(IN_MATH, MATH)
    assert api.put_result(8).status_code == 201


def test_d5_a_transfer_between_linked_sections_keeps_the_score_in_place(api, world):
    api.put_item()
    api.put_result(8)
    registrar_of(world).transfer(IN_MATH, MATH_TOO)
    (read,) = api.results()
    assert (read["score"], read["class"]["sourcedId"]) == (8, MATH_TOO)
    assert api.put_result(9).status_code == 200


def test_d5_a_category_that_was_switched_off_takes_no_new_column_but_keeps_the_old(api, world):
    api.put_item()
    registrar_of(world).deactivate_category(QUIZ)
    assert api.put_item("other").status_code == 409
    assert api.put_item(title="Renamed").status_code == 200


def test_d5_a_merged_section_is_no_class_any_more(api, world):
    registrar_of(world).merge(MATH_TOO, MATH)
    assert api.put_item(section=MATH_TOO).status_code == 404
    (record,) = api.get(f"/ims/oneroster/rostering/v1p2/classes/{MATH_TOO}").json().values()
    assert record["status"] == "tobedeleted"


# ---- D6, D7 -------------------------------------------------------------------------------------


def logged(api, **expected):
    """The newest log entry with these fields; entries are written within a moment."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = [
            one
            for one in api.records("API/UsageHistory")
            if all(one[name] == value for name, value in expected.items())
        ]
        if found:
            return found[-1]
        time.sleep(0.02)
    raise AssertionError(f"no entry {expected}")


def test_d6_the_api_log_has_every_call_and_the_reason_of_a_failed_one(api, world):
    path = f"{GRADES}/lineItems/item-1"
    api.put_item()
    registrar_of(world).close_period(CURRENT)
    api.put_item()
    good = logged(api, Url=path, HttpStatusCode=201)
    bad = logged(api, Url=path, HttpStatusCode=409)
    assert (good["HttpMethod"], good["APIType"], good["LogID"]) == ("PUT", "OneRoster", None)
    assert good["CreatedTime"].startswith("2026-10-01T17:")
    assert good["ServerResponseTimeInMilliseconds"] >= 0
    (entry,) = api.records("SkySys/Log", equal("LogID", bad["LogID"]))
    assert "closed" in entry["Message"]
    assert entry["ActivityContext"] == "putLineItem"


def test_d6_the_log_names_what_in_a_body_is_wrong(api):
    api.put_item(resultValueMax="ten")
    bad = logged(api, Url=f"{GRADES}/lineItems/item-1", HttpStatusCode=422)
    (entry,) = api.records("SkySys/Log", equal("LogID", bad["LogID"]))
    assert "/lineItem/resultValueMax" in entry["Message"]


def test_d6_the_api_log_holds_no_secret(api):
    api.client.post("/token?grant_type=client_credentials&client_secret=passback-secret")
    logged(api, Url="/token", HttpStatusCode=401)
    assert "passback-secret" not in str(api.records("API/UsageHistory"))


def test_d7_an_asterisk_and_a_0_differ_in_the_average(api, world):
    api.put_item("a")
    api.put_item("b")
    api.put_result(20, key="ra", line_item="a")
    book = gradebook_of(world, "skyward")
    assert averages(book, MATH)[IN_MATH][None] == 100
    api.put_result(0, key="rb", line_item="b")
    assert averages(book, MATH)[IN_MATH][None] == 50
