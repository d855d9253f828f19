"""RULES E4 to E8, each proved by itself over a whole small district, on each SIS."""

import json
import re
import stat
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from agent.ledger import open_ledger
from contracts.configuration import SECRETS
from tests.e2e.support.bypass import Bypass
from tests.e2e.support.district import START, District, Run
from tests.e2e.support.earned_zeros import assert_every_zero_is_earned
from tests.e2e.support.expected import SECTION
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import NEXT, fault, healed, rows, some_work
from tests.e2e.support.opening import closed, opened
from tests.e2e.support.random_weeks import STATES
from tests.e2e.support.recording_proxy import JSON, Exchange, Relay, between
from tests.e2e.support.verdicts import lenient


@pytest.fixture
def lakeview(servers, kind: str, tmp_path: Path) -> Iterator[District]:
    """The tiny world with all that Otus has in it: an assessment for each rule that can bite."""
    found = opened(servers, kind, tmp_path, "lakeview")
    found.more = "[brake]\nenabled = false\n"
    found.ours |= {assessment["id"] for assessment in found.feed("assessment")}
    yield found
    closed(servers, found)


# ---- E4 ------------------------------------------------------------------------------------------


def every_byte(district: District) -> str:
    """All columns and cells, as the SIS tells them and as teachers see them."""
    told = {section: district.line_items(section) for section in SECTION.values()}
    seen = {section: district.gradebook(section)["columns"] for section in SECTION.values()}
    marks = {section: district.gradebook(section)["rows"] for section in SECTION.values()}
    return json.dumps([told, seen, marks], sort_keys=True)


def earned_for_good(district: District) -> None:
    """Each 0 satisfies B4 now; what Otus says of a closed period later changes nothing of it."""
    assert_every_zero_is_earned(district)
    for section in district.facts.books:
        for column in district.columns(section):
            for n in range(1, 16):
                district.typed_zeros[column["external_id"], f"4000{n:02}"] = True


def edit_everything(district: District) -> None:
    """Otus changes in every way that would otherwise be sent."""
    district.edit("a-1", title="Changed", totalPoints=30, type="Test")
    district.edit("a-2", classes=[district.assigned("c-1001", dueDate="2026-10-30")])
    district.edit("a-3", includeInFinalGrade=False)
    for n in range(1, 15):
        district.score("a-1", f"s-30{n:02}", 20 - n)
    district.score("a-2", "s-3001", None, "not_submitted")
    district.score("a-3", "s-3015", 8)


@BOTH
@pytest.mark.parametrize("how", ["by hand", "by the calendar", "after the grace days"])
@pytest.mark.parametrize("enforced", [True, False])
def test_e4_a_closed_period_stays_byte_for_byte_what_it_was(
    district: District, how: str, enforced: bool
):
    if not enforced:
        lenient(district, "A12")
    some_work(district)
    district.night(START)
    last = START.replace(month=11, day=15)
    if how == "by hand":
        district.control("POST", "/periods/120001/close")
        days = [NEXT, last]
    elif how == "by the calendar":
        district.night(last)
        days = [last + timedelta(days=1), last + timedelta(days=9)]
    else:
        district.control("PATCH", "/periods/120001", {"grace_days": 3})
        district.night(last + timedelta(days=3))
        days = [last + timedelta(days=4), last + timedelta(days=9)]
    district.evening(days[0])
    earned_for_good(district)
    before = every_byte(district)
    edit_everything(district)

    for day in days:
        district.evening(day)
        run = district.sync()
        assert (run.code, run.writes) == (0, 0)
        assert every_byte(district) == before
    assert "grading_period_closed" in run.report["refusals"]


def test_e4_past_the_agent_nobody_writes_into_a_closed_period(district: District):
    past = Bypass(district)
    assert past.put_column("x-1").done
    assert past.put_score("x-1", "400001", 11).done
    district.control("POST", "/periods/120001/close")
    before = every_byte(district)
    column = district.columns()[0]["id"]

    answers = [
        past.put_column("x-1", title="Changed"),
        past.put_column("x-2"),
        past.delete_column("x-1"),
        past.put_score("x-1", "400001", 12),
        past.put_score("x-1", "400002", 12),
        past.delete_score("x-1", "400001"),
    ]
    teacher = [
        district.try_control("PATCH", f"/columns/{column}", {"title": "Changed"}),
        district.try_control("DELETE", f"/columns/{column}"),
        district.try_control("PUT", f"/columns/{column}/scores/400001", {"score": 3}),
    ]

    assert {a.status for a in answers} == {409}
    assert set(teacher) == {409}
    assert every_byte(district) == before


# ---- E5 ------------------------------------------------------------------------------------------


@BOTH
def test_e5_a_second_run_sends_nothing_on_any_evening(lakeview: District):
    for days in (0, 1, 3, 8, 20, 40):
        lakeview.evening(START + timedelta(days=days))
        first = lakeview.sync()
        assert first.code == 0, first.err
        again = lakeview.sync()
        assert (again.code, again.writes) == (0, 0)
        assert {r[:3] for r in rows(again)} == {r[:3] for r in rows(first)}


# ---- E6 ------------------------------------------------------------------------------------------


def assert_one_word_each(district: District, run: Run) -> None:
    """Each record has one state, and what is not in the SIS has a reason."""
    keys = [(r["assignment"], r["section"], r.get("student")) for r in run.report["records"]]
    assert len(keys) == len(set(keys))
    for record in run.report["records"]:
        assert record["state"] in STATES
        if record["state"] in {"refused", "held", "rejected", "failed", "kept"}:
            assert record["reason"], record
        assert record["state"] != "refused" or record["codes"], record
    told = {key[0] for key in keys}
    assert {a["id"] for a in district.feed("assessment")} <= told
    scored = {(r["assignment"], r.get("student")) for r in run.report["records"]}
    assert {(s["assessmentId"], s["studentId"]) for s in district.feed("score")} <= scored
    assert Counter(r["state"] for r in run.report["records"]) == run.report["counts"]
    codes = Counter(code for r in run.report["records"] for code in r["codes"])
    assert codes == run.report["refusals"]


@BOTH
def test_e6_every_record_has_one_state_and_a_reason(lakeview: District):
    for days in (0, 3, 8, 40):
        assert_one_word_each(lakeview, lakeview.night(START + timedelta(days=days)))


@BOTH
def test_e6_also_when_the_night_fails(lakeview: District):
    fault(lakeview, "status", lakeview.facts.score, status=500, probability=0.9)
    fault(lakeview, "status", lakeview.facts.create, status=422, nth=2)
    run = lakeview.sync()
    healed(lakeview)

    assert run.code in {3, 5}
    assert {"failed", "rejected"} <= set(run.report["counts"])
    assert_one_word_each(lakeview, run)


@BOTH
def test_e6_what_the_report_calls_delivered_is_in_the_gradebook(lakeview: District):
    run = lakeview.sync()

    for record in run.report["records"]:
        if "student" in record:
            number = f"4000{record['student'][4:]}"
            section = record["section"]
            delivered = record["state"] == "sent"
            if delivered or lakeview_has(lakeview, record["assignment"], section):
                shown = lakeview.marks(record["assignment"], section).get(number, "*")
                assert (shown != "*") == delivered, record


def lakeview_has(district: District, assessment: str, section: str) -> bool:
    """Whether the assessment has a column there."""
    return any(
        (c["external_id"] or "").startswith(f"pb-{assessment}-") for c in district.columns(section)
    )


# ---- E7 ------------------------------------------------------------------------------------------


def assert_all_three_count_alike(district: District, run: Run, since: int, wire: Relay) -> None:
    """The report, the ledger, the ledger's own summary, the mock's log, and what went over."""
    report, sis = run.report, district.facts
    url = f"sqlite:///{district.folder / district.ledger}"
    with closing(open_ledger(url, "lakeview")) as ledger:
        counts = {
            state.value: n for state, n in ledger.records.summary(report["run"]).counts.items()
        }
        last = ledger.runs.latest(1)[0]
    assert counts == report["counts"]
    assert last["run"] == report["run"]
    assert last["exit_code"] == run.code
    assert last["summary"]["counts"] == report["counts"]
    assert last["summary"]["requests"] == report["requests"]
    journal = [e for e in district.journal(since=since) if e["server"] == sis.name]
    calls = [e for e in journal if not (e["operation"] or "").lower().endswith("token")]
    writes = [e for e in calls if e["write"]]
    assert report["requests"] == {"reads": len(calls) - len(writes), "writes": len(writes)}
    done = Counter(e["operation"] for e in writes if e["status"] and e["status"] < 300)
    assignments = [r["state"] for r in report["records"] if "student" not in r]
    scores = [r["state"] for r in report["records"] if "student" in r]
    columns = sum(done[operation] for operation in {sis.create, sis.update})
    assert columns == assignments.count("created") + assignments.count("updated")
    went = [e for e in wire.of("PUT", sis.score_path) if 200 <= e.status < 300]
    assert len(went) == done[sis.score]
    assert sum(len(sis.scores_in(e.sent)) for e in went) == scores.count("sent")
    assert done[sis.clear] == scores.count("cleared")


@BOTH
def test_e7_report_ledger_and_journal_count_the_same(lakeview: District):
    acts = (
        lambda: None,
        lambda: lakeview.score("a-5001", "s-3001", 3),
        lambda: lakeview.edit("a-5002", title="Renamed"),
        lambda: lakeview.score("a-5002", "s-3001", None, "not_submitted"),
        lambda: None,
    )
    for days, act in enumerate(acts):
        act()
        lakeview.evening(START + timedelta(days=days))
        since = max((e["seq"] for e in lakeview.journal()), default=0)
        with between(lakeview, "sis") as wire:
            run = lakeview.sync()
        assert run.code == 0, run.err
        assert_all_three_count_alike(lakeview, run, since, wire)


@BOTH
def test_e7_also_when_the_night_fails(lakeview: District):
    fault(lakeview, "status", lakeview.facts.score, status=422, probability=0.3)
    fault(lakeview, "status", "get*", status=503, probability=0.1)
    fault(lakeview, "throttle", lakeview.facts.create, seconds=0, nth=1)
    since = max((e["seq"] for e in lakeview.journal()), default=0)
    with between(lakeview, "sis") as wire:
        run = lakeview.sync()

    assert run.code == 3
    assert_all_three_count_alike(lakeview, run, since, wire)


# ---- E8 ------------------------------------------------------------------------------------------

UNUSUAL = (17.375, 13.8125, 91.0625)


def secrets_of(district: District) -> dict[str, str]:
    """Whatever must be in no log line: value -> what it is."""
    found = dict.fromkeys(SECRETS.values(), "a secret")
    for user in district.rostering("students", "users"):
        names = f"{user['givenName']} {user['familyName']}", user["familyName"]
        found |= dict.fromkeys(names, "a name")
        found |= dict.fromkeys((user["sourcedId"], user["username"]), "a number")
        found |= {user.get("identifier") or user["sourcedId"]: "a number"}
    found |= {student["id"]: "a number" for student in district.feed("student")}
    return found | {str(value): "a score" for value in UNUSUAL}


def assert_silent(text: str, secrets: dict[str, str], *, but: str = "") -> None:
    """None of the secrets is in the text."""
    for value, what in secrets.items():
        if what != but:
            assert not re.search(rf"(?<![\w.]){re.escape(value)}(?![\w.])", text), what


def tokens(exchanges: list[Exchange]) -> dict[str, str]:
    """The tokens that were given out."""
    given = [e.json["access_token"] for e in exchanges if "/token" in e.path and e.status == 200]
    return dict.fromkeys(given, "a token")


@BOTH
def test_e8_no_log_line_tells_a_name_a_number_a_score_or_a_secret(lakeview: District):
    for student, points in zip(("s-3001", "s-3008", "s-3010"), UNUSUAL, strict=True):
        lakeview.score("a-5002", student, points)
    lakeview.score("a-5002", "s-3002", -UNUSUAL[0])
    secrets = secrets_of(lakeview)
    events = lakeview.folder / "events.jsonl"
    with between(lakeview, "sis") as sis, between(lakeview, "otus") as otus:

        def gossip(exchange: Exchange) -> None:
            """A SIS that names the student and the value in its refusals."""
            put = lakeview.facts.score_path
            if exchange.method == "PUT" and put in exchange.path and len(sis.of("PUT", put)) % 2:
                [(student, points), *_] = lakeview.facts.scores_in(exchange.sent)
                said = f"{student}: {points} is too much"
                info = {"imsx_codeMajor": "failure", "imsx_description": said, "message": said}
                exchange.answer(422, info, JSON)

        sis.alter = gossip
        fault(lakeview, "drop_after", lakeview.facts.rosters, nth=1)
        process = lakeview.start_sync("--events", str(events))
        out, err = process.communicate(timeout=60)
        secrets |= tokens(sis.seen) | tokens(otus.seen)

    assert process.returncode == 3, err
    lines = events.read_text()
    assert stat.S_IMODE(events.stat().st_mode) == 0o600
    kinds = Counter(json.loads(line)["event"] for line in lines.splitlines())
    assert {"request", "record", "report"} <= set(kinds)
    assert "a token" in secrets.values()
    assert_silent(lines, secrets)
    assert_silent(err, secrets)
    # The report names records by the ids of Otus, and has neither names nor scores.
    assert json.loads(out)["counts"]["rejected"] > 0
    otus_ids = {v: w for v, w in secrets.items() if not v.startswith("s-")}
    assert_silent(out, otus_ids)


@BOTH
def test_e8_events_on_standard_output_keep_the_report_off_it(lakeview: District):
    run = lakeview.command("sync", "-c", str(lakeview.config), "--events", "-")

    events = [json.loads(line)["event"] for line in run.out.splitlines()]
    assert events[-1] == "report"
    assert "assignments" in run.err
    assert_silent(run.out + run.err, secrets_of(lakeview))


@BOTH
def test_e8_what_goes_wrong_is_told_without_them_too(lakeview: District):
    secrets = secrets_of(lakeview)
    said: list[str] = []
    for operation, action in (
        ("listChanges", "truncate"),
        ("*oken", "status"),
        (lakeview.facts.rosters, "drop_before"),
        (lakeview.facts.score, "drop_after"),
    ):
        fault(lakeview, action, operation, **({"status": 401} if action == "status" else {}))
        run = lakeview.sync("--events", str(lakeview.folder / "events.jsonl"))
        said.append(run.err)
        healed(lakeview)
        assert run.code in {3, 5, 6}

    assert_silent("".join(said), secrets)
    assert_silent((lakeview.folder / "events.jsonl").read_text(), secrets)


@BOTH
def test_e8_the_ledger_is_the_owners_alone(district: District):
    some_work(district)
    district.sync()

    for path in district.folder.glob("passback.db*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
