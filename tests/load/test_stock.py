"""A world gets exactly a night's work."""

from datetime import date
from itertools import islice

import pytest

from load.model import Model
from load.stock import empty, stock
from mock_sis.districts.factory import WorldFactory
from mock_sis.gradebook.view import teacher_view
from mock_sis.sis import gradebook_of
from mock_sis.world.feed import KINDS

TONIGHT = date(2026, 10, 14)
STUDENTS = 105


@pytest.fixture
def world(tmp_path):
    made = WorldFactory().make(tmp_path / "w.db", size=str(STUDENTS), seed=1, start=TONIGHT)
    empty(made)
    yield made
    made.close()


def works(world):
    return [*world.feed.records("assessment"), *world.feed.records("score")]


def due(world):
    """What the independent model makes of it: (columns, marks)."""
    feed = ((kind, record) for kind in KINDS for record in world.feed.records(kind))
    model = Model.of(feed, TONIGHT)
    columns = [column for some in model.sections.values() for column in some]
    book = gradebook_of(world, "skyward")
    return len(columns), sum(
        len(column.marks(teacher_view(book, column.section) and _sat(world, column)))
        for column in columns
    )


def _sat(world, column):
    rows = teacher_view(gradebook_of(world, "skyward"), column.section)["rows"]
    return [row["student"] for row in rows if row["section"] == column.section]


def test_an_emptied_world_has_no_work(world):
    assert works(world) == []


@pytest.mark.parametrize("marks", [1, 63, 700])
def test_exactly_so_many_marks_must_pass(world, marks):
    put = stock(world, students=STUDENTS, marks=marks, tonight=TONIGHT, seed=1)
    assert put.marks == marks
    assert due(world) == (put.columns, marks)


def test_the_same_seed_gives_the_same_work_and_another_gives_other(tmp_path):
    made = []
    for n, seed in enumerate((1, 1, 2)):
        world = WorldFactory().make(tmp_path / f"{n}.db", size=str(STUDENTS), seed=1, start=TONIGHT)
        empty(world)
        stock(world, students=STUDENTS, marks=63, tonight=TONIGHT, seed=seed)
        made.append(works(world))
        world.close()
    assert made[0] == made[1] != made[2]


def test_it_holds_work_that_does_not_pass_too(world):
    stock(world, students=STUDENTS, marks=600, tonight=TONIGHT, seed=1)
    scores = list(islice(world.feed.records("score"), 700))
    assert any(s["progress"] == "turned_in" for s in scores)
    assert len(scores) < 660
