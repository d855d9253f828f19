"""`/ws/v1`: wrapped resources in the JSON that was once XML, paged by the plugin's maxima."""

import pytest

from tests.mock_sis.powerschool.conftest import IN_MATH, MATH, MATH_TOO, SCIENCE

SCHOOL = "100002"
LISTS = [
    ("/ws/v1/district/school", "schools", "school", 1),
    ("/ws/v1/district/student", "students", "student", 15),
    (f"/ws/v1/school/{SCHOOL}/section", "sections", "section", 3),
    (f"/ws/v1/school/{SCHOOL}/course", "courses", "course", 2),
    (f"/ws/v1/school/{SCHOOL}/staff", "staffs", "staff", 3),
    (f"/ws/v1/school/{SCHOOL}/student", "students", "student", 15),
    (f"/ws/v1/school/{SCHOOL}/term", "terms", "term", 3),
    (
        f"/ws/v1/section/{SCIENCE}/section_enrollment",
        "section_enrollments",
        "section_enrollment",
        8,
    ),
]


def several(answer, plural, single):
    """A list as a client must read it: several, one, or none."""
    inner = answer.json()[plural]
    found = inner.get(single, [])
    return found if isinstance(found, list) else [found]


@pytest.mark.parametrize(("path", "plural", "single", "total"), LISTS)
def test_lists_are_wrapped_and_have_a_count_beside_them(api, path, plural, single, total):
    assert len(several(api.get(path), plural, single)) == total
    assert api.get(f"{path}/count").json() == {"resource": {"count": total}}


def test_a_list_of_one_is_an_object_and_an_empty_one_has_no_such_member(api):
    one = api.get("/ws/v1/district/school").json()["schools"]["school"]
    none = api.get(f"/ws/v1/school/{SCHOOL}/section", q="term.start_year==1999").json()

    assert one["id"] == int(SCHOOL)
    assert none == {"sections": {"@expansions": "term", "@extensions": ""}}


def test_lists_stay_lists_where_the_district_is_told_to(api, setting):
    setting(singleton_as_object=False)

    one = api.get("/ws/v1/district/school").json()["schools"]["school"]
    none = api.get(f"/ws/v1/school/{SCHOOL}/section", q="term.start_year==1999").json()

    assert [school["id"] for school in one] == [int(SCHOOL)]
    assert none["sections"]["section"] == []


def test_empty_containers_are_empty_texts(api):
    school = api.get(f"/ws/v1/school/{SCHOOL}").json()["school"]

    assert (school["addresses"], school["phones"]) == ("", "")


def test_digits_arrive_as_numbers(api):
    student = api.get(f"/ws/v1/student/{IN_MATH}").json()["student"]

    assert student["local_id"] == 700001


def test_metadata_publishes_the_page_maxima_of_the_plugin(api, setting):
    setting(maxima={"student": 1000})

    told = api.get("/ws/v1/metadata").json()["metadata"]

    assert (told["student_max_page_size"], told["section_max_page_size"]) == (1000, 100)


def test_a_page_larger_than_the_maximum_is_cut_and_not_refused(api, setting):
    setting(maxima={"student": 4})
    path, pages = "/ws/v1/district/student", []
    for page in range(1, 6):
        answer = api.get(path, page=page, pagesize=10_000)
        pages.append([student["id"] for student in several(answer, "students", "student")])

    assert [len(page) for page in pages] == [4, 4, 4, 3, 0]
    assert len({student for page in pages for student in page}) == 15


def test_a_smaller_page_is_given_as_asked(api):
    answer = api.get("/ws/v1/district/student", pagesize=2, page=2)

    assert len(answer.json()["students"]["student"]) == 2


@pytest.mark.parametrize(
    ("path", "q", "found"),
    [
        (f"/ws/v1/school/{SCHOOL}/section", "term.start_year==2026", 3),
        (f"/ws/v1/school/{SCHOOL}/section", "term.start_year==2025", 0),
        (f"/ws/v1/school/{SCHOOL}/term", "start_year==2026", 3),
        ("/ws/v1/district/student", "local_id==700003", 1),
        ("/ws/v1/district/student", "local_id=ge=700003;local_id=lt=700006", 3),
        ("/ws/v1/district/student", "school_enrollment.enroll_status==A", 15),
        ("/ws/v1/district/student", "school_enrollment.enroll_status_code=gt=0", 0),
        ("/ws/v1/district/student", "state_province_id==123", 0),
        ("/ws/v1/district/student", "student_username==s120000*", 9),
        ("/ws/v1/district/student", "name.last_name==zzz*", 0),
        (f"/ws/v1/school/{SCHOOL}/staff", "users_dcid==300002", 1),
    ],
)
def test_q_searches_lists_and_their_counts(api, path, q, found):
    assert api.get(f"{path}/count", q=q).json() == {"resource": {"count": found}}
    name = path.rsplit("/", 1)[1]
    assert len(several(api.get(path, q=q), f"{name}s", name)) == found


@pytest.mark.parametrize(
    ("q", "why"),
    [
        ("last_name==x", "The query q names last_name, which cannot be searched"),
        ("name.last_name", "The query q cannot be read: field==value, joined by ;"),
        ("name.last_name~x", "The query q cannot be read: field==value, joined by ;"),
    ],
)
def test_a_q_that_cannot_be_read_is_a_400_with_a_message(api, q, why):
    answer = api.get("/ws/v1/district/student", q=q)

    assert answer.status_code == 400
    assert answer.json() == {"errorMessage": {"message": why}}


def test_expansions_add_blocks_and_unknown_ones_are_tolerated(api):
    plain = api.get(f"/ws/v1/section/{MATH}").json()["section"]
    wide = api.get(f"/ws/v1/section/{MATH}", expansions="term,nonsense", extensions="u_x").json()

    assert "term" not in plain
    assert plain["@expansions"] == "term"
    term = wide["section"]["term"]
    assert (term["start_date"], term["end_date"]) == ("2026-08-31", "2027-05-09")
    assert term["id"] == plain["term_id"]


def test_from_a_section_to_the_teacher_that_xte_wants(api):
    section = api.get(f"/ws/v1/section/{SCIENCE}").json()["section"]

    staff = api.get(f"/ws/v1/staff/{section['staff_id']}", expansions="emails").json()["staff"]

    assert (staff["id"], staff["users_dcid"]) == (501100002, 300002)
    assert staff["emails"]["work_email"].endswith("@example.org")


def test_a_term_has_another_number_in_v1_than_inside_tables(api):
    section = api.get(f"/ws/v1/section/{MATH}").json()["section"]
    term = api.get(f"/ws/v1/term/{section['term_id']}").json()["term"]
    row = api.rows("terms", f"dcid=={section['term_id']}")[0]

    assert (term["start_year"], row["id"], row["yearid"]) == (2026, "3600", "36")


def test_a_student_who_came_back_has_two_enrolments_in_order(api):
    answer = api.get(f"/ws/v1/section/{MATH}/section_enrollment")
    rows = several(answer, "section_enrollments", "section_enrollment")

    own = [row for row in rows if row["student_id"] == 400003]
    assert [row["dropped"] for row in own] == [True, False]
    assert own[0]["exit_date"] < own[1]["entry_date"]
    assert [row["student_id"] for row in rows] == sorted(row["student_id"] for row in rows)


def test_exit_date_is_the_day_after_the_last_one(api, hand):
    hand("POST", f"/students/{IN_MATH}/drop", {"section": MATH})

    answer = api.get(f"/ws/v1/section/{MATH}/section_enrollment")
    row = next(
        row
        for row in several(answer, "section_enrollments", "section_enrollment")
        if row["student_id"] == IN_MATH
    )
    assert (row["exit_date"], row["dropped"]) == ("2026-10-01", True)
    one = api.get(f"/ws/v1/section_enrollment/{row['id']}").json()["section_enrollment"]
    assert one | {"@extensions": ""} == row | {"@extensions": ""}


def test_d5_who_changed_section_is_dropped_here_and_listed_there(api, hand):
    hand("POST", f"/students/{IN_MATH}/transfer", {"to": MATH_TOO})

    answer = api.get(f"/ws/v1/section/{MATH_TOO}/section_enrollment")
    rows = several(answer, "section_enrollments", "section_enrollment")
    assert [r["entry_date"] for r in rows if r["student_id"] == IN_MATH] == ["2026-10-01"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/ws/v1/section/999", "Resource section 999 was not found"),
        ("/ws/v1/section/999/section_enrollment", "Resource section 999 was not found"),
        ("/ws/v1/section/999/section_enrollment/count", "Resource section 999 was not found"),
        ("/ws/v1/school/0", "Resource school 0 was not found"),
        ("/ws/v1/student/x", "Resource student x was not found"),
        ("/ws/v1/staff/300001", "Resource staff 300001 was not found"),
        ("/ws/v1/nothing", "there is nothing at this address"),
    ],
)
def test_what_is_not_there_is_a_404_with_a_message(api, path, why):
    answer = api.get(path)

    assert answer.status_code == 404
    assert answer.json() == {"errorMessage": {"message": why}}


def test_d5_a_section_that_was_merged_away_is_gone(api, hand):
    hand("POST", f"/sections/{MATH_TOO}/merge", {"into": MATH})

    assert api.get(f"/ws/v1/section/{MATH_TOO}").status_code == 404


def test_a_body_on_a_get_and_a_slash_at_the_end_are_overlooked(api):
    answer = api.client.request("GET", f"/ws/v1/section/{MATH}/", json={})

    assert answer.status_code == 200


def test_counts_take_the_page_parameters_that_clients_leave_on(api):
    answer = api.get("/ws/v1/district/student/count", page=1, pagesize=0, expansions="x")

    assert answer.json() == {"resource": {"count": 15}}
