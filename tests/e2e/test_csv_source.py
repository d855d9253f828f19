"""A OneRoster CSV export as the source: it passes into Skyward, and bad files do not."""

from collections.abc import Iterator
from datetime import date

import pytest

from tests.e2e.support.csv_export import Export
from tests.e2e.support.district import START, District
from tests.e2e.support.verdicts import record, sis_writes

pytestmark = pytest.mark.slow

AFTER = date(2026, 10, 17)


@pytest.fixture
def export(district: District) -> Iterator[Export]:
    """An export of the district's roster; its zeros are looked at by the tests themselves."""
    found = Export.of(district)
    yield found
    for column in district.columns():
        for student in range(1, 16):
            district.typed_zeros[column["external_id"], f"4000{student:02}"] = True


def ready(export: Export) -> None:
    """One line item with two scores."""
    export.item("i-1")
    export.result("i-1", "400001", "18")
    export.result("i-1", "400002", "8.5")
    export.save()


@pytest.mark.parametrize("version", ["1.1", "1.2"])
@pytest.mark.parametrize("form", ["folder", "zip"])
def test_an_export_passes_into_the_gradebook(
    district: District, export: Export, version: str, form: str
):
    district.sis_more = f'oneroster = "{version}"'
    ready(export)
    if form == "zip":
        export.zipped()

    run = export.sync()

    assert run.code == 0, run.err
    assert record(run, "i-1", "200001")["state"] == "created"
    assert record(run, "i-1", "200001", "400001")["state"] == "sent"
    column = district.column("i-1")
    assert (column["title"], column["due"], column["points"]) == ("Quiz i-1", "2026-10-16", 20)
    assert column["category"] == "130001"
    marks = district.marks("i-1")
    assert (marks["400001"], marks["400002"], marks["400004"]) == ("18", "8.5", "*")
    again = export.sync()
    assert (again.code, again.writes) == (0, 0)


def test_an_edited_export_sends_what_changed(district: District, export: Export):
    ready(export)
    export.sync()

    export.results[0]["score"] = "19"
    export.items[0]["title"] = "Renamed"
    export.save()
    run = export.sync()

    assert (run.code, run.writes) == (0, 2)
    assert (district.column("i-1")["title"], district.marks("i-1")["400001"]) == ("Renamed", "19")


def test_a_line_item_that_is_gone_or_to_be_deleted_is_an_orphan(district: District, export: Export):
    ready(export)
    export.item("i-2")
    export.save()
    export.sync()

    export.items[0]["status"] = "tobedeleted"
    export.items.pop()
    export.save()
    run = export.sync()

    assert (run.code, run.writes) == (0, 0)
    assert run.states("i-1")[None] == run.states("i-2")[None] == "orphaned"
    assert len(district.columns()) == 2


@pytest.mark.parametrize(
    ("status", "score", "shown", "codes"),
    [
        ("fully graded", "17.375", "17.375", []),
        ("fully graded", "0", "0", []),
        ("exempt", "", "*", ["excused_no_score"]),
        ("submitted", "", "*", ["not_fully_graded"]),
        ("partially graded", "12", "*", ["not_fully_graded"]),
        ("not submitted", "", "0", []),
        ("fully graded", "-1", "*", ["score_invalid"]),
        ("fully graded", "ten", "*", ["score_invalid"]),
        ("half graded", "10", "*", ["score_invalid"]),
    ],
)
def test_score_statuses_mean_what_the_standard_says(
    district: District, export: Export, status: str, score: str, shown: str, codes: list[str]
):
    export.item("i-1")
    export.result("i-1", "400001", score, scoreStatus=status)
    export.save()
    district.evening(AFTER)

    run = export.sync()

    assert run.code == 0, run.err
    assert run.codes("i-1", "400001") == codes
    assert (district.marks("i-1")["400001"], district.marks("i-1")["400002"]) == (shown, "0")


def test_what_the_standard_lacks_stands_in_metadata_columns(district: District, export: Export):
    export.item("i-1", **{"metadata.type": "Test", "metadata.students": "400001 400002"})
    export.item("i-2", **{"metadata.gradingScale": "standards"})
    export.item("i-3", **{"metadata.includeInFinalGrade": "false"})
    export.item("i-4", **{"metadata.assignedBy": "300003"})
    export.item("i-5", **{"metadata.assignedBy": "adm", "metadata.assignerInSis": "false"})
    export.item("i-6", **{"metadata.kind": "plus"})
    export.save()

    run = export.sync()

    assert run.code == 0, run.err
    assert district.column("i-1")["category"] == "130002"
    assert run.codes("i-1", "400004") == ["not_assigned"]
    assert run.codes("i-2") == ["standards_based_scale"]
    assert run.codes("i-3") == ["not_in_final_grade"]
    assert run.states("i-4")[None] == "created"
    assert "assigner_not_in_sis" in run.codes("i-5")
    assert run.codes("i-6") == ["not_in_final_grade"]


def test_the_teacher_group_is_a_file_of_its_own(district: District, export: Export):
    export.write("passbackGroup", [{"userSourcedId": "300002", "status": "active"}])
    export.item("i-1")
    export.item("i-2", classSourcedId="200003")
    export.save()

    run = export.sync()

    assert run.codes("i-1") == ["assigner_not_in_group"]
    assert run.states("i-2")[None] == "created"


# ---- bad files -----------------------------------------------------------------------------------


def nothing_sent(district: District, export: Export, *words: str) -> None:
    """One line that names the file, exit 10, and the next good night is none the worse."""
    for command in ("sync", "plan"):
        run = export.command(command)
        assert run.code == 10, run.err
        assert run.err.startswith("passback: ")
        assert run.err.count("\n") == 1
        for word in words:
            assert word in run.err
    assert sis_writes(district) == []


@pytest.mark.parametrize(
    "name", ["classes", "users", "enrollments", "lineItems", "results", "categories"]
)
def test_a_missing_file_is_named(district: District, export: Export, name: str):
    ready(export)
    path = export.folder / f"{name}.csv"
    content = path.read_bytes()
    path.unlink()

    nothing_sent(district, export, f"{name}.csv", "missing")

    path.write_bytes(content)
    assert export.sync().code == 0


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("classes", "title"),
        ("users", "sourcedId"),
        ("enrollments", "role"),
        ("enrollments", "classSourcedId"),
        ("lineItems", "dueDate"),
        ("lineItems", "resultValueMax"),
        ("results", "studentSourcedId"),
        ("results", "score"),
        ("categories", "title"),
    ],
)
def test_a_missing_column_is_named(district: District, export: Export, name: str, column: str):
    ready(export)
    path = export.folder / f"{name}.csv"
    header, rest = path.read_text().split("\n", 1)
    path.write_text(header.replace(column, f"{column}X") + "\n" + rest)

    nothing_sent(district, export, f"{name}.csv", column)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda path: path.write_bytes(path.read_bytes() + "i-9,é".encode("latin-1")), "UTF-8"),
        (lambda path: path.write_text(path.read_text() + '"never closed\n'), "line"),
        (lambda path: path.write_text(""), "missing"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(district: District, export: Export, spoil, words: str):
    ready(export)
    spoil(export.folder / "results.csv")

    nothing_sent(district, export, "results.csv", words)


def test_a_folder_that_is_not_there_is_named(district: District, export: Export):
    export.path = "nowhere"

    nothing_sent(district, export, "nowhere")


def test_a_zip_that_broke_off_is_named(district: District, export: Export):
    ready(export)
    export.zipped()
    path = district.folder / "export.zip"
    path.write_bytes(path.read_bytes()[:-200])

    nothing_sent(district, export, "export.zip")


def test_a_delta_is_not_taken_for_the_whole(district: District, export: Export):
    ready(export)
    export.write("manifest", [{"propertyName": "file.lineItems", "value": "delta"}])

    nothing_sent(district, export, "manifest.csv", "delta")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dueDate", "2026-02-30"),
        ("dueDate", "soon"),
        ("assignDate", "12/10/2026"),
        ("resultValueMax", "twenty"),
        ("categorySourcedId", "cat-9"),
        ("metadata.kind", "exam"),
    ],
)
def test_a_broken_line_item_is_refused_by_its_id_and_the_rest_goes_on(
    district: District, export: Export, field: str, value: str
):
    ready(export)
    export.item("i-2", **{field: value})
    export.result("i-2", "400001", "9")
    export.save()

    run = export.sync()

    assert run.code == 0, run.err
    assert run.codes("i-2") == ["assessment_invalid"]
    assert field in record(run, "i-2", "200001")["reason"]
    assert district.marks("i-1")["400001"] == "18"


def test_a_row_of_the_wrong_width_is_refused_by_itself(district: District, export: Export):
    ready(export)
    path = export.folder / "results.csv"
    path.write_text(path.read_text() + "r-9,active,,i-1,400004\n")

    run = export.sync()

    assert run.code == 0, run.err
    assert run.codes("i-1", "400004") == ["score_invalid"]
    assert district.marks("i-1")["400001"] == "18"


def test_an_emptied_export_is_stopped_by_the_brake(district: District, export: Export):
    ready(export)
    export.sync()
    for name in ("classes", "users", "enrollments"):
        path = export.folder / f"{name}.csv"
        path.write_text(path.read_text().split("\n", 1)[0] + "\n")

    run = export.sync()

    assert (run.code, run.writes) == (4, 0)
    assert "no class any more" in run.err


def test_an_export_of_another_day_sends_the_same_to_nobody(district: District, export: Export):
    """Rows in another order, other line ends and a byte order mark are no change."""
    ready(export)
    export.sync()
    for path in export.folder.glob("*.csv"):
        header, *rows = path.read_text().splitlines()
        text = "\r\n".join([header, *reversed(rows)])
        path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    district.evening(START)

    run = export.sync()

    assert (run.code, run.writes) == (0, 0)
