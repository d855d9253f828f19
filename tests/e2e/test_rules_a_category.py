"""Rules A4 and A5 end to end: the type has a category, and the section may use it tonight."""

from datetime import timedelta

from tests.e2e.support.actors import join
from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    gradebooks,
    lenient,
    reason,
    record,
)

NEXT = START + timedelta(days=1)
QUIZ, TEST = "130001", "130002"


# ---- A4 ------------------------------------------------------------------------------------------


@BOTH
def test_a4_a_type_without_a_category_does_not_pass(district: District):
    lenient(district)
    district.assess("a-1", type="Journal")
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "type_not_mapped")
    assert "Journal" in reason(run, "a-1")
    assert run.writes == 0


@BOTH
def test_a4_a_type_passes_into_its_category_by_name_in_any_case(district: District):
    facts = district.facts
    district.categories["Journal"] = "hOmEwOrK"
    district.assess("a-1", type="quiz")
    district.assess("a-2", type="TEST")
    district.assess("a-3", type="Journal")

    run = district.night(START)

    assert assert_arrived(district, run, "a-1")["category"] == facts.categories["Quiz"]
    assert assert_arrived(district, run, "a-2")["category"] == facts.categories["Test"]
    assert assert_arrived(district, run, "a-3")["category"] == facts.homework


def test_a4_a_category_is_named_by_its_code_too(district: District):
    district.categories["Journal"] = "HW"
    district.assess("a-1", type="Journal")

    assert assert_arrived(district, district.night(START), "a-1")["category"] == "130003"


@BOTH
def test_a4_a_type_mapped_later_passes_that_night(district: District):
    district.assess("a-1", type="Journal")
    district.score("a-1", "s-3001", 18)
    district.night(START)

    district.categories["Journal"] = "Homework"
    column = assert_arrived(district, district.sync(), "a-1", s3001="18")

    assert column["category"] == district.facts.homework


@BOTH
def test_a4_a_type_edited_to_another_moves_the_column_and_to_none_leaves_it(district: District):
    district.assess("a-1")
    district.night(START)

    district.edit("a-1", type="Test")
    moved = district.night(START)
    assert record(moved, "a-1", "200001")["state"] == "updated"
    assert district.column("a-1")["category"] == district.facts.categories["Test"]

    before = gradebooks(district)
    district.edit("a-1", type="Journal")
    district.score("a-1", "s-3001", 18)
    run = district.night(NEXT)
    assert_refused(run, "a-1", "type_not_mapped")
    assert (run.writes, gradebooks(district)) == (0, before)


# ---- A5 ------------------------------------------------------------------------------------------


@BOTH
def test_a5_a_category_that_the_sis_does_not_have_keeps_it_back(district: District):
    lenient(district)
    district.categories["Journal"] = "JOURNALS"
    district.assess("a-1", type="Journal")

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "category_not_active")
    assert "JOURNALS" in reason(run, "a-1")
    assert run.writes == 0


@BOTH
def test_a5_a_deactivated_category_keeps_it_back_until_it_is_active_again(district: District):
    lenient(district)
    quiz = district.facts.categories["Quiz"]
    district.control("POST", f"/categories/{quiz}/deactivate", {})
    district.assess("a-1")
    district.assess("a-2", type="Test")
    district.score("a-1", "s-3001", 18)

    run = district.night(START)
    assert_kept_out(district, run, "a-1", "category_not_active")
    assert f'"{district.categories["Quiz"]}"' in reason(run, "a-1")
    assert_arrived(district, run, "a-2")

    district.control("POST", f"/categories/{quiz}/activate", {})
    assert_arrived(district, district.night(NEXT), "a-1", s3001="18")


@BOTH
def test_a5_deactivated_after_it_passed_nothing_more_is_sent_until_it_is_active_again(
    district: District,
):
    lenient(district)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = gradebooks(district)

    quiz = district.facts.categories["Quiz"]
    district.control("POST", f"/categories/{quiz}/deactivate", {})
    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)
    assert_refused(run, "a-1", "category_not_active")
    assert (run.writes, gradebooks(district)) == (0, before)

    district.control("POST", f"/categories/{quiz}/activate", {})
    district.night(NEXT)
    assert district.marks("a-1")["400001"] == "19"


@BOTH
def test_a5_counts_in_the_main_teachers_account_of_each_section(district: District):
    lenient(district)
    join(district, "t-2003")  # who teaches the third class too
    quiz = district.facts.categories["Quiz"]
    district.control("POST", f"/categories/{quiz}/deactivate", {"teacher": "300002"})
    district.assess("a-1", assignedBy="t-2002", classes=_first_and_third(district))

    run = district.night(START)

    assert_arrived(district, run, "a-1")
    assert_refused(run, "a-1", "category_not_active", section="200003")
    assert district.columns("200003") == []


@BOTH
def test_a5_activated_again_for_the_teacher_alone_it_passes_that_night(district: District):
    join(district, "t-2003")
    quiz = district.facts.categories["Quiz"]
    district.control("POST", f"/categories/{quiz}/deactivate", {"teacher": "300002"})
    district.assess("a-1", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    assert_kept_out(district, district.night(START), "a-1", "category_not_active", section="200003")

    district.control("POST", f"/categories/{quiz}/activate", {"teacher": "300002"})

    assert_arrived(district, district.night(NEXT), "a-1", section="200003")


@BOTH
def test_a5_the_account_is_that_of_the_main_teacher_tonight(district: District):
    join(district, "t-2003")
    quiz = district.facts.categories["Quiz"]
    district.control("POST", f"/categories/{quiz}/deactivate", {"teacher": "300002"})
    district.assess("a-1", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    district.night(START)

    district.control("POST", "/sections/200003/teachers", {"teacher": "300001", "main": True})

    assert_arrived(district, district.night(NEXT), "a-1", section="200003")


def test_a5_what_only_the_sis_knows_it_refuses_and_the_report_says_so(district: District):
    # OneRoster 1.1 cannot tell the categories of one class.
    district.sis_more = 'oneroster = "1.1"'
    district.control("POST", f"/categories/{QUIZ}/deactivate", {"teacher": "300002"})
    district.assess("a-1", assignedBy="t-2002", classes=_first_and_third(district))

    run = district.night(START)

    assert run.code == 3
    told = record(run, "a-1", "200003")
    assert (told["state"], told["codes"]) == ("rejected", [])
    assert "not active" in told["reason"]
    assert (
        "not active for class 200003"
        in district.command("explain", "-c", str(district.config), "a-1").out
    )
    assert record(run, "a-1", "200001")["state"] == "created"
    assert district.columns("200003") == []


def test_a5_past_the_agent_the_sis_refuses_an_inactive_category(district: District):
    past = Bypass(district)
    assert past.put_column("x-1").done
    district.control("POST", f"/categories/{QUIZ}/deactivate", {})
    district.control("POST", f"/categories/{TEST}/deactivate", {"teacher": "300002"})

    inactive = past.put_column("x-2")
    elsewhere = past.put_column(
        "x-3", category={"sourcedId": TEST}, **{"class": {"sourcedId": "200003"}}
    )
    unknown = past.put_column("x-4", category={"sourcedId": "139999"})

    assert [a.status for a in (inactive, elsewhere, unknown)] == [409, 409, 409]
    assert f"category {QUIZ} is not active" in inactive.words
    assert past.put_column("x-1", title="A column keeps its own").done
    assert past.put_column("x-2", category={"sourcedId": TEST}).done
    lenient(district, "A5")
    assert past.put_column("x-4").done


def _first_and_third(district: District):
    return [district.assigned("c-1001"), district.assigned("c-1003")]
