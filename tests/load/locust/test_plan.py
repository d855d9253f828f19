"""What the Locust processes have to run goes through a file; workers share its districts."""

from pathlib import Path

import pytest

from load.districts import District, Districts
from load.locust.plan import VARIABLE, from_environment, read
from load.options import Setup
from load.profiles import Volume


def district(folder, name):
    return District(
        name=name,
        volume=Volume(1_200),
        otus="http://127.0.0.1:1/w/d",
        sis="http://127.0.0.1:2/w/d",
        config=folder / "c.toml",
        ledger=folder / "l.db",
        results=folder / name,
        offset=5.0,
    )


@pytest.fixture
def made(tmp_path):
    names = ("a", "b")
    return Districts(Setup(volumes=[]), tmp_path, [district(tmp_path, name) for name in names])


def test_it_is_read_as_it_was_written(made, tmp_path):
    plan = read(made.write_plan(at_once=2, background=3))
    assert plan.districts == tuple(one.plan() for one in made.every)
    assert (plan.folder, plan.sis, plan.at_once, plan.background) == (tmp_path, "skyward", 2, 3)


@pytest.mark.parametrize("users", ["locustfile", "skyward", "powerschool"])
def test_it_names_a_file_with_users(users, made):
    file = read(made.write_plan(users=users)).locustfile
    assert (file.stem, file.parent.name, file.is_file()) == (users, "locust", True)


def test_a_district_is_claimed_by_one_worker_only(made):
    path = made.write_plan(at_once=2)
    one, other = read(path), read(path)
    taken = [one.claim(), other.claim(), one.claim(), other.claim()]
    assert [found and found.name for found in taken] == ["a", "b", None, None]


def test_the_environment_names_it(made, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(made.write_plan()))
    assert from_environment().folder == made.folder


def test_without_one_a_line_says_what_to_run_instead(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    with pytest.raises(SystemExit, match=r"passback load.* locust -f load/locust/skyward.py"):
        from_environment()


def test_the_time_of_a_district_is_that_of_its_clock(made):
    plan = made.every[0].plan()
    assert abs(made.every[0].now().timestamp() - _seconds(plan.now())) < 2


def _seconds(moment):
    from datetime import datetime

    return datetime.fromisoformat(moment).timestamp()


def test_the_folder_is_where_the_users_are():
    import load.locust.plan as module

    assert Path(module.__file__).parent.name == "locust"
