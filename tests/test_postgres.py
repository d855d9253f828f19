"""The PostgreSQL of a test run: a database a test, and nothing left of it."""

import pytest

import tests.postgres
from tests.postgres import NEEDED, Cluster, wanted_programs


def test_each_test_has_a_database_of_its_own(postgres):
    with postgres.database() as one, postgres.database() as other:
        postgres.sql("CREATE TABLE t (x integer)", one.rpartition("/")[2])
        assert postgres.sql("SELECT to_regclass('t') IS NULL", other.rpartition("/")[2]) == "t"
    names = postgres.sql("SELECT datname FROM pg_database").split()
    assert not {one.rpartition("/")[2], other.rpartition("/")[2]} & set(names)


def test_text_sorts_as_on_the_servers_of_others(postgres):
    assert postgres.sql("SELECT 'b' < 'C', 'b' < 'C' COLLATE \"C\"") == "t|f"


def test_a_program_that_fails_is_told_with_its_reason(postgres):
    with pytest.raises(RuntimeError, match=r"psql ended with 1: .*nowhere"):
        postgres.sql("SELECT * FROM nowhere")


def test_a_cluster_survives_a_kill_with_its_port(postgres):
    cluster = Cluster(postgres.programs, postgres.folder.parent / "own")
    cluster.create()
    cluster.start()
    url = cluster.url()
    cluster.kill()
    assert not cluster.running
    cluster.start()
    assert cluster.url() == url
    assert cluster.sql("SELECT 1") == "1"
    cluster.stop()
    assert not cluster.running


@pytest.mark.parametrize("needed", ["", "1"])
def test_without_postgresql_a_test_skips_with_the_reason_or_fails_in_ci(monkeypatch, needed):
    monkeypatch.setattr(tests.postgres, "programs", lambda: None)
    monkeypatch.setenv(NEEDED, needed)
    outcome = pytest.fail.Exception if needed else pytest.skip.Exception
    with pytest.raises(outcome, match="there is no PostgreSQL here"):
        wanted_programs()
