"""Many students get other SIS ids: the brake, a plan that shows them, and exactly that plan."""

from contextlib import closing
from dataclasses import replace

import pytest

from agent.errors import BrakeError, StalePlanError
from agent.sync.plan_file import PlanFile
from agent.sync.plans.reviewed import ReviewedPlan, basis_of
from agent.sync.plans.saved import PlanHead, opened, save
from agent.sync.refresh import SOURCE_MARK, moved_ids
from agent.sync.run import planned_night
from tests.agent.builders import sits
from tests.agent.sync.played import DAY, EVENING, SECTIONS, District, Otus, settings

MANY = 30


@pytest.fixture
def district():
    """Thirty students with a score each, in the gradebook by now."""
    otus = Otus(MANY)
    otus.assign("a-1")
    for n, student in enumerate(otus.students):
        otus.score("a-1", student, str(n % 10))
    made = District(otus, 0)
    assert made.night(EVENING).code == 0
    assert made.sis.writes == 1 + MANY
    yield made
    made.ledger.close()


def new_ids(district: District, *, in_sis: bool) -> None:
    """Otus gives every student another SIS id; the SIS has renamed its own, or has not."""
    for key, student in list(district.otus.rows.items()):
        if key[0] == "student":
            district.otus.rows[key] = replace(student, sis_id=f"8{student.sis_id}")
    if in_sis:
        sis = district.sis
        for section in SECTIONS.values():
            sis.enrol(section, {f"89{s[2:]}": (sits(),) for s in district.otus.students})
        sis.cells = {
            ref: {f"8{who}": cell for who, cell in cells.items()}
            for ref, cells in sis.cells.items()
        }


def plan(district: District, path) -> PlanHead:
    """`plan --out`, without the command around it."""
    digest = []
    run = district.run(EVENING + DAY)
    with (
        closing(PlanFile()) as plan_file,
        planned_night(
            run, plan_file, before_commit=lambda staged: digest.append(staged.hashed())
        ) as (
            ahead,
            decided,
        ),
    ):
        head = PlanHead(
            made_at=run.tonight.now,
            basis=basis_of(run, settings()),
            fingerprint=decided.fingerprint,
            source=run.ledger.get(SOURCE_MARK),
            refused=digest[-1] if decided.refused else "",
            findings=decided.findings,
            moved_ids=tuple(moved_ids(ahead.ledger)),
            counts={},
            refusals={},
            writes=decided.tally.writes,
        )
        save(path, head, plan_file)
    return head


def send(district: District, path, forced: str | None):
    """`sync --plan`."""
    with opened(path) as (head, plans):
        return district.night(
            EVENING + DAY, forced=forced, reviewed=ReviewedPlan(head, plans, district.ledger)
        )


@pytest.mark.parametrize("in_sis", [True, False], ids=["the SIS renamed too", "only Otus did"])
def test_a_plan_shows_each_moved_id_and_only_a_forced_sync_does_it(district, tmp_path, in_sis):
    new_ids(district, in_sis=in_sis)
    cells = {ref: dict(marks) for ref, marks in district.sis.cells.items()}
    path = tmp_path / "ids.plan"

    head = plan(district, path)

    [finding] = head.findings
    assert finding == "30 of 30 students have another SIS id than last night"
    assert [(m.id, m.before, m.now) for m in head.moved_ids] == [
        (s, f"9{s[2:]}", f"89{s[2:]}") for s in sorted(district.otus.students)
    ]
    assert moved_ids(district.ledger) == ()
    for ended in (district.night(EVENING + DAY), send(district, path, None)):
        assert isinstance(ended.error, BrakeError)
    assert district.sis.cells == cells
    before = district.sis.writes

    ended = send(district, path, "new ids, checked")

    assert ended.code == 0
    # Cells that the SIS renamed hold all of it already. Where it renamed nothing, nobody in Otus
    # has the ids that sit in the section: what was written for them is taken out.
    assert district.sis.writes - before == head.writes == (0 if in_sis else MANY)
    assert district.sis.cells == (cells if in_sis else {"pb-a-1.c-1": {}})
    assert district.night(EVENING + 2 * DAY).code == 0


def test_such_a_plan_is_refused_when_one_more_id_moved(district, tmp_path):
    new_ids(district, in_sis=True)
    path = tmp_path / "ids.plan"
    plan(district, path)
    key = "student", ("s-1",)
    district.otus.rows[key] = replace(district.otus.rows[key], sis_id="777")
    cells = {ref: dict(marks) for ref, marks in district.sis.cells.items()}

    ended = send(district, path, "new ids, checked")

    assert isinstance(ended.error, StalePlanError)
    assert district.sis.cells == cells
