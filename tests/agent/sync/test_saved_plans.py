"""A plan in a file: all of it or nothing, and only in place of another plan."""

import resource
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from agent.errors import PlanFileError
from agent.sync.plan_file import PlanFile
from agent.sync.plans.saved import Basis, PlanHead, opened, save
from tests.agent.sync.test_plan_file import a_plan

HEAD = PlanHead(
    made_at=datetime(2026, 10, 17, 3, tzinfo=UTC),
    basis=Basis(
        district="lakeview",
        release="1.0",
        servers="s",
        policy="p",
        night=date(2026, 10, 16),
        today=date(2026, 10, 16),
        last_run=None,
    ),
    fingerprint="f",
    source="run-1",
    refused="",
    findings=(),
    moved_ids=(),
    counts={"sent": 3},
    refusals={},
    writes=3,
)


@contextmanager
def a_disk_for(size: int) -> Iterator[None]:
    """No file may become larger."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def plans() -> Iterator[PlanFile]:
    with closing(PlanFile()) as made:
        for plan in (a_plan("a", 1), a_plan("b", 2, 40), a_plan("c")):
            made.add(plan)
        yield made


def test_what_was_saved_is_read(tmp_path: Path, plans: PlanFile):
    save(tmp_path / "plan", HEAD, plans)
    with opened(tmp_path / "plan") as (head, read):
        assert (head, list(read), read.writes) == (HEAD, list(plans), plans.writes)
        assert [list(read.of(key)) for key in ("b", "x")] == [[a_plan("b", 2, 40)], []]


def test_a_full_disk_leaves_the_plan_that_was_there_and_nothing_else(tmp_path: Path, plans):
    path = tmp_path / "plan"
    save(path, HEAD, plans)
    before = path.read_bytes()
    for size in (0, 100, len(before) - 1):
        with a_disk_for(size), pytest.raises(PlanFileError, match="File too large"):
            save(path, HEAD, plans)
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]


def test_nothing_but_a_plan_is_written_over(tmp_path: Path, plans: PlanFile):
    path = tmp_path / "passback.toml"
    path.write_text("district = 1")
    with pytest.raises(PlanFileError, match="what is there is no plan"):
        save(path, HEAD, plans)
    assert path.read_text() == "district = 1"


def test_any_cut_and_any_other_byte_is_noticed(tmp_path: Path, plans: PlanFile):
    path = tmp_path / "plan"
    save(path, HEAD, plans)
    whole = path.read_bytes()
    for place in range(0, len(whole), 97):
        for damaged in (whole[:place], whole[:place] + b"#" + whole[place + 1 :]):
            path.write_bytes(damaged)
            with pytest.raises(PlanFileError), opened(path):
                pass
