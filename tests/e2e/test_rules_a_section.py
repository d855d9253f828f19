"""Rules A13 and A14 end to end: a section that exists, and a title that the SIS takes."""

from datetime import timedelta
from typing import Any

import pytest

from tests.e2e.support.actors import join
from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import (
    assert_arrived,
    assert_kept_out,
    assert_refused,
    columns_of,
    gradebooks,
    lenient,
    reason,
    record,
    sis_writes,
    states_of,
)

NEXT = START + timedelta(days=1)
CLUB = "c-1004"
"""A class that is linked to no section."""
LONG = "Ecosystems and energy transfer: what we saw, and why"


# ---- A13 -----------------------------------------------------------------------------------------


@BOTH
def test_a13_a_class_linked_to_no_section_does_not_pass(district: District):
    lenient(district)
    district.assess("a-1", assignedBy="t-2002", classes=[district.assigned(CLUB)])
    district.score("a-1", "s-3001", 9)

    run = district.night(START)

    assert_kept_out(district, run, "a-1", "class_not_linked", section=CLUB)
    assert "not linked" in reason(run, "a-1", CLUB)
    assert (run.writes, sis_writes(district)) == (0, [])


def linked_to(servers: Any, district: District, class_: str, section: str) -> None:
    """In Otus the class belongs to another section from now on."""
    feed = servers.worlds.find(district.sis.rpartition("/")[2]).world.feed
    feed.put("class", class_, {**feed.get("class", class_), "sectionId": section})


@BOTH
def test_a13_a_class_linked_to_another_section_has_what_was_made_held(servers, district: District):
    """What stands in the old gradebook stays; whether it is made anew is for people to say."""
    for teacher in ("t-2002", "t-2003"):
        district.control("PUT", f"/group/{teacher}", otus=True)
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    linked_to(servers, district, "c-1001", "200003")
    linked_to(servers, district, "c-1003", "200001")
    before = gradebooks(district)

    for changed in (False, True):
        if changed:
            district.edit("a-1", title="Renamed")
            district.score("a-1", "s-3001", 19)
        run = district.night(NEXT)

        assert (run.code, run.writes, gradebooks(district)) == (0, 0, before)
        assert record(run, "a-1", "200003")["state"] == "held"
        assert "link the class back" in reason(run, "a-1", "200003")

    district.assess("a-2")
    assert_arrived(district, district.night(NEXT), "a-2", section="200003")
    linked_to(servers, district, "c-1001", "200001")
    linked_to(servers, district, "c-1003", "200003")
    run = district.night(NEXT)
    assert record(run, "a-1", "200001")["state"] == "updated"
    assert district.marks("a-1")["400001"] == "19"


@BOTH
def test_a13_a_score_of_an_unlinked_class_is_told_too(district: District):
    district.assess("a-1", assignedBy="t-2002", classes=[district.assigned(CLUB)])
    district.score("a-1", "s-3001", 9)

    run = district.night(START)

    assert record(run, "a-1", CLUB, "s-3001")["codes"] == ["class_not_linked"]


def test_a13_scores_of_a_section_that_vanished_are_told_too(district: District):
    district.assess("a-1", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    district.score("a-1", "s-3015", 9)
    district.night(START)
    district.control("POST", "/sections/200003/merge", {"into": "200001"})
    district.score("a-1", "s-3015", 10)

    run = district.night(NEXT)

    assert record(run, "a-1", "200003", "s-3015")["codes"] == ["class_not_linked"]


@BOTH
def test_a13_an_unlinked_class_does_not_keep_its_neighbours_back(district: District):
    classes = [district.assigned(CLUB), district.assigned("c-1001")]
    district.assess("a-1", classes=classes)
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="18")
    assert_refused(run, "a-1", "class_not_linked", section=CLUB)


@BOTH
def test_a13_a_section_that_the_sis_does_not_have_takes_nothing(district: District):
    lenient(district)
    join(district, "t-2003")
    district.assess("a-1", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    district.score("a-1", "s-3015", 9)
    district.control("POST", "/sections/200003/merge", {"into": "200001"})

    run = district.night(START)

    assert_refused(run, "a-1", "class_not_linked", section="200003")
    assert "the SIS has no section 200003" in reason(run, "a-1", "200003")
    assert not columns_of(district, "a-1")
    assert (run.writes, sis_writes(district)) == (0, [])


def test_a13_a_section_that_vanished_takes_nothing_more(district: District):
    lenient(district)
    district.assess("a-1", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    district.score("a-1", "s-3015", 9)
    district.night(START)
    district.control("POST", "/sections/200003/merge", {"into": "200001"})
    before = gradebooks(district)

    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3015", 10)
    run = district.night(NEXT)

    assert_refused(run, "a-1", "class_not_linked", section="200003")
    assert (run.writes, gradebooks(district)) == (0, before)


@BOTH
def test_a13_one_class_of_several_can_lose_its_section(district: District):
    lenient(district)
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    district.control("POST", "/sections/200002/merge", {"into": "200001"})
    # She sits in the first section now, and Otus still has her in the second class.
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    assert_arrived(district, run, "a-1", s3001="18")
    assert_refused(run, "a-1", "class_not_linked", section="200002")
    assert len(columns_of(district, "a-1")) == 1


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_a13_past_the_agent_the_sis_refuses_a_class_that_it_does_not_have(
    district: District, version: str
):
    past = Bypass(district, version)
    district.control("POST", "/sections/200003/merge", {"into": "200001"})

    unknown = past.put_column("x-1", **{"class": {"sourcedId": "299999"}})
    merged = past.put_column("x-2", **{"class": {"sourcedId": "200003"}})

    assert [a.status for a in (unknown, merged)] == [404, 404]
    assert unknown.words == "there is no class 299999"
    assert all(district.columns(s) == [] for s in ("200001", "200002", "200003"))
    lenient(district, "A13")
    assert past.put_column("x-2", **{"class": {"sourcedId": "200003"}}).done


# ---- A14 -----------------------------------------------------------------------------------------


@BOTH
def test_a14_a_title_of_50_characters_or_more_is_shortened_and_the_report_shows_it(
    district: District,
):
    titles = {"a-1": "x" * 49, "a-2": "y" * 46 + "zzzz", "a-3": LONG, "a-4": "é" * 80}
    for assessment, title in titles.items():
        district.assess(assessment, title=title)

    run = district.night(START)

    shown = {a: assert_arrived(district, run, a)["title"] for a in titles}
    assert shown == {
        "a-1": "x" * 49,
        "a-2": "y" * 46 + "…",
        "a-3": LONG[:46] + "…",
        "a-4": "é" * 46 + "…",
    }
    assert reason(run, "a-1") == ""
    for assessment in ("a-2", "a-3", "a-4"):
        assert f'title in the SIS: "{shown[assessment]}"' in reason(run, assessment)


@BOTH
def test_a14_the_first_46_characters_are_kept_whatever_they_are(district: District):
    title = "x" * 45 + " and more of the same"
    district.assess("a-1", title=title)

    run = district.night(START)

    assert assert_arrived(district, run, "a-1")["title"] == title[:46] + "…"


@BOTH
def test_a14_an_edit_behind_the_cut_sends_nothing_and_one_before_it_does(district: District):
    district.assess("a-1", title="x" * 60)
    district.night(START)

    district.edit("a-1", title="x" * 70)
    behind = district.night(NEXT)
    assert (behind.writes, states_of(behind, ["a-1"])) == (0, {"a-1": "unchanged"})

    district.edit("a-1", title="Short")
    before = district.sync()
    assert states_of(before, ["a-1"]) == {"a-1": "updated"}
    assert district.column("a-1")["title"] == "Short"


@BOTH
def test_a14_a_district_may_refuse_long_titles_instead(district: District):
    lenient(district)
    district.policy = 'long_title = "refuse"'
    district.assess("a-1", title="x" * 49)
    district.assess("a-2", title="y" * 50)
    district.score("a-2", "s-3001", 18)

    run = district.night(START)

    assert assert_arrived(district, run, "a-1")["title"] == "x" * 49
    assert_kept_out(district, run, "a-2", "title_too_long")
    assert "50 characters" in reason(run, "a-2")

    district.edit("a-2", title="y" * 49)
    assert_arrived(district, district.night(NEXT), "a-2", s3001="18")


@BOTH
def test_a14_a_title_edited_to_be_too_long_leaves_the_sis_as_it_is(district: District):
    lenient(district)
    district.policy = 'long_title = "refuse"'
    district.assess("a-1", title="Short")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = gradebooks(district)

    district.edit("a-1", title="x" * 50)
    run = district.night(NEXT)
    assert_refused(run, "a-1", "title_too_long")
    assert (run.writes, gradebooks(district)) == (0, before)

    # The district changes its mind: nothing but the configuration.
    district.policy = 'long_title = "shorten"'
    district.sync()
    assert district.column("a-1")["title"] == "x" * 46 + "…"


BLANK = {
    "a-1": "",
    "a-2": " \t\r\n",
    "a-3": "\u00a0\u2003\u3000",
    "a-4": "\u200b\u2060\ufeff",
    "a-5": " \u200d ",
}


@BOTH
def test_a14_a_title_in_which_nothing_is_to_be_seen_does_not_pass(district: District):
    lenient(district)
    for assessment, title in BLANK.items():
        district.assess(assessment, title=title)
        district.score(assessment, "s-3001", 18)

    for day in (START, NEXT):
        run = district.night(day)
        for assessment in BLANK:
            assert_kept_out(district, run, assessment, "title_missing")
        assert run.writes == 0
    assert "title" in reason(run, "a-1")

    for assessment in BLANK:
        district.edit(assessment, title=f"Quiz {assessment}")
    run = district.sync()
    for assessment in BLANK:
        assert_arrived(district, run, assessment, s3001="18")


@BOTH
def test_a14_a_title_that_is_taken_away_leaves_the_sis_as_it_is(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = gradebooks(district)

    district.edit("a-1", title="\u200b")
    district.score("a-1", "s-3001", 19)
    run = district.night(NEXT)

    assert_refused(run, "a-1", "title_missing")
    assert (run.writes, gradebooks(district)) == (0, before)


def test_a14_past_the_agent_the_sis_refuses_an_empty_title(district: District):
    assert Bypass(district).put_column("x-1", title="").status == 422


def test_a14_past_the_agent_the_sis_cuts_a_title_and_does_not_say_so(district: District):
    answer = Bypass(district).put_column("x-1", title="y" * 120)

    assert answer.done
    [column] = district.columns()
    assert set(column["title"]) == {"y"}
    assert len(column["title"]) <= 50


def test_a14_past_the_agent_the_sis_keeps_fewer_than_50_characters(district: District):
    assert Bypass(district).put_column("x-1", title="y" * 120).done

    assert [c["title"] for c in district.columns()] == ["y" * 49]
