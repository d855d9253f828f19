"""What must be in the gradebooks is known from the feed; the comparison finds what is not so."""

from datetime import date
from decimal import Decimal

import pytest

from load.results.actual import compare
from load.results.expected import Expected

TONIGHT = date(2026, 10, 14)


def expected(*, due="2026-10-13", only=None, scores=()):
    entry = {
        "classId": "c-1",
        "dueDate": due,
        "students": only and [{"studentId": s} for s in only],
    }
    feed = [("student", {"id": f"s-{n}", "sisId": str(n)}) for n in (1, 2, 3)]
    feed += [("class", {"id": "c-1", "sectionId": "S"})]
    feed += [("assessment", {"id": "a-1", "title": "Quiz 1", "classes": [entry]})]
    feed += [("score", {"assessmentId": "a-1", **score}) for score in scores]
    return Expected.of(iter(feed), TONIGHT)


def graded(student, points):
    return {"studentId": student, "progress": "graded", "points": points}


def view(scores, titles=("Quiz 1",), linked=()):
    rows = [
        {
            "student": str(n),
            "section": "S",
            "cells": [{"column": str(c), "score": scores.get(n)} for c in range(len(titles))],
        }
        for n in (1, 2, 3)
    ]
    columns = [{"id": str(c), "title": title} for c, title in enumerate(titles)]
    return {"columns": columns, "rows": rows, "linked": list(linked)}


def comparison(wanted, shown):
    return compare(wanted, lambda _section: shown)


def test_graded_work_is_its_points_missing_work_is_0_open_work_is_nothing():
    scores = [graded("s-1", 8.5), {"studentId": "s-2", "progress": "turned_in", "points": None}]
    [due] = expected(scores=scores).sections["S"]
    assert due.scores(["1", "2", "3"]) == {"1": Decimal("8.5"), "3": Decimal(0)}


@pytest.mark.parametrize("due", ["2026-10-14", "2026-10-15"])
def test_missing_work_is_nothing_before_it_is_late(due):
    [one] = expected(due=due).sections["S"]
    assert one.scores(["1", "2", "3"]) == {}


def test_work_that_a_student_does_not_have_is_nothing():
    [due] = expected(only=["s-2"]).sections["S"]
    assert due.scores(["1", "2", "3"]) == {"2": Decimal(0)}


SCORES = [graded("s-1", 8.5), graded("s-2", 3), graded("s-3", 0)]
RIGHT = {1: 8.5, 2: 3, 3: 0}


def test_what_is_right_is_not_told():
    found = comparison(expected(scores=SCORES), view(RIGHT))
    assert (found.columns, found.scores, found.right) == (1, 3, 3)
    assert (found.lost, found.doubled, found.wrong, found.places) == (0, 0, 0, [])


@pytest.mark.parametrize(
    ("shown", "counts"),
    [
        (view({**RIGHT, 2: None}), (1, 0, 0)),
        (view({}, titles=()), (4, 0, 0)),
        (view({**RIGHT, 2: 4}), (0, 0, 1)),
        (view(RIGHT, titles=("Quiz 1", "Quiz 1")), (0, 1, 0)),
        (view(RIGHT, titles=("Quiz 1", "Quiz 9")), (0, 0, 1)),
        (view(RIGHT, titles=("Quiz 1", "Notebook 9")), (0, 0, 0)),
    ],
    ids=["score lost", "column lost", "other score", "column twice", "stray column", "a teacher's"],
)
def test_what_is_wrong_is_counted(shown, counts):
    found = comparison(expected(scores=SCORES), shown)
    assert (found.lost, found.doubled, found.wrong) == counts


def test_a_score_where_none_belongs_is_wrong():
    found = comparison(expected(only=["s-1"], scores=[graded("s-1", 8.5)]), view(RIGHT))
    assert found.wrong == 2


def test_places_name_no_student():
    found = comparison(expected(scores=SCORES), view({}))
    assert found.places == ["3 scores lost for Quiz 1 in S"]
