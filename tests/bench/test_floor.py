"""The floor of an unchanged night stages what the ledger has, and finds nothing to do."""

from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal

from agent.domain import AssessmentId, PersonId, Progress, Score
from agent.ledger import open_ledger
from agent.records import Change
from bench.floor import floor_of


def score(student, points):
    value = Score(
        assessment=AssessmentId("a-1"),
        student=PersonId(student),
        progress=Progress.NOT_SUBMITTED if points is None else Progress.GRADED,
        points=points,
    )
    return Change(kind="score", key=("a-1", student), value=value)


def test_every_score_is_found_as_it_was(tmp_path):
    path = tmp_path / "ledger.db"
    with closing(open_ledger(f"sqlite:///{path}", "bench")) as ledger:
        pull = ledger.begin_pull(snapshot=True)
        pull.take([score("s-1", Decimal("8.5")), score("s-2", None)])
        pull.commit("1", datetime(2026, 11, 30, tzinfo=UTC))

    assert floor_of(path) > 0
