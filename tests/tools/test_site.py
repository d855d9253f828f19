"""The documentation as a site: every link leads somewhere, and nothing comes from another host."""

import posixpath
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

from tests.meta.project_files import ROOT
from tools.site.build import BuildError, built
from tools.site.pages import relinked


class Page(HTMLParser):
    """What a page of the site refers to, and what may be referred to in it."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loaded = set(), set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.ids |= {told[name] for name in ("id", "name") if told.get(name)}
        if tag == "a" and told.get("href"):
            self.links.add(told["href"])
        if tag in {"script", "img", "source", "iframe"} and told.get("src"):
            self.loaded.add(told["src"])
        if tag == "link" and told.get("rel") in {"stylesheet", "icon", "preload", "preconnect"}:
            self.loaded.add(told["href"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return built(ROOT, tmp_path_factory.mktemp("docs"))


@pytest.fixture(scope="module")
def pages(site):
    found = {f.relative_to(site).as_posix(): Page(f.read_text()) for f in site.rglob("*.html")}
    del found["404.html"]
    return found


def test_every_link_and_every_picture_of_the_site_is_there(site, pages):
    lost = []
    for name, page in pages.items():
        for link in page.links | page.loaded:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), unquote(url.path)))
            to = name if not url.path else path
            there = to in pages or (site / to).is_file() or (site / to / "index.html").is_file()
            if not there or (url.fragment and unquote(url.fragment) not in pages[to].ids):
                lost.append(f"{name}: {link}")
    assert sorted(lost) == []


def test_nothing_of_the_site_comes_from_another_host(site, pages):
    foreign = re.compile("^(https?:)?//")
    assert [link for page in pages.values() for link in page.loaded if foreign.match(link)] == []
    styles = "".join(file.read_text() for file in site.rglob("*.css"))
    assert re.findall(r"url\([\"']?(?:https?:)?//[^)]*|@import[^;]*//[^;]*", styles) == []


def test_every_page_stands_in_the_navigation(pages):
    reached = {urlsplit(link).path for link in pages["index.html"].links}
    assert set(pages) - {posixpath.normpath(path) for path in reached} == set()


def test_a_link_that_leads_nowhere_ends_the_build(tmp_path):
    docs = tmp_path / "checkout" / "docs"
    docs.mkdir(parents=True)
    for name in ("ARCHITECTURE.md", "DECISIONS.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        (docs.parent / name).write_text("# A page\n")
    (docs.parent / "contracts").mkdir()
    (docs.parent / "contracts/README.md").write_text("# A page\n")
    (docs.parent / "zensical.toml").write_text(
        '[project]\nsite_name = "x"\ndocs_dir = "pages"\nsite_dir = "site"\n'
    )
    (docs / "index.md").write_text("# A page\n\n[there](index.md)\n")
    built(docs.parent, tmp_path / "built")
    (docs / "other.md").write_text("# Another\n\n[away](nowhere.md#x)\n")
    with pytest.raises(BuildError, match=r"nowhere\.md"):
        built(docs.parent, tmp_path / "built")


@pytest.mark.parametrize(
    ("text", "as_shown"),
    [
        ("[rules](docs/reference/rules.md#b4)", "[rules](../reference/rules.md#b4)"),
        ("[decisions](DECISIONS.md)", "[decisions](decisions.md)"),
        ("[the file](agent/sync/run.py)", "the file"),
        ("[`run.py`](agent/sync/run.py)", "`run.py`"),
        ("![a night](docs/images/a.png)", "![a night](../images/a.png)"),
        ("[elsewhere](https://example.org/x.md)", "[elsewhere](https://example.org/x.md)"),
        (
            "```\n[rules](docs/reference/rules.md)\n```",
            "```\n[rules](docs/reference/rules.md)\n```",
        ),
    ],
)
def test_links_of_a_page_from_the_root_lead_to_pages_of_the_site(text, as_shown):
    known = {"reference/rules.md", "inside/decisions.md", "images/a.png"}
    assert relinked(text, "ARCHITECTURE.md", "inside/architecture.md", known) == as_shown
