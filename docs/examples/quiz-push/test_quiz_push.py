"""What the gradebook must look like after a push, whatever the network does."""

from pathlib import Path

import pytest

from quiz_push import push

QUIZ = Path(__file__).with_name("quiz-7.csv")


@pytest.fixture
def sis(skyward_mock):
    """The gradebook that the program writes to."""
    return skyward_mock


def run(sis):
    push(
        QUIZ,
        root=sis.oneroster_url,
        token_url=sis.token_url,
        client=sis.client_id,
        secret=sis.client_secret,
    )


def test_scores_arrive_and_who_has_none_keeps_the_star(sis):
    run(sis)
    marks = sis.gradebook("200001").marks("quiz-7")
    assert marks["400001"] == "8.5"
    assert marks["400002"] == "0"
    assert marks["400003"] == "*"


def test_a_lost_answer_makes_no_second_column(sis):
    sis.faults.drop_after(operation="putLineItem", nth=1)
    run(sis)
    assert sis.gradebook("200001").titles == ["quiz-7"]
