"""A world gets exactly a night's work."""

from collections import Counter
from datetime import date

import pytest

from load.results.expected import Expected
from load.workload import add_work, remove_work
from mock_sis.districts.factory import WorldFactory
from mock_sis.gradebook.view import teacher_view
from mock_sis.sis import gradebook_of
from mock_sis.world.feed import KINDS

TONIGHT = date(2026, 10, 14)
STUDENTS = 105


@pytest.fixture
def world(tmp_path):
    made = WorldFactory().make(tmp_path / "w.db", size=str(STUDENTS), seed=1, start=TONIGHT)
    remove_work(made)
    yield made
    made.close()


def works(world):
    return [*world.feed.records("assessment"), *world.feed.records("score")]


def expected(world):
    """(columns, scores) that must be in the gradebooks, by what the checks compare them with."""
    feed = ((kind, record) for kind in KINDS for record in world.feed.records(kind))
    sections = Expected.of(feed, TONIGHT).sections
    columns = [column for some in sections.values() for column in some]
    return len(columns), sum(len(column.scores(enrolled(world, column))) for column in columns)


def enrolled(world, column):
    rows = teacher_view(gradebook_of(world, "skyward"), column.section)["rows"]
    return [row["student"] for row in rows if row["section"] == column.section]


def test_an_emptied_world_has_no_work(world):
    assert works(world) == []


@pytest.mark.parametrize("scores", [1, 63, 700])
def test_exactly_so_many_scores_must_pass(world, scores):
    put = add_work(world, students=STUDENTS, scores=scores, tonight=TONIGHT, seed=1)
    assert put.scores == scores
    assert expected(world) == (put.columns, scores)


def test_the_same_seed_gives_the_same_work_and_another_gives_other(tmp_path):
    made = []
    for n, seed in enumerate((1, 1, 2)):
        world = WorldFactory().make(tmp_path / f"{n}.db", size=str(STUDENTS), seed=1, start=TONIGHT)
        remove_work(world)
        add_work(world, students=STUDENTS, scores=63, tonight=TONIGHT, seed=seed)
        made.append(works(world))
        world.close()
    assert made[0] == made[1] != made[2]


def test_of_600_scores_14_are_zeros_for_missing_work_and_28_more_are_not_graded(world):
    put = add_work(world, students=STUDENTS, scores=600, tonight=TONIGHT, seed=1)
    found = Counter(score["progress"] for score in world.feed.records("score"))
    assert found == {"graded": 586, "turned_in": 28}
    assert (put.columns, put.scores) == (31, 600)
