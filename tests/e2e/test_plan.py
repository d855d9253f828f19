"""`passback plan`: sends nothing, and equals what the sync then does."""

from datetime import timedelta

from tests.e2e.support.district import START, District
from tests.e2e.support.night_work import AFTER, fault, rows, shown, some_work
from tests.e2e.support.verdicts import sis_writes

# ---- plan ----------------------------------------------------------------------------------------


def plan_code(district: District) -> int:
    """`plan --detailed-exitcode`."""
    return district.plan("--detailed-exitcode").code


def test_a_plan_tells_by_its_exit_code_whether_there_is_anything_to_send(district: District):
    assert plan_code(district) == 0
    some_work(district)
    assert plan_code(district) == 2
    assert district.plan().code == 0
    district.sync()
    assert plan_code(district) == 0
    district.score("a-1", "s-3001", 3)
    assert plan_code(district) == 2


def test_a_plan_sends_nothing_and_equals_what_the_sync_then_does(district: District):
    classes = [district.assigned("c-1001"), district.assigned("c-1002", dueDate="2026-10-20")]
    some_work(district)
    district.assess("a-4", classes=classes)
    district.assess("a-5", type="Journal")
    days = iter(range(9))
    for act in (
        lambda: None,
        lambda: district.score("a-1", "s-3001", 3),
        lambda: district.score("a-1", "s-3002", None, "not_submitted"),
        lambda: district.edit("a-1", title="Renamed"),
        lambda: district.type_score("a-1", "400003", 2),
        lambda: district.score("a-1", "s-3003", 4),
        lambda: district.unassign("a-2"),
        lambda: district.control("POST", "/students/400004/drop", {}),
        lambda: district.control("POST", "/periods/120001/close"),
    ):
        act()
        district.evening(START + timedelta(days=next(days)))
        before = shown(district), len(sis_writes(district))
        plan = district.plan()
        assert plan.report["planned"] is True
        assert (plan.code, plan.writes) == (0, 0)
        assert (shown(district), len(sis_writes(district))) == before

        run = district.sync()

        assert run.code == 0, run.err
        assert rows(plan) == rows(run)
        assert plan.report["counts"] == run.report["counts"]
        assert plan.report["refusals"] == run.report["refusals"]


def test_plans_change_nothing_for_the_night(district: District, twin: District):
    for one in (district, twin):
        some_work(one)
        one.sync()
        one.score("a-1", "s-3001", 3)
        one.evening(AFTER)
    for _ in range(3):
        district.plan()

    assert rows(district.sync()) == rows(twin.sync())
    assert shown(district) == shown(twin)


def test_a_plan_that_cannot_reach_the_sis_ends_with_6(district: District):
    some_work(district)
    fault(district, "drop_before", "getAllAcademicSessions")

    run = district.plan("--detailed-exitcode")

    assert (run.code, run.err.count("\n")) == (6, 1)
