"""`purge` and `erase` on both stores: what is said goes, the rest stays; a look takes nothing."""

from contextlib import closing
from datetime import date

import pytest

from agent.ledger import open_ledger, store_for_run
from agent.ledger.care.check import examine_database
from agent.ledger.care.erase import erase
from agent.ledger.care.purge import Ended, over_by, over_in, purge
from tests.agent.ledger.care.test_move import fill
from tests.agent.ledger.records_of_a_school import NOW, SCHOOL, pull
from tests.agent.ledger.stores import DISTRICT, raw

JUNE = date(2027, 6, 1)


@pytest.fixture
def filled(store):
    fill(store)
    with closing(open_ledger(store, DISTRICT)) as ledger:
        pull(ledger, *SCHOOL)
    raw(store, """UPDATE known_column SET seen = '{"due": "2026-09-08"}'""")
    return store


def test_a_student_leaves_the_ledger_for_good(filled):
    with store_for_run(filled, DISTRICT) as store:
        looked = erase(store, "s-1", NOW, done=False)
        assert looked.rows == erase(store, "s-1", NOW, done=True).rows
        assert erase(store, "s-1", NOW, done=True).rows == {}
        assert looked.rows == {
            "outcome": 1,
            "attempt": 1,
            "known_score": 1,
            "left_score": 1,
            "restored_score": 1,
            "score": 1,
            "student": 1,
            "record": 1,
            "past_record": 1,
        }
        assert examine_database(store).damaged == ()
    with closing(open_ledger(filled, DISTRICT)) as ledger:
        pull(ledger, *SCHOOL)
        assert ledger.source.students(["s-1", "s-2"]).keys() == {"s-2"}
        assert ledger.erased(["701", "702"]) == {"701"}


def test_an_id_goes_out_of_the_sentences_of_others(filled):
    with closing(open_ledger(filled, DISTRICT)) as ledger:
        ledger.runs.end("r-0", NOW, 0, {"error": "the SIS refused s-1, s-10 and s-100%"})
    with store_for_run(filled, DISTRICT) as store:
        assert erase(store, "s-1", NOW, done=True).rows["sentences"] == 1
    with closing(open_ledger(filled, DISTRICT)) as ledger:
        assert ledger.runs.find("r-0")["summary"] == {
            "error": "the SIS refused (erased), s-10 and s-100%"
        }


def test_what_is_over_is_purged_and_its_column_stays_known(filled):
    period = Ended(section="502", start=date(2026, 9, 1), end=date(2026, 9, 30))
    with store_for_run(filled, DISTRICT) as store:
        # The other one has an attempt that is open.
        assert over_by(store, JUNE) == ["a-2"]
        assert over_in(store, [period]) == ["a-2"]
        looked = purge(store, history=JUNE, assessments=["a-2"], now=NOW, done=False)
        done = purge(store, history=JUNE, assessments=["a-2"], now=NOW, done=True)
        assert looked.rows == done.rows
        assert done.rows["score"] == done.rows["assessment"] == done.rows["record"] == 1
        assert done.rows["outcome"] == done.rows["attempt"] == 1
        assert over_by(store, JUNE) == []
        assert examine_database(store).damaged == ()
        kept = store.read("SELECT external_id, seen FROM known_column WHERE assessment = 'a-2'")
        assert kept == [("pb-a-2-c-2", None)]
    with closing(open_ledger(filled, DISTRICT)) as ledger:
        pull(ledger, *SCHOOL)
        assert [each.id for each in ledger.source.assessments(["c-1", "c-2"])] == ["a-1"]
