"""A feed with broken records: each is refused by itself, by its id; the rest goes on.

What makes the feed itself unusable ends the night before anything is sent.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.support.district import START, District, Run
from tests.e2e.support.night_work import NEXT, assert_as_if_nothing_had_happened, some_work
from tests.e2e.support.recording_proxy import Exchange, between
from tests.e2e.support.verdicts import columns_of, record, sis_writes

pytestmark = pytest.mark.slow

Change = dict[str, Any]


def spoiling(district: District, id_: str, spoil: Callable[[Change], None]) -> Run:
    """A night on which Otus says something broken of one record."""

    def alter(exchange: Exchange) -> None:
        if "/v1/changes" in exchange.path:
            page = exchange.json
            for change in page["changes"]:
                if change["id"] == id_:
                    spoil(change)
            exchange.answer(200, page, exchange.headers)

    with between(district, "otus") as feed:
        feed.alter = alter
        return district.sync()


def put(**members: Any) -> Callable[[Change], None]:
    """Say something else in the record."""
    return lambda change: change["record"].update(members)


def without(name: str) -> Callable[[Change], None]:
    """Leave a member out."""
    return lambda change: change["record"].pop(name)


def in_class(**members: Any) -> Callable[[Change], None]:
    """Say something else in the entry of the first class."""
    return lambda change: change["record"]["classes"][0].update(members)


def whole(record_: Any) -> Callable[[Change], None]:
    """Another record altogether."""
    return lambda change: change.update(record=record_)


# ---- assessments ---------------------------------------------------------------------------------

BROKEN = [
    put(totalPoints="twenty"),
    put(totalPoints={}),
    put(gradingScale="letters"),
    put(title=None),
    put(includeInFinalGrade="yes"),
    put(kind="exam"),
    put(createdAt="2026-10-12"),
    put(createdAt="yesterday"),
    put(submissionDate="2026-02-30"),
    without("title"),
    without("type"),
    without("totalPoints"),
    in_class(dueDate="2026-02-30"),
    in_class(dueDate="next week"),
    in_class(dueDate="2026-10-16T15:00:00"),
    in_class(dueDate=20261016),
    in_class(assignedDate="2026-13-01"),
    in_class(students="all"),
    in_class(students=[{"id": "s-3001"}]),
    in_class(totalPoints="1e999"),
]


@pytest.mark.parametrize("spoil", BROKEN)
def test_a_broken_assessment_is_refused_by_its_id_and_the_rest_goes_on(district: District, spoil):
    district.assess("a-1")
    district.assess("a-2")
    district.score("a-1", "s-3001", 18)
    district.score("a-2", "s-3001", 17)
    district.evening(START)

    run = spoiling(district, "a-1", spoil)

    assert run.code == 0, run.err
    found = record(run, "a-1", "200001")
    assert (found["state"], found["codes"]) == ("refused", ["assessment_invalid"])
    assert found["reason"].startswith("broken record: ")
    assert columns_of(district, "a-1") == set()
    assert (run.states("a-2")[None], district.marks("a-2")["400001"]) == ("created", "17")

    # Mended in Otus, it passes.
    district.edit("a-1", title="Mended")
    assert district.night(NEXT).states("a-1")[None] == "created"
    assert district.marks("a-1")["400001"] == "18"


@pytest.mark.parametrize(
    "spoil",
    [
        without("classes"),
        put(classes="c-1001"),
        put(classes=[{"dueDate": "2026-10-16"}]),
        put(classes=["c-1001"]),
        whole(None),
        whole([]),
        whole("a-1"),
    ],
)
def test_a_broken_assessment_of_no_class_is_told_by_its_id(district: District, spoil):
    district.assess("a-1")
    district.assess("a-2")
    district.evening(START)

    run = spoiling(district, "a-1", spoil)

    assert run.code == 0, run.err
    assert run.codes("a-1") == ["assessment_invalid"]
    assert run.states("a-2")[None] == "created"


def test_a_broken_entry_of_one_class_leaves_the_other_class_alone(district: District):
    classes = [district.assigned("c-1001"), district.assigned("c-1002")]
    district.assess("a-1", classes=classes)
    district.score("a-1", "s-3008", 17)
    district.evening(START)

    run = spoiling(district, "a-1", in_class(dueDate="soon"))

    assert record(run, "a-1", "200001")["codes"] == ["assessment_invalid"]
    assert record(run, "a-1", "200002")["state"] == "created"
    assert district.marks("a-1")["400008"] == "17"


@pytest.mark.parametrize(
    "spoil",
    [
        put(totalPoints="twenty"),
        without("classes"),
    ],
)
def test_broken_after_it_passed_it_stays_in_the_sis_and_is_no_orphan(district: District, spoil):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = district.gradebook()
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 12)
    district.evening(NEXT)

    run = spoiling(district, "a-1", spoil)

    assert (run.code, run.writes, district.gradebook()) == (0, 0, before)
    assert run.codes("a-1") == ["assessment_invalid"]
    states = {r["state"] for r in run.report["records"] if "student" not in r}
    assert states == {"refused"}


# ---- the other kinds -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil", [put(progress="done"), put(marks="late"), without("points"), put(progress=None)]
)
def test_a_broken_score_is_refused_by_itself(district: District, spoil):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 17)
    district.evening(START)

    run = spoiling(district, "a-1:s-3001", spoil)

    assert run.code == 0, run.err
    assert run.codes("a-1", "s-3001") == ["score_invalid"]
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "17")


@pytest.mark.parametrize(
    "spoil", [without("teachers"), put(sectionId=200001), put(teachers=[{"main": True}]), whole({})]
)
def test_a_broken_class_keeps_its_assessments_back_and_says_so(district: District, spoil):
    district.assess("a-1")
    district.assess("a-2", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    district.score("a-1", "s-3001", 18)
    district.evening(START)

    run = spoiling(district, "c-1001", spoil)

    assert run.code == 0, run.err
    assert run.states("a-2")[None] == "created"
    assert columns_of(district, "a-1") == set()
    assert run.states("a-1")[None] == "refused"


def test_a_class_that_breaks_later_leaves_the_sis_as_it_is(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.night(START)
    before = district.gradebook()
    district.control("POST", "/sections/200001/teachers", {"teacher": "300002"})
    district.score("a-1", "s-3001", 12)
    district.evening(NEXT)

    run = spoiling(district, "c-1001", put(sectionId=7))

    assert (run.code, run.writes, district.gradebook()) == (0, 0, before)
    [state] = {r["state"] for r in run.report["records"] if r.get("student") == "s-3001"}
    assert state == "refused"


@pytest.mark.parametrize("spoil", [put(sisId=400001), without("sisId"), whole(7)])
def test_a_broken_student_never_blocks_the_class(district: District, spoil):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 17)
    district.evening(START)

    run = spoiling(district, "s-3001", spoil)

    assert run.code == 0, run.err
    assert run.states("a-1")["s-3001"] == "refused"
    assert (district.marks("a-1")["400001"], district.marks("a-1")["400002"]) == ("*", "17")


@pytest.mark.parametrize("id_", ["t-2001"])
@pytest.mark.parametrize("spoil", [whole({}), whole(None), put(sisId=[], teacherId=3)])
def test_a_broken_teacher_assigned_nothing_that_passes(district: District, id_: str, spoil):
    district.assess("a-1")
    district.assess("a-2", assignedBy="t-2002", classes=[district.assigned("c-1003")])
    district.evening(START)

    run = spoiling(district, id_, spoil)

    assert run.code == 0, run.err
    assert run.states("a-1")[None] == "refused"
    assert run.states("a-2")[None] == "created"


def test_a_kind_of_tomorrow_is_passed_over(district: District):
    district.assess("a-1")
    district.assess("a-2")
    district.evening(START)

    run = spoiling(district, "a-1", lambda change: change.update(kind="rubric"))

    assert run.code == 0, run.err
    assert run.states("a-2")[None] == "created"
    assert json.loads(run.out)["counts"]["created"] == 1


# ---- the feed itself -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda change: change.pop("id"),
        lambda change: change.update(id=7),
        lambda change: change.update(op="upsert"),
        lambda change: change.pop("kind"),
        lambda change: change.update(kind="score", record={}),
    ],
)
def test_a_change_that_does_not_say_what_it_is_about_ends_the_night_with_6(
    district: District, twin: District, spoil
):
    some_work(district)

    run = spoiling(district, "a-1", spoil)

    assert (run.code, sis_writes(district)) == (6, [])
    assert run.err.startswith("passback: source: listChanges: ")
    assert run.err.count("\n") == 1
    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.parametrize(
    "page",
    [
        {"snapshot": False},
        {"cursor": ""},
        {"cursor": None},
        {"more": True},
        {"more": "no"},
        {"changes": None},
        {"changes": {}},
    ],
)
def test_a_page_that_cannot_be_used_ends_the_night_with_6(
    district: District, twin: District, page: dict[str, Any]
):
    some_work(district)
    with between(district, "otus") as feed:

        def alter(exchange: Exchange) -> None:
            if "/v1/changes" in exchange.path:
                exchange.answer(200, {**exchange.json, **page}, exchange.headers)

        feed.alter = alter
        run = district.sync()

    assert (run.code, sis_writes(district)) == (6, [])
    assert run.err.count("\n") == 1
    assert_as_if_nothing_had_happened(district, twin)


def test_a_snapshot_that_breaks_off_leaves_the_local_copy_as_it_was(
    district: District, twin: District
):
    """Half of Otus is no Otus: nothing counts as removed, and no score as missing."""
    some_work(district)
    district.sync()
    before = district.gradebook(), district.gradebook("200003")
    district.score("a-1", "s-3002", 2)
    pages: list[str] = []
    with between(district, "otus") as feed:
        problem = {"content-type": "application/problem+json"}

        def alter(exchange: Exchange) -> None:
            if "/v1/changes" not in exchange.path:
                return
            pages.append(exchange.path)
            if len(pages) == 1:
                exchange.answer(410, {}, problem)
            elif "cursor=" not in exchange.path:
                half = exchange.json["changes"][:20]
                page = {**exchange.json, "changes": half, "more": True}
                exchange.answer(200, page, exchange.headers)
            else:
                exchange.answer(500, {}, problem)

        feed.alter = alter
        run = district.sync()

    assert run.code == 6
    assert (district.gradebook(), district.gradebook("200003")) == before
    district.score("a-1", "s-3002", 2.5)
    assert_as_if_nothing_had_happened(district, twin)
