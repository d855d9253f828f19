"""The pictures of the documentation show what there is now."""

from dataclasses import replace

import pytest

from tests.meta.project_files import ROOT
from tools.pictures.album import WAYS, NoBrowser, browser_page, load_sources
from tools.pictures.drawn import digest, drawn, steady
from tools.pictures.kept import FOLDER, Kept, read, write

MOST = 150 * 1024
ANEW = "take it anew: make pictures"
PAGE = "<style>p {{ color: {colour} }}</style><h1>Night of 14 Oct</h1><p>{text}</p>"


@pytest.fixture
def page():
    try:
        with browser_page() as opened:
            yield opened
    except NoBrowser as error:
        pytest.skip(str(error))


def outdated(way, page):
    kept = read()
    for shot in WAYS[way](page, kept):
        if shot.name not in kept:
            yield f"{shot.name} is not taken yet"
        elif changed := kept[shot.name].differs(shot.shows):
            yield f"{shot.name}: {changed} has changed; {ANEW}"


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("way", sorted(set(WAYS) - {"load"}))
def test_each_picture_shows_what_there_is_now(way, page):
    assert list(outdated(way, page)) == []


def test_the_picture_of_the_load_report_is_from_the_report_as_it_is_made_now():
    assert read()["load-report.png"].differs(load_sources()) == "", ANEW


def test_each_picture_is_small_and_the_one_that_was_noted():
    kept = read()
    found = {file.name: file for file in FOLDER.iterdir() if file.suffix == ".png"}
    assert set(found) == {name for name in kept if name.endswith(".png")}
    found["demo.svg"] = FOLDER / "demo.svg"
    assert [name for name in found if digest(found[name].read_bytes()) != kept[name].file] == []
    assert [name for name, file in found.items() if file.stat().st_size > MOST] == []


def test_each_picture_is_on_a_page():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    assert [name for name in read() if f"images/{name}" not in text] == []


def test_a_picture_brings_nothing_from_another_host():
    recording = (FOLDER / "demo.svg").read_text(encoding="utf-8")
    assert "@font-face" not in recording
    assert "url(http" not in recording


@pytest.mark.slow
@pytest.mark.browser
def test_a_page_that_says_or_looks_otherwise_is_another_picture(page):
    def shows(text="Sent at 22:00", colour="black", elements=0):
        page.set_content(PAGE.format(text=text, colour=colour))
        return drawn(page, elements)

    before = Kept(**{**vars_of(shows()), "file": ""})
    assert before.differs(shows("Sent at 9:41 pm")) == ""
    assert before.differs(shows("Not sent at 22:00")) == "what it says"
    assert before.differs(shows(colour="red")) == "how it looks"
    assert before.differs(shows("Sent at 22:00<ul><li>one</ul>", elements=before.elements)) == ""
    below = '<br style="line-height: 3000px">Below<b>the first screen</b>'
    page.set_content(PAGE.format(text="Sent at 22:00", colour="black") + f"<p>{below}</p>")
    assert drawn(page, before.elements) == shows()


def vars_of(seen):
    return {"words": seen.words, "look": seen.look, "elements": seen.elements}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("at 22:00, in 1.5 s", "at …, in …"),
        ("at 9:41 pm", "at …"),
        ("http://127.0.0.1:40311/w", "http://…/w"),
        ("run 3f9a12bc", "run …"),
        ("  38 sent,\n 201 kept ", "38 sent, 201 kept"),
        ("Oct 14, 2026", "Oct 14, 2026"),
        ("section 200001", "section 200001"),
    ],
)
def test_what_differs_each_time_is_left_out_and_nothing_else(text, left):
    assert steady(text) == left


def test_what_is_kept_can_be_read_again(tmp_path):
    one = Kept(words="a", look="b", elements=3, file="c")
    write({"b.png": one, "a.png": replace(one, elements=4)}, tmp_path)
    assert read(tmp_path) == {"a.png": replace(one, elements=4), "b.png": one}
    assert list(read(tmp_path)) == ["a.png", "b.png"]
    assert read(tmp_path / "nothing") == {}
