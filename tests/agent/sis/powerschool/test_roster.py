"""Sections, their students and teachers, and the categories that may be used there."""

from datetime import date

import pytest

from agent.domain import SectionId, SisPersonId, Span
from agent.errors import DeniedError, NotUnderstoodError
from tests.agent.sis.powerschool.canned import (
    SEATS,
    SECTION,
    a_category,
    a_section,
    a_server,
    read_section,
    refused,
    seat,
    seats,
)

CATEGORIES = "GET /ws/xte/teacher_category"


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
        server.sis.district_snapshot(None)
        server.sis.gradebook("k", [SECTION])
        assert len([r for r in server.requests if r.url.path.endswith("/teacher_category")]) == 2
