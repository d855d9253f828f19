"""What `check` says of a set-up, from values alone."""

from agent.domain import ClassTeacher, GroupMember
from agent.probe import SisCategory
from agent.records import Change
from agent.setup import (
    LISTED,
    LOOKED_AT,
    Feed,
    feed_probes,
    mapping_probes,
    midnight_probes,
)
from tests.agent.builders import CHICAGO, a_class, a_policy, a_section, an_assessment, utc

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
    found, _ = feed_probes(a_feed(*changes), a_policy(), whole_classes=whole_classes)
    return found


def mapping(*offered, sections=None, **categories):
    policy = a_policy(categories=categories)
    return list(mapping_probes(policy, offered, {s.id: s for s in sections or ()}))


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


def test_the_sections_looked_at_are_of_complete_classes_one_a_teacher():
    many = [taught(f"c-{n}", f"t-{n}", section=str(n)) for n in range(1, 20)]
    again = taught("c-0", "t-1", section="0")
    assert a_feed(*many).sections() == ["1", "10", "11", "12", "13"][:LOOKED_AT]
    assert a_feed(member("t-1"), again, *many).sections() == ["0"]


def test_a_long_list_is_cut():
    many = [taught(f"c-{n}", f"t-{n}") for n in range(LISTED + 3)]
    assert group(*many).detail.endswith("; and 3 more")


def test_due_dates_without_a_time_are_never_asked_about():
    bare = put("assessment", an_assessment(), "a-1", "c-1")
    timed = put("assessment", an_assessment(due=utc(2026, 10, 16)), "a-2", "c-1")
    assert list(midnight_probes(a_feed(bare), CHICAGO)) == []
    [probe] = midnight_probes(a_feed(bare, timed), CHICAGO)
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


def test_one_that_is_active_in_one_of_the_sections_will_do():
    sections = [a_section(id="1", categories={}), a_section(id="2", categories={"quiz": "k"})]
    [probe] = mapping(QUIZ, sections=sections, Quiz="QUIZ")
    assert (probe.ok, probe.warns) == (True, False)


def test_none_active_fails_and_some_warn():
    lab = SisCategory(title="Lab")
    one = [a_section(categories={"quiz": "k"})]
    [some] = mapping(QUIZ, lab, sections=one, Quiz="QUIZ", Lab="Lab")
    assert (some.ok, some.warns, some.detail) == (True, True, 'not active in section 501: "Lab"')
    [none] = mapping(QUIZ, lab, sections=[a_section(categories={})], Quiz="QUIZ", Lab="Lab")
    assert (none.ok, none.warns) == (False, False)
    assert none.detail.startswith("none is active, so nothing passes")
