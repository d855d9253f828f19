"""Folders and zips of CSV files: what is found in them, and files that cannot be read."""

import re

import pytest

from agent.errors import ConfigError
from tests.agent.sources.oneroster_csv.export import (
    CLASSES,
    ENROLLMENTS,
    LINE_ITEM,
    RESULT,
    USERS,
    changes_of,
    one_of,
    source_of,
    table_text,
    tables,
    zipped,
)


def test_a_zip_says_the_same_as_its_folder(export, tmp_path):
    folder = export()
    plain = zipped(folder, tmp_path / "plain.zip")
    nested = zipped(folder, tmp_path / "nested.zip", inside="District export/")
    assert changes_of(folder) == changes_of(plain) == changes_of(nested)
    cursors = {list(source_of(each).pull(None))[-1].cursor for each in (folder, plain, nested)}
    assert len(cursors) == 1


def test_a_byte_order_mark_is_no_part_of_the_first_column(export):
    plain = changes_of(export())
    texts = {
        name: b"\xef\xbb\xbf" + table_text(name, rows).encode() for name, rows in tables().items()
    }
    assert changes_of(export(**texts)) == plain


def test_names_count_whatever_their_case(export):
    folder = export()
    (folder / "lineItems.csv").rename(folder / "lineitems.CSV")
    assert one_of(folder, "assessment").key == ("a-1", "501")


def test_rows_to_be_deleted_are_not_there(export):
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


@pytest.mark.parametrize("name", ["classes", "users", "enrollments", "lineItems", "results"])
def test_a_missing_file_is_named(export, name):
    with pytest.raises(ConfigError, match=rf"{name}\.csv: the file is missing"):
        changes_of(export(**{name: None}))


def test_categories_are_needed_where_types_are_not_told(export):
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
def test_a_missing_column_is_named_with_its_file(export, name, column):
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
def test_a_file_that_is_no_csv_is_named(export, content, why):
    with pytest.raises(ConfigError, match=rf"classes\.csv.*{why}"):
        changes_of(export(classes=content))


def test_a_path_to_nothing(tmp_path):
    with pytest.raises(ConfigError, match="no folder or zip"):
        changes_of(tmp_path / "nowhere")


def test_a_file_that_is_no_zip(tmp_path):
    (tmp_path / "export.zip").write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(ConfigError, match="no readable zip"):
        changes_of(tmp_path / "export.zip")


def test_a_zip_that_is_damaged_inside(export, tmp_path):
    rows = [RESULT | {"studentSourcedId": f"s-{n * n}"} for n in range(2000)]
    path = zipped(export(results=rows), tmp_path / "export.zip")
    content = bytearray(path.read_bytes())
    middle = content.index(b"results.csv") + 500
    content[middle : middle + 50] = bytes(50)
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="no readable zip"):
        changes_of(path)
