"""The tables of the gradebook: assignments, scores, categories, reporting terms and their locks."""

from collections.abc import Mapping

from mock_sis.powerschool.numbers import FOREIGN
from mock_sis.powerschool.tables.schema import (
    Table,
    ids,
    ints,
    modified,
    reals,
    school_number,
    term,
    texts,
)

_ASSIGNMENT_ID = ":assignment_from + coalesce(assignment.bundle, assignment.id)"
_LIVE = "assignment.sis = 'powerschool' AND assignment.deleted = 0"
_YEAR = term("yearid", "assignment.section")


def extra(member: str, default: str = "NULL") -> str:
    """A member of what only this face keeps of a column."""
    return f"coalesce(json_extract(assignment.extra, '$.{member}'), {default})"


def flag(member: str) -> str:
    """A flag of a cell: 0 or 1."""
    return f"coalesce(json_extract(score.extra, '$.{member}'), 0)"


_WEIGHT = f"CAST({extra('weight', '1')} AS REAL)"
_LEAD = (
    "(SELECT l.person FROM enrolment l WHERE l.section = assignment.section AND l.role = 'teacher'"
    " AND l.main = 1 AND l.active = 1 ORDER BY coalesce(l.end, '9') DESC, l.id LIMIT 1)"
)
COPY = ":copy_from + (teacher.table_id - :first_teacher) * :per_teacher + category.position"
"""TEACHERCATEGORYID of a teacher's copy of a district category."""
OF_COLUMN = (
    f"coalesce((SELECT {COPY} FROM category JOIN teacher ON teacher.id ="
    f" {extra('teacher', _LEAD)} WHERE category.sis = 'powerschool'"
    " AND category.id = assignment.category),"
    f" CAST(ltrim(assignment.category, '{FOREIGN}') AS INTEGER))"
)
"""TEACHERCATEGORYID of a column: of the teacher who acted, else of the main one."""
_SCORED = (
    f"{_LIVE} AND (score.value IS NOT NULL OR score.status IS NOT NULL OR score.extra <> '{{}}')"
)

TABLES: Mapping[str, Table] = {
    "assignment": Table(
        "Assignment",
        "assignment",
        "assignmentid",
        {
            **ints(
                assignmentid=_ASSIGNMENT_ID,
                hasstandards="0",
                yearid=_YEAR,
            ),
            **texts(
                createdbyplugin=extra("createdbyplugin", "''"),
                standardscoringmethod=extra("standardscoringmethod", "'GradeScale'"),
                standardcalcdirection=extra("standardcalcdirection", "'NONE'"),
                whencreated="substr(assignment.created, 1, 10)",
                whenmodified=modified("assignment"),
            ),
        },
        f"{_LIVE} AND (assignment.bundle IS NULL OR assignment.id = (SELECT min(part.id)"
        " FROM assignment part WHERE part.bundle = assignment.bundle AND part.deleted = 0))",
    ),
    "assignmentsection": Table(
        "AssignmentSection",
        "assignment",
        "assignmentsectionid",
        {
            **ints(
                assignmentsectionid="assignment.id",
                assignmentid=_ASSIGNMENT_ID,
                iscountedinfinalgrade=extra("iscountedinfinalgrade", "1"),
                isscorespublish=extra("isscorespublish", "1"),
                isscoringneeded=extra("isscoringneeded", "0"),
                maxretakeallowed=extra("maxretakeallowed", "0"),
                yearid=_YEAR,
            ),
            **ids(sectionsdcid="assignment.section"),
            **reals(
                scoreentrypoints="assignment.points",
                weight=extra("weight", "'1'"),
                totalpointvalue=f"CAST(assignment.points AS REAL) * {_WEIGHT}",
                extracreditpoints=extra("extracreditpoints", "'0'"),
            ),
            **texts(
                name="assignment.title",
                description="assignment.description",
                duedate="assignment.due",
                scoretype=extra("scoretype", "'POINTS'"),
                publishoption=extra("publishoption", "'Immediately'"),
                publisheddate="substr(assignment.created, 1, 10)",
                whencreated="substr(assignment.created, 1, 10)",
                whenmodified=modified("assignment"),
            ),
        },
        _LIVE,
    ),
    "assignmentcategoryassoc": Table(
        "AssignmentCategoryAssoc",
        "assignment",
        "assignmentcategoryassocid",
        {
            **ints(
                assignmentcategoryassocid=":association_from + assignment.id",
                assignmentsectionid="assignment.id",
                teachercategoryid=OF_COLUMN,
                isprimary="1",
                yearid=_YEAR,
            ),
            **texts(whenmodified=modified("assignment")),
        },
        f"{_LIVE} AND assignment.category IS NOT NULL",
    ),
    "assignmentscore": Table(
        "AssignmentScore",
        "score JOIN assignment ON assignment.id = score.assignment",
        "assignmentscoreid",
        {
            **ints(
                assignmentscoreid="score.id",
                assignmentsectionid="score.assignment",
                yearid=_YEAR,
                **{
                    name: flag(name)
                    for name in (
                        "islate",
                        "iscollected",
                        "ismissing",
                        "isabsent",
                        "isincomplete",
                        "hasretake",
                        "authoredbyuc",
                    )
                },
                isexempt="coalesce(score.status = 'exempt', 0)",
            ),
            **ids(studentsdcid="score.student"),
            **reals(
                scorepoints="score.value",
                scorepercent="round(100.0 * CAST(score.value AS REAL)"
                " / nullif(CAST(assignment.points AS REAL), 0), 6)",
            ),
            **texts(
                actualscoreentered="score.value",
                actualscorekind="CASE WHEN score.value IS NULL THEN '' ELSE 'REAL_SCORE' END",
                scoreentrydate="substr(replace(score.created, 'T', ' '), 1, 19)",
                whenmodified=modified("score"),
            ),
        },
        _SCORED,
    ),
    "assignmentscorecomment": Table(
        "AssignmentScoreComment",
        "score JOIN assignment ON assignment.id = score.assignment",
        "assignmentscorecommentid",
        {
            **ints(
                assignmentscorecommentid=":comment_from + score.id", assignmentscoreid="score.id"
            ),
            **texts(commentvalue="json_extract(score.extra, '$.comment')"),
        },
        f"{_LIVE} AND json_extract(score.extra, '$.comment') IS NOT NULL",
    ),
    "districtteachercategory": Table(
        "DistrictTeacherCategory",
        "category",
        "districtteachercategoryid",
        {
            **ids(districtteachercategoryid="category.id"),
            **ints(
                displayposition="category.position",
                isactive="category.active",
                isinfinalgrades="1",
                isusermodifiable="1",
            ),
            **texts(
                name="category.title",
                defaultscoretype="'POINTS'",
                whenmodified=modified("category"),
            ),
        },
        "category.sis = 'powerschool'",
    ),
    "teachercategory": Table(
        "TeacherCategory",
        "(SELECT teacher.id AS person, category.id AS district, category.title, category.position,"
        f" {COPY} AS number, category.active AND NOT EXISTS (SELECT 1 FROM category_off off"
        " WHERE off.sis = 'powerschool' AND off.category = category.id"
        " AND off.teacher = teacher.id) AS usable, (SELECT fields FROM category_copy own"
        " WHERE own.category = category.id AND own.teacher = teacher.id) AS fields"
        " FROM teacher JOIN category ON category.sis = 'powerschool' UNION ALL"
        " SELECT teacher, NULL, title, id, id, active, fields FROM own_category) copy",
        "teachercategoryid",
        {
            **ints(
                teachercategoryid="copy.number",
                isactive="copy.usable",
                displayposition="copy.position",
                isinfinalgrades="coalesce(json_extract(copy.fields, '$.isinfinalgrades'), 1)",
            ),
            **ids(usersdcid="copy.person", districtteachercategoryid="copy.district"),
            **texts(
                name="coalesce(json_extract(copy.fields, '$.name'), copy.title)",
                color="coalesce(json_extract(copy.fields, '$.color'), '1')",
                description="coalesce(json_extract(copy.fields, '$.description'), '')",
            ),
        },
    ),
    "termbins": Table(
        "TermBins",
        "json_each(:bins) bin JOIN org school ON school.kind = 'school'",
        "dcid",
        {
            **ints(
                dcid=":bin_from + school.rowid * 1000 + json_extract(bin.value, '$.n')",
                id=":bin_id_from + school.rowid * 1000 + json_extract(bin.value, '$.n')",
                termid="json_extract(bin.value, '$.termid')",
                yearid="json_extract(bin.value, '$.yearid')",
                schoolid=school_number("school"),
                aregradeslocked="json_extract(bin.value, '$.locked')",
            ),
            **texts(
                storecode="json_extract(bin.value, '$.code')",
                description="json_extract(bin.value, '$.title')",
                date1="json_extract(bin.value, '$.start')",
                date2="json_extract(bin.value, '$.end')",
                collectiondate="json_extract(bin.value, '$.end')",
                whenmodified="json_extract(bin.value, '$.modified')",
            ),
        },
    ),
    "gradeschoolconfig": Table(
        "GradeSchoolConfig",
        "(SELECT DISTINCT json_extract(bin.value, '$.yearid') AS yearid,"
        " json_extract(bin.value, '$.offset') AS days FROM json_each(:bins) bin) config"
        " JOIN org school ON school.kind = 'school'",
        "gradeschoolconfigid",
        {
            **ints(
                gradeschoolconfigid="20000 + school.rowid * 100 + config.yearid",
                yearid="config.yearid",
                schoolid=school_number("school"),
                termbinlockoffset="config.days",
                lockwarningoffset="0",
                aregradeslocked="NULL",
            ),
            **ids(schoolsdcid="school.id"),
        },
    ),
    "sectionunlock": Table(
        "SectionUnlock",
        "unlocked JOIN section ON section.id = unlocked.section JOIN org school"
        " ON school.id = section.school JOIN json_each(:bins) bin"
        f" ON json_extract(bin.value, '$.period') = unlocked.period"
        f" AND json_extract(bin.value, '$.termid') = {term('id')}",
        "termbinsdcid",
        {
            **ids(sectionsdcid="section.id"),
            **ints(
                termbinsdcid=":bin_from + school.rowid * 1000 + json_extract(bin.value, '$.n')",
                sectionid="section.table_id",
            ),
            **texts(
                storecode="json_extract(bin.value, '$.code')", whenmodified=modified("unlocked")
            ),
        },
    ),
}
"""By name, as plugins ask for them."""
