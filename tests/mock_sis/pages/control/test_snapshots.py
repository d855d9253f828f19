"""Snapshots with names: saved, listed, restored and deleted after a page that asks; the reset."""

import pytest

from mock_sis.sis import periods_of
from mock_sis.world.snapshots import Snapshots


def names(world):
    return [one["name"] for one in Snapshots(world).list()]


def state(world):
    return periods_of(world)[0].state


def test_a_snapshot_is_saved_and_restored(forms, world, registrar, skyward):
    said = forms.post("/snapshots", name="before the  merge")
    assert "Saved as before-the-merge." in said
    assert names(world) == ["before-the-merge"]
    text = forms.page("/snapshots")
    assert "before-the-merge" in text
    assert "Thursday, October 1, 2026, 12:0" in text
    assert " MB" in text

    registrar.close_period(periods_of(world)[0].id)
    assert "Restore the snapshot before-the-merge?" in forms.page(
        "/snapshots/before-the-merge/restore"
    )
    assert state(world) == "closed"
    said = forms.post("/snapshots/before-the-merge/restore")
    assert state(world) == "open"
    assert "The district is what it was in before-the-merge." in said


def test_one_of_the_same_name_is_replaced_only_when_asked(forms, world, registrar):
    forms.post("/snapshots", name="a")
    registrar.close_period(periods_of(world)[0].id)

    assert "there is a snapshot a already" in forms.post("/snapshots", name="a")
    forms.post("/snapshots", name="a", again="yes")
    registrar.reopen_period(periods_of(world)[0].id)
    forms.post("/snapshots/a/restore")
    assert state(world) == "closed"


def test_a_snapshot_is_deleted_after_a_page_that_asks(forms, world):
    forms.post("/snapshots", name="a")
    assert "Delete the snapshot a?" in forms.page("/snapshots/a/delete")
    assert names(world) == ["a"]

    assert "The snapshot a is gone." in forms.post("/snapshots/a/delete")
    assert names(world) == []


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "a/b", "a.b", "<b>x</b>", "x" * 65, "n\u00e4", "\x00", "."]
)
def test_a_hostile_name_saves_nothing(forms, world, name):
    files = set(world.path.parent.iterdir())

    said = forms.post("/snapshots", name=name)

    assert "Nothing was changed: a snapshot's name is 1 to 64 letters, digits, - or _." in said
    assert names(world) == []
    new = {path.name for path in set(world.path.parent.iterdir()) - files}
    assert not [one for one in new if "snap" in one]


@pytest.mark.parametrize("act", ["restore", "delete"])
@pytest.mark.parametrize("name", ["none", "..", "%2e%2e%2fx", "start"])
def test_what_was_not_saved_is_not_there(forms, name, act):
    assert forms.http.get(f"/snapshots/{name}/{act}").status_code == 404
    answer = forms.send(f"/snapshots/{name}/{act}")
    assert answer.status_code in {302, 404}


def test_a_reset_asks_first_and_goes_back_to_the_start(forms, world, registrar, skyward):
    forms.post("/snapshots", name="kept")
    registrar.close_period(periods_of(world)[0].id)
    assert "Take this district back to its start?" in forms.page("/snapshots/reset")
    assert state(world) == "closed"

    said = forms.post("/snapshots/reset")

    assert "The district is back at its start. It is Thursday, October 1, 2026" in said
    assert state(world) == "open"
    assert names(world) == ["kept"]
    assert skyward.journal() == []
