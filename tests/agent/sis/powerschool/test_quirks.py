"""PowerSchool's quirks on the mock: two kinds of ids, grants, pages, pauses, teachers, locks."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Event

import pytest

from agent.decide.plan import ColumnPlan
from agent.domain import ColumnRef, SectionId, SisPersonId
from agent.errors import DeniedError, MaintenanceError, UnknownOutcomeError
from agent.ledger import open_ledger
from agent.records import SourceFields
from agent.sync.attempts import column_intent
from agent.sync.recovery.read_back import read_back
from mock_sis.sis import gradebook_of
from tests.agent.builders import a_run, points_of
from tests.agent.sis.powerschool.rig import a_rig, a_world

SECTION, STUDENT = SectionId("200001"), SisPersonId("400001")


@pytest.fixture
def hosted(servers):
    with a_world(servers) as world:
        yield world


@pytest.fixture
def rig(servers, hosted):
    with a_rig(servers, hosted, sleep=lambda _seconds: None) as rig:
        yield rig


@pytest.fixture
def ref(rig):
    return rig.sis.create(rig.book(), rig.draft(rig.book())).ref


def configure(hosted, **settings):
    hosted.world.configure(powerschool=settings)


def told(rig, operation):
    return [e["status"] for e in rig.events if e["operation"] == operation]


class TestIds:
    """What the tables call an id is never an id of the gradebook: mixing them fails loudly."""

    def ids(self, hosted, table):
        [row] = hosted.world.db.read(
            f"SELECT table_id FROM {table} WHERE id = ?",
            SECTION if table == "section" else STUDENT,
        )
        return str(row["table_id"])

    def test_the_two_numbers_differ_everywhere(self, hosted):
        for table in ("section", "student", "teacher"):
            rows = hosted.world.db.read(f"SELECT id, table_id FROM {table}")
            assert not {row["id"] for row in rows} & {str(row["table_id"]) for row in rows}

    def test_a_section_by_its_table_id_is_missing(self, rig, hosted):
        other = SectionId(self.ids(hosted, "section"))
        assert rig.book(other).missing == {other}
        assert not rig.sis.create(
            rig.book(), replace(rig.draft(rig.book()), section=other)
        ).accepted

    def test_a_student_by_their_table_id_is_refused_alone(self, rig, hosted, ref):
        other = SisPersonId(self.ids(hosted, "student"))
        refused, accepted = rig.put(rig.book(), ref, (other, "5"), (STUDENT, "6"))
        assert (refused.accepted, accepted.accepted) == (False, True)
        assert points_of(rig.sis.scores(rig.book(), ref)) == {STUDENT: Decimal(6)}

    def test_the_two_numbers_of_a_column_the_wrong_way_round_are_refused(self, rig, ref):
        assignment, _, part = ref.partition("/")
        wrong = ColumnRef(f"{part}/{assignment}")
        [receipt] = rig.put(rig.book(), wrong, (STUDENT, "5"))
        assert not receipt.accepted
        assert not rig.sis.update(rig.book(), wrong, rig.draft(rig.book())).accepted
        assert points_of(rig.sis.scores(rig.book(), ref)) == {}

    def test_changed_rosters_are_named_by_dcid(self, rig, hosted):
        cursor = rig.sis.district_snapshot(None).cursor
        rig.hand.call("POST", f"/students/{STUDENT}/drop", {"section": SECTION})
        assert rig.sis.district_snapshot(cursor).changed == {SECTION}

    def test_rosters_and_teachers_are_dcids(self, rig, hosted):
        section = rig.book().sections[SECTION]
        ids = {row["id"] for row in hosted.world.db.read("SELECT id FROM student")}
        assert set(section.enrolments) <= ids
        assert section.main_teacher == "300001"


class TestLostCreate:
    """A create whose answer is lost is looked up by its tag before it is ever repeated."""

    def plan(self, rig):
        draft = rig.draft(rig.book())
        seen = SourceFields(
            title=draft.data.title, type="Quiz", assigned_on=None, due=None, points=Decimal(20)
        )
        return ColumnPlan(
            assessment="a1",
            owner="c1",
            section=SECTION,
            external_id=draft.external_id,
            ref=None,
            write="create",
            data=draft.data,
            seen=seen,
        )

    @pytest.mark.parametrize(
        ("fault", "created"),
        [
            ({"action": "drop_after", "operation": "createAssignment", "nth": 1}, 1),
            ({"action": "drop_before", "operation": "createAssignment", "nth": 1}, 0),
            ({"action": "drop_after", "operation": "getAssignment"}, 1),
        ],
        ids=["lost after", "lost before", "made, but the read-back is lost for good"],
    )
    def test_the_next_run_finds_what_there_is(self, rig, tmp_path, fault, created):
        ledger = open_ledger(f"sqlite:///{tmp_path}/passback.db", "d")
        run = a_run(sis=rig.sis, ledger=ledger)
        plan = self.plan(rig)
        ledger.attempts.intend(
            run.id, [column_intent(plan, SECTION, rig.sis.tag(plan.external_id))], run.tonight.now
        )
        rig.hand.call("POST", "/faults", {"probability": 1.0} | fault)
        with pytest.raises(UnknownOutcomeError):
            rig.sis.create(rig.book(), rig.draft(rig.book()))
        assert len(rig.hand.gradebook(SECTION)["columns"]) == created
        rig.hand.call("DELETE", "/faults")
        run = read_back(run, {})
        assert (run.unresolved, bool(run.unread)) == ({}, False)
        assert not ledger.attempts.open()
        known = ledger.delivered.columns(["c1"])
        assert [k.ref for k in known] == [c.ref for c in rig.sis.columns(rig.book())]
        assert len(known) == created
        assert len(told(rig, "createAssignment")) == 1


class TestGrants:
    def test_without_a_field_that_the_server_fills_nothing_is_made_and_the_night_ends(
        self, rig, hosted
    ):
        book = rig.book()
        configure(hosted, grants={"assignment.createdbyplugin": "view"})
        with pytest.raises(DeniedError, match=r"assignment\.createdbyplugin"):
            rig.sis.create(book, rig.draft(book))
        assert rig.hand.gradebook(SECTION)["columns"] == []

    def test_without_the_table_of_scores_they_cannot_be_read_and_can_be_written(
        self, rig, hosted, ref
    ):
        configure(hosted, grants={"assignmentscore.isexempt": "none"})
        assert rig.sis.scores(rig.book(), ref) is None
        assert rig.put(rig.book(), ref, (STUDENT, "5"))[0].accepted
        failed = [p for p in rig.sis.check() if not p.ok]
        names = ["access to assignmentscore", "scores can be read back"]
        assert [p.name for p in failed] == names
        assert all("assignmentscore.isexempt" in p.detail for p in failed)


class TestShapes:
    def test_small_pages_and_lists_of_one_change_nothing(self, rig, hosted):
        whole = rig.book(SECTION, rig.alone)
        maxima = {"section_enrollment": 1, "schema_table_query": 2, "school": 1}
        configure(hosted, maxima=maxima, singleton_as_object=True)
        rig.sis.district_snapshot(None)
        assert rig.book(SECTION, rig.alone) == whole
        configure(hosted, maxima=maxima, singleton_as_object=False)
        assert rig.book(SECTION, rig.alone) == whole

    def test_a_server_that_tells_the_parts_numbers_in_a_header_makes_no_difference(
        self, rig, hosted
    ):
        configure(hosted, assignment_section_ids_header=True)
        assert rig.sis.create(rig.book(), rig.draft(rig.book())).accepted


class TestPauses:
    def test_the_minimum_interval_of_a_plugin_is_obeyed(self, servers, hosted):
        waited = []

        def wait(seconds):
            waited.append(seconds)
            Event().wait(min(seconds, 0.02))

        configure(hosted, min_interval_ms=20)
        with a_rig(servers, hosted, sleep=wait) as rig:
            book = rig.book()
            receipt = rig.sis.create(book, rig.draft(book))
            assert receipt.accepted
            assert [column.ref for column in rig.sis.columns(book)] == [receipt.ref]
            assert "asked for" in [p.detail for p in rig.sis.check()][-1]
            refused = [e for e in rig.events if e["status"] == 429]
        assert waited[0] == 1.0
        assert len(refused) <= 3

    def test_maintenance_is_recognised_in_the_middle_of_a_night(self, rig, ref):
        rig.hand.call("POST", "/faults", {"action": "maintenance", "operation": "putScores"})
        with pytest.raises(MaintenanceError):
            rig.put(rig.book(), ref, (STUDENT, "5"))

    def test_resubmit_is_answered_once(self, rig, ref):
        fault = {"action": "status", "status": 412, "operation": "putScores", "nth": 1}
        rig.hand.call("POST", "/faults", fault)
        assert rig.put(rig.book(), ref, (STUDENT, "5"))[0].accepted
        assert told(rig, "putScores") == [412, 200]


class TestBatches:
    def test_one_departed_student_does_not_block_the_class(self, rig, ref):
        roster = sorted(rig.book().sections[SECTION].enrolments)
        rig.hand.call("POST", f"/students/{roster[2]}/drop", {"section": SECTION})
        receipts = rig.put(rig.book(), ref, *((student, "5") for student in roster))
        assert [r.accepted for r in receipts] == [n != 2 for n in range(7)]
        assert told(rig, "putScores") == [409, 200]

    def test_an_exempt_student_holds_something_that_is_no_number(self, rig, hosted, ref):
        part = int(ref.partition("/")[2])
        book = gradebook_of(hosted.world, "powerschool")
        book.put_score(part, STUDENT, None, by="teacher", status="exempt")
        assert points_of(rig.sis.scores(rig.book(), ref)) == {STUDENT: None}


class TestTeachers:
    def test_a_new_lead_acts_with_their_own_copy_of_the_category(self, rig, ref):
        old = rig.book().sections[SECTION].categories["quiz"]
        body = {"teacher": "300003", "main": True}
        rig.hand.call("POST", f"/sections/{SECTION}/teachers", body)
        rig.sis.district_snapshot(None)
        section = rig.book().sections[SECTION]
        assert section.main_teacher == "300003"
        assert (old, section.categories["quiz"]) == ("100000001", "100020001")
        second = replace(rig.draft(rig.book()), external_id="pb-a2-c1")
        assert rig.sis.create(rig.book(), second).accepted
        first = rig.draft(rig.book(), title="B")
        assert rig.sis.update(rig.book(), ref, first).accepted

    def test_an_update_keeps_what_the_teacher_changed(self, rig, hosted, ref):
        column = ref.partition("/")[2]
        text = f"Bring a ruler. {rig.sis.tag('pb-a1-c1')}"
        book = gradebook_of(hosted.world, "powerschool")
        changes = {"description": text, "extra": {"publishoption": "Never"}}
        book.edit_column(int(column), changes, by="teacher")
        assert rig.sis.update(rig.book(), ref, rig.draft(rig.book(), title="B")).accepted
        kept = book.column(int(column))
        assert (kept.title, kept.description) == ("B", text)
        assert kept.extra["publishoption"] == "Never"
        assert [c.ref for c in rig.sis.columns(rig.book()) if c.ours] == [ref]


class TestLocks:
    def test_a_section_that_was_unlocked_may_go_on(self, rig, hosted):
        period = "120001"
        rig.hand.call("POST", f"/periods/{period}/close")
        hosted.world.db.connection.execute(
            "INSERT INTO unlocked VALUES (?, ?, ?)", (SECTION, period, hosted.world.stamp())
        )
        rig.sis.district_snapshot(None)
        closed = {p.title: p.closed for p in rig.book().sections[SECTION].periods}
        assert not closed["Q1"]
        assert rig.sis.create(rig.book(), rig.draft(rig.book())).accepted
        other = {p.title: p.closed for p in rig.book(rig.alone).sections[rig.alone].periods}
        assert other["Q1"]

    def test_a_term_locks_itself_after_its_last_day_and_its_grace(self, rig, hosted):
        def q1():
            rig.sis.district_snapshot(None)
            [found] = [p for p in rig.book().sections[SECTION].periods if p.title == "Q1"]
            return found

        last = q1().end
        before = rig.sis.district_snapshot(None).fingerprint
        rig.hand.call("PUT", "/clock", {"now": f"{last}T20:00:00-06:00"})
        assert not q1().closed
        rig.hand.call("PUT", "/clock", {"now": f"{last + timedelta(days=1)}T20:00:00-06:00"})
        assert q1().closed
        assert rig.sis.district_snapshot(None).fingerprint != before
        assert last == date(2026, 11, 1)
