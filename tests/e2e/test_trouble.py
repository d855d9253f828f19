"""A night in trouble: faults of either side, rejected records; nothing lost, nothing twice.

What C8 and C10 say of single records is proved in test_rules_c; here it is whole nights and their
exit codes.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.support.district import District, Run
from tests.e2e.support.kinds import BOTH, POWERSCHOOL, SKYWARD, Kind
from tests.e2e.support.night_work import (
    BREAKS,
    CUT,
    DOWN,
    GONE_AFTER,
    GONE_BEFORE,
    Break,
    assert_as_if_nothing_had_happened,
    columns_made,
    fault,
    healed,
    some_work,
    told,
)
from tests.e2e.support.recording_proxy import HTML, Exchange, between
from tests.e2e.support.verdicts import sis_writes

pytestmark = pytest.mark.slow

ITEM, MARK = SKYWARD.create, SKYWARD.score


# ---- faults --------------------------------------------------------------------------------------

OF_A_READ = [one for one in BREAKS if one[1].get("status") not in {502, 503}]
"""Each 5xx is told apart in tests/agent/test_http.py."""
MAINTENANCE: Break = ("maintenance", {"seconds": 0})
"""On PowerSchool it ends the night: see powerschool/test_trouble.py."""

READS = {
    "skyward": ["getLineItemsForClass", "getClass", "listChanges", "*oken"],
    "powerschool": [
        *("listTableRows", "listAssignments", "getAssignment", "issueAccessToken", "getMetadata"),
        *("getSection", "getStaff", "listSectionEnrollments", "listTeacherCategories"),
        "listChanges",
    ],
}
FIRST_READS = {
    "skyward": ["getAllAcademicSessions", "getAllEnrollments", "listObjects"],
    "powerschool": ["getMetadata", "listSchools", "listTableRows", "getSection"],
}


def struck(kind: Kind, operations: list[str], breaks: list[Break]) -> Iterator[Any]:
    """Each with each."""
    for operation in operations:
        for action, more in breaks:
            name = "-".join((kind.name, operation, action, *map(str, more.values())))
            yield pytest.param(kind.name, operation, action, more, id=name)


def spread(kind: Kind, operations: list[str], breaks: list[Break]) -> Iterator[Any]:
    """Each operation with three of them, and each of them with several operations."""
    for number, operation in enumerate(operations):
        some = {3 * number + n for n in range(3)}
        yield from struck(kind, [operation], [breaks[n % len(breaks)] for n in sorted(some)])


STRUCK = ("kind", "operation", "action", "more")


@pytest.mark.share(3)
@pytest.mark.parametrize(
    STRUCK,
    [
        # A create of PowerSchool's carries no id of ours: see powerschool/test_trouble.py.
        *struck(SKYWARD, [MARK, ITEM], [*BREAKS, MAINTENANCE]),
        *struck(POWERSCHOOL, [POWERSCHOOL.score], BREAKS),
        *spread(SKYWARD, READS["skyward"], [*OF_A_READ, MAINTENANCE]),
        *spread(POWERSCHOOL, READS["powerschool"], OF_A_READ),
    ],
)
def test_one_fault_is_not_even_noticed(district: District, operation, action, more):
    some_work(district)
    fault(district, action, operation, nth=1, **more)

    run = district.sync()

    assert run.code == 0, (run.err, run.out)
    states = told(run)
    assert states["a-1", "200001", None] == "created"
    assert states["a-1", "200001", "s-3001"] == "sent"
    assert district.marks("a-1", "200002")["400011"] == "11.5"
    assert len(columns_made(district)) == len(district.facts.books) + 1
    assert district.sync().writes == 0


@pytest.mark.parametrize(
    STRUCK,
    [
        param
        for kind in (SKYWARD, POWERSCHOOL)
        for operation in (kind.create, kind.score)
        for param in struck(kind, [operation], [DOWN, GONE_BEFORE, GONE_AFTER])
    ]
    + [
        # A create of PowerSchool's is answered without a body that could be cut off.
        param
        for kind, operation in ((SKYWARD, ITEM), (SKYWARD, MARK), (POWERSCHOOL, POWERSCHOOL.score))
        for param in struck(kind, [operation], [CUT])
    ],
)
def test_a_write_that_always_fails_leaves_a_night_to_be_resumed(
    district: District, twin: District, operation, action, more
):
    some_work(district)
    fault(district, action, operation, **more)

    run = district.sync()
    assert run.code in {3, 5}, run.err
    assert "failed" in run.report["counts"]
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.share(3)
@pytest.mark.parametrize(
    STRUCK,
    [
        param
        for kind in (SKYWARD, POWERSCHOOL)
        for param in struck(kind, FIRST_READS[kind.name], [DOWN, GONE_BEFORE, CUT])
    ],
)
def test_a_read_that_always_fails_ends_the_night_before_any_write(
    district: District, twin: District, operation, action, more
):
    some_work(district)
    fault(district, action, operation, **more)

    run = district.sync()
    assert (run.code, sis_writes(district)) == (6, [])
    assert operation in run.err
    assert run.err.count("\n") == 1
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


@BOTH
def test_a_gradebook_that_cannot_be_read_does_not_stop_the_others(
    district: District, twin: District
):
    some_work(district)

    states = told(unreadable(district))

    assert states["a-3", "200003", None] == "created"
    assert states["a-3", "200003", "s-3015"] == "sent"
    assert states["a-1", "200001", None] == states["a-1", "200001", "s-3001"] == "failed"
    assert district.columns() == []
    assert_as_if_nothing_had_happened(district, twin)


def unreadable(district: District) -> Run:
    """A night on which the columns of the first gradebook cannot be read."""
    with between(district, "sis") as relay:

        def spoil(exchange: Exchange) -> None:
            if district.facts.columns_path in exchange.path:
                exchange.answer(500, {}, {"content-type": "application/json"})

        relay.alter = spoil
        run = district.sync()
    assert run.code == 3
    return run


def test_what_was_to_be_sent_into_an_unreadable_gradebook_is_told_as_failed(district: District):
    some_work(district)

    states = told(unreadable(district))

    assert states["a-3", "200003", "s-3015"] == "sent"
    assert states["a-1", "200001", "s-3001"] == "failed"


def test_a_change_that_cannot_be_sent_into_an_unreadable_gradebook_is_not_unchanged(
    district: District,
):
    some_work(district)
    district.sync()
    district.score("a-1", "s-3001", 3)
    district.score("a-3", "s-3015", 8)

    states = told(unreadable(district))

    assert states["a-3", "200003", "s-3015"] == "sent"
    assert states["a-1", "200001", "s-3001"] == "failed"


@BOTH
def test_an_unreadable_gradebook_leaves_unchanged_what_did_not_change(district: District):
    some_work(district)
    district.sync()
    district.score("a-1", "s-3001", 3)
    district.score("a-3", "s-3015", 8)

    states = told(unreadable(district))

    assert states["a-1", "200001", "s-3001"] == "failed"
    unchanged = {key for key, state in states.items() if state == "unchanged"}
    assert {("a-1", "200001", None), ("a-2", "200001", None)} < unchanged


@pytest.mark.parametrize("kind", ["powerschool"])
def test_an_unreadable_gradebook_says_nothing_of_the_other_gradebook_of_an_assessment(
    district: District,
):
    some_work(district)
    district.sync()
    district.score("a-1", "s-3001", 3)
    district.score("a-1", "s-3011", 4)

    states = told(unreadable(district))

    assert states["a-1", "200001", "s-3001"] == "failed"
    assert states["a-1", "200002", None] == "unchanged"
    assert states["a-1", "200002", "s-3011"] == "sent"


def test_an_unreadable_gradebook_makes_no_records_that_there_were_not(district: District):
    some_work(district)
    before = set(told(district.sync()))
    district.score("a-1", "s-3001", 3)
    district.score("a-3", "s-3015", 8)

    assert set(told(unreadable(district))) == before


def test_retry_after_is_obeyed(district: District):
    district.assess("a-1")
    fault(district, "throttle", ITEM, nth=1, seconds=1)

    run = district.sync()

    assert run.code == 0
    first, second = [e for e in sis_writes(district) if e["operation"] == ITEM]
    assert (first["status"], second["status"]) == (429, 200 if second["status"] == 200 else 201)
    assert second["real_ms"] - first["real_ms"] >= 1000


@BOTH
@pytest.mark.parametrize("at", ["create", "score"])
def test_a_token_revoked_in_the_middle_is_renewed(district: District, twin: District, at: str):
    some_work(district)
    fault(district, "revoke", getattr(district.facts, at), nth=2)

    run = district.sync()

    assert run.code == 0
    refused = {e["operation"] for e in district.journal() if e["status"] == 401}
    assert getattr(district.facts, at) in refused
    assert_as_if_nothing_had_happened(district, twin)


@BOTH
def test_weather_over_both_sides_is_outlasted(district: District, twin: District):
    some_work(district)
    for action, more in (("status", {"status": 503}), ("drop_after", {}), ("truncate", {})):
        fault(district, action, probability=0.08, **more)
    fault(district, "drop_before", "listChanges", probability=0.3)

    for _ in range(4):
        assert district.sync().code in {0, 3, 5, 6}
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


# ---- the SIS or Otus goes away -------------------------------------------------------------------


@BOTH
def test_a_sis_that_is_down_ends_the_night_with_6(district: District, twin: District):
    some_work(district)
    now = district.now()
    with between(district, "sis") as relay:
        relay.before = lambda _: setattr(relay, "down", True)
        run = district.sync(at=now)

    assert (run.code, sis_writes(district)) == (6, [])
    assert "the connection broke" in run.err
    assert run.report["records"] == []
    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.parametrize(
    ("kind", "after"),
    [("skyward", n) for n in (1, 2, 5, 13)] + [("powerschool", n) for n in (1, 2, 3, 5)],
)
def test_a_sis_that_goes_down_after_a_write_leaves_a_night_to_be_resumed(
    district: District, twin: District, after: int
):
    some_work(district)
    with between(district, "sis") as relay:
        written: list[str] = []

        def go_down(exchange: Exchange) -> bool:
            if district.facts.writes(exchange.method, exchange.path):
                written.append(exchange.path)
                relay.down = relay.down or len(written) > after
            return relay.down

        relay.before = go_down
        run = district.sync()

    # With few writes left it is some records that failed; with many the SIS is gone.
    assert run.code in {3, 5}, run.err
    assert run.code == 3 or "run again to resume" in run.err
    if district.facts.batch == 1:
        counts = run.report["counts"]
        assert counts.get("created", 0) + counts.get("sent", 0) <= after
    assert_as_if_nothing_had_happened(district, twin)


def test_a_sis_that_is_gone_after_a_write_is_not_asked_for_ever(district: District):
    district.assess("a-1")
    for n in range(1, 8):
        district.score("a-1", f"s-300{n}", n)
    with between(district, "sis") as relay:
        relay.before = lambda _: setattr(relay, "down", bool(relay.of("PUT", "/results/")))
        run = district.sync()
        asked = len(relay.of("PUT", "/results/"))

    assert (run.code, run.report["counts"]["created"]) == (5, 1)
    assert "run again to resume" in run.err
    # Five calls given up, each tried five times; the others were not even sent.
    assert asked == 25
    assert run.report["counts"]["failed"] == 7


def test_a_maintenance_page_before_any_write_ends_the_night_with_6(
    district: District, twin: District
):
    some_work(district)
    fault(district, "maintenance", seconds=0)

    run = district.sync()
    assert (run.code, sis_writes(district)) == (6, [])
    assert "maintenance" in run.err
    healed(district)

    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.parametrize("status", [200, 302, 503])
def test_a_maintenance_page_after_a_write_ends_the_night_with_5(
    district: District, twin: District, status: int
):
    some_work(district)
    page = "<!doctype html><title>Maintenance</title>"
    with between(district, "sis") as relay:
        written: list[str] = []

        def shut(exchange: Exchange) -> bool:
            if district.facts.writes(exchange.method, exchange.path):
                written.append(exchange.path)
            if len(written) <= 3:
                return False
            exchange.answer(status, page, HTML)
            return True

        relay.before = shut
        run = district.sync()

    assert run.code == 5, run.err
    assert "maintenance" in run.err
    assert_as_if_nothing_had_happened(district, twin)


def test_an_otus_that_is_down_ends_the_night_with_6(district: District, twin: District):
    some_work(district)
    for operation in ("listChanges", "requestToken"):
        fault(district, "status", operation, status=500)
        run = district.sync()
        assert (run.code, sis_writes(district)) == (6, [])
        assert "source" in run.err
        healed(district)

    assert_as_if_nothing_had_happened(district, twin)


@BOTH
def test_credentials_that_are_refused_end_the_night_with_6(district: District):
    some_work(district)
    for secret in ("PASSBACK_SIS_SECRET", "PASSBACK_SOURCE_SECRET"):
        path = district.folder / "wrong.toml"
        path.write_text(district.config.read_text().replace(f'env = "{secret}"', 'file = "wrong"'))
        (district.folder / "wrong").write_text("not-the-secret\n")
        run = district.command("sync", "-c", str(path), "--json")
        assert (run.code, sis_writes(district)) == (6, [])
        assert "credentials" in run.err
        assert "not-the-secret" not in run.out + run.err


def test_a_feed_whose_cursor_is_forgotten_is_read_anew(district: District):
    some_work(district)
    district.sync()
    district.unassign("a-2")
    district.score("a-1", "s-3001", 2)
    with between(district, "otus") as feed:
        problem = {"content-type": "application/problem+json"}

        def forget(exchange: Exchange) -> None:
            if "cursor=" in exchange.path:
                exchange.answer(410, {"status": 410}, problem)

        feed.alter = forget
        run = district.sync()

    assert (run.code, run.writes) == (0, 1), run.err
    assert told(run)["a-2", "200001", None] == "orphaned"
    assert told(run)["a-1", "200001", "s-3001"] == "sent"
    assert district.sync().writes == 0


# ---- rejected records ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (400, "the SIS calls the data invalid (400)"),
        (404, "the SIS does not know the student or the assignment (404)"),
        (409, "the SIS says that it conflicts with what the gradebook holds (409)"),
        (422, "the SIS calls the data invalid (422)"),
    ],
)
def test_a_rejected_score_does_not_stop_its_neighbours(
    district: District, twin: District, status: int, why: str
):
    some_work(district)
    fault(district, "status", MARK, nth=4, status=status)

    run = district.sync()

    assert run.code == 3
    assert run.report["counts"]["rejected"] == 1
    [rejected] = [r for r in run.report["records"] if r["state"] == "rejected"]
    assert rejected["kind"] == "score"
    assert rejected["reason"] == why
    healed(district)
    assert_as_if_nothing_had_happened(district, twin)


def test_a_rejected_assignment_takes_its_scores_along_and_nothing_else(
    district: District, twin: District
):
    some_work(district)
    fault(district, "status", ITEM, nth=1, status=422)

    run = district.sync()

    assert run.code == 3
    [rejected] = [
        r for r in run.report["records"] if r["state"] == "rejected" and "student" not in r
    ]
    lost = rejected["assignment"]
    states = {(r["state"]) for r in run.report["records"] if r["assignment"] == lost}
    assert states <= {"rejected", "refused"}
    others = {r["state"] for r in run.report["records"] if r["assignment"] != lost}
    assert {"created", "sent"} <= others
    assert "rejected" not in others
    healed(district)
    assert_as_if_nothing_had_happened(district, twin)


def test_an_assignment_that_may_not_be_passed_back_is_no_crash(district: District):
    some_work(district)
    fault(district, "status", MARK, status=403)

    run = district.sync()

    assert run.code == 5
    assert "not allowed" in run.err
