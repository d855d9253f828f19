"""`plan --out FILE`, then `sync --plan FILE`: exactly that, once, while nothing moved on."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import StalePlanError
from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import AFTER, fault, healed, rows, shown, some_work
from tests.e2e.support.verdicts import sis_writes, told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "plan.jsonl"


def planned(district: District, path: Path, *arguments: str) -> Run:
    """Make a plan in a file."""
    run = district.plan("--out", str(path), *arguments)
    assert path.exists(), run.err
    return run


def apply(district: District, path: Path, *arguments: str) -> Run:
    return district.sync("--plan", str(path), *arguments)


def refused(district: District, path: Path, *words: str) -> None:
    """The plan is not sent: exit 10, one line that names what moved on, and nothing written."""
    before, writes = shown(district), len(sis_writes(district))
    run = apply(district, path)
    assert run.code == StalePlanError.exit_code == 10
    line = run.err.splitlines()[-1]
    assert line.startswith("passback: this plan is out of date: ")
    for word in words:
        assert word in line, line
    assert (shown(district), len(sis_writes(district))) == (before, writes)


def two_scores(district: District) -> None:
    """A column with two scores in the gradebook; both, and its title, changed in Otus since."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)
    district.score("a-1", "s-3001", 19)
    district.score("a-1", "s-3002", 8)
    district.edit("a-1", title="Renamed")


# ---- exactly that --------------------------------------------------------------------------------


@BOTH
def test_a_plan_in_a_file_is_sent_as_a_sync_would(district: District, twin: District, path: Path):
    for one in (district, twin):
        some_work(one)
    plan = planned(district, path)
    assert sis_writes(district) == []

    run, plain = apply(district, path), twin.sync()

    assert (run.code, plain.code) == (0, 0)
    assert rows(run) == rows(plan) == rows(plain)
    assert shown(district) == shown(twin)
    assert run.report["message"] == ""
    assert district.sync().writes == 0


def test_the_file_is_for_its_owner_alone_and_says_what_it_is_of(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    path.chmod(0o644)
    district.score("a-1", "s-3003", 5)
    planned(district, path)

    assert path.stat().st_mode & 0o777 == 0o600
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0]["passback_plan"] == 1
    assert lines[0]["basis"]["district"] == "lakeview"
    assert (lines[0]["writes"], lines[0]["counts"]["sent"]) == (4, 3)
    assert [line["key"] for line in lines[1:-1]]
    assert list(lines[-1]) == ["sha256"]
    assert list(path.parent.glob(".plan*")) == []


def test_a_plan_is_sent_once(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    assert apply(district, path).code == 0

    refused(district, path, "a run has been since")


def test_a_plan_of_nothing_is_sent_once_too(district: District, path: Path):
    planned(district, path)
    assert apply(district, path).code == 0
    refused(district, path, "a run has been since")


def test_a_plan_waits_while_the_sis_is_down(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    fault(district, "drop_before", "getAllAcademicSessions")
    assert apply(district, path).code == 6
    healed(district)

    run = apply(district, path)

    assert (run.code, run.report["counts"]["sent"]) == (0, 2)


def test_all_that_a_recheck_found_is_sent(district: District, path: Path):
    two_scores(district)
    planned(district, path, "--recheck")

    assert apply(district, path).report["counts"]["sent"] == 2


@pytest.mark.slow
@BOTH
def test_c10_a_plan_whose_writes_went_without_an_answer_is_used_up(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    fault(district, "drop_after", district.facts.score)
    assert apply(district, path).code in {3, 5}
    healed(district)
    refused(district, path, "a run has been since")

    run = district.sync()

    assert (run.code, told(run, "s-3001")[0]) == (0, "unchanged")
    assert district.marks("a-1")["400001"] == "19"


@pytest.mark.slow
@BOTH
def test_c10_a_plan_leaves_alone_what_was_open_when_it_was_made(district: District, path: Path):
    district.assess("a-2")
    two_scores(district)
    fault(district, "drop_after", district.facts.score)
    district.sync()
    healed(district)
    district.score("a-2", "s-3001", 11)
    planned(district, path)

    run = apply(district, path)

    assert (run.code, district.marks("a-2")["400001"]) == (3, "11")
    assert told(run, "s-3001")[0] == "failed"
    run = district.sync()
    assert (run.code, told(run, "s-3001")[0]) == (0, "unchanged")


# ---- what moved on -------------------------------------------------------------------------------


def test_a_plan_is_refused_after_a_run(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    district.sync()
    refused(district, path, "a run has been since")


def test_a_plan_is_refused_after_a_change_in_otus(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    district.score("a-1", "s-3001", 17)
    refused(district, path, "the source has changed")

    district.score("a-1", "s-3001", 19)
    assert apply(district, path).report["counts"]["sent"] == 2


def test_a_plan_is_refused_after_a_change_that_another_plan_took_in(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    district.score("a-1", "s-3001", None, "not_submitted")
    district.plan()
    refused(district, path, "the source has changed")


def test_a_plan_is_refused_the_day_after(district: District, path: Path):
    """On the day after, zeros are due that this plan lacks, and its own may be due no more."""
    two_scores(district)
    planned(district, path)
    district.evening(START + timedelta(days=1))
    refused(district, path, "for the night of 2026-10-14")


@pytest.mark.parametrize("zeros", ["in the plan", "not in the plan"])
def test_b4_no_0_comes_of_a_plan_of_another_night(district: District, path: Path, zeros: str):
    district.assess("a-1")
    district.night(START)
    district.evening(AFTER if zeros == "in the plan" else AFTER - timedelta(days=1))
    planned(district, path)
    district.evening(AFTER + timedelta(days=1))
    refused(district, path)
    assert set(district.marks("a-1").values()) == {"*"}


def test_a_plan_is_refused_under_another_policy(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    district.policy = 'missing_after_due = "withhold"'
    refused(district, path, "policy")


def test_a_plan_is_refused_for_another_sis(district: District, twin: District, path: Path):
    for one in (district, twin):
        two_scores(one)
    planned(district, path)
    refused(twin, path, "another source, SIS or ledger")


def test_a_plan_is_refused_when_a_grading_period_closed(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    district.control("POST", "/periods/120001/close")
    refused(district, path, "grading periods")


@BOTH
def test_a_plan_is_refused_when_the_gradebook_asks_for_another_write(
    district: District, path: Path
):
    """A teacher deletes the column: without the plan, a run of this district makes a new one."""
    district.policy = "recreate_deleted = true"
    two_scores(district)
    planned(district, path)
    district.control("DELETE", f"/columns/{district.column('a-1')['id']}")
    refused(district, path, "the gradebook has changed", "a-1 in 200001")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda text: text[:-30], "changed or cut off"),
        (lambda text: text.replace('"points":"19"', '"points":"9"'), "changed or cut off"),
        (lambda text: text.partition("\n")[0] + "\n", "changed or cut off"),
        (lambda text: "", "no plan of this version"),
        (lambda text: "[]\n" + text, "no plan of this version"),
        (lambda text: text.replace('"passback_plan":1', '"passback_plan":2'), "no plan of this"),
    ],
    ids=["cut off", "another score", "the head alone", "empty", "something else", "a newer one"],
)
def test_a_damaged_plan_is_one_line(district: District, path: Path, damage, words: str):
    two_scores(district)
    planned(district, path)
    text = path.read_text()
    assert damage(text) != text
    path.write_text(damage(text))
    before = shown(district)

    run = apply(district, path)

    assert (run.code, run.err.count("\n"), shown(district)) == (10, 1, before)
    assert words in run.err


def test_no_file_or_a_folder_is_one_line(district: District, path: Path):
    district.sync()
    for wrong in (path, path.parent):
        run = apply(district, wrong)
        assert (run.code, run.err.count("\n")) == (10, 1), run.err
    ledger = district.folder / district.ledger
    for wrong in (path.parent, path / "deeper", Path("/dev/full"), district.config, ledger):
        run = district.plan("--out", str(wrong))
        assert (run.code, run.err.count("\n")) == (10, 1), run.err


def test_a_plan_made_by_hand_sends_nothing_that_a_run_would_not(district: District, path: Path):
    """Somebody who can write the file can compute its hash; the run decides anew all the same."""
    two_scores(district)
    planned(district, path)
    body = "".join(path.read_text().splitlines(keepends=True)[:-1])
    forged = body.replace('"points":"19"', '"points":"1"')
    assert forged != body
    digest = hashlib.sha256(forged.encode()).hexdigest()
    path.write_text(forged + json.dumps({"sha256": digest}) + "\n")
    refused(district, path, "a run would now write what is not in it")


# ---- a teacher's hand between plan and sync ------------------------------------------------------


@BOTH
def test_c5_what_a_teacher_typed_after_the_plan_stays(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    district.type_score("a-1", "400001", 15)

    run = apply(district, path)

    assert run.code == 0, run.err
    assert district.marks("a-1")["400001"] == "15"
    assert district.marks("a-1")["400002"] == "8"
    assert told(run, "s-3001")[0] == "kept"
    assert district.sync().writes == 0


@BOTH
def test_c5_a_title_that_a_teacher_changed_after_the_plan_stays(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"title": "The teacher's"})

    run = apply(district, path)

    assert run.code == 0, run.err
    assert district.column("a-1")["title"] == "The teacher's"
    assert district.marks("a-1")["400001"] == "19"


@BOTH
def test_b4_a_score_typed_after_the_plan_is_not_replaced_by_its_0(district: District, path: Path):
    district.assess("a-1")
    district.night(START)
    district.evening(AFTER)
    planned(district, path)
    district.type_score("a-1", "400001", 12)
    district.annotate("a-1", "400002", None, comment="was ill")

    run = apply(district, path)

    assert run.code == 0, run.err
    marks = district.marks("a-1")
    assert (marks["400001"], marks["400002"], marks["400003"]) == ("12", "*", "0")
    assert "of the plan left out" in run.report["message"]


@BOTH
def test_a_student_who_left_after_the_plan_gets_no_score(district: District, path: Path):
    two_scores(district)
    planned(district, path)
    district.control("POST", "/students/400001/drop", {})

    run = apply(district, path)

    assert run.code == 0, run.err
    assert district.marks("a-1")["400002"] == "8"
    assert told(run, "s-3001")[0] == "refused"
    assert "1 write of the plan left out" in run.report["message"]


# ---- a source out of proportion ------------------------------------------------------------------


@pytest.fixture
def halved(district: District) -> District:
    """Two of three assessments are gone from Otus, and a score of the third changed."""
    district.more = "[brake]\nroster_at_least = 3\nremoved_share = 0.4\n"
    some_work(district)
    district.sync()
    district.unassign("a-2")
    district.unassign("a-3")
    district.score("a-1", "s-3001", 4)
    return district


def test_a_plan_shows_what_the_brake_keeps_out_and_takes_in_nothing(halved: District, path: Path):
    before = shown(halved)
    plan = planned(halved, path)

    assert plan.code == 4
    message = plan.report["message"]
    assert message.startswith("the brake would stop this; ")
    assert "of 4 assessment records vanished" in message
    assert (plan.report["counts"]["orphaned"], plan.report["counts"]["sent"]) == (2, 1)
    for run in (halved.sync(), apply(halved, path)):
        assert (run.code, shown(halved)) == (4, before), run.err

    run = apply(halved, path, "--force", "the term is over")

    assert (run.code, rows(run)) == (0, rows(plan))
    assert halved.marks("a-1")["400001"] == "4"


def test_such_a_plan_is_refused_when_more_is_gone_though_it_is_forced(halved: District, path: Path):
    planned(halved, path)
    halved.unassign("a-1")
    before = shown(halved)

    run = apply(halved, path, "--force", "the term is over")

    assert (run.code, shown(halved)) == (10, before)
    assert "the source has changed" in run.err


def test_the_brake_applies_to_a_plan(district: District, path: Path):
    district.more = "[brake]\nat_least = 5\n"
    district.assess("a-1")
    district.night(START)
    district.evening(AFTER)
    assert planned(district, path).code == 0
    before = shown(district)

    run = apply(district, path)
    assert (run.code, shown(district)) == (4, before)

    run = apply(district, path, "--force", "they all missed it")
    assert (run.code, district.marks("a-1")["400001"]) == (0, "0")


# ---- ids that move -------------------------------------------------------------------------------


def test_ids_that_moved_are_shown_until_a_run_has_seen_to_them(
    servers, district: District, path: Path
):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 7)
    district.night(START)
    feed = servers.worlds.find(district.sis.rpartition("/")[2]).world.feed
    for key, sis in (("s-3001", "400002"), ("s-3002", "400001")):
        feed.put("student", key, {**feed.get("student", key), "sisId": sis})

    moved = [
        {"kind": "student", "id": "s-3001", "before": "400001", "now": "400002"},
        {"kind": "student", "id": "s-3002", "before": "400002", "now": "400001"},
    ]
    assert planned(district, path).report["moved_ids"] == []
    assert district.plan("--values").report["moved_ids"] == moved
    show = "plan", "-c", str(district.config), "--show", str(path)
    assert "2 students have another SIS id" in district.command(*show).out
    text = district.command(*show, "--values").out
    assert "2 students have another SIS id in the source than in the last run:\n" in text
    assert "    s-3001: 400001 -> 400002\n" in text

    assert apply(district, path).code == 0
    assert district.marks("a-1")["400001"] == "7"
    assert district.plan("--values").report["moved_ids"] == []


# ---- shadow nights -------------------------------------------------------------------------------


def test_a_shadow_night_sends_nothing_and_is_in_the_history(district: District, path: Path):
    some_work(district)
    config = district.config
    config.write_text("shadow_nights = 1\n" + config.read_text())
    at = "-c", str(config), "--at", district.now().isoformat()

    run = district.command("sync", *at)

    assert run.code == 0
    assert "would be sent" in run.out.splitlines()[0]
    assert "shadow night 1 of 1: nothing was sent" in run.out
    history = district.command("history", "-c", str(config)).out
    assert "shadow: 3 created, 19 sent, 17 refused" in history
    assert district.command("plan", *at, "--out", str(path)).code == 0
    refused = district.command("sync", *at, "--plan", str(path))
    assert (refused.code, refused.err.count("\n")) == (10, 1)
    assert "shadow_nights = 0" in refused.err
    assert sis_writes(district) == []

    district.evening(START + timedelta(days=1))
    assert district.sync().report["counts"]["created"] == 3
