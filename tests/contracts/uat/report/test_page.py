"""The report: hostile content is inert, names only if asked, the same bytes, and it prints."""

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest

from contracts.uat.acceptance.catalogue import for_district
from contracts.uat.acceptance.playing.scenario import Scenario
from contracts.uat.acceptance.run import accept, examine
from contracts.uat.acceptance.terms import Terms
from contracts.uat.report.page import html
from tests.contracts.uat.roster import FAMILY, GIVEN, configured, exported, rewritten

pytestmark = pytest.mark.slow
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> $\\frac{a}{ 🎉 {{ 7*7 }}"
FEW = {"A1-1", "A4-1", "A8-2", "A7-2", "B4-1", "C4-1", "C10-1"}
ELSEWHERE = re.compile(r"(?:src|href|action|url\()\s*=?\s*[\"'(]?\s*(?:https?:)?//", re.IGNORECASE)


def few(terms: Terms) -> list[Scenario]:
    return [scenario for scenario in for_district(terms) if scenario.id in FEW]


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report in which nobody is named."""
    home = tmp_path_factory.mktemp("accepted")
    out = home / "out"
    assert accept(configured(home), exported(home), out, named=False, catalogue=few) == 0
    return out


class Elements(HTMLParser):
    """Every element of a page, with its attributes, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_hostile_titles_and_names_are_inert(tmp_path: Path):
    export = exported(tmp_path)
    for name, old in (
        ("classes", "Science 8"),
        ("users", f"{GIVEN}511"),
        ("lineItems", "Fractions"),
        ("academicSessions", ",Q2,"),
        ("categories", ",Test"),
    ):
        comma = "," * old.startswith(",")
        rewritten(export, name, old, f'{comma}"{HOSTILE}"{comma * old.endswith(",")}')
    config = configured(tmp_path)
    config.write_text(config.read_text().replace('"north"', f"'{HOSTILE}'"))

    page = html(examine(config, export, named=True, catalogue=few))

    elements = Elements(page)
    tags = {tag for tag, _ in elements.found}
    assert tags & {"script", "img", "iframe", "object", "embed", "form", "base"} == set()
    handlers = [a for _, attrs in elements.found for a in attrs if a.startswith("on")]
    assert handlers == []
    assert "<script>alert(1)</script>" in elements.text
    assert "{{ 7*7 }}" in elements.text
    policy = [a["content"] for t, a in elements.found if t == "meta" and "http-equiv" in a]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]
    assert ELSEWHERE.findall(page) == []


def test_people_are_named_only_if_asked(accepted: Path, tmp_path: Path):
    config, export, out = configured(tmp_path), exported(tmp_path), tmp_path / "out"
    for file in accepted.iterdir():
        text = file.read_text(encoding="utf-8")
        assert GIVEN not in text
        assert FAMILY not in text
        assert "student 1" in text

    assert accept(config, export, out, named=True, catalogue=few) == 0
    for file in out.iterdir():
        text = file.read_text(encoding="utf-8")
        assert f"{GIVEN}511 {FAMILY}511" in text
        assert "student 1" not in text


def test_the_same_input_gives_the_same_bytes(accepted: Path, tmp_path: Path):
    again = tmp_path / "out"
    accept(configured(tmp_path), exported(tmp_path), again, named=False, catalogue=few)
    made = [{f.name: f.read_bytes() for f in out.iterdir()} for out in (accepted, again)]

    assert set(made[0]) == {"report.html", "results.json"}
    assert made[0] == made[1]
    assert str(tmp_path).encode() not in made[1]["report.html"] + made[1]["results.json"]


def test_the_report_holds_what_a_district_signs(accepted: Path):
    text = Elements((accepted / "report.html").read_text(encoding="utf-8")).text
    for words in (
        "Everything that was played went as the policy says",
        "A student who handed in nothing gets a 0 the night after the due date.",
        "A category is missing in 5 classes",
        "1 assignment and 4 scores",
        "Open the period again in the SIS if it should still pass.",
        "all count the same scores written",
        "What does not, and must be changed before go-live",
    ):
        assert words in text
    found = json.loads((accepted / "results.json").read_text(encoding="utf-8"))
    assert found["counts"] == {"passed": 6, "failed": 0, "not played": 0}


SIZES = {"A4": (688, "A4"), "Letter": (710, "Letter")}


@pytest.mark.browser
@pytest.mark.timeout(300)
def test_it_prints_on_paper_and_reads_on_a_phone(accepted: Path):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    if binary is None:
        pytest.skip("there is no Chromium here")
    told: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 375, "height": 800})
        page.on("console", lambda message: told.append(message.text))
        page.goto((accepted / "report.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        serious = [
            one["id"]
            for one in Axe().run(page).response["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
        page.emulate_media(media="print")
        for width, paper in SIZES.values():
            page.set_viewport_size({"width": width, "height": 1000})
            cut = "e => e.getBoundingClientRect().right > innerWidth + 1"
            tables = f"[...document.querySelectorAll('table, svg')].filter({cut}).length"
            assert page.evaluate(tables) == 0, paper
            assert page.pdf(format=paper)[:5] == b"%PDF-"
        browser.close()
    assert serious == []
    assert told == []
