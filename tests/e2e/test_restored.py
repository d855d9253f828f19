"""C2, C3, C5 after a restore: the SIS holds more than the ledger knows, and nothing is doubled."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.support.district import START, District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.verdicts import gradebooks, sent, told

DAYS = [START + timedelta(days=n) for n in range(8)]


def back_up(district: District, name: str = "backup.db") -> Path:
    """`passback backup`."""
    out = district.folder / name
    run = district.command("backup", "-c", str(district.config), "--out", str(out))
    assert run.code == 0, run.err
    return out


def restore(district: District, file: Path) -> Run:
    """`passback restore`."""
    run = district.command("restore", "-c", str(district.config), str(file))
    assert run.code == 0, run.err
    return run


def copy_by_hand(district: District, file: Path) -> None:
    """Somebody puts an older file in its place, and tells nobody."""
    for old in district.folder.glob("passback.db*"):
        if not old.name.endswith(".last-run"):
            old.unlink()
    shutil.copy(file, district.folder / "passback.db")


def carry_away(district: District) -> Path:
    """A copy by hand between two nights, without the sign of ours."""
    out = district.folder / "by-hand"
    shutil.copy(district.folder / "passback.db", out)
    return out


def first_night(district: District) -> None:
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)
    district.score("a-1", "s-3002", 12)
    assert district.night(DAYS[0]).code == 0


def second_night(district: District) -> None:
    """What the copy does not know: a column, a title, scores, and a teacher's work over them."""
    district.assess("a-2", title="Later")
    district.score("a-2", "s-3001", 15)
    district.edit("a-1", title="Renamed")
    district.score("a-1", "s-3001", 19)
    district.score("a-1", "s-3003", 7)
    assert district.night(DAYS[1]).code == 0
    district.type_score("a-1", "400001", 11)
    district.type_score("a-2", "400001", 5)
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"title": "Mine"})


WAYS = pytest.mark.parametrize(
    ("keep", "put"), [(back_up, restore), (carry_away, copy_by_hand)], ids=["command", "by-hand"]
)


@BOTH
@WAYS
def test_c3_after_a_restore_nothing_is_doubled_and_no_edit_is_lost(
    district: District, keep: Callable[[District], Path], put: Callable[[District, Path], object]
):
    first_night(district)
    kept = keep(district)
    second_night(district)
    before = gradebooks(district)
    put(district, kept)

    run, writes = sent(district, DAYS[2])

    assert (run.code, writes) == (0, [])
    assert gradebooks(district) == before
    assert told(run, "s-3001")[0] == told(run, "s-3001", "a-2")[0] == "kept"
    assert told(run, "s-3003")[0] == told(run, "s-3002")[0] == "unchanged"
    assert told(run)[0] == "kept"

    district.score("a-1", "s-3001", 20)
    run, writes = sent(district, DAYS[3])
    assert (run.code, len(writes), told(run, "s-3001")[0]) == (0, 1, "sent")
    assert district.marks("a-1")["400001"] == "20"


@BOTH
def test_c5_an_undo_right_after_a_restore_leaves_a_teachers_edit_alone_once_it_is_released(
    district: District,
):
    """The copy has the new title, and not the new due date, which a teacher changed again."""
    first_night(district)
    district.edit("a-1", title="Renamed")
    renamed = district.night(DAYS[1]).report["run"]
    kept = back_up(district)
    district.edit("a-1", classes=[district.assigned("c-1001", dueDate="2026-10-19")])
    district.night(DAYS[1])
    column = district.column("a-1")["id"]
    district.control("PATCH", f"/columns/{column}", {"due": "2026-10-21"})
    restore(district, kept)

    undo = "undo", renamed, "-c", str(district.config), "--at", district.now().isoformat()
    assert district.command(*undo, "--yes").code == 0
    assert district.column("a-1")["title"] == "Quiz a-1"
    district.command(*undo, "--release")
    assert district.night(DAYS[2]).code == 0

    found = district.column("a-1")
    assert (found["title"], found["due"]) == ("Renamed", "2026-10-21")
