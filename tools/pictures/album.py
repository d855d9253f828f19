"""All pictures: the ways that lead to them, what each shows, and how it is taken."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tools.pictures import demo, district, reports
from tools.pictures.drawn import Drawn, digest, drawn, steady
from tools.pictures.kept import ROOT, Kept

SIZE: ViewportSize = {"width": 1200, "height": 760}
COLOURS = 96
"""Of each picture: pages have few, and files stay small."""
LOAD = ("load/report/page.html", "load/report/plots.py")
"""What the load report is made from. Its figures differ each time, so these are compared."""


class NoBrowser(Exception):
    """There is no Chromium here."""


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture that can be taken now: its file's name, what it shows, and what takes it."""

    name: str
    shows: Drawn
    take: Callable[[Path], None]


Way = Callable[[Page, Mapping[str, Kept]], Iterator[Shot]]


@contextmanager
def browser_page() -> Iterator[Page]:
    """A page in the Chromium of this machine."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    if binary is None:
        raise NoBrowser("there is no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        yield browser.new_page(viewport=SIZE)
        browser.close()


def of_district(page: Page, kept: Mapping[str, Kept]) -> Iterator[Shot]:
    """A district that is tried out."""
    return _of_pages(page, kept, district.views(page))


def of_acceptance(page: Page, kept: Mapping[str, Kept]) -> Iterator[Shot]:
    """The report to sign."""
    return _of_pages(page, kept, reports.acceptance(page))


def of_demo(page: Page, kept: Mapping[str, Kept]) -> Iterator[Shot]:
    """What the demo prints, and the nights that it leaves behind."""
    with tempfile.TemporaryDirectory() as folder:
        printed = demo.played(Path(folder))
        frame = digest(demo.recorded(""))
        shows = Drawn(words=digest(steady(printed)), look=frame, elements=0)
        yield Shot("demo.svg", shows, partial(_write, text=demo.recorded(printed)))
        yield from _of_pages(page, kept, demo.schedule(page, Path(folder)))


def of_load(page: Page, kept: Mapping[str, Kept]) -> Iterator[Shot]:
    """The report of a night's load."""
    for shot in _of_pages(page, kept, reports.load(page)):
        yield Shot(shot.name, load_sources(), shot.take)


WAYS: Mapping[str, Way] = {
    "district": of_district,
    "acceptance": of_acceptance,
    "demo": of_demo,
    "load": of_load,
}


def load_sources() -> Drawn:
    """What is compared of the picture of the load report."""
    sources = "".join((ROOT / path).read_text(encoding="utf-8") for path in LOAD)
    return Drawn(words=digest(sources), look="", elements=0)


def _of_pages(page: Page, kept: Mapping[str, Kept], views: Iterator[str]) -> Iterator[Shot]:
    for view in views:
        name = f"{view}.png"
        shows = drawn(page, kept[name].elements if name in kept else 0)
        yield Shot(name, shows, partial(_photograph, page))


def _photograph(page: Page, path: Path) -> None:
    page.screenshot(path=path, animations="disabled", caret="hide")
    with Image.open(path) as taken:
        fewer = taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    fewer.save(path, optimize=True)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
