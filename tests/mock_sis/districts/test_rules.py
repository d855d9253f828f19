"""Every fault of an export by file, line and column; the import stops at the first of the same."""

import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.districts.oneroster_csv.rules import faults
from tests.exports import FILES, write_export

MORE_CELLS = "has more cells than the header: a text with a comma needs quotation marks"


def told(folder):
    return [str(fault) for fault in faults(CsvFiles(folder))]


def test_an_export_that_can_be_used_has_no_fault(tmp_path):
    assert told(write_export(tmp_path / "export")) == []


def test_all_faults_are_listed_and_the_import_stops_at_the_first_of_them(tmp_path):
    folder = write_export(
        tmp_path / "export",
        orgs=[*FILES["orgs"], ",Nowhere,school,,"],
        courses=None,
        classes=[*FILES["classes"], "c1,Again,k1,X,o2,s1,1,"],
        users=["sourcedId,role,givenName", "1,student,Kim"],
        enrollments=[
            *FILES["enrollments"],
            "e1,c1,o2,,student,false,yesterday,",
            "e9,c1,o2,501,student,false,2026-10-01,2026-09-01",
            "e10,,o2,601,parent,false,soon,",
            "e11,c1,o2,501,student,false,,,,one more",
        ],
    )

    assert told(folder) == [
        "orgs.csv, line 4, column sourcedId: is empty",
        "courses.csv: the file is missing",
        "classes.csv, line 4, column sourcedId: is the same as in line 2",
        "users.csv, column familyName: the column is missing",
        "enrollments.csv, line 8, column userSourcedId: is empty",
        "enrollments.csv, line 8, column beginDate: is not a date",
        "enrollments.csv, line 8, column sourcedId: is the same as in line 2",
        "enrollments.csv, line 9, column endDate: is before beginDate",
        f"enrollments.csv, line 11: {MORE_CELLS}",
    ]
    with pytest.raises(ImportFault, match=r"^orgs\.csv, line 4, column sourcedId: is empty$"):
        WorldFactory().make(tmp_path / "w.db", source=folder)
    assert not (tmp_path / "w.db").exists()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("Zoë".encode("latin-1"), "line 3: is not UTF-8: save it as CSV in UTF-8"),
        (b"e2,c1\0,o2,902,teacher", "line 3: holds a character that is no text: save the file"),
        (b'e2,"c1,o2,902,teacher', "line 3: is not CSV: a quotation mark is opened here and never"),
        (b'e2,"c1"x,o2,902,teacher', "line 3: is not CSV: a text goes on behind its closing"),
        (b'e2,"c1' + b"x\n" * 99_000, "line 3: is not CSV: a text has no end"),
        (b"e2,c1,o2," + b"x" * 300 + b",teacher\nx" * 2, ""),
    ],
)
def test_a_file_that_is_no_csv_is_named_with_the_line(tmp_path, content, fault):
    folder = write_export(tmp_path / "export")
    lines = "\n".join(FILES["enrollments"][:2]).encode()
    (folder / "enrollments.csv").write_bytes(lines + b"\n" + content + b"\n")

    found = told(folder)

    assert len(found) == bool(fault), found
    assert all(one.startswith(f"enrollments.csv, {fault}") for one in found), found


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_named(tmp_path, encoding):
    folder = write_export(tmp_path / "export")
    (folder / "orgs.csv").write_text("\n".join(FILES["orgs"]), encoding=encoding)

    [fault] = told(folder)

    assert fault.startswith("orgs.csv, line 1: ")
    assert "save" in fault
    assert "UTF-8" in fault


def test_ten_thousand_columns_are_a_fault(tmp_path):
    header = FILES["orgs"][0] + "," + ",".join(f"x{n}" for n in range(10_000))
    folder = write_export(tmp_path / "export", orgs=[header, *FILES["orgs"][1:]])

    assert told(folder) == ["orgs.csv, line 1: has more than 500 columns"]


@pytest.mark.parametrize("id_", ["x" * 256, "a\tb", "a\x1bb"])
def test_an_id_that_is_none_is_a_fault(tmp_path, id_):
    folder = write_export(tmp_path / "export", courses=[*FILES["courses"], f"{id_},Art,A,o2"])

    [fault] = told(folder)
    assert fault.startswith("courses.csv, line 3, column sourcedId: is no id")


def test_an_export_without_a_calendar_is_none(tmp_path):
    folder = write_export(tmp_path / "export", academicSessions=FILES["academicSessions"][:1])

    assert told(folder) == ["academicSessions.csv: has no rows: a district needs a calendar"]


def test_an_export_of_changes_alone_is_refused(tmp_path):
    manifest = ["propertyName,value", "oneroster.version,1.1", "file.users,delta", "file.orgs,bulk"]
    folder = write_export(tmp_path / "export", manifest=manifest)

    assert told(folder) == [
        "manifest.csv, line 3: users.csv holds changes only: ask for a whole export (bulk)"
    ]
