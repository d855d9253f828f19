"""The tables of the district: people, sections, enrolments, terms, courses and schools."""

from collections.abc import Mapping

from mock_sis.powerschool.tables.schema import (
    DROPPED,
    HELD,
    LEFT,
    SEAT,
    STAFF,
    Field,
    Table,
    ids,
    ints,
    main_teacher,
    modified,
    school_number,
    staff_fields,
    staff_id,
    term,
    texts,
)

_SCHOOL = school_number("school")
_LEADING = staff_id("section.school")
_SECTION = (
    "section JOIN course ON course.id = section.course"
    " JOIN org school ON school.id = section.school"
    f" LEFT JOIN enrolment lead ON lead.id = {main_teacher()}"
    " LEFT JOIN teacher ON teacher.id = lead.person"
)
_COUNT = (
    "(SELECT count(*) FROM enrolment e WHERE e.section = section.id AND e.role = 'student'"
    " AND e.active = 1 AND coalesce(e.begin, '') <= :today AND coalesce(e.end, '9') >= :today)"
)
_EXPRESSION = "CASE section.slot WHEN '' THEN '' ELSE section.slot || '(A)' END"
_TERM = "json_each(:terms) t JOIN org school ON school.kind = 'school'"


def part(member: str) -> str:
    """A member of a row of `:terms`."""
    return f"json_extract(t.value, '$.{member}')"


TABLES: Mapping[str, Table] = {
    "schools": Table(
        "Schools",
        "org school",
        "dcid",
        {
            **ids(dcid="school.id"),
            **ints(id=":school_from + school.rowid", school_number=_SCHOOL),
            **texts(name="school.name", whenmodified=modified("school")),
        },
        "school.kind = 'school'",
    ),
    "courses": Table(
        "Courses",
        "course",
        "dcid",
        {
            **ids(dcid="course.id"),
            **ints(id="150000 + course.rowid"),
            **texts(
                course_number="course.code",
                course_name="course.title",
                whenmodified=modified("course"),
            ),
        },
    ),
    "terms": Table(
        "Terms",
        _TERM,
        "dcid",
        {
            **ints(
                dcid=f":term_from + school.rowid * 100 + {part('n')}",
                id=part("id"),
                yearid=part("yearid"),
                portion=part("portion"),
                isyearrec=f"{part('code')} LIKE 'Y%'",
                schoolid=_SCHOOL,
            ),
            **texts(
                name=part("title"),
                abbreviation=part("code"),
                firstday=part("start"),
                lastday=part("end"),
            ),
        },
    ),
    "sections": Table(
        "Sections",
        _SECTION,
        "dcid",
        {
            **ids(dcid="section.id"),
            **ints(
                id="section.table_id",
                termid=term("id"),
                schoolid=_SCHOOL,
                teacher=_LEADING,
                no_of_students=_COUNT,
            ),
            **texts(
                course_number="course.code",
                section_number="section.code",
                expression=_EXPRESSION,
                gradebooktype="'PTP'",
                whenmodified=modified("section"),
            ),
        },
        "section.active = 1",
    ),
    "cc": Table(
        "CC",
        SEAT,
        "dcid",
        {
            **ids(dcid="enrolment.id"),
            "sectionid": Field(
                f"CASE WHEN {DROPPED} THEN -section.table_id ELSE section.table_id END",
                "int",
                "section.table_id = abs({})",
            ),
            **ints(
                id="enrolment.dcid + :cc_from",
                studentid="student.table_id",
                termid=f"CASE WHEN {DROPPED} THEN -{term('id')} ELSE {term('id')} END",
                schoolid=_SCHOOL,
            ),
            **texts(
                dateenrolled="coalesce(enrolment.begin, '')",
                dateleft=LEFT,
                course_number="course.code",
                section_number="section.code",
                whenmodified=modified("enrolment"),
            ),
        },
        HELD,
    ),
    "sectionteacher": Table(
        "SectionTeacher",
        "enrolment JOIN section ON section.id = enrolment.section"
        " JOIN teacher ON teacher.id = enrolment.person",
        "id",
        {
            **ints(
                id="enrolment.dcid + :section_teacher_from",
                sectionid="section.table_id",
                teacherid=_LEADING,
                roleid="CASE WHEN enrolment.main THEN 25 ELSE 26 END",
                priorityorder="CASE WHEN enrolment.main THEN 1 ELSE 2 END",
            ),
            **texts(
                start_date="coalesce(enrolment.begin, '')",
                end_date="coalesce(enrolment.end, '')",
                whenmodified=modified("enrolment"),
            ),
        },
        "enrolment.role = 'teacher' AND enrolment.active = 1",
    ),
    "students": Table(
        "Students",
        "student LEFT JOIN org school ON school.id = student.school",
        "dcid",
        {
            **ids(dcid="student.id"),
            **ints(
                id="student.table_id",
                grade_level="CAST(student.grade AS INTEGER)",
                enroll_status="CASE WHEN student.active THEN 0 ELSE 2 END",
                schoolid=_SCHOOL,
            ),
            **texts(
                student_number="student.number",
                first_name="student.given",
                middle_name="''",
                last_name="student.family",
                lastfirst="student.family || ', ' || student.given",
                student_web_id="student.username",
                whenmodified=modified("student"),
            ),
        },
    ),
    "users": Table(
        "Users",
        "teacher LEFT JOIN org school ON school.id = teacher.school",
        "dcid",
        {
            **ids(dcid="teacher.id"),
            **ints(homeschoolid=_SCHOOL),
            **texts(
                teachernumber="teacher.number",
                first_name="teacher.given",
                last_name="teacher.family",
                lastfirst="teacher.family || ', ' || teacher.given",
                email_addr="teacher.email",
                teacherloginid="teacher.username",
                loginid="teacher.username",
                whenmodified=modified("teacher"),
            ),
        },
    ),
    "schoolstaff": Table(
        "SchoolStaff",
        STAFF,
        "dcid",
        {
            **ids(users_dcid="teacher.id"),
            **staff_fields(),
            **ints(
                schoolid=_SCHOOL,
                status="CASE WHEN teacher.active THEN 1 ELSE 2 END",
                staffstatus="CASE WHEN teacher.role = 'teacher' THEN 1 ELSE 2 END",
            ),
            **texts(whenmodified=modified("teacher")),
        },
    ),
}
"""By name, as plugins ask for them."""
