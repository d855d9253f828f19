"""Programs that read `/ws/v1` lists: by count, or page after page until one is empty."""

import httpx
import pytest

from tests.mock_sis.programs.conftest import GRANT, SECRETS, with_token

SCHOOL = "/ws/v1/school/100002"
STUDENT_EXPANSIONS = (
    "demographics,addresses,alerts,phones,school_enrollment,ethnicity_race,contact,contact_info,"
    "initial_enrollment,schedule_setup,fees,lunch"
)


@pytest.fixture
def signed_in(powerschool):
    answer = powerschool.post("/oauth/access_token", data=GRANT, auth=SECRETS)
    return with_token(powerschool, answer)


def inferred(data, key):
    """What a PHP package and its Python port make of an answer; their pagers stop at nothing."""
    data = {name: value for name, value in data.items() if name[0] != "@"}
    if data.get(f"{key}s"):
        return inferred(data[f"{key}s"], key)
    if key in data:
        return data[key]
    if len(data) == 1:
        return inferred(next(iter(data.values())), "")
    return data


@pytest.mark.parametrize(
    ("path", "size", "pages"),
    [
        ("/ws/v1/district/student", 4, [4, 4, 4, 3]),
        ("/ws/v1/district/student", 100, [15]),
        (f"{SCHOOL}/staff", 2, [2, 1]),
        ("/ws/v1/district/school", 7, [1]),
        (f"{SCHOOL}/course", 1, [1, 1]),
    ],
)
def test_a_pager_stops_at_an_empty_page(signed_in, path, size, pages):
    key, seen, page = path.rsplit("/", 1)[1], [], 1
    while found := inferred(
        signed_in.get(f"{path}?pagesize={size}&page={page}").json(), key
    ):  # several in a list, one as itself
        seen.append(len(found) if isinstance(found, list) else 1)
        page += 1
        assert page < 10, "the pager never stops"
    assert seen == pages


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/ws/v1/district/school", 1),
        (f"{SCHOOL}/section?q=term.start_year==2026&expansions=term", 3),
        (f"{SCHOOL}/course", 2),
        (f"{SCHOOL}/staff?expansions=emails,addresses", 3),
        (f"{SCHOOL}/student?q=school_enrollment.enroll_status==A", 15),
        (f"{SCHOOL}/term?q=start_year==2026", 3),
        ("/ws/v1/district/student?q=name.last_name==L*", 1),
        ("/ws/v1/district/student?q=name.last_name==nobody", 0),
        ("/ws/v1/section/200001/section_enrollment", 8),
    ],
)
def test_a_synchronous_client_pages_until_it_has_what_was_counted(signed_in, path, found):
    """It sends expansions, extensions and the search to `/count` too."""
    url, _, query = path.partition("?")
    name, rows, page = url.rsplit("/", 1)[1], [], 1
    total = signed_in.get(f"{url}/count?{query}").json()["resource"]["count"]
    while len(rows) < total:
        inner = signed_in.get(f"{url}?{query}&page={page}").json()[f"{name}s"][name]
        rows += inner if isinstance(inner, list) else [inner]
        page += 1
    assert len(rows) == total == found


def test_a_district_sync_asks_for_every_expansion(signed_in):
    asked = {"expansions": STUDENT_EXPANSIONS}
    one = signed_in.get("/ws/v1/student/400001", params=asked).json()["student"]
    assert set(STUDENT_EXPANSIONS.split(",")) <= set(one)
    gone = signed_in.get("/ws/v1/student/4", params=asked)
    assert (gone.status_code, "page unavailable" in gone.text) == (404, False)


def test_a_base_url_that_ends_in_a_slash_doubles_it(signed_in):
    """Other servers overlook it, and so several programs never noticed."""
    url = f"{signed_in.base_url}/ws/v1/district/school/count".replace("/ws/", "//ws/")
    assert signed_in.get(httpx.URL(url)).json() == {"resource": {"count": 1}}
