"""A night in trouble over PowerSchool: refused batches, throttle, maintenance, tokens, grants.

What C8 and C10 say of single records is proved in test_rules_c; here it is whole nights and their
exit codes: nothing lost, nothing twice.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.e2e.powerschool.bypass import Xte
from tests.e2e.powerschool.campus import MATH, SCIENCE, PowerSchoolDistrict
from tests.e2e.powerschool.verdicts import CREATE, REPLACE, SCORES
from tests.e2e.support.actors import join
from tests.e2e.support.district import START, District
from tests.e2e.support.night_work import (
    BREAKS,
    assert_as_if_nothing_had_happened,
    columns_made,
    fault,
    healed,
    some_work,
)
from tests.e2e.support.recording_proxy import HTML, JSON, Exchange, Relay, between
from tests.e2e.support.verdicts import record, sent, sis_writes, told

pytestmark = pytest.mark.slow

NEXT = START + timedelta(days=1)
AFTER = date(2026, 10, 17)
DOUBTFUL = [b for b in BREAKS if b[0] in {"drop_before", "drop_after", "status"}]
"""After these nobody knows whether a create was carried out. Its answer has no body to cut off."""


# ---- faults that pass ----------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "more"), [b for b in BREAKS if b not in DOUBTFUL])
def test_one_fault_of_a_create_that_leaves_no_doubt_is_not_noticed(
    district: PowerSchoolDistrict, action, more
):
    some_work(district)
    fault(district, action, CREATE, nth=1, **more)

    run = district.sync()

    assert run.code == 0, (run.err, run.out)
    assert len(columns_made(district)) == 4
    assert district.sync().writes == 0


@pytest.mark.parametrize(("action", "more"), DOUBTFUL)
def test_one_create_without_an_answer_waits_a_night_and_stops_nobody(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, action, more
):
    some_work(district)
    fault(district, action, CREATE, nth=1, **more)

    run = district.sync()

    assert run.code == 3, (run.err, run.out)
    assert run.report["counts"]["created"] == 3
    # A create is not repeated within the night.
    assert sum(e["operation"] == CREATE for e in sis_writes(district)) == 4
    healed(district)
    assert_as_if_nothing_had_happened(district, twin)


# ---- a batch that is refused ---------------------------------------------------------------------


def dropping(district: PowerSchoolDistrict, relay, *students: str, only_first: bool = False):
    """Between the look and the write the registrar drops students; a batch finds out."""

    def drop(exchange: Exchange) -> bool:
        if exchange.path.startswith("/ws/xte/score"):
            for student in students:
                path = f"{relay.target}/_mock/students/{student}/drop"
                district.http.post(path, json={"section": MATH})
        return False

    def name_the_first(exchange: Exchange) -> None:
        if only_first and exchange.status == 409:
            body = exchange.json
            exchange.answer(409, {**body, "errors": body["errors"][:1]}, exchange.headers)

    relay.before, relay.alter = drop, name_the_first


def a_class_with_scores(district: PowerSchoolDistrict) -> None:
    district.assess("a-1")
    for n in range(1, 8):
        district.score("a-1", f"s-300{n}", 10 + n)


@pytest.mark.parametrize("only_first", [False, True])
def test_a_409_batch_is_peeled_student_by_student_with_the_neighbours_delivered(
    district: PowerSchoolDistrict, only_first: bool
):
    a_class_with_scores(district)
    with between(district, "sis") as relay:
        dropping(district, relay, "400002", "400005", only_first=only_first)
        run = district.night(START)
        batches = relay.of("PUT", "/ws/xte/score")

    assert run.code == 3
    for n in range(1, 8):
        student, state = f"s-300{n}", "rejected" if n in {2, 5} else "sent"
        assert told(run, student)[0] == state
    why = record(run, "a-1", MATH, "s-3002")["reason"]
    assert "not on the assignment" in why
    assert "400002" not in run.out
    marks = district.marks("a-1")
    assert [marks.get(f"40000{n}") for n in (1, 2, 3, 5, 7)] == ["11", None, "13", None, "17"]
    assert [b.status for b in batches] == [409, *([409] if only_first else []), 200]
    assert [len(b.sent["assignment_scores"]) for b in batches][-1] == 5

    # The next night knows that they left, and has nothing to send.
    again, writes = sent(district, NEXT)
    assert (again.code, writes) == (0, [])
    assert told(again, "s-3002") == ("refused", ["not_enrolled"])


def test_a_batch_in_which_everyone_is_refused_comes_to_an_end(district: PowerSchoolDistrict):
    a_class_with_scores(district)
    everyone = [f"40000{n}" for n in range(1, 8)]
    with between(district, "sis") as relay:
        dropping(district, relay, *everyone)
        run = district.night(START)
        batches = relay.of("PUT", "/ws/xte/score")

    assert run.code == 3
    assert {told(run, f"s-300{n}")[0] for n in range(1, 8)} == {"rejected"}
    assert [b.status for b in batches] == [409]


def test_a_batch_that_is_refused_without_a_name_is_halved_until_the_one_is_alone(
    district: PowerSchoolDistrict,
):
    a_class_with_scores(district)
    with between(district, "sis") as relay:

        def refuse_the_third(exchange: Exchange) -> bool:
            if exchange.path.startswith("/ws/xte/score") and b"400003" in exchange.body:
                exchange.answer(409, {"message": "Validation failed"}, JSON)
                return True
            return False

        relay.before = refuse_the_third
        run = district.night(START)

    assert run.code == 3
    assert told(run, "s-3003")[0] == "rejected"
    marks = district.marks("a-1")
    assert [marks[f"40000{n}"] for n in range(1, 8)] == ["11", "12", "*", "14", "15", "16", "17"]

    again = district.sync()
    assert (again.code, told(again, "s-3003")) == (0, ("sent", []))


def test_the_zeros_of_a_peeled_batch_are_delivered_too(district: PowerSchoolDistrict):
    district.assess("a-1")
    with between(district, "sis") as relay:
        dropping(district, relay, "400002")
        run = district.night(AFTER)

    assert run.code == 3
    assert told(run, "s-3002")[0] == "rejected"
    assert told(run, "s-3001") == ("sent", [])
    assert set(district.marks("a-1").values()) == {"0"}


LARGE, SECTION = "ps-large", "200043"


@pytest.fixture
def large(servers, tmp_path: Path) -> Iterator[PowerSchoolDistrict]:
    """A world in which one class can have thirty; its roster is taken in."""
    world = servers.worlds.create(LARGE, size="small", seed=1, start=START).world
    district = PowerSchoolDistrict(
        otus=f"{servers.otus.url}/w/{LARGE}",
        sis=f"{servers.powerschool.url}/w/{LARGE}",
        folder=tmp_path,
        configure=world.configure,
        effective=START,
    )
    district.evening(START)
    yield district
    district.http.close()
    servers.worlds.delete(LARGE)


def _thirty_with_a_score_each(district: PowerSchoolDistrict) -> list[str]:
    """Thirty in the class, who have 1, 2, 3 ... points; their DCIDs in that order."""
    people = {s["sisId"]: s["id"] for s in district.feed("student")}
    class_ = next(c for c in district.feed("class") if c["sectionId"] == SECTION)
    join(district, *(t["teacherId"] for t in class_["teachers"]))
    seated = [row["student"] for row in District.gradebook(district, SECTION)["rows"]]
    for student in [s for s in people if s not in seated][: 30 - len(seated)]:
        district.control("POST", f"/students/{student}/enroll", {"section": SECTION})
        seated.append(student)
    entry = district.assigned(class_["id"], assignedDate=START.isoformat())
    district.assess("a-large", classes=[entry], assignedBy=class_["teachers"][0]["teacherId"])
    for n, student in enumerate(seated):
        district.score("a-large", people[student], n + 1)
    return seated


def _dropped_on_the_way(district: PowerSchoolDistrict, relay: Relay) -> list[str]:
    """The eighth of the first batch leaves the class before it arrives; filled when it is so."""
    gone: list[str] = []

    def drop_one(exchange: Exchange) -> bool:
        if exchange.path.startswith("/ws/xte/score") and not gone:
            gone.append(str(exchange.sent["assignment_scores"][7]["studentsdcid"]))
            path = f"{relay.target}/_mock/students/{gone[0]}/drop"
            district.http.post(path, json={"section": SECTION})
        return False

    relay.before = drop_one
    return gone


def test_a_class_larger_than_a_batch_goes_in_several_and_one_offender_is_peeled(
    large: PowerSchoolDistrict,
):
    """Twenty-five of thirty in the first batch, one of whom has left, and five more."""
    seated = _thirty_with_a_score_each(large)
    with between(large, "sis") as relay:
        gone = _dropped_on_the_way(large, relay)
        run = large.sync(at=large.now())
        batches = relay.of("PUT", "/ws/xte/score")

    sizes = [(len(b.sent["assignment_scores"]), b.status) for b in batches]
    assert sizes == [(25, 409), (24, 200), (5, 200)]
    assert (run.code, run.report["counts"]["sent"], run.report["counts"]["rejected"]) == (3, 29, 1)
    book = District.gradebook(large, SECTION)
    [column] = book["columns"]
    shown = {
        row["student"]: cell["display"]
        for row in book["rows"]
        for cell in row["cells"]
        if cell["column"] == column["id"]
    }
    assert shown == {s: str(n + 1) for n, s in enumerate(seated) if s not in gone}


# ---- the throttle --------------------------------------------------------------------------------


@pytest.mark.timeout(300)
def test_the_minimum_interval_between_requests_is_obeyed(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    district.settings(min_interval_ms=100)
    some_work(district)

    run = district.sync()

    assert run.code == 0, (run.err, run.out)
    free = {"issueAccessToken", "getMetadata"}
    calls = [e for e in district.journal() if e["server"] == "powerschool"]
    calls = [e for e in calls if e["operation"] not in free]
    done = [e for e in calls if e["status"] != 429]
    assert all(b["real_ms"] - a["real_ms"] >= 80 for a, b in pairwise(done))
    # Told to wait a second, the agent asks nothing for that second, and soon it knows the pace.
    for asked, following in pairwise(calls):
        if asked["status"] == 429:
            assert following["real_ms"] - asked["real_ms"] >= 950
    assert 1 <= len(calls) - len(done) <= 5
    assert len(columns_made(district)) == 4
    district.settings()
    assert_as_if_nothing_had_happened(district, twin)


def test_a_wait_that_the_server_asks_for_is_obeyed(district: PowerSchoolDistrict):
    district.assess("a-1")
    fault(district, "throttle", CREATE, nth=1, seconds=1)

    run = district.sync()

    assert run.code == 0
    first, second = [e for e in sis_writes(district) if e["operation"] == CREATE]
    assert (first["status"], second["status"]) == (429, 201)
    assert second["real_ms"] - first["real_ms"] >= 1000


def test_a_wait_that_comes_with_an_uncertain_answer_is_kept_before_the_next_write(
    district: PowerSchoolDistrict,
):
    district.assess("a-1")
    district.assess("a-2")
    fault(district, "status", CREATE, nth=1, status=503, seconds=1, when="after")

    run = district.sync()

    assert (run.code, run.report["counts"]["created"], run.report["counts"]["failed"]) == (3, 1, 1)
    first, second = [e for e in sis_writes(district) if e["operation"] == CREATE]
    assert (first["status"], second["status"]) == (503, 201)
    assert second["real_ms"] - first["real_ms"] >= 1000
    healed(district)
    assert district.sync().code == 0
    assert len(district.columns()) == 2


# ---- maintenance ---------------------------------------------------------------------------------


@pytest.mark.parametrize("operation", [None, "listTableRows", "issueAccessToken"])
def test_a_302_to_the_maintenance_page_before_a_write_ends_the_night_with_6(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, operation: str | None
):
    some_work(district)
    fault(district, "maintenance", operation)

    run = district.sync()

    assert run.code == 6, (run.code, run.err)
    assert "maintenance" in run.err
    healed(district)
    assert len(columns_made(district)) == 0
    assert_as_if_nothing_had_happened(district, twin)


def test_a_302_to_the_maintenance_page_in_answer_to_a_create_ends_the_night_with_5(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    """Nobody knows whether it was carried out before."""
    some_work(district)
    fault(district, "maintenance", CREATE)

    run = district.sync()

    assert run.code == 5, (run.code, run.err)
    assert "maintenance" in run.err
    assert [e["operation"] for e in sis_writes(district)] == [CREATE]
    healed(district)
    assert len(columns_made(district)) == 0
    assert_as_if_nothing_had_happened(district, twin)


def test_a_302_to_the_maintenance_page_after_a_write_ends_the_night_with_5(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    some_work(district)
    fault(district, "maintenance", SCORES)

    run = district.sync()

    assert run.code == 5, (run.code, run.err, run.out)
    assert "maintenance" in run.err
    assert "run again to resume" in run.err
    assert sis_writes(district)[0]["operation"] == CREATE
    healed(district)
    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.parametrize("status", [200, 302, 503])
@pytest.mark.parametrize("after", [1, 3])
def test_a_page_in_place_of_an_answer_after_a_write_ends_the_night_with_5(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, status: int, after: int
):
    some_work(district)
    page = "<!doctype html><title>PowerSchool page unavailable</title>"
    with between(district, "sis") as relay:
        written: list[str] = []

        def shut(exchange: Exchange) -> bool:
            if exchange.method in {"POST", "PUT"} and "/ws/xte/" in exchange.path:
                written.append(exchange.path)
            if len(written) <= after:
                return False
            exchange.answer(status, page, {**HTML, "location": "/unavailable"})
            return True

        relay.before = shut
        run = district.sync()

    assert run.code == 5, run.err
    assert_as_if_nothing_had_happened(district, twin)


# ---- tokens --------------------------------------------------------------------------------------


def test_a_token_that_expires_in_the_middle_is_renewed(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    district.settings(token_seconds=60)
    some_work(district)
    expired: set[bytes] = set()
    with between(district, "sis") as relay:

        def let_it_expire(exchange: Exchange) -> bool:
            first = exchange.body not in expired and len(expired) < 2
            if exchange.path.startswith("/ws/xte/score") and first:
                expired.add(exchange.body)
                district.http.post(f"{relay.target}/_mock/clock/advance", json={"seconds": 61})
            return False

        relay.before = let_it_expire
        run = district.sync(at=district.now())

    assert run.code == 0, (run.err, run.out)
    stale = [e for e in district.journal() if e["status"] == 401]
    assert [e["operation"] for e in stale] == [SCORES, SCORES]
    assert_as_if_nothing_had_happened(district, twin)


# ---- told to resubmit ----------------------------------------------------------------------------


def test_a_412_is_answered_by_the_same_request_once_more(district: PowerSchoolDistrict):
    a_class_with_scores(district)
    fault(district, "status", SCORES, nth=1, status=412)
    with between(district, "sis") as relay:
        run = district.night(START)
        first, second = relay.of("PUT", "/ws/xte/score")

    assert run.code == 0, run.out
    assert (first.status, first.json["message"], second.status) == (412, "Resubmit", 200)
    assert first.body == second.body
    assert district.marks("a-1")["400007"] == "17"


def test_a_412_that_does_not_end_is_told_and_tried_again_the_next_night(
    district: PowerSchoolDistrict,
):
    a_class_with_scores(district)
    fault(district, "status", SCORES, status=412)

    run, writes = sent(district, START)

    assert run.code == 3
    assert writes == [CREATE, SCORES, SCORES]
    assert told(run, "s-3001")[0] == "rejected"
    healed(district)
    assert told(district.sync(), "s-3001") == ("sent", [])


def test_a_412_of_a_replace_is_answered_by_the_same_once_more(district: PowerSchoolDistrict):
    district.assess("a-1")
    district.night(START)
    district.edit("a-1", title="Renamed")
    fault(district, "status", REPLACE, nth=1, status=412)

    run, writes = sent(district, NEXT)

    assert (run.code, writes) == (0, [REPLACE, REPLACE])
    assert district.column("a-1")["title"] == "Renamed"


# ---- grants --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field",
    [
        "assignment.createdbyplugin",
        "assignmentsection.duedate",
        "assignmentcategoryassoc.teachercategoryid",
    ],
)
def test_a_grant_that_a_create_lacks_is_named_in_the_report(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, field: str
):
    district.settings(grants={field: "view"})
    some_work(district)

    run = district.sync()

    assert run.code in {3, 6}, run.out
    assert field in run.out
    assert len(columns_made(district)) == 0
    district.settings()
    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.parametrize("field", ["assignmentscore.scorepoints", "assignmentscore.whenmodified"])
def test_a_grant_that_a_score_lacks_is_named_in_the_report(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, field: str
):
    district.settings(grants={field: "view"})
    some_work(district)

    run = district.sync()

    assert run.code in {3, 5}, run.out
    assert field in run.out
    assert "sent" not in run.report["counts"]
    district.settings()
    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.parametrize(
    "grant", ["teachercategory", "assignment.createdbyplugin", "sections.schoolid"]
)
def test_a_grant_that_a_read_lacks_is_named_in_the_report(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict, grant: str
):
    district.settings(grants={grant: "none"})
    some_work(district)

    run = district.sync()

    assert run.code in {3, 6}, run.out
    assert grant in run.out
    assert sis_writes(district) == []
    district.settings()
    assert_as_if_nothing_had_happened(district, twin)


def test_without_the_grant_for_enrolment_dates_every_roster_is_read_anew(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    district.settings(grants={"cc.whenmodified": "none"})
    some_work(district)
    assert district.sync().code == 0

    district.evening(NEXT, 8)
    district.control("POST", "/students/400015/enroll", {"section": MATH})
    district.score("a-1", "s-3015", 9)
    run = district.night(NEXT)

    assert (run.code, told(run, "s-3015")) == (0, ("sent", []))


def test_check_names_the_grants_that_lack(district: PowerSchoolDistrict):
    district.settings(grants={"assignmentscore.isexempt": "none", "termbins": "none"})

    run = district.command("check", "-c", str(district.config))

    assert run.code == 6
    assert "assignmentscore.isexempt" in run.out
    assert "termbins." in run.out


# ---- a teacher who does not teach any more -------------------------------------------------------


def test_an_acting_teacher_who_may_not_edit_stops_that_section_only(
    district: PowerSchoolDistrict, twin: PowerSchoolDistrict
):
    some_work(district)
    with between(district, "sis") as relay:

        def forbid(exchange: Exchange) -> bool:
            if exchange.method == "POST" and b"200003" in exchange.body:
                told_ = "User does not teach section 200003 with access EDIT"
                exchange.answer(403, {"message": told_}, JSON)
                return True
            return False

        relay.before = forbid
        run = district.sync()

    assert run.code == 3, (run.err, run.out)
    assert told(run, id_="a-3", section=SCIENCE)[0] == "rejected"
    assert told(run, "s-3001") == ("sent", [])
    assert_as_if_nothing_had_happened(district, twin)


def test_past_the_agent_the_wrong_kind_of_number_is_a_strangers_section(
    district: PowerSchoolDistrict,
):
    past = Xte(district)
    number, column = past.made()

    # An assignmentid where the assignmentsectionid belongs.
    assert past.score(number, ("400001", 9)).status == 403
    assert past.score(column + 999, ("400001", 9)).status == 500
    assert past.score(column, ("400001", 9)).done
