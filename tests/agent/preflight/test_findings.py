"""What `check` says of a set-up, from values alone."""

from datetime import date, time, timedelta

import pytest

from agent.domain import ClassTeacher, GroupMember, Who
from agent.preflight.dates import (
    age_probe,
    clock_probes,
    due_probes,
    effective_probe,
    hour_probe,
)
from agent.preflight.feed import Feed
from agent.preflight.machine import Folder, folder_probes
from agent.preflight.mapping import mapping_probes
from agent.preflight.people import people_probes
from agent.preflight.sections import SectionFacts, section_probes
from agent.probe import LISTED, SisCategory
from agent.records import Change
from tests.agent.builders import CHICAGO, a_class, a_period, a_policy, a_section, an_assessment, utc

CLASSES = {"1": ["Math (c-1, teacher t-1)"]}
QUIZ = SisCategory(title="Quizzes", code="QUIZ")


def put(kind, value, *key):
    return Change(kind=kind, key=key, value=value)


def a_feed(*changes):
    feed = Feed()
    feed.take(changes)
    return feed


def taught(id_, *teachers, section="501"):
    found = tuple(ClassTeacher(teacher=t, main=n == 0) for n, t in enumerate(teachers))
    return put("class", a_class(id=id_, section=section, teachers=found), id_)


def member(teacher):
    return put("group_member", GroupMember(teacher=teacher), teacher)


def group(*changes, whole_classes=False):
    found = people_probes(a_feed(*changes), whole_classes=whole_classes)
    return next(probe for probe in found if probe.name == "teacher group")


def mapping(*offered, sections=None, **categories):
    policy = a_policy(categories=categories)
    return list(mapping_probes(policy, offered, {s.id: s for s in sections or ()}, CLASSES))


# ---- the feed ------------------------------------------------------------------------------------


def test_what_was_taken_out_again_does_not_count():
    feed = a_feed(
        member("t-1"),
        member("t-2"),
        taught("c-1", "t-1"),
        taught("c-2", "t-2"),
        put("assessment", an_assessment(), "a-1", "c-1"),
        put("assessment", an_assessment(type="Lab"), "a-2", "c-1"),
        put("group_member", None, "t-2"),
        put("class", None, "c-2"),
        put("assessment", None, "a-2"),
    )
    assert (feed.group, list(feed.classes)) == ({"t-1"}, ["c-1"])
    assert feed.types() == {"Quiz": 1}


def test_an_assessment_of_several_classes_is_one_of_its_type():
    feed = a_feed(*(put("assessment", an_assessment(), "a-1", f"c-{n}") for n in range(3)))
    assert feed.types() == {"Quiz": 1}


def test_a_class_without_a_section_makes_no_group_complete():
    both = [member("t-1"), member("t-2")]
    probe = group(*both, taught("c-1", "t-1", "t-2", section=None), whole_classes=True)
    assert (probe.ok, probe.detail.endswith("0 of 0")) == (False, True)


def test_the_sections_that_take_part_come_one_a_teacher_first():
    classes = [
        taught("c-1", "t-1", section="1"),
        taught("c-2", "t-1", section="2"),
        taught("c-3", "t-2", "t-1", section="3"),
        taught("c-4", "t-2", section="4"),
    ]

    def sections(*members, whole=False):
        feed = a_feed(*classes, *map(member, members))
        return list(feed.sections(whole_classes=whole))

    assert sections("t-1", "t-2") == ["1", "3", "2", "4"]
    assert sections("t-1") == ["1", "3", "2"]
    assert sections("t-1", whole=True) == ["1", "2"]
    assert sections() == ["1", "3", "2", "4"]


def test_a_long_list_is_cut():
    many = [taught(f"c-{n}", f"t-{n}") for n in range(LISTED + 3)]
    assert group(*many).detail.endswith("; and 3 more")


def test_due_dates_without_a_time_are_never_asked_about():
    bare = put("assessment", an_assessment(), "a-1", "c-1")
    timed = put("assessment", an_assessment(due=utc(2026, 10, 16)), "a-2", "c-1")
    assert list(due_probes(a_feed(bare).due_times(), CHICAGO)) == []
    [probe] = due_probes(a_feed(bare, timed).due_times(), CHICAGO)
    assert probe.warns
    assert "all 1 are 00:00Z" in probe.detail
    assert "2026-10-15 19:00" in probe.detail


# ---- the mapping ---------------------------------------------------------------------------------


def test_a_mapping_finds_a_category_by_title_and_by_code():
    assert [p.ok for p in mapping(QUIZ, Quiz="quiz", Check="QUIZZES")] == [True]


def test_one_that_matches_nothing_names_all_that_there_are():
    off = SisCategory(title="Old", active=False)
    [probe] = mapping(QUIZ, SisCategory(title="Lab"), off, Quiz="Quizz")
    assert not probe.ok
    assert probe.detail == 'no such category "Quizz"; there are: Lab, Quizzes (code QUIZ)'


def test_one_that_is_switched_off_is_told_so():
    [probe] = mapping(SisCategory(title="Lab", active=False), Lab="Lab")
    assert (probe.ok, probe.detail) == (False, 'the category "Lab" is not active')


def test_one_that_is_not_active_in_one_of_the_sections_is_told_with_the_teacher():
    off = a_section(id="1", categories={})
    [probe] = mapping(
        QUIZ, sections=[off, a_section(id="2", categories={"quiz": "k"})], Quiz="QUIZ"
    )
    assert (probe.ok, probe.warns) == (True, True)
    assert probe.detail == 'not active in section 1 Math (c-1, teacher t-1): "QUIZ"'


def test_none_active_fails_and_some_warn():
    lab = SisCategory(title="Lab")
    one = [a_section(categories={"quiz": "k"})]
    [some] = mapping(QUIZ, lab, sections=one, Quiz="QUIZ", Lab="Lab")
    assert (some.ok, some.warns, some.detail) == (
        True,
        True,
        'not active in section 501: "Lab"',
    )
    [none] = mapping(QUIZ, lab, sections=[a_section(categories={})], Quiz="QUIZ", Lab="Lab")
    assert (none.ok, none.warns) == (False, False)
    assert none.detail.startswith("none is active, so nothing passes")


# ---- time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "status", "told"),
    [
        (59, "ok", "as ours"),
        (60, "warn", "60 s ahead of ours"),
        (-599, "warn", "10 min behind ours"),
        (-600, "fail", "10 min behind ours"),
    ],
)
def test_a_clock_is_judged_by_how_far_it_is_from_ours(seconds, status, told):
    [probe] = clock_probes({"sis": timedelta(seconds=seconds)})
    assert (probe.name, probe.status, probe.detail) == ("clock of the SIS", status, told)


@pytest.mark.parametrize(
    ("hour", "grace", "status"),
    [
        (time(21), None, "ok"),
        (time(21), date(2026, 10, 23), "ok"),
        (time(0, 30), None, "ok"),
        (time(0, 30), date(2026, 10, 24), "ok"),
        (time(0, 30), date(2026, 10, 23), "warn"),
        (time(5, 59), date(2026, 10, 23), "warn"),
        (time(6, 0), date(2026, 10, 23), "ok"),
    ],
)
def test_a_night_after_midnight_needs_a_day_of_grace(hour, grace, status):
    period = a_period(end=date(2026, 10, 23), grace=grace)
    assert hour_probe(hour, a_policy(), [period]).status == status


@pytest.mark.parametrize(
    ("day", "first", "status"),
    [
        (date(2026, 8, 19), True, "warn"),
        (date(2026, 8, 20), True, "ok"),
        (date(2028, 8, 20), True, "ok"),
        (date(2028, 8, 21), True, "warn"),
        (date(2028, 8, 21), False, "ok"),
    ],
)
def test_an_effective_date_lies_neither_ahead_nor_years_before_a_first_night(day, first, status):
    policy = a_policy(effective_date=date(2026, 8, 20))
    assert effective_probe(policy, day, first=first).status == status


@pytest.mark.parametrize(("days", "status"), [(1, "ok"), (2, "warn"), (7, "fail")])
def test_an_export_is_made_every_day(days, status):
    [probe] = age_probe(timedelta(days=days))
    assert probe.status == status
    assert list(age_probe(None)) == []


# ---- sections ------------------------------------------------------------------------------------

TODAY = date(2026, 10, 14)


def of_sections(*sections, titles=None, needs_period=True, **more):
    found = {s.id: s for s in sections}
    facts = SectionFacts(titles=titles or {id_: ["Math"] for id_ in found}, found=found, **more)
    return {p.name: p for p in section_probes(facts, TODAY, needs_period=needs_period)}


def test_sections_that_were_not_looked_at_are_named_and_no_finding():
    titles = {str(n): [f"Math {n}"] for n in range(40)}
    section = a_section(id="0", periods=(a_period(),))
    found = of_sections(section, titles=titles, skipped=[str(n) for n in range(1, 40)])
    assert [p.status for p in found.values()] == ["ok", "ok"]
    told = found["sections"].detail
    assert told.startswith("1 of 40 looked at")
    assert "not looked at (see --requests): 1, 2, 3" in told
    assert told.endswith("and 34 more")


def test_one_flaw_warns_where_some_sections_have_it_and_fails_where_all_have():
    good, bare = a_section(id="1", periods=(a_period(),)), a_section(id="2", periods=())
    name = "sections without a grading period"
    assert of_sections(good, bare)[name].status == "warn"
    assert of_sections(bare)[name].status == "fail"
    assert name not in of_sections(bare, needs_period=False)


def test_an_extended_period_keeps_its_section_in_this_school_year():
    past = a_period(start=date(2026, 8, 1), end=date(2026, 10, 10), grace=date(2026, 10, 20))
    found = of_sections(a_section(id="1", periods=(past,)))
    assert "school year" not in found
    assert found["grading period tonight"].status == "fail"


def test_a_column_in_two_linked_gradebooks_is_one():
    sections = [a_section(id=id_, periods=(a_period(),)) for id_ in "12"]
    found = of_sections(*sections, strangers=dict.fromkeys("12", frozenset({"pb-a-1.c-1"})))
    assert found["second agent"].detail.startswith("1 columns with an id")


# ---- this machine --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("megabytes", "writable", "status"),
    [(99, True, "fail"), (100, True, "warn"), (1023, True, "warn"), (1024, True, "ok"),
     (5000, False, "fail")],
)  # fmt: skip
def test_a_folder_has_room_and_can_be_written(megabytes, writable, status):
    folder = Folder(
        what="temporary files", path="/t", setting="TMPDIR", exists=True, writable=writable,
        free=megabytes * 1024 * 1024,
    )  # fmt: skip
    [probe] = folder_probes([folder])
    assert (probe.status, probe.who) == (status, Who.NOBODY if status == "ok" else Who.OPERATOR)
