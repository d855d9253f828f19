"""Worlds as files: what is downloaded can be brought back, and nothing else can."""

import sqlite3
import stat
from contextlib import closing
from http.client import HTTPConnection

import pytest

from mock_sis.sis import periods_of
from mock_sis.world.worlds import DEFAULT

NEW = "brought"


@pytest.fixture
def downloaded(forms):
    answer = forms.send("/worlds/download")
    assert answer.status_code == 200
    return answer


@pytest.fixture
def worlds(shared):
    yield shared.worlds
    for name in set(shared.worlds.names()) & {NEW, "a-b"}:
        shared.worlds.delete(name)


def upload(content, name="world.db"):
    return {"file": (name, content, "application/octet-stream")}


def folder_of(world):
    """Without what SQLite keeps beside a file that is in use."""
    return {p.name for p in world.path.parent.iterdir() if not p.name.endswith(("-shm", "-wal"))}


def test_a_download_is_a_whole_world_with_its_name_and_day(downloaded, hosted):
    head = downloaded.headers
    assert f"attachment; filename={hosted.name}-2026-10-01.db" in head["content-disposition"]
    assert int(head["content-length"]) == len(downloaded.content)
    assert head["cache-control"] == "no-store"

    db = sqlite3.connect(":memory:")
    db.deserialize(downloaded.content)
    assert db.execute("SELECT count(*) FROM student").fetchone()[0] > 0


def test_a_download_has_the_calls_so_far_and_leaves_no_file(forms, world, skyward):
    forms.http.get(f"{skyward.url}/ims/oneroster/v1p1/schools")
    files = folder_of(world)
    content = forms.send("/worlds/download").content

    db = sqlite3.connect(":memory:")
    db.deserialize(content)
    assert db.execute("SELECT count(*) FROM journal").fetchone()[0] == 1
    assert folder_of(world) == files


def test_an_upload_makes_a_new_world(forms, world, registrar, worlds, downloaded):
    registrar.close_period(periods_of(world)[0].id)

    said = forms.post("/worlds", name=NEW, files=upload(downloaded.content))

    assert f"The world {NEW} was made of the file." in said
    made = worlds.find(NEW).world
    assert periods_of(made)[0].state == "open"
    assert periods_of(world)[0].state == "closed"
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    text = forms.page("/worlds")
    assert f'href="/w/{NEW}/pages/control"' in text
    assert 'href="/pages/control"' in text


def test_a_world_that_was_uploaded_is_reset_to_how_it_came(forms, registrar, worlds, world):
    registrar.close_period(periods_of(world)[0].id)
    content = forms.send("/worlds/download").content
    forms.post("/worlds", name=NEW, files=upload(content))
    made = worlds.find(NEW)
    before = made.world.now()
    made.world.set_clock(periods_of(made.world)[2].modified.replace(year=2027))

    worlds.reset(made)

    assert periods_of(made.world)[0].hand == "closed"
    assert abs((made.world.now() - before).total_seconds()) < 60


def test_an_upload_replaces_this_world_when_the_box_is_ticked(forms, world, registrar, downloaded):
    registrar.close_period(periods_of(world)[0].id)

    said = forms.post("/worlds/replace", files=upload(downloaded.content))
    assert "tick the box" in said
    assert periods_of(world)[0].state == "closed"

    said = forms.post("/worlds/replace", sure="yes", files=upload(downloaded.content))
    assert "This world is now the one of the file." in said
    assert periods_of(world)[0].state == "open"
    forms.post("/snapshots/reset")
    assert periods_of(world)[0].state == "open"


def test_a_replaced_world_has_the_time_zone_of_the_file(forms, world, downloaded):
    db = sqlite3.connect(":memory:")
    db.deserialize(downloaded.content)
    db.execute("UPDATE setting SET value = '\"Asia/Tokyo\"' WHERE name = 'timezone'")
    db.commit()
    db.execute("VACUUM")

    forms.post("/worlds/replace", sure="yes", files=upload(db.serialize()))

    assert str(world.zone) == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "a world's name is 1 to 64 letters"),
        ("../x", "a world's name is 1 to 64 letters"),
        ("<script>", "a world's name is 1 to 64 letters"),
        ("x" * 65, "a world's name is 1 to 64 letters"),
        (DEFAULT, "there is a world default already"),
    ],
)
def test_a_hostile_name_makes_nothing(forms, worlds, world, downloaded, name, words):
    before = worlds.names(), folder_of(world)

    assert words in forms.post("/worlds", name=name, files=upload(downloaded.content))

    assert (worlds.names(), folder_of(world)) == before


def test_a_name_with_spaces_is_written_with_hyphens(forms, worlds, downloaded):
    assert "The world a-b was made" in forms.post(
        "/worlds", name=" a  b ", files=upload(downloaded.content)
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is no world"),
        (b"PK\x03\x04" + b"\0" * 100, "the file is no world"),
        (b"SQLite format 3\x00" + b"\xff" * 5000, "the file is damaged"),
    ],
)
def test_what_is_no_world_is_refused_in_words_and_leaves_nothing(
    forms, worlds, world, content, words
):
    before = worlds.names(), folder_of(world)

    new = forms.post("/worlds", name=NEW, files=upload(content, "../../x.db"))
    here = forms.post("/worlds/replace", sure="yes", files=upload(content))

    assert f"Nothing was changed: {words}" in new
    assert f"Nothing was changed: {words}" in here
    assert (worlds.names(), folder_of(world)) == before


def test_without_a_file_nothing_happens(forms, worlds):
    assert "choose the file of a world first" in forms.post("/worlds", name=NEW)
    assert "choose the file of a world first" in forms.post("/worlds/replace", sure="yes")
    assert worlds.find(NEW) is None


def test_a_file_that_is_too_large_is_refused_before_it_is_read(forms, worlds):
    where = forms.http.base_url
    for path in ("worlds", "worlds/replace"):
        with closing(HTTPConnection(where.host, where.port, timeout=60)) as connection:
            connection.putrequest("POST", f"{where.path}{path}")
            connection.putheader("Content-Type", "multipart/form-data; boundary=x")
            connection.putheader("Content-Length", str(3 * 2**30))
            connection.endheaders(b"--x\r\n")
            answer = connection.getresponse()
            assert answer.status == 413
            assert "A world's file has 2,147.5 MB at most" in answer.read().decode()


def test_other_forms_are_small(forms):
    answer = forms.http.post("/snapshots", data={"name": "x" * 2_000_000})
    assert answer.status_code == 413


def test_a_world_is_deleted_after_a_page_that_asks(forms, worlds, downloaded, hosted):
    forms.post("/worlds", name=NEW, files=upload(downloaded.content))
    assert f"Delete the world {NEW}?" in forms.page(f"/worlds/{NEW}/delete")
    assert worlds.find(NEW)

    assert f"The world {NEW} is gone." in forms.post(f"/worlds/{NEW}/delete")
    assert worlds.find(NEW) is None
    for kept in (DEFAULT, hosted.name, "none"):
        assert forms.http.get(f"/worlds/{kept}/delete").status_code == 404
        assert forms.send(f"/worlds/{kept}/delete").status_code == 404
    assert worlds.find(hosted.name)
