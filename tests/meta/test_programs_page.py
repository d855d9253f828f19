"""docs/trust/programs.md names tests that exist, one or more for each thing, and all of them."""

import re
from pathlib import Path

import pytest

from tests.meta.project_files import project_files, text_of

PAGE = text_of(Path("docs/trust/programs.md"))
TEST = re.compile(r"`(test_\w+)`")
HOMES = ("tests/mock_sis/programs/", "tests/mock_sis/powerschool/test_programs.py")


def rows():
    """The lines of the tables that name what proves them."""
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE):
        if "| proved by |" in part:
            yield from re.findall(r"^\| (?!what |program |---)(.+) \|$", part, flags=re.MULTILINE)


def named_in(*homes):
    files = (f for f in project_files() if f.as_posix().startswith(homes) and f.suffix == ".py")
    return {
        name for f in files for name in re.findall(r"^def (test_\w+)", text_of(f), re.MULTILINE)
    }


def test_every_test_that_the_page_names_exists():
    assert set(TEST.findall(PAGE)) - named_in("tests/") == set()


def test_every_part_with_a_table_says_what_proves_it():
    parts = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    tables = [part for part in parts if "|---|" in part]
    assert [part.partition("\n")[0] for part in tables if "| proved by |" not in part] == []


@pytest.mark.parametrize("row", list(rows()))
def test_every_row_names_what_proves_it(row):
    assert TEST.search(row.rpartition("|")[2])


def test_every_sequence_of_a_program_stands_on_the_page():
    assert named_in(*HOMES) - set(TEST.findall(PAGE)) == set()
