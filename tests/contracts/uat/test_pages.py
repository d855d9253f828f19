"""The start page and the roster's way in, asked as a browser asks."""

import csv
import io
import re
from datetime import date, timedelta
from pathlib import Path

import httpx

from contracts.uat.bind import Bind
from contracts.uat.district import KEPT
from contracts.uat.registry import Registry
from contracts.uat.run import districts
from mock_sis.sis import periods_of
from tests.contracts.uat.conftest import press, upload
from tests.contracts.uat.test_made_up import EXPORT, REAL
from tests.exports import FILES


def links(page):
    return re.findall(r'href="([^"]+)"', page.text)


def test_the_start_page_leads_to_everything(shared):
    [district] = shared.registry.all()
    page = shared.client.get("/")

    assert page.status_code == 200
    assert "Lakeview School District" in page.text
    assert "Nothing real is\ntouched" in page.text or "Nothing real is touched" in page.text
    assert "Wednesday, October 14, 2026" in page.text
    assert 6 <= page.text.count('<li class="mb-2">') <= 8
    for name in ("skyward", "powerschool"):
        root = district.roots[name]
        assert {f"{root}/pages", f"{root}/pages/log"} <= set(links(page))
        assert f"/agent/lakeview-{name}/tonight" in links(page)
    control = f"{district.roots['skyward']}/pages/control"
    assert {f"{control}/", f"{control}/periods/", f"{control}/faults/"} <= set(links(page))
    assert f"{district.roots['skyward']}/pages/classes/200001" in links(page)
    assert f"{district.roots['otus']}/pages" in links(page)
    assert "/roster" in links(page)


def test_the_pages_of_the_agent_are_there_with_the_districts_names(shared):
    [district] = shared.registry.all()
    skyward, powerschool = district.agents

    home = shared.client.get("/agent/")
    assert {f"/agent/{one.key}/tonight" for one in (skyward, powerschool)} <= set(links(home))
    assert skyward.title in home.text
    assert skyward.title == "Lakeview School District \u2013 Skyward"
    assert skyward.people.section("200001") == "Math 7, period 1"
    assert skyward.people.student("400001") == "L\u00f3pez, Darnell"
    assert skyward.people.student("nobody") is None
    assert skyward.places.gradebook("200001") == (
        f"{district.roots['skyward']}/pages/classes/200001"
    )
    assert skyward.places.source("a-5001") == f"{district.roots['otus']}/pages/assessments/a-5001"


def test_an_upload_is_shown_and_nothing_is_imported(shared, packed):
    page = upload(shared.client, packed())

    assert page.status_code == 200
    assert "This roster can be used." in page.text
    assert "Use this roster" in page.text
    assert len(shared.registry.all()) == 1


def test_a_roster_that_is_used_becomes_a_district_with_an_agent_for_each_sis(
    client, registry, folder, packed
):
    page = press(client, upload(client, packed()), "use")

    assert page.status_code == 200
    assert page.request.path == "/districts/lake"
    _, district = registry.all()
    assert district.told.title == "Lake"
    assert [agent.key for agent in district.agents] == ["lake-skyward", "lake-powerschool"]
    policy = district.agents[0].settings.policy
    assert policy.categories == {"Quiz": "Quiz", "Test": "Test"}
    assert policy.effective_date == date(2026, 8, 15)
    assert any(one.holds(district.world.today()) for one in periods_of(district.world))
    assert "/districts/lakeview" in links(page)
    assert "/districts/lake" in links(client.get("/districts/lakeview"))
    assert "<h1>Lake</h1>" in client.get("/").text


def test_what_came_in_is_removed_once_it_is_used_or_not_wanted(client, folder, packed):
    used, unwanted = upload(client, packed()), upload(client, packed())
    [uploads] = folder.glob("uploads-*")
    assert {path.stat().st_mode & 0o777 for path in uploads.iterdir()} == {0o600}
    assert uploads.stat().st_mode & 0o777 == 0o700
    assert len(list(uploads.iterdir())) == 2

    press(client, used, "use")
    assert press(client, unwanted, "forget").request.path == "/roster"

    assert list(uploads.iterdir()) == []
    assert list(folder.glob("roster-*")) == []
    assert client.get(used.request.path).status_code == 404


def is_still(link):
    """Whether it leads to a page of ours that begins no work."""
    return link.startswith("/") and not link.endswith("/tonight")


def test_no_real_name_is_left_anywhere(client, registry, folder, packed, caplog):
    seen = [upload(client, packed(**EXPORT))]
    seen.append(press(client, seen[0], "use"))
    _, _district = registry.all()
    seen += [client.get(link) for link in links(seen[-1]) if is_still(link)]

    found = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert any(str(path).endswith("lake.db") for path in found)
    found |= {page.request.path: page.data for page in seen}
    found["log"] = caplog.text.encode()
    for where, content in found.items():
        text = content.decode("utf-8", "replace").casefold().replace("stone age", "")
        if "bootstrap" not in where:
            assert [real for real in REAL if real in text] == [], where


def test_a_second_roster_of_the_same_district_stands_beside_the_first(client, registry, packed):
    for _ in range(2):
        press(client, upload(client, packed()), "use")

    assert [one.name for one in registry.all()] == ["lakeview", "lake", "lake-2"]


def test_a_roster_with_faults_shows_all_and_cannot_be_used(shared, packed):
    broken = {
        "orgs": [*FILES["orgs"], ",Nowhere,school,,"],
        "courses": None,
        "enrollments": [*FILES["enrollments"], "e9,c1,o2,501,student,false,soon,"],
    }
    page = upload(shared.client, packed(**broken))

    assert "3 things must be corrected" in page.text
    for place in ("orgs.csv<br>line 4", "courses.csv", "enrollments.csv<br>line 8"):
        assert f"<td>{place}</td>" in page.text
    assert "Use this roster" not in page.text
    assert press(shared.client, page, "use").status_code == 409
    assert len(shared.registry.all()) == 1

    answer = shared.client.get(f"{page.request.path}/problems.csv")
    assert answer.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["File", "Line", "Column", "What is wrong", "What happens"]
    assert rows[1:] == [
        ["orgs.csv", "4", "sourcedId", "is empty", "must be corrected first"],
        ["courses.csv", "", "", "the file is missing", "must be corrected first"],
        ["enrollments.csv", "8", "beginDate", "is not a date", "must be corrected first"],
    ]


def test_a_calendar_of_the_past_is_told_and_the_clock_starts_in_it(client, registry, packed):
    sessions = [line.replace("2026", "2019") for line in FILES["academicSessions"]]
    sessions = [line.replace("2027", "2020") for line in sessions]
    page = upload(client, packed(academicSessions=sessions))

    assert "The calendar of this export is over." in page.text
    page = press(client, page, "use")
    assert "The calendar of this export is over." in page.text
    _, district = registry.all()
    assert date(2020, 1, 1) <= district.world.today() <= date(2020, 6, 10)


def test_a_form_without_a_file_says_so(shared):
    page = upload(shared.client, b"", name="")

    assert page.status_code == 422
    assert "No file came in." in page.text


def test_without_the_token_nothing_opens(shared):
    other = shared.client.application.test_client()

    for path in ("/", "/roster", "/districts/lakeview", "/roster/x/problems.csv"):
        assert other.get(path).status_code == 401
    assert other.post("/roster", data={"roster": (io.BytesIO(b"x"), "x.zip")}).status_code == 401


def test_a_form_of_another_page_changes_nothing(shared, packed):
    page = upload(shared.client, packed())
    path = page.request.path

    assert shared.client.post(f"{path}/use").status_code == 400
    assert (
        shared.client.post("/roster", data={"roster": (io.BytesIO(b"x"), "x.zip")}).status_code
        == 400
    )
    assert len(shared.registry.all()) == 1


def test_a_district_that_was_deleted_is_gone(client, registry, packed):
    press(client, upload(client, packed()), "use")
    root = registry.find("lake").roots["skyward"].removesuffix("/w/lake")
    control = f"{root}/_mock/worlds"

    assert httpx.delete(f"{control}/lake").status_code == 204
    assert [one.name for one in registry.all()] == ["lakeview"]
    assert client.get("/districts/lake").status_code == 404
    assert "Lakeview School District" in client.get("/").text
    assert httpx.delete(f"{control}/lakeview").status_code == 204
    assert client.get("/").headers["Location"] == "/roster"
    assert registry.agents() == []


def test_the_agents_clock_is_that_of_the_district(registry):
    district = registry.make_up()
    district.world.set_clock(district.world.now() + timedelta(days=3), frozen=True)

    assert {agent.clock() for agent in district.agents} == {district.world.now()}


def test_a_folder_goes_on_where_it_was(registry: Registry, folder: Path, tmp_path: Path):
    made = registry.make_up()
    made.world.set_clock(made.world.now() + timedelta(days=5), frozen=True)
    day = made.world.today()
    ports = {agent.settings.sis.url for agent in made.agents}

    with districts(folder, bind=Bind(), base_port=0, policy=None) as again:
        [found] = again.all()
        assert found.told == made.told
        assert found.world.today() == day
        assert found.world.setting(KEPT)["title"] == "Lakeview School District"
        assert {agent.settings.sis.url for agent in found.agents}.isdisjoint(ports)
        assert [agent.settings.ledger for agent in found.agents] == [
            agent.settings.ledger for agent in made.agents
        ]
