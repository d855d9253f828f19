"""What every adapter must do, whoever makes the SIS: run on each vendor over real sockets.

A vendor's test module makes a `Rig` and inherits from `SisConformance`, and from the suites of what
only some SIS can do: `TellsClosings`, `SharesGradebooks`. The teacher's and the registrar's hands
are the mock's control plane, which is the same for every vendor.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest

from agent.domain import (
    EMPTY_CELL,
    AssignmentData,
    ColumnRef,
    Gradebook,
    Section,
    SectionId,
    SisPersonId,
)
from agent.errors import UnknownOutcomeError
from agent.sis.port import Draft, Receipt, Sis
from tests.agent.builders import points_of


@dataclass
class Hand:
    """The teacher and the registrar: the control plane of one world."""

    url: str
    http: httpx2.Client

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.http.request(method, f"{self.url}/_mock{path}", json=body, params=query)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def gradebook(self, section: str) -> dict[str, Any]:
        return self.call("GET", f"/gradebooks/{section}")

    def column(self, section: str, title: str) -> dict[str, Any]:
        [found] = [c for c in self.gradebook(section)["columns"] if c["title"] == title]
        return found

    def shown(self, section: str, title: str) -> dict[str, str]:
        """Student -> what the cell of a column shows."""
        column = self.column(section, title)["id"]
        rows = self.gradebook(section)["rows"]
        return {
            r["student"]: c["display"] for r in rows for c in r["cells"] if c["column"] == column
        }


NOWHERE = ColumnRef("pb-nowhere-c1")


@dataclass
class Rig:
    """An adapter on a fresh world, and the hands in it.

    Attributes:
        linked: the sections of one gradebook: several where they can share one, else one.
        alone: a section with a gradebook of its own.
        today: the district's date, inside an open grading period.
        quiz: what the control plane calls the category Quiz.
        nowhere: the address of a column that is not there.
        flags: the SIS shows a teacher's flags.
    """

    sis: Sis
    hand: Hand
    linked: tuple[SectionId, ...]
    alone: SectionId
    today: date
    quiz: str
    nowhere: ColumnRef = NOWHERE
    flags: bool = True
    events: list[dict[str, Any]] = field(default_factory=list)

    def book(self, *sections: SectionId) -> Gradebook:
        return self.sis.gradebook("book", sections or self.linked)

    def draft(self, book: Gradebook, **changes: Any) -> Draft:
        section = next(iter(book.sections.values()))
        data = AssignmentData(
            title="Unit 3 Quiz",
            assigned=self.today if self.sis.traits.assigned_dates else None,
            due=self.today + timedelta(days=7),
            category=section.categories["quiz"],
            points=Decimal(20),
        )
        return Draft(external_id="pb-a1-c1", section=section.id, data=replace(data, **changes))

    def student(self, book: Gradebook, section: SectionId, number: int = 0) -> SisPersonId:
        roster = book.sections[section].enrolments
        return sorted(s for s in roster if book.sections[section].enrolled(s, self.today))[number]

    def say(self, book: Gradebook, student: str, score: float | None, **said: Any) -> None:
        """The teacher's hand in a cell of the one column, and what it says beside the score."""
        [column] = self.hand.gradebook(next(iter(book.sections)))["columns"]
        self.hand.call("PUT", f"/columns/{column['id']}/scores/{student}", {"score": score, **said})

    def cell(self, student: str, title: str) -> dict[str, Any]:
        """A cell as the teacher sees it."""
        book = self.hand.gradebook(self.linked[0])
        [column] = [c["id"] for c in book["columns"] if c["title"] == title]
        [cells] = [row["cells"] for row in book["rows"] if row["student"] == student]
        return next(cell for cell in cells if cell["column"] == column)

    def put(self, book: Gradebook, ref: Any, *scores: tuple[SisPersonId, str]) -> list[Receipt]:
        size = self.sis.traits.batch
        pairs = [(student, Decimal(points)) for student, points in scores]
        chunks = [pairs[i : i + size] for i in range(0, len(pairs), size)]
        return [receipt for chunk in chunks for receipt in self.sis.put_scores(book, ref, chunk)]


class SisConformance:
    """The suite; `rig` comes from the vendor's module."""

    @pytest.fixture
    def book(self, rig: Rig) -> Gradebook:
        return rig.book()

    @pytest.fixture
    def ref(self, rig: Rig, book: Gradebook) -> Any:
        receipt = rig.sis.create(book, rig.draft(book))
        assert receipt.accepted, receipt.reason
        return receipt.ref

    # -- the district

    def test_every_probe_of_a_working_sis_is_good(self, rig):
        probes = list(rig.sis.check())
        assert len(probes) >= 4
        assert [p for p in probes if not p.ok] == []

    def test_the_categories_of_the_district_are_told_by_every_name(self, rig, book):
        offered = rig.sis.categories()
        assert {"Quiz", "Test", "Homework"} <= {category.title for category in offered}
        assert all(category.active for category in offered)
        for section in book.sections.values():
            assert section.known is not None
            assert set(section.categories) <= section.known
            assert section.known == frozenset().union(*(c.labels for c in offered))

    def test_a_category_that_is_switched_off_is_known_all_the_same(self, rig):
        rig.hand.call("POST", f"/categories/{rig.quiz}/deactivate", {})
        rig.sis.district_snapshot(None)
        assert [c.title for c in rig.sis.categories() if c.answers_to("qUIZ")] == ["Quiz"]
        [section, *_] = rig.book().sections.values()
        assert "quiz" in section.known
        assert "quiz" not in section.categories

    def test_check_and_survey_and_gradebook_write_nothing(self, rig):
        list(rig.sis.check())
        rig.sis.categories()
        rig.sis.district_snapshot(None)
        rig.sis.columns(rig.book())
        assert rig.events
        assert not [e for e in rig.events if e["write"]]

    def test_a_first_survey_knows_of_no_change(self, rig):
        assert rig.sis.district_snapshot(None).changed is None

    def test_a_survey_of_a_district_where_nothing_happened_names_no_section(self, rig):
        first = rig.sis.district_snapshot(None)
        second = rig.sis.district_snapshot(first.cursor)
        assert second.changed == frozenset()
        assert second.fingerprint == first.fingerprint
        assert rig.sis.district_snapshot(second.cursor).changed == frozenset()

    def test_a_survey_names_the_sections_whose_roster_changed(self, rig):
        cursor = rig.sis.district_snapshot(None).cursor
        book = rig.book(rig.alone)
        rig.hand.call(
            "POST", f"/students/{rig.student(book, rig.alone)}/drop", {"section": rig.alone}
        )
        snapshot = rig.sis.district_snapshot(cursor)
        assert snapshot.changed == {rig.alone}
        assert rig.sis.district_snapshot(snapshot.cursor).changed == frozenset()

    def test_a_change_at_the_same_moment_as_the_last_one_is_not_missed(self, rig):
        book = rig.book(rig.alone)
        first, second = (rig.student(book, rig.alone, n) for n in (0, 1))
        rig.hand.call("PUT", "/clock", {"frozen": True})
        rig.hand.call("POST", f"/students/{first}/drop", {"section": rig.alone})
        cursor = rig.sis.district_snapshot(None).cursor
        rig.hand.call("POST", f"/students/{second}/drop", {"section": rig.alone})
        changed = rig.sis.district_snapshot(cursor).changed
        assert changed is None or rig.alone in changed

    # -- a gradebook

    def test_a_section_that_does_not_exist_is_missing(self, rig):
        book = rig.book(rig.alone, SectionId("999999"))
        assert book.missing == {"999999"}
        assert set(book.sections) == {rig.alone}

    def test_a_gradebook_has_the_rosters_that_the_teacher_sees(self, rig, book):
        shown = {(r["student"], r["section"]) for r in rig.hand.gradebook(rig.linked[0])["rows"]}
        read = {
            (student, name)
            for name, section in book.sections.items()
            for student in section.enrolments
            if section.enrolled(student, rig.today)
        }
        assert read == shown

    def test_a_student_who_left_and_came_back_has_two_spans(self, book):
        spans = [s for x in book.sections.values() for s in x.enrolments.values() if len(s) == 2]
        assert len(spans) == 1
        for earlier, later in spans:
            assert earlier.end < later.start

    def test_a_dropped_student_is_not_enrolled_any_more(self, rig, book):
        student = rig.student(book, rig.linked[0])
        rig.hand.call("POST", f"/students/{student}/drop", {"section": rig.linked[0]})
        assert not rig.book().sections[rig.linked[0]].enrolled(student, rig.today)

    def test_the_periods_of_a_section_are_there_and_today_lies_in_an_open_one(self, rig, book):
        shown = rig.hand.gradebook(rig.linked[0])["periods"]
        read = {
            (p.start.isoformat(), p.end.isoformat()): p.closed
            for p in book.sections[rig.linked[0]].periods
        }
        assert {(p["start"], p["end"]) for p in shown} <= set(read)
        now = current(rig)
        assert [read[p["start"], p["end"]] for p in shown if p["id"] == now] == [False]

    # -- columns

    def test_a_column_reads_back_as_it_was_made(self, rig, book, ref):
        [column] = [c for c in rig.sis.columns(book) if c.ref == ref]
        draft = rig.draft(book)
        assert column.data == draft.data
        assert column.external_id == rig.sis.tag(draft.external_id)
        assert column.ours

    def test_one_column_is_read_as_it_is_now_and_none_where_it_is_gone(self, rig, book, ref):
        bare = Gradebook(id=book.id, sections={name: Section(id=name) for name in book.sections})
        assert rig.sis.column(bare, ref) == next(iter(rig.sis.columns(book)))
        path = f"/columns/{rig.hand.column(rig.linked[0], 'Unit 3 Quiz')['id']}"
        later = rig.today + timedelta(days=9)
        rig.hand.call("PATCH", path, {"due": later.isoformat()})
        assert rig.sis.column(bare, ref).data.due == later
        rig.hand.call("DELETE", path)
        assert rig.sis.column(bare, ref) is None
        assert rig.sis.column(bare, rig.nowhere) is None

    def test_making_it_again_is_the_same_column(self, rig, book, ref):
        if not rig.sis.traits.idempotent_create:
            pytest.skip("this SIS makes a second one")
        assert rig.sis.create(book, rig.draft(book)).ref == ref
        assert len(rig.sis.columns(book)) == 1

    def test_a_column_that_a_teacher_made_is_not_ours(self, rig, book):
        body = {"section": rig.linked[0], "title": "By hand", "points": 10, "category": rig.quiz}
        rig.hand.call("POST", "/columns", {**body, "due": rig.today.isoformat()})
        [column] = rig.sis.columns(book)
        assert (column.ours, column.external_id) == (False, None)
        assert (column.data.title, column.data.due) == ("By hand", rig.today)

    def test_an_update_replaces_the_data_and_keeps_the_scores(self, rig, book, ref):
        student = rig.student(book, rig.linked[0])
        assert rig.put(book, ref, (student, "17.5"))[0].accepted
        due = rig.today + timedelta(days=9)
        changed = rig.draft(book, title="Unit 3 Quiz B", due=due, points=Decimal(25))
        assert rig.sis.update(book, ref, changed).accepted
        [column] = rig.sis.columns(book)
        assert column.data == changed.data
        assert points_of(rig.sis.scores(book, ref)) == {student: Decimal("17.5")}

    def test_an_update_changes_only_what_differs_from_what_was_read_before(self, rig, book, ref):
        before = rig.draft(book).data
        path = f"/columns/{rig.hand.column(rig.linked[0], 'Unit 3 Quiz')['id']}"
        rig.hand.call("PATCH", path, {"title": "The teacher's own"})
        draft = replace(rig.draft(book, points=Decimal(25)), before=before)
        receipt = rig.sis.update(book, ref, draft)
        assert (receipt.accepted, receipt.moved) == (True, frozenset())
        wanted = replace(before, title="The teacher's own", points=Decimal(25))
        assert (receipt.data, rig.sis.column(book, ref).data) == (wanted, wanted)

    def test_an_update_of_what_a_teacher_changed_meanwhile_writes_nothing(self, rig, book, ref):
        before = rig.draft(book).data
        path = f"/columns/{rig.hand.column(rig.linked[0], 'Unit 3 Quiz')['id']}"
        due = rig.today + timedelta(days=5)
        rig.hand.call("PATCH", path, {"due": due.isoformat()})
        changes = {"due": rig.today + timedelta(days=9), "points": Decimal(25)}
        receipt = rig.sis.update(book, ref, replace(rig.draft(book, **changes), before=before))
        assert (receipt.accepted, receipt.gone, receipt.moved) == (False, False, {"due"})
        assert "due date" in receipt.reason
        assert rig.sis.column(book, ref).data == replace(before, due=due)

    def test_an_update_that_a_teacher_made_already_is_none_against_them(self, rig, book, ref):
        before = rig.draft(book).data
        path = f"/columns/{rig.hand.column(rig.linked[0], 'Unit 3 Quiz')['id']}"
        rig.hand.call("PATCH", path, {"title": "Ratios"})
        draft = replace(rig.draft(book, title="Ratios", points=Decimal(25)), before=before)
        assert rig.sis.update(book, ref, draft).accepted
        assert rig.sis.column(book, ref).data == draft.data

    def test_a_column_that_a_teacher_deleted_is_gone_and_not_made_again(self, rig, book, ref):
        student = rig.student(book, rig.linked[0])
        rig.put(book, ref, (student, "5"))
        rig.hand.call("DELETE", f"/columns/{rig.hand.column(rig.linked[0], 'Unit 3 Quiz')['id']}")
        assert rig.sis.columns(book) == ()
        receipts = [rig.sis.update(book, ref, rig.draft(book)), *rig.put(book, ref, (student, "7"))]
        if rig.sis.traits.clears_scores:
            receipts.append(rig.sis.clear_score(book, ref, student, EMPTY_CELL))
        assert {(r.accepted, r.gone) for r in receipts} == {(False, True)}
        assert all(r.reason for r in receipts)
        assert rig.sis.columns(book) == ()

    def test_writes_need_no_more_of_a_gradebook_than_the_names_of_its_sections(self, rig, book):
        bare = Gradebook(id=book.id, sections={name: Section(id=name) for name in book.sections})
        ref = rig.sis.create(bare, rig.draft(book)).ref
        scores = [(rig.student(book, section), "5") for section in rig.linked]
        assert [r.reason for r in rig.put(bare, ref, *scores)] == [""] * len(scores)
        assert rig.sis.update(bare, ref, rig.draft(book, title="B")).accepted
        assert len(rig.sis.scores(bare, ref)) == len(rig.linked)

    # -- scores

    @pytest.mark.parametrize("points", ["0", "8.5", "17.25", "20", "31"])
    def test_a_score_reads_back_exactly(self, rig, book, ref, points):
        student = rig.student(book, rig.linked[0])
        [receipt] = rig.put(book, ref, (student, points))
        assert receipt.accepted, receipt.reason
        assert points_of(rig.sis.scores(book, ref)) == {student: Decimal(points)}

    def test_who_has_no_score_shows_a_star(self, rig, book, ref):
        student = rig.student(book, rig.linked[0])
        rig.put(book, ref, (student, "5"))
        shown = rig.hand.shown(rig.linked[0], "Unit 3 Quiz")
        assert {v for s, v in shown.items() if s != student} == {"*"}

    def test_a_second_score_replaces_the_first(self, rig, book, ref):
        student = rig.student(book, rig.linked[0])
        rig.put(book, ref, (student, "5"))
        rig.put(book, ref, (student, "6"))
        assert points_of(rig.sis.scores(book, ref)) == {student: Decimal(6)}

    def test_a_cleared_score_shows_a_star_and_clearing_it_again_is_no_harm(self, rig, book, ref):
        if not rig.sis.traits.clears_scores:
            pytest.skip("this SIS keeps what it has")
        student = rig.student(book, rig.linked[0])
        rig.put(book, ref, (student, "5"))
        assert rig.sis.clear_score(book, ref, student, EMPTY_CELL).accepted
        assert points_of(rig.sis.scores(book, ref)) == {}
        assert rig.hand.shown(rig.linked[0], "Unit 3 Quiz")[student] == "*"
        assert rig.sis.clear_score(book, ref, student, EMPTY_CELL).accepted

    def test_a_score_that_a_teacher_typed_is_read_and_can_be_cleared(self, rig, book, ref):
        student = rig.student(book, rig.linked[-1])
        column = rig.hand.column(rig.linked[-1], "Unit 3 Quiz")["id"]
        rig.hand.call("PUT", f"/columns/{column}/scores/{student}", {"score": 7.5})
        assert points_of(rig.sis.scores(book, ref)) == {student: Decimal("7.5")}
        if rig.sis.traits.clears_scores:
            assert rig.sis.clear_score(book, ref, student, EMPTY_CELL).accepted
            assert points_of(rig.sis.scores(book, ref)) == {}

    # -- what is not ours

    def test_a_teachers_flags_and_comment_outlive_a_score(self, rig, book, ref):
        student, other = (rig.student(book, rig.linked[0], n) for n in (0, 1))
        said = {"status": ["late", "missing"], "comment": "See me"}
        # OneRoster 1.1 has no result without a score, so nothing beside it either.
        rig.say(book, student, None if rig.flags else 4, **said)
        found = rig.sis.scores(book, ref)
        receipts = (
            rig.sis.put_scores(book, ref, [(student, Decimal("8.5"))], found),
            rig.sis.put_scores(book, ref, [(other, Decimal(7))], found),
        )
        assert [[r.accepted for r in some] for some in receipts] == [[True], [True]]
        shown = rig.cell(student, "Unit 3 Quiz")
        assert (shown["display"], shown["status"]) == ("8.5", said["status"])
        assert shown["comment"] == said["comment"]
        assert rig.cell(other, "Unit 3 Quiz").keys() == {"column", "score", "display"}

    def test_a_cell_tells_what_a_teacher_put_into_it(self, rig, book, ref):
        students = [rig.student(book, rig.linked[0], n) for n in range(3)]
        exempt, late, plain = students
        rig.say(book, exempt, 5, status="exempt")
        rig.say(book, late, 6, status="late")
        rig.say(book, plain, 7)
        cells = rig.sis.scores(book, ref)
        assert [cells[s].points for s in students] == [5, 6, 7]
        assert [cells[s].exempt for s in students] == [True, False, False]
        assert cells[plain].annotated is False
        # Version 1.1 of OneRoster has no word for a flag.
        assert cells[late].annotated is rig.flags

    def test_what_keeps_a_0_away_is_told_of_who_is_to_get_one(self, rig, book, ref):
        if not rig.flags:
            pytest.skip("OneRoster 1.1 shows no cell without a score")
        students = [rig.student(book, rig.linked[0], n) for n in range(4)]
        commented, incomplete, late, untouched = students
        rig.say(book, commented, None, comment="See me")
        rig.say(book, incomplete, None, status="incomplete")
        rig.say(book, late, None, status="late")
        cells = rig.sis.scores(book, ref, students)
        assert [cells[s].bars_zero for s in (commented, incomplete, late)] == [True, True, False]
        assert untouched not in cells

    def test_a_cleared_score_leaves_what_a_teacher_said_beside_it(self, rig, book, ref):
        if not rig.sis.traits.clears_scores:
            pytest.skip("this SIS keeps what it has")
        student = rig.student(book, rig.linked[0])
        rig.say(book, student, 5, comment="See me")
        found = rig.sis.scores(book, ref)[student]
        receipt = rig.sis.clear_score(book, ref, student, found)
        kept = rig.sis.traits.empties_scores
        assert (receipt.accepted, receipt.needs_person) == (kept, not kept)
        shown = rig.cell(student, "Unit 3 Quiz")
        assert (shown["display"], shown["comment"]) == ("*" if kept else "5", "See me")

    def test_a_teachers_description_outlives_an_update(self, rig, book, ref):
        column = rig.hand.column(rig.linked[0], "Unit 3 Quiz")
        told = f"Bring a pencil {column.get('description', '')}".strip()
        rig.hand.call("PATCH", f"/columns/{column['id']}", {"description": told})
        assert rig.sis.update(book, ref, rig.draft(book, title="Unit 3 Quiz B")).accepted
        assert rig.hand.column(rig.linked[0], "Unit 3 Quiz B")["description"] == told

    def test_a_column_that_is_not_there_shows_no_mark(self, rig, book):
        assert not rig.sis.scores(book, rig.nowhere)

    def test_the_same_input_leaves_the_same_marks_in_the_gradebook_of_every_sis(
        self, rig, book, ref
    ):
        roster = sorted(book.sections[rig.linked[0]].enrolments)
        first = list(zip(roster, ["0", "8.5", "20", "31", "17.25"], strict=False))
        assert [r.accepted for r in rig.put(book, ref, *first)] == [True] * 5
        column = rig.hand.column(rig.linked[0], "Unit 3 Quiz")["id"]
        rig.hand.call("PUT", f"/columns/{column}/scores/{roster[5]}", {"score": 3})
        assert rig.put(book, ref, (roster[1], "9.75"))[0].accepted
        renamed = rig.draft(book, title="Unit 3 Quiz B", points=Decimal(40))
        assert rig.sis.update(book, ref, renamed).accepted
        shown = rig.hand.shown(rig.linked[0], "Unit 3 Quiz B")
        assert [shown[s] for s in roster] == ["0", "9.75", "20", "31", "17.25", "3", "*"]

    # -- refusals: receipts with a reason, never an exception, never a student

    def test_a_closed_period_takes_nothing(self, rig, book, ref):
        student, other = (rig.student(book, rig.linked[0], n) for n in (0, 1))
        rig.put(book, ref, (student, "5"))
        rig.hand.call("POST", f"/periods/{current(rig)}/close")
        second = replace(rig.draft(book), external_id="pb-a2-c1")
        receipts = [
            rig.sis.create(book, second),
            rig.sis.update(book, ref, rig.draft(book, title="Changed")),
            *rig.put(book, ref, (other, "6")),
            rig.sis.clear_score(book, ref, student, EMPTY_CELL),
        ]
        assert [(r.accepted, r.gone) for r in receipts] == [(False, False)] * 4
        for receipt in receipts[: 4 if rig.sis.traits.clears_scores else 3]:
            assert "closed" in receipt.reason or "locked" in receipt.reason
        assert points_of(rig.sis.scores(book, ref)) == {student: Decimal(5)}

    def test_a_student_who_is_not_enrolled_is_refused_alone_and_not_named(self, rig, book, ref):
        student, other = (rig.student(book, rig.linked[0], n) for n in (0, 1))
        rig.hand.call("POST", f"/students/{student}/drop", {"section": rig.linked[0]})
        refused, accepted = rig.put(book, ref, (student, "5"), (other, "6"))
        assert (refused.accepted, refused.gone) == (False, False)
        assert "not enrolled" in refused.reason
        assert student not in refused.reason
        assert accepted.accepted

    def test_a_student_whom_the_sis_does_not_know_is_refused_and_not_named(self, rig, book, ref):
        [receipt] = rig.put(book, ref, (SisPersonId("987654321"), "5"))
        assert (receipt.accepted, receipt.gone, receipt.words) == (False, False, "")
        assert "student" in receipt.reason
        assert "987654321" not in receipt.reason

    def test_a_negative_score_is_refused(self, rig, book, ref):
        [receipt] = rig.put(book, ref, (rig.student(book, rig.linked[0]), "-1"))
        assert (receipt.accepted, receipt.words) == (False, "")
        assert receipt.reason.startswith("the SIS does not take this value as a score (4")

    def test_a_due_date_after_the_last_day_is_refused_with_the_words_of_the_sis(self, rig, book):
        last = max(p.end for p in book.sections[rig.linked[0]].periods)
        due = last + timedelta(days=30)
        receipt = rig.sis.create(book, rig.draft(book, due=due))
        assert not receipt.accepted
        assert receipt.reason.startswith("the SIS does not take this due date (409")
        assert receipt.words.startswith(f"due date {due} is outside the ")

    def test_a_category_that_is_off_is_refused(self, rig, book):
        draft = rig.draft(book)
        rig.hand.call("POST", f"/categories/{rig.quiz}/deactivate")
        receipt = rig.sis.create(book, draft)
        assert not receipt.accepted
        assert receipt.reason.startswith("the SIS says that the category is not active here (409")
        assert "is not active for" in receipt.words
        rig.sis.district_snapshot(None)
        assert "quiz" not in rig.book().sections[rig.linked[0]].categories

    def test_a_column_in_a_section_that_does_not_exist_is_refused(self, rig, book):
        draft = replace(rig.draft(book), section=SectionId("999999"))
        receipt = rig.sis.create(book, draft)
        assert not receipt.accepted
        asked = "the SIS does not know the student or the assignment (404)"
        assert receipt.reason in {asked, "section 999999 is not in the SIS"}

    # -- trouble

    def test_a_create_whose_answer_was_lost_makes_no_second_column(self, rig, book):
        write = "put*" if rig.sis.traits.idempotent_create else "create*"
        rig.hand.call("POST", "/faults", {"action": "drop_after", "operation": write, "nth": 1})
        if rig.sis.traits.idempotent_create:
            assert rig.sis.create(book, rig.draft(book)).accepted
        else:
            with pytest.raises(UnknownOutcomeError):
                rig.sis.create(book, rig.draft(book))
        [column] = rig.sis.columns(book)
        assert column.external_id == rig.sis.tag(rig.draft(book).external_id)

    def test_a_lost_answer_to_scores_is_repeated(self, rig, book, ref):
        student = rig.student(book, rig.linked[0])
        rig.hand.call("POST", "/faults", {"action": "drop_after", "operation": "put*", "nth": 1})
        assert rig.put(book, ref, (student, "8.5"))[0].accepted
        assert points_of(rig.sis.scores(book, ref)) == {student: Decimal("8.5")}

    def test_a_revoked_token_is_renewed(self, rig, book):
        rig.hand.call("POST", "/faults", {"action": "revoke", "nth": 1})
        assert rig.sis.create(book, rig.draft(book)).accepted


class TellsClosings:
    """For a SIS that tells which grading periods are closed."""

    def test_the_fingerprint_changes_when_a_period_closes_and_when_it_opens_again(self, rig):
        period = current(rig)
        before = rig.sis.district_snapshot(None).fingerprint
        rig.hand.call("POST", f"/periods/{period}/close")
        closed = rig.sis.district_snapshot(None).fingerprint
        rig.hand.call("POST", f"/periods/{period}/reopen")
        assert closed != before
        assert rig.sis.district_snapshot(None).fingerprint == before

    def test_a_closed_period_is_closed_at_the_next_survey(self, rig):
        period = current(rig)
        rig.hand.call("POST", f"/periods/{period}/close")
        rig.sis.district_snapshot(None)
        closed = [p for p in rig.book().sections[rig.linked[0]].periods if p.closed]
        [shown] = [p for p in rig.hand.gradebook(rig.linked[0])["periods"] if p["id"] == period]
        assert [(p.start.isoformat(), p.end.isoformat()) for p in closed] == [
            (shown["start"], shown["end"])
        ]


class SharesGradebooks:
    """For a SIS whose sections can share a gradebook."""

    def test_linked_sections_have_one_key_and_others_none(self, rig):
        links = rig.sis.district_snapshot(None).links
        first, second = rig.linked
        assert links[first] == links[second]
        assert rig.alone not in links

    def test_a_column_of_a_linked_gradebook_is_one_column_in_every_section(self, rig, book, ref):
        seen = [rig.hand.column(section, "Unit 3 Quiz")["id"] for section in rig.linked]
        assert len(set(seen)) == 1
        assert [c.ref for c in rig.sis.columns(book)].count(ref) == 1

    def test_students_of_every_linked_section_get_their_score_in_the_one_column(
        self, rig, book, ref
    ):
        scores = [(rig.student(book, s), str(5 + n)) for n, s in enumerate(rig.linked)]
        assert all(r.accepted for r in rig.put(book, ref, *scores))
        assert points_of(rig.sis.scores(book, ref)) == {s: Decimal(p) for s, p in scores}
        for section, (student, points) in zip(rig.linked, scores, strict=True):
            assert rig.hand.shown(section, "Unit 3 Quiz")[student] == points


def current(rig: Rig) -> str:
    """The grading period that contains today."""
    shown = rig.hand.gradebook(rig.linked[0])["periods"]
    day = rig.today.isoformat()
    return next(p["id"] for p in shown if p["start"] <= day <= p["end"])
