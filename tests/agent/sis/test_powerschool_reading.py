"""What is made of PowerSchool's answers: wrapped lists, tables of text, ids of two kinds."""

from datetime import date
from decimal import Decimal

import httpx2
import pytest

from agent.domain import ColumnRef, SectionId, SisPersonId, Span
from agent.errors import DeniedError, NotUnderstoodError
from tests.agent.builders import points_of
from tests.agent.sis.canned_powerschool import (
    BOOK,
    METADATA,
    SECTION,
    TAG,
    a_category,
    a_part,
    a_section,
    a_server,
    an_assignment,
    refused,
    rows,
)

REF = ColumnRef("300881/467070")
SEATS = "GET /ws/v1/section/40915/section_enrollment"
CATEGORIES = "GET /ws/xte/teacher_category"
LIST = "GET /ws/xte/section/assignment"
MARKS = "GET /ws/schema/table/assignmentscore"


def seat(student, entry, exit_, **more):
    return {"id": 1, "student_id": student, "entry_date": entry, "exit_date": exit_} | more


def seats(*found):
    return {"section_enrollments": {"@extensions": "", "section_enrollment": list(found)}}


def read_section(answers=()):
    server = a_server(answers)
    return server.sis.gradebook("k", [SECTION]).sections[SECTION]


class TestSection:
    def test_the_acting_teacher_is_the_person_behind_the_staff_row(self):
        server = a_server()
        section = server.sis.gradebook("k", [SECTION]).sections[SECTION]
        assert section.main_teacher == "8301"
        assert section.term == Span(start=date(2026, 8, 31), end=date(2027, 5, 9))
        assert "/ws/v1/staff/9100" in [r.url.path for r in server.requests]

    def test_one_that_is_not_there_is_missing(self):
        server = a_server({"GET /ws/v1/section/40915": (404, {"message": "none"})})
        book = server.sis.gradebook("k", [SECTION])
        assert (book.missing, book.sections) == ({SECTION}, {})

    def test_one_without_a_lead_has_no_category(self):
        section = read_section({"GET /ws/v1/section/40915": a_section(staff_id=None)})
        assert (section.main_teacher, section.categories) == (None, {})

    def test_a_section_whose_table_may_not_be_read_ends_the_night_and_names_the_field(self):
        fault = {"field": "sections.termid", "params": {}}
        no = refused(403, "No access to field", fault)
        with pytest.raises(DeniedError, match=r"sections\.termid"):
            read_section({"GET /ws/schema/table/sections": no})

    def test_tables_are_asked_for_the_fields_that_are_used_and_nothing_else(self):
        server = a_server()
        server.sis.gradebook("k", [SECTION])
        asked = next(r for r in server.requests if r.url.path.endswith("/table/sections"))
        assert dict(asked.url.params) == {
            "projection": "dcid,id,termid,schoolid",
            "q": "dcid==40915",
            "page": "1",
            "pagesize": "1000",
        }


class TestRoster:
    def test_the_exit_date_is_the_day_after_the_last_one(self):
        section = read_section({SEATS: seats(seat(569, "2026-08-31", "2027-05-10"))})
        whole = Span(start=date(2026, 8, 31), end=date(2027, 5, 9))
        assert section.enrolments == {"569": (whole,)}

    def test_several_rows_are_several_spans_and_a_dropped_one_is_a_past_one(self):
        first = seat(569, "2026-08-31", "2026-09-11", dropped=True)
        section = read_section({SEATS: seats(first, seat(569, "2026-09-25", ""))})
        assert section.enrolments[SisPersonId("569")] == (
            Span(start=date(2026, 8, 31), end=date(2026, 9, 10)),
            Span(start=date(2026, 9, 25), end=None),
        )

    def test_a_student_who_never_came_was_never_enrolled(self):
        section = read_section({SEATS: seats(seat(569, "2026-08-31", "2026-08-31"))})
        assert not section.enrolled(SisPersonId("569"), date(2026, 8, 31))

    @pytest.mark.parametrize(
        ("answer", "students"),
        [
            ({"section_enrollments": ""}, set()),
            ({"section_enrollments": {"@extensions": ""}}, set()),
            ({"section_enrollments": {"section_enrollment": ""}}, set()),
            (
                {"section_enrollments": {"section_enrollment": seat(569, "2026-08-31", "")}},
                {"569"},
            ),
            (seats(seat("569", "2026-08-31", "2027-05-10"), seat(570, "", "")), {"569", "570"}),
        ],
        ids=["empty text", "no member", "empty member", "one as itself", "several"],
    )
    def test_a_list_is_read_in_each_of_its_shapes(self, answer, students):
        assert set(read_section({SEATS: answer}).enrolments) == students

    @pytest.mark.parametrize(
        "answer",
        [
            {"section_enrollments": [1]},
            {"section_enrollments": {"section_enrollment": [1]}},
            seats({"student_id": 569}),
            seats(seat(569, "soon", "")),
            {"sections": ""},
            {"section_enrollments": None},
            seats(seat(True, "2026-08-31", "")),
            [],
            b"{",
        ],
    )
    def test_another_shape_is_not_understood(self, answer):
        with pytest.raises(NotUnderstoodError, match="listSectionEnrollments"):
            read_section({SEATS: answer})


class TestPages:
    def many(self, told, number, most):
        """A server with *number* students that gives *most* a page, and tells *told*."""
        everyone = [seat(n, "2026-08-31", "") for n in range(number)]

        def page(request):
            assert request.url.params["pagesize"] == str(told or 100)
            first = (int(request.url.params["page"]) - 1) * most
            found = everyone[first : first + most]
            return httpx2.Response(
                200, json=seats(*found) if found else {"section_enrollments": ""}
            )

        name = "section_enrollment_max_page_size"
        metadata = {k: v for k, v in METADATA["metadata"].items() if k != name}
        metadata |= {name: told} if told else {}
        return a_server({SEATS: page, "GET /ws/v1/metadata": {"metadata": metadata}})

    @pytest.mark.parametrize(
        ("told", "number", "most", "requests"),
        [
            (10, 25, 10, 3),
            (10, 20, 10, 3),
            (10, 9, 10, 1),
            (None, 25, 10, 4),
            (None, 9, 100, 2),
        ],
        ids=["three pages", "a full last page", "one page", "not told", "not told, one page"],
    )
    def test_every_page_is_read_within_the_largest_that_is_told(self, told, number, most, requests):
        server = self.many(told, number, most)
        assert len(server.sis.gradebook("k", [SECTION]).sections[SECTION].enrolments) == number
        asked = [r for r in server.requests if r.url.path.endswith("section_enrollment")]
        assert len(asked) == requests

    def test_a_server_that_gives_the_same_page_for_ever_does_not_hold_us(self):
        same = seats(*(seat(n, "2026-08-31", "") for n in range(1000)))
        assert len(read_section({SEATS: same}).enrolments) == 1000


class TestCategories:
    def labels(self, *categories):
        return read_section({CATEGORIES: list(categories)}).categories

    def test_a_copy_stands_under_its_own_name_and_under_the_districts(self):
        assert self.labels(a_category(name="Pop Quiz")) == {"pop quiz": "5122", "quizzes": "5122"}

    def test_the_districts_name_comes_before_a_name_that_another_copy_was_given(self):
        mine = a_category(5123, name="Quizzes", districtteachercategoryid=7)
        assert self.labels(a_category(name="Quiz"), mine)["quizzes"] == "5122"
        assert self.labels(a_category(isactive=False), mine) == {}

    def test_a_name_that_two_copies_share_names_neither(self):
        twin = a_category(5123, districtteachercategoryid=7)
        other = a_category(5124, districtteachercategoryid=8)
        assert self.labels(twin, other) == {}

    @pytest.mark.parametrize(
        "change",
        [
            {"isactive": False},
            {"isactive": "0"},
            {"usersdcid": 8302},
            {"districtteachercategoryid": None},
            {"_teachercategorysectionexcludeassociations": [{"sectionsdcid": 40915}]},
            {"_categoryschoolexcludeassociations": [{"schoolsdcid": 12}]},
        ],
        ids=[
            "inactive",
            "0",
            "another teacher's",
            "their own",
            "not for the section",
            "the school",
        ],
    )
    def test_what_may_not_be_used_here_is_not_there(self, change):
        assert self.labels(a_category(**change)) == {}

    def test_one_that_is_kept_out_elsewhere_is_there(self):
        elsewhere = {
            "_teachercategorysectionexcludeassociations": [{"sectionsdcid": 1}],
            "_categoryschoolexcludeassociations": [{"schoolsdcid": 2}],
        }
        assert "quiz" in self.labels(a_category(**elsewhere))

    def test_they_are_asked_for_once_a_teacher_and_year(self):
        answers = {"GET /ws/v1/section/40916": a_section(id=40916)}
        answers["GET /ws/v1/section/40916/section_enrollment"] = {"section_enrollments": ""}
        server = a_server(answers)
        server.sis.gradebook("k", [SECTION, SectionId("40916")])
        asked = [r for r in server.requests if r.url.path.endswith("/teacher_category")]
        assert [r.url.query for r in asked] == [b"users_dcid=8301&year_id=36"]
        server.sis.survey(None)
        server.sis.gradebook("k", [SECTION])
        assert len([r for r in server.requests if r.url.path.endswith("/teacher_category")]) == 2


class TestColumns:
    def columns(self, *assignments):
        return a_server({LIST: list(assignments)}).sis.columns(BOOK)

    def test_ours_is_the_one_with_a_tag_at_the_end_of_what_a_teacher_wrote(self):
        [column] = self.columns(an_assignment())
        assert (column.ref, column.ours) == (REF, True)
        assert column.external_id == TAG
        assert (column.data.title, column.data.due) == ("Fractions quiz", date(2026, 10, 16))
        assert (column.data.category, column.data.points) == ("5122", Decimal(20))
        assert column.data.assigned is None

    @pytest.mark.parametrize("text", ["", None, "<p>pb:a75f5ac1b08d</p>", "[pb:xyz]"])
    def test_without_a_tag_it_has_no_id_and_is_ours_where_our_plugin_made_it(self, text):
        part = a_part(description=text)
        made = {who: an_assignment(part) | {"createdbyplugin": who} for who in ("217", "9", None)}
        found = {who: self.columns(assignment)[0] for who, assignment in made.items()}
        assert {who: c.ours for who, c in found.items()} == {"217": True, "9": False, None: False}
        assert {c.external_id for c in found.values()} == {None}

    def test_a_signed_plugin_goes_by_the_name_that_stands_beside_our_tag(self):
        ours = an_assignment() | {"createdbyplugin": "org.passback"}
        lost = an_assignment(a_part(description="")) | {"createdbyplugin": "org.passback"}
        other = an_assignment(a_part(description="")) | {"createdbyplugin": "org.other"}
        assert [c.ours for c in self.columns(ours, lost, other)] == [True, True, False]

    def test_the_last_tag_counts(self):
        part = a_part(description=f"copied from [pb:000000000000] {TAG}")
        [column] = self.columns(an_assignment(part))
        assert column.external_id == TAG

    def test_the_part_in_the_section_that_is_asked_about_counts(self):
        other = a_part(sectionsdcid=40916, assignmentsectionid=467071)
        assert [c.ref for c in self.columns(an_assignment(other, a_part()))] == [REF]
        assert self.columns(an_assignment(other)) == ()

    def test_points_come_with_every_digit(self):
        [column] = self.columns(an_assignment(a_part(scoreentrypoints=12.25)))
        assert str(column.data.points) == "12.25"

    @pytest.mark.parametrize(("told", "points"), [("20.0", "20.0"), ("", "0"), (None, "0")])
    def test_points_may_come_as_text(self, told, points):
        [column] = self.columns(an_assignment(a_part(scoreentrypoints=told)))
        assert str(column.data.points) == points

    def test_a_part_without_a_category_has_none(self):
        [column] = self.columns(an_assignment(a_part(_assignmentcategoryassociations=[])))
        assert column.data.category is None

    def test_a_list_that_cannot_be_read_is_no_empty_one(self):
        strange = [an_assignment(a_part(duedate="next week"))]
        for answer in ({"assignments": []}, b"[", refused(400, "no"), strange):
            with pytest.raises(NotUnderstoodError):
                a_server({LIST: answer}).sis.columns(BOOK)

    def test_a_section_without_a_lead_cannot_be_read(self):
        server = a_server({"GET /ws/v1/section/40915": a_section(staff_id="")})
        with pytest.raises(Exception, match="no teacher"):
            server.sis.columns(BOOK)


class TestMarks:
    def marks(self, *found):
        return points_of(a_server({MARKS: rows("assignmentscore", *found)}).sis.scores(BOOK, REF))

    def test_points_are_read_exactly(self):
        read = self.marks(
            {"studentsdcid": "1", "scorepoints": "17.25", "actualscoreentered": "17.25"},
            {"studentsdcid": "2", "scorepoints": "0.0", "actualscoreentered": "0"},
        )
        assert read == {"1": Decimal("17.25"), "2": Decimal(0)}

    def test_what_is_no_number_is_held_all_the_same(self):
        read = self.marks(
            {"studentsdcid": "1", "isexempt": "1"},
            {"studentsdcid": "2", "isexempt": "1", "scorepoints": "4"},
            {"studentsdcid": "3", "actualscoreentered": "INC"},
            {"studentsdcid": "4", "scorepoints": "NaN"},
        )
        assert read == dict.fromkeys("1234")

    def test_a_row_that_was_emptied_or_only_flagged_shows_a_star(self):
        read = self.marks(
            {"studentsdcid": "1", "scorepoints": "", "actualscoreentered": ""},
            {"studentsdcid": "2", "ismissing": "1", "scorepoints": None},
        )
        assert read == {}

    @pytest.mark.parametrize(
        "flag", ["islate", "ismissing", "isexempt", "iscollected", "isabsent", "isincomplete"]
    )
    @pytest.mark.parametrize("points", ["", "7"])
    def test_a_teachers_flag_is_seen(self, flag, points):
        row = {"studentsdcid": "1", flag: "1", "scorepoints": points}
        cell = a_server({MARKS: rows("assignmentscore", row)}).sis.scores(BOOK, REF)["1"]
        assert (cell.annotated, cell.exempt) == (True, flag == "isexempt")
        assert cell.held == (bool(points) or flag == "isexempt")

    @pytest.mark.parametrize(
        ("flag", "barred"),
        [
            ("islate", False),
            ("ismissing", False),
            ("isexempt", True),
            ("iscollected", True),
            ("isabsent", True),
            ("isincomplete", True),
        ],
    )
    def test_late_and_missing_alone_keep_no_0_away(self, flag, barred):
        row = {"studentsdcid": "1", flag: "1"}
        cell = a_server({MARKS: rows("assignmentscore", row)}).sis.scores(BOOK, REF)["1"]
        assert cell.bars_zero is barred

    @pytest.mark.parametrize(
        ("answer", "barred"),
        [
            (rows("assignmentscorecomment"), False),
            (rows("assignmentscorecomment", {"assignmentscoreid": "9", "commentvalue": ""}), False),
            (rows("assignmentscorecomment", {"assignmentscoreid": "9", "commentvalue": "x"}), True),
            (refused(403, "No access to field", {"field": "x.y", "params": {}}), None),
        ],
    )
    def test_who_is_to_get_a_0_has_their_comment_read(self, answer, barred):
        told = [
            {"studentsdcid": "1", "assignmentscoreid": "9"},
            {"studentsdcid": "2", "assignmentscoreid": "10", "scorepoints": "4"},
            {"studentsdcid": "3", "assignmentscoreid": "11"},
        ]
        server = a_server({MARKS: rows("assignmentscore", *told), f"{MARKS}comment": answer})
        cells = server.sis.scores(BOOK, REF, [SisPersonId(s) for s in ("1", "2", "4")])
        assert [cells[s].bars_zero for s in ("1", "2", "3")] == [barred, False, False]
        asked = [r.url.params["q"] for r in server.requests if "comment" in r.url.path]
        assert asked == ["assignmentscoreid==9"]

    def test_only_the_marks_of_the_part_are_asked_for(self):
        server = a_server({MARKS: rows("assignmentscore")})
        server.sis.scores(BOOK, REF)
        assert server.requests[-1].url.params["q"] == "assignmentsectionid==467070"

    def test_without_the_grant_they_cannot_be_read(self):
        fault = {"field": "assignmentscore.scorepoints", "params": {}}
        server = a_server({MARKS: refused(403, "No access to field", fault)})
        assert server.sis.scores(BOOK, REF) is None

    def test_another_403_is_no_missing_grant(self):
        server = a_server({MARKS: refused(403, "The plugin is disabled")})
        with pytest.raises(DeniedError):
            server.sis.scores(BOOK, REF)
