"""The site as its readers see it: light and dark, on a phone, with a search that finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import expect

from tests.browser import sound
from tests.meta.project_files import ROOT
from tools.site.build import built

pytestmark = [pytest.mark.browser, pytest.mark.slow]

KINDS = {
    "the first page": "index.html",
    "a tutorial with pictures": "uat/index.html",
    "a page with boxes to tick": "uat/before-go-live.html",
    "questions": "start/faq.html",
    "commands and tables": "reference/exit-codes.html",
    "a contract to browse": "reference/contracts/otus.html",
    "a table from code": "trust/proofs.html",
    "drawings and a tree": "inside/architecture.html",
}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        """Print nothing."""


@contextmanager
def hosted(folder) -> Iterator[str]:
    """Its address on this computer."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with hosted(built(ROOT, tmp_path_factory.mktemp("docs"))) as url:
        yield url


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_each_kind_is_sound_in_light_and_in_dark(address, page, kind):
    shades = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.goto(f"{address}/{KINDS[kind]}")
        sound(page)
        shades.append(page.evaluate("() => getComputedStyle(document.body).backgroundColor"))
    assert shades[0] != shades[1]


def test_every_picture_of_a_page_is_drawn_and_says_what_it_shows(address, page):
    page.goto(f"{address}/uat/index.html")
    pictures = page.locator("article img")
    assert pictures.count() > 4
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("img => img.naturalWidth") > 0
        assert len(picture.get_attribute("alt") or "") > 10


OPENED = """
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) {
    return attach.call(this, {...how, mode: "open"});
  };
"""
"""The search's results are closed to scripts; a test must see them."""


def test_the_search_finds_a_page_by_a_word_of_it(address, page):
    page.add_init_script(OPENED)
    page.goto(f"{address}/index.html")
    page.get_by_role("button", name="Search").first.click()
    page.keyboard.type("OULAD")
    page.get_by_role("option", name="A real gradebook: OULAD").click()
    expect(page.locator("article")).to_contain_text("A real gradebook: OULAD")
    assert "/start/demo.html" in page.url
