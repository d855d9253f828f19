"""A OneRoster export as a source: what plain files mean, metadata columns, and bad files."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.domain import Broken, Kind, Progress, Scale, StatusFlag
from agent.errors import ConfigError, UnavailableError
from agent.sources.oneroster_csv import OneRosterCsvSource
from tests.agent.sources.export import (
    CLASSES,
    ENROLLMENTS,
    LINE_ITEM,
    RESULT,
    USERS,
    ZONE,
    changes_of,
    one_of,
    source_of,
    table_text,
    tables,
    write,
    zipped,
)


@pytest.fixture
def export(tmp_path):
    """Writes a plain export, some tables of it replaced."""
    return lambda **changed: write(tmp_path / "export", tables(**changed))


@pytest.fixture
def line_item(export):
    """What a line item with these cells becomes."""
    return lambda **cells: one_of(export(lineItems=[LINE_ITEM | cells]), "assessment").value


@pytest.fixture
def result(export):
    """What a result with these cells becomes."""
    return lambda **cells: one_of(export(results=[RESULT | cells]), "score").value


class TestAPlainExport:
    def test_records_come_in_the_order_in_which_references_resolve(self, export):
        kinds = [change.kind for change in changes_of(export())]
        order = ("teacher", "student", "group_member", "class", "assessment", "score")
        assert kinds == sorted(kinds, key=order.index)
        assert set(kinds) == set(order)

    def test_everyone_is_known_to_the_sis_under_their_id(self, export):
        found = {
            c.key[0]: c.value for c in changes_of(export()) if c.kind in ("teacher", "student")
        }
        assert {key: value.sis_id for key, value in found.items()} == {
            key: key for key in ("901", "902", "701", "702")
        }

    def test_a_class_is_linked_to_the_section_of_its_own_id(self, export):
        value = one_of(export(), "class").value
        assert (value.id, value.section, value.title) == ("501", "501", "Algebra")

    def test_the_primary_teacher_is_the_main_one(self, export):
        teachers = one_of(export(), "class").value.teachers
        assert [(t.teacher, t.main) for t in teachers] == [("901", True), ("902", False)]

    @pytest.mark.parametrize(
        ("primary", "main"), [(("", ""), "902"), (("true", "true"), "902"), (("", "TRUE"), "901")]
    )
    def test_exactly_one_teacher_is_the_main_one(self, export, primary, main):
        rows = [row | {"primary": flag} for row, flag in zip(ENROLLMENTS[:2], primary, strict=True)]
        teachers = one_of(export(enrollments=rows), "class").value.teachers
        assert [t.teacher for t in teachers if t.main] == [main]
        assert len(teachers) == 2

    def test_every_class_teacher_is_in_the_group(self, export):
        found = [c.key for c in changes_of(export()) if c.kind == "group_member"]
        assert found == [("901",), ("902",)]

    def test_a_file_names_the_group(self, export):
        folder = export(passbackGroup=[{"userSourcedId": "902"}])
        assert one_of(folder, "group_member").key == ("902",)

    def test_a_line_item_is_an_assessment_of_its_class_for_everyone(self, line_item):
        value = line_item()
        assert (value.id, value.class_id, value.title, value.type) == (
            "a-1",
            "501",
            "Quiz 1",
            "Quiz",
        )
        assert (value.assigned_on, value.due) == (date(2026, 9, 1), date(2026, 9, 8))
        assert (value.total_points, value.scale) == (Decimal(10), Scale.POINTS)
        assert (value.assigned_by, value.students, value.in_final_grade) == ("901", None, None)
        assert (value.kind, value.activity, value.created_at) == (Kind.ORDINARY, None, None)

    @pytest.mark.parametrize(
        ("cells", "progress", "points", "flags"),
        [
            ({"scoreStatus": "fully graded"}, Progress.GRADED, "8.5", set()),
            ({"scoreStatus": "exempt", "score": ""}, Progress.GRADED, None, {StatusFlag.EXCUSED}),
            ({"scoreStatus": "submitted", "score": ""}, Progress.TURNED_IN, None, set()),
            ({"scoreStatus": "partially graded"}, Progress.TURNED_IN, "8.5", set()),
            ({"scoreStatus": "not submitted", "score": ""}, Progress.NOT_SUBMITTED, None, set()),
            ({"scoreStatus": "", "score": "0"}, Progress.GRADED, "0", set()),
            (
                {"late": "true", "missing": "true"},
                Progress.GRADED,
                "8.5",
                {StatusFlag.LATE, StatusFlag.MISSING},
            ),
            ({"metadata.progress": "turned_in"}, Progress.TURNED_IN, "8.5", set()),
            (
                {"metadata.marks": "excluded late other"},
                Progress.GRADED,
                "8.5",
                {StatusFlag.EXCLUDED, StatusFlag.LATE},
            ),
        ],
    )
    def test_a_result_is_a_score(self, result, cells, progress, points, flags):
        value = result(**cells)
        assert (value.assessment, value.student) == ("a-1", "701")
        assert (value.progress, value.flags) == (progress, flags)
        assert str(value.points) == str(points)

    def test_rows_to_be_deleted_are_not_there(self, export):
        gone = {"status": "tobedeleted"}
        folder = export(
            classes=[CLASSES[0] | gone],
            users=[USERS[0], USERS[2] | gone],
            enrollments=[ENROLLMENTS[0] | gone, ENROLLMENTS[1]],
            lineItems=[LINE_ITEM | gone],
            results=[RESULT | gone],
        )
        assert [(c.kind, c.key) for c in changes_of(folder)] == [
            ("teacher", ("901",)),
            ("group_member", ("901",)),
        ]

    def test_version_1_2_tells_roles_in_a_file_of_their_own(self, export):
        users = [{"sourcedId": row["sourcedId"]} for row in USERS]
        roles = [{"userSourcedId": row["sourcedId"], "role": row["role"]} for row in USERS]
        folder = export(users=users, roles=[row | {"status": ""} for row in roles], enrollments=[])
        found = [(c.kind, c.key[0]) for c in changes_of(folder)][:4]
        assert found == [
            ("teacher", "901"),
            ("teacher", "902"),
            ("student", "701"),
            ("student", "702"),
        ]


class TestMetadata:
    def test_columns_that_the_standard_lacks(self, line_item):
        value = line_item(
            **{
                "metadata.type": "Test",
                "metadata.gradingScale": "standards",
                "metadata.includeInFinalGrade": "false",
                "metadata.kind": "plus",
                "metadata.assignedBy": "902",
                "metadata.createdAt": "2026-08-30T12:00:00Z",
                "metadata.submissionDate": "2026-09-04",
                "metadata.activityId": "x-1",
                "metadata.students": "701 702",
            }
        )
        assert (value.type, value.scale, value.in_final_grade) == ("Test", Scale.STANDARDS, False)
        assert (value.kind, value.assigned_by, value.activity) == (Kind.PLUS, "902", "x-1")
        assert value.created_at == datetime(2026, 8, 30, 12, tzinfo=UTC)
        assert value.submission_date == date(2026, 9, 4)
        assert value.students == {"701": None, "702": None}

    @pytest.mark.parametrize("assigner", ["902", "adm-1"])
    def test_an_assigner_outside_the_sis_has_no_sis_id(self, export, assigner):
        outside = {"metadata.assignedBy": assigner, "metadata.assignerInSis": "false"}
        folder = export(lineItems=[LINE_ITEM | outside])
        assert one_of(folder, "teacher", (assigner,)).value.sis_id is None
        assert one_of(folder, "assessment").value.assigned_by == assigner

    def test_categories_are_not_needed_where_types_are_told(self, export):
        folder = export(categories=None, lineItems=[LINE_ITEM | {"metadata.type": "Quiz"}])
        assert one_of(folder, "assessment").value.type == "Quiz"

    @pytest.mark.parametrize(
        ("text", "due"),
        [
            ("2026-09-08", date(2026, 9, 8)),
            ("2026-09-08T00:00:00Z", date(2026, 9, 8)),
            ("2026-09-08T00:00:00.000+00:00", date(2026, 9, 8)),
            ("2026-09-07T19:00:00-05:00", date(2026, 9, 8)),
            ("2026-09-08T23:59:00-05:00", datetime(2026, 9, 9, 4, 59, tzinfo=UTC)),
            ("", None),
        ],
    )
    def test_a_due_date_is_a_date_or_an_instant(self, line_item, text, due):
        found = line_item(dueDate=text).due
        assert (found, type(found)) == (due, type(due))

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("2026-09-01", date(2026, 9, 1)),
            ("2026-09-01T00:00:00Z", date(2026, 9, 1)),
            ("2026-09-01T03:00:00Z", date(2026, 8, 31)),
            ("", None),
        ],
    )
    def test_an_assign_date_is_the_districts_day(self, line_item, text, day):
        assert line_item(assignDate=text).assigned_on == day


class TestBrokenRows:
    @pytest.mark.parametrize(
        ("cells", "names"),
        [
            ({"resultValueMax": "ten"}, "resultValueMax"),
            ({"resultValueMax": "1e99"}, "resultValueMax"),
            ({"resultValueMax": "Infinity"}, "resultValueMax"),
            ({"dueDate": "9/8/2026"}, "dueDate"),
            ({"dueDate": "2026-09-08T23:59:00"}, "dueDate"),
            ({"assignDate": "soon"}, "assignDate"),
            ({"categorySourcedId": "k-9"}, "categorySourcedId"),
            ({"metadata.gradingScale": "stars"}, "metadata.gradingScale"),
            ({"metadata.kind": "minus"}, "metadata.kind"),
            ({"metadata.includeInFinalGrade": "maybe"}, "metadata.includeInFinalGrade"),
            ({"metadata.assignerInSis": "false"}, "metadata.assignedBy"),
            ({"metadata.createdAt": "then"}, "metadata.createdAt"),
        ],
    )
    def test_a_broken_line_item_is_refused_by_itself(self, export, cells, names):
        folder = export(lineItems=[LINE_ITEM | cells, LINE_ITEM | {"sourcedId": "a-2"}])
        broken = one_of(folder, "assessment", ("a-1", "501")).value
        assert isinstance(broken, Broken)
        assert names in broken.reason
        assert one_of(folder, "assessment", ("a-2", "501")).value.title == "Quiz 1"

    @pytest.mark.parametrize(
        ("cells", "names"),
        [
            ({"score": "eight secret"}, "score"),
            ({"score": "NaN"}, "score"),
            ({"scoreStatus": "secret"}, "scoreStatus"),
            ({"scoreStatus": "", "score": ""}, "scoreStatus"),
            ({"metadata.progress": "secret"}, "metadata.progress"),
        ],
    )
    def test_a_broken_result_is_refused_by_itself_and_not_quoted(self, result, cells, names):
        broken = result(**cells)
        assert isinstance(broken, Broken)
        assert names in broken.reason
        assert "secret" not in broken.reason

    def test_a_comma_too_many_breaks_the_row_and_not_its_key(self, export):
        rows = table_text("results", [RESULT | {"comment": "good"}]).replace("good", "good, really")
        broken = one_of(export(results=rows), "score", ("a-1", "701")).value
        assert "8 cells, the header 7" in broken.reason

    def test_a_row_that_says_no_id_is_passed_over(self, export):
        nameless = RESULT | {"studentSourcedId": ""}
        assert one_of(export(results=[nameless, RESULT]), "score").key == ("a-1", "701")

    def test_empty_lines_are_nothing(self, export):
        folder = export(results=table_text("results", [RESULT]) + "\r\n\r\n")
        assert isinstance(one_of(folder, "score").value.points, Decimal)


class TestBadFiles:
    @pytest.mark.parametrize("name", ["classes", "users", "enrollments", "lineItems", "results"])
    def test_a_missing_file_is_named(self, export, name):
        with pytest.raises(ConfigError, match=rf"{name}\.csv: the file is missing"):
            changes_of(export(**{name: None}))

    def test_categories_are_needed_where_types_are_not_told(self, export):
        with pytest.raises(ConfigError, match=r"categories\.csv: the file is missing"):
            changes_of(export(categories=None))

    @pytest.mark.parametrize(
        ("name", "column"),
        [
            ("classes", "title"),
            ("users", "sourcedId"),
            ("enrollments", "classSourcedId"),
            ("enrollments", "role"),
            ("categories", "title"),
            ("lineItems", "dueDate"),
            ("lineItems", "resultValueMax"),
            ("lineItems", "categorySourcedId"),
            ("results", "studentSourcedId"),
            ("results", "score"),
        ],
    )
    def test_a_missing_column_is_named_with_its_file(self, export, name, column):
        header, _, rest = table_text(name, tables()[name]).partition("\n")
        text = re.sub(rf"\b{column}\b", f"{column}X", header) + "\n" + rest
        with pytest.raises(ConfigError, match=rf"{name}\.csv: the column {column} is missing"):
            changes_of(export(**{name: text}))

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            pytest.param(b"", "is missing", id="empty"),
            pytest.param(b"\xff\xfe\x00s", "UTF-8", id="another encoding"),
            pytest.param(b'sourcedId,status,title\n501,,"Alg', "unexpected end", id="cut off"),
            pytest.param(b"sourcedId,status,title\n501,,\xe9t\xe9\n", "UTF-8", id="latin-1"),
        ],
    )
    def test_a_file_that_is_no_csv_is_named(self, export, content, why):
        with pytest.raises(ConfigError, match=rf"classes\.csv.*{why}"):
            changes_of(export(classes=content))

    def test_a_path_to_nothing(self, tmp_path):
        with pytest.raises(ConfigError, match="no folder or zip"):
            changes_of(tmp_path / "nowhere")

    def test_a_file_that_is_no_zip(self, tmp_path):
        (tmp_path / "export.zip").write_bytes(b"PK\x03\x04 not really")
        with pytest.raises(ConfigError, match="no readable zip"):
            changes_of(tmp_path / "export.zip")

    def test_a_zip_that_is_damaged_inside(self, export, tmp_path):
        rows = [RESULT | {"studentSourcedId": f"s-{n * n}"} for n in range(2000)]
        path = zipped(export(results=rows), tmp_path / "export.zip")
        content = bytearray(path.read_bytes())
        middle = content.index(b"results.csv") + 500
        content[middle : middle + 50] = bytes(50)
        path.write_bytes(content)
        with pytest.raises(ConfigError, match="no readable zip"):
            changes_of(path)

    def test_a_delta_export_is_refused(self, export):
        manifest = "propertyName,value\nfile.results,delta\n"
        with pytest.raises(ConfigError, match=r"file\.results is delta"):
            changes_of(export(manifest=manifest))

    def test_check_tells_all_this_without_raising(self, export):
        [probe] = source_of(export(results=None)).check()
        assert (probe.ok, probe.detail) == (False, "results.csv: the file is missing")
        [probe] = source_of(export(results=[RESULT])).check()
        assert (probe.ok, probe.detail) == (True, "1 classes, 1 line items")


class TestMidnight:
    """A due date at 00:00Z is a bare date in most exports, and in some an instant."""

    @pytest.mark.parametrize(
        ("said", "text", "due"),
        [
            (None, "2026-09-08T00:00:00Z", date(2026, 9, 8)),
            ("date", "2026-09-08T00:00:00Z", date(2026, 9, 8)),
            ("instant", "2026-09-08T00:00:00Z", datetime(2026, 9, 8, tzinfo=UTC)),
            ("instant", "2026-09-08", date(2026, 9, 8)),
        ],
    )
    def test_the_district_says_what_it_means(self, export, said, text, due):
        source = OneRosterCsvSource(
            str(export(lineItems=[LINE_ITEM | {"dueDate": text}])), ZONE, said
        )
        [found] = [c.value for p in source.pull(None) for c in p.changes if c.kind == "assessment"]
        assert (found.due, type(found.due)) == (due, type(due))

    def test_an_assign_date_at_midnight_stays_a_date(self, export):
        row = LINE_ITEM | {"assignDate": "2026-09-01T00:00:00Z"}
        source = OneRosterCsvSource(str(export(lineItems=[row])), ZONE, "instant")
        [found] = [c.value for p in source.pull(None) for c in p.changes if c.kind == "assessment"]
        assert found.assigned_on == date(2026, 9, 1)

    def test_the_same_export_is_read_anew_once_it_means_something_else(self, export):
        folder = str(export())
        *_, last = OneRosterCsvSource(folder, ZONE).pull(None)
        *_, same = OneRosterCsvSource(folder, ZONE, "date").pull(last.cursor)
        *_, other = OneRosterCsvSource(folder, ZONE, "instant").pull(last.cursor)
        assert (same.snapshot, other.snapshot) == (False, True)

    @pytest.mark.parametrize(
        ("dues", "warned"),
        [
            (["2026-09-08T00:00:00Z", "2026-09-09T00:00:00Z", "2026-09-10", ""], True),
            (["2026-09-08T00:00:00Z", "2026-09-09T04:59:00Z"], False),
            (["2026-09-08", "soon"], False),
        ],
    )
    def test_check_asks_where_every_time_is_midnight_and_nothing_was_said(
        self, export, dues, warned
    ):
        rows = [LINE_ITEM | {"sourcedId": f"a-{n}", "dueDate": due} for n, due in enumerate(dues)]
        folder = str(export(lineItems=rows))
        found = [p.name for p in OneRosterCsvSource(folder, ZONE).check() if p.warns]
        assert found == (["due times"] if warned else [])
        assert [p for p in OneRosterCsvSource(folder, ZONE, "date").check() if p.warns] == []


class TestFoldersAndZips:
    def test_a_zip_says_the_same_as_its_folder(self, export, tmp_path):
        folder = export()
        plain = zipped(folder, tmp_path / "plain.zip")
        nested = zipped(folder, tmp_path / "nested.zip", inside="District export/")
        assert changes_of(folder) == changes_of(plain) == changes_of(nested)
        cursors = {list(source_of(each).pull(None))[-1].cursor for each in (folder, plain, nested)}
        assert len(cursors) == 1

    def test_a_byte_order_mark_is_no_part_of_the_first_column(self, export):
        plain = changes_of(export())
        texts = {
            name: b"\xef\xbb\xbf" + table_text(name, rows).encode()
            for name, rows in tables().items()
        }
        assert changes_of(export(**texts)) == plain

    def test_names_count_whatever_their_case(self, export):
        folder = export()
        (folder / "lineItems.csv").rename(folder / "lineitems.CSV")
        assert one_of(folder, "assessment").key == ("a-1", "501")

    def test_an_export_that_did_not_change_is_an_empty_delta(self, export):
        source = source_of(export())
        cursor = list(source.pull(None))[-1].cursor
        (page,) = source.pull(cursor)
        assert (page.changes, page.snapshot, page.cursor, page.last) == ((), False, cursor, True)

    @pytest.mark.parametrize("table", ["results", "enrollments", "passbackGroup"])
    def test_any_change_of_a_file_is_a_new_snapshot(self, export, table):
        cursor = list(source_of(export()).pull(None))[-1].cursor
        changed = table_text(table, tables().get(table, [{"userSourcedId": "902"}])) + "\n"
        pages = list(source_of(export(**{table: changed})).pull(cursor))
        assert all(page.snapshot for page in pages)
        assert pages[-1].cursor != cursor

    def test_files_that_are_not_ours_change_nothing(self, export):
        cursor = list(source_of(export()).pull(None))[-1].cursor
        pages = list(source_of(export(demographics="sourcedId\n")).pull(cursor))
        assert [page.changes for page in pages] == [()]

    def test_an_export_that_changes_while_it_is_read_is_not_taken(self, export):
        pages = source_of(export()).pull(None)
        next(pages)
        export(results=[RESULT, RESULT | {"studentSourcedId": "702"}])
        with pytest.raises(UnavailableError, match="changed while it was read"):
            list(pages)

    def test_many_results_come_in_many_pages(self, export):
        rows = [RESULT | {"studentSourcedId": f"s-{n}"} for n in range(12_000)]
        pages = list(source_of(export(results=rows)).pull(None))
        assert len(pages) == 4
        assert [page.last for page in pages] == [False, False, False, True]
