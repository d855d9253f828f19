"""A world is one file: its life, its clock, its snapshots, and several hands on it at once."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial

import pytest

from mock_sis.districts.factory import WorldFactory
from mock_sis.gradebook.gradebook import Draft, Refused
from mock_sis.gradebook.periods import PeriodState
from mock_sis.sis import gradebook_of, periods_of, registrar_of
from mock_sis.world.clock import ClockBackwardsError
from mock_sis.world.snapshots import Snapshots
from mock_sis.world.world import World

START = date(2026, 10, 5)
NOON = datetime(2026, 10, 5, 17, tzinfo=UTC)


class Actor:
    """A real clock that moves when told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def hand():
    return Actor(datetime(2030, 1, 1, 8, tzinfo=UTC))


@pytest.fixture
def world(tmp_path, hand):
    made = WorldFactory().make(tmp_path / "lake.db", start=START, real=hand)
    yield made
    made.close()


def first_column(world):
    book = gradebook_of(world, "skyward")
    draft = Draft(section="200001", title="Quiz", points=Decimal(10), due=START)
    return book.put_column(draft, by="teacher")[0]


# ---- its life -----------------------------------------------------------------------------------


def test_a_world_that_cannot_be_finished_leaves_nothing_behind(tmp_path):
    with pytest.raises(TypeError):
        WorldFactory().make(tmp_path / "half.db", start=START, settings={"motto": object()})

    assert list(tmp_path.iterdir()) == []


def test_a_world_is_named_by_its_file_and_outlives_its_object(world):
    world.configure(motto="row on")
    world.close()

    again = World.open(world.path)

    assert (again.name, again.setting("motto")) == ("lake", "row on")
    again.close()


def test_opening_what_is_not_there_makes_no_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        World.open(tmp_path / "none.db")

    assert list(tmp_path.iterdir()) == []


def test_a_taken_name_and_an_unknown_size_are_refused_and_leave_nothing(world, tmp_path):
    with pytest.raises(FileExistsError):
        WorldFactory().make(world.path)
    with pytest.raises(ValueError, match="'huge'"):
        WorldFactory().make(tmp_path / "other.db", size="huge")

    assert sorted(p.name for p in tmp_path.iterdir() if "lake" not in p.name) == []


def test_a_failed_making_leaves_no_file(tmp_path):
    (tmp_path / "export").mkdir()

    with pytest.raises(ValueError, match=r"orgs\.csv"):
        WorldFactory().make(tmp_path / "other.db", source=tmp_path / "export")

    assert [p.name for p in tmp_path.iterdir()] == ["export"]


def test_deleting_removes_every_file(world, tmp_path):
    Snapshots(world).save("one")

    WorldFactory().delete(world)

    assert list(tmp_path.iterdir()) == []


def test_reset_returns_data_switches_and_clock_to_the_start(world):
    first_column(world)
    world.enforcement.set({"A12": False})
    world.advance(timedelta(days=40))

    WorldFactory().reset(world)

    assert world.db.read("SELECT * FROM assignment") == []
    assert world.enforcement.all()["A12"] is True
    assert world.now() == NOON


def test_reset_and_restore_make_older_cursors_of_the_feed_unknown(world):
    Snapshots(world).save("one")
    epochs = [world.feed.epoch]
    reset = partial(WorldFactory().reset, world)
    for back in (reset, lambda: Snapshots(world).restore("one"), reset):
        back()
        epochs.append(world.feed.epoch)

    assert len(set(epochs)) == len(epochs)


def test_reset_with_another_seed_makes_other_people_of_the_same_size(world):
    names = world.db.read("SELECT given, family FROM student")

    WorldFactory().reset(world, seed=99)

    assert world.seed == 99
    others = world.db.read("SELECT given, family FROM student")
    assert len(others) == len(names)
    assert list(map(tuple, others)) != list(map(tuple, names))
    WorldFactory().reset(world)
    assert world.seed == 99


# ---- snapshots ----------------------------------------------------------------------------------


def test_a_snapshot_brings_everything_back_clock_included(world):
    column = first_column(world)
    Snapshots(world).save("before")
    gradebook_of(world, "skyward").delete_column(column.id, by="teacher")
    world.advance(timedelta(days=3))

    Snapshots(world).restore("before")

    assert gradebook_of(world, "skyward").column(column.id).title == "Quiz"
    assert world.now() == NOON


def test_a_snapshot_may_be_saved_by_several_threads_at_once(world):
    snapshots = Snapshots(world)
    with ThreadPoolExecutor() as threads:
        list(threads.map(snapshots.save, ["same"] * 8))

    snapshots.restore("same")

    assert [one["name"] for one in snapshots.list()] == ["same"]
    assert world.now() == NOON


def test_snapshots_are_listed_with_the_instant_they_show(world):
    Snapshots(world).save("b")
    world.advance(timedelta(hours=1))
    Snapshots(world).save("a")

    listed = Snapshots(world).list()

    assert [(one["name"], one["at"]) for one in listed] == [
        ("a", "2026-10-05T18:00:00Z"),
        ("b", "2026-10-05T17:00:00Z"),
    ]
    assert all(one["bytes"] > 0 for one in listed)
    Snapshots(world).delete("a")
    assert [one["name"] for one in Snapshots(world).list()] == ["b"]


@pytest.mark.parametrize("name", ["", "../up", "a b", "x" * 65])
def test_a_snapshot_needs_a_plain_name(world, name):
    with pytest.raises(ValueError, match="name"):
        Snapshots(world).save(name)


def test_an_unknown_snapshot_is_named_in_the_error(world):
    for act in (Snapshots(world).restore, Snapshots(world).delete):
        with pytest.raises(KeyError, match="nope"):
            act("nope")


# ---- clock --------------------------------------------------------------------------------------


def test_the_clock_begins_at_noon_of_the_start_and_goes_on(world, hand):
    assert world.now() == NOON
    hand.at += timedelta(minutes=5)
    assert world.now() == NOON + timedelta(minutes=5)
    assert world.today() == START


def test_without_a_start_the_clock_is_real_and_the_year_lies_around_today(tmp_path, hand):
    world = WorldFactory().make(tmp_path / "now.db", real=hand)
    hand.at += timedelta(seconds=1)

    assert world.now() == hand.at
    assert [p.state for p in periods_of(world)].count(PeriodState.OPEN) == 1
    world.close()


def test_a_frozen_clock_stands_until_it_is_let_go(world, hand):
    world.set_clock(frozen=True)
    hand.at += timedelta(hours=1)
    assert world.now() == NOON
    world.advance(timedelta(minutes=1))
    assert world.now() == NOON + timedelta(minutes=1)
    world.set_clock(frozen=False)
    hand.at += timedelta(minutes=1)
    assert world.now() == NOON + timedelta(minutes=2)


def test_the_clock_never_goes_back(world):
    with pytest.raises(ClockBackwardsError):
        world.set_clock(NOON - timedelta(microseconds=1))
    with pytest.raises(ClockBackwardsError):
        world.advance(timedelta(seconds=-1))

    assert world.now() == NOON


def test_two_objects_on_one_file_share_the_clock(world, hand):
    other = World(world.path, real=hand)

    other.advance(timedelta(days=2))

    assert world.now() == other.now() == NOON + timedelta(days=2)
    other.close()


def test_the_date_is_the_districts(tmp_path, hand):
    late = datetime(2026, 10, 6, 3, 59, tzinfo=UTC)
    world = WorldFactory().make(
        tmp_path / "ny.db", start=late, real=hand, settings={"timezone": "America/New_York"}
    )

    assert world.today() == date(2026, 10, 5)
    world.advance(timedelta(minutes=1))
    assert world.today() == date(2026, 10, 6)
    world.close()


# ---- grading periods ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "instant", "state"),
    [
        pytest.param(
            {}, "2026-11-09T05:59:59Z", PeriodState.OPEN, id="last second of its last day"
        ),
        pytest.param({}, "2026-11-09T06:00:00Z", PeriodState.CLOSED, id="midnight after it"),
        pytest.param({"grace_days": 3}, "2026-11-12T05:59:59Z", PeriodState.OPEN, id="in grace"),
        pytest.param(
            {"grace_days": 3}, "2026-11-12T06:00:00Z", PeriodState.CLOSED, id="after grace"
        ),
        pytest.param(
            {"closes_at": datetime(2026, 11, 20, 22, tzinfo=UTC)},
            "2026-11-20T21:59:59Z",
            PeriodState.OPEN,
            id="before it closes by the clock",
        ),
        pytest.param(
            {"closes_at": datetime(2026, 11, 20, 22, tzinfo=UTC)},
            "2026-11-20T22:00:00Z",
            PeriodState.CLOSED,
            id="as it closes by the clock",
        ),
    ],
)
def test_a_period_closes_at_the_end_of_its_grace(world, change, instant, state):
    registrar_of(world).change_period("120001", **change)

    world.set_clock(datetime.fromisoformat(instant))

    assert periods_of(world)[0].state is state


@pytest.mark.parametrize(
    ("instant", "state"),
    [
        pytest.param("2026-11-09T05:59:59Z", PeriodState.UPCOMING, id="the day before"),
        pytest.param("2026-11-09T06:00:00Z", PeriodState.OPEN, id="its first day"),
    ],
)
def test_a_period_opens_with_its_first_day(world, instant, state):
    world.set_clock(datetime.fromisoformat(instant))

    assert periods_of(world)[1].state is state


def test_an_administrators_word_stands_over_the_calendar(world):
    registrar_of(world).close_period("120001")
    assert periods_of(world)[0].state is PeriodState.CLOSED
    registrar_of(world).reopen_period("120001")
    world.advance(timedelta(days=200))
    assert periods_of(world)[0].state is PeriodState.OPEN
    assert periods_of(world)[1].state is PeriodState.CLOSED


# ---- switches -----------------------------------------------------------------------------------


def test_a_switched_off_rule_refuses_nothing(world):
    with pytest.raises(Refused, match="A13"):
        world.enforcement.refuse("A13", "no class")
    world.enforcement.set({"A13": False})

    world.enforcement.refuse("A13", "no class")

    assert world.enforcement.all()["A13"] is False


def test_an_unknown_switch_changes_nothing(world):
    before = world.enforcement.all()

    with pytest.raises(KeyError, match="Z9"):
        world.enforcement.set({"A12": False, "Z9": True})

    assert world.enforcement.all() == before


# ---- several hands ------------------------------------------------------------------------------


def fail_after(world, name):
    with world.db.write() as cursor:
        cursor.execute("INSERT INTO setting VALUES (?, '1')", (name,))
        raise RuntimeError


def test_a_failed_inner_write_undoes_only_itself(world):
    with world.db.write() as outer:
        outer.execute("INSERT INTO setting VALUES ('kept', '1')")
        with pytest.raises(RuntimeError):
            fail_after(world, "lost")

    assert (world.setting("kept"), world.setting("lost")) == (1, None)


def fail_after_an_inner_write(world):
    with world.db.write():
        world.configure(lost=1)
        raise RuntimeError


def test_a_failed_outer_write_undoes_all(world):
    with pytest.raises(RuntimeError):
        fail_after_an_inner_write(world)

    assert world.setting("lost") is None


def count_up(world, times):
    for _ in range(times):
        with world.db.write():
            world.configure(count=world.setting("count", 0) + 1)


def test_threads_write_without_losing_a_write(world):
    threads = [threading.Thread(target=count_up, args=(world, 25)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert world.setting("count") == 200


COUNT_UP = """
import sys
from pathlib import Path
from mock_sis.world.world import World
world = World(Path(sys.argv[1]))
for _ in range(50):
    with world.db.write():
        world.configure(count=world.setting("count", 0) + 1)
"""


def test_processes_write_without_losing_a_write_and_a_reset_reaches_them(world):
    running = [
        subprocess.Popen([sys.executable, "-c", COUNT_UP, str(world.path)]) for _ in range(2)
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    assert world.setting("count") == 100
    other = World(world.path)
    assert other.setting("count") == 100

    WorldFactory().reset(world)

    assert other.setting("count") is None
    other.close()


def test_a_reset_while_others_read_and_write_breaks_nothing(world):
    stop = threading.Event()
    errors = []

    def work():
        try:
            while not stop.is_set():
                count_up(world, 1)
                world.feed.since(0, 50)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        WorldFactory().reset(world)
    stop.set()
    for thread in threads:
        thread.join()

    assert errors == []
