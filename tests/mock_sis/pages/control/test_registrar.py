"""The registrar's pages: students and classes are found, moved, merged, linked; categories."""

import pytest

from mock_sis.pages.control import people
from mock_sis.sis import gradebook_of

MATH, MATH_2, SCIENCE = "200001", "200002", "200003"
PETRA = "400001"


def sits(world, student=PETRA):
    return {row["id"] for row in people.classes_of(world, student)}


def teaches(world, section):
    return {row["id"]: bool(row["main"]) for row in people.teachers_of(world, section)}


def otus_teachers(world, section):
    ids = {one["id"]: one["sisId"] for one in world.feed.records("teacher")}
    (record,) = world.feed.classes_of(section)
    return {ids[one["teacherId"]] for one in record["teachers"]}


def links(world, section):
    return gradebook_of(world, "skyward").linked(section)


# ---- finding ------------------------------------------------------------------------------------


def test_a_student_is_found_by_words_of_the_name_in_any_case_or_by_number(forms, world):
    row = people.student(world, PETRA)
    link = f"/registrar/students/{PETRA}"

    for asked in (f"{row['given']} {row['family']}".lower(), row["number"], PETRA):
        assert link in forms.page(f"/registrar?q={asked}")
    assert link not in forms.page("/registrar")
    assert "No student matches." in forms.page("/registrar?q=zzz")


def test_a_class_is_found_by_words_of_its_title(forms):
    text = forms.page("/registrar?q=math+2")

    assert f"/registrar/classes/{MATH_2}" in text
    assert f"/registrar/classes/{SCIENCE}" not in text


@pytest.mark.parametrize("asked", ["%", "_", "'", "a " * 5000, "\x00", "' OR 1=1 --"])
def test_odd_questions_find_nobody_and_break_nothing(forms, asked):
    assert forms.http.get("/registrar", params={"q": asked}).status_code == 200


@pytest.mark.parametrize("path", ["students/9", "classes/9", f"classes/{MATH}/merge?into=9"])
def test_who_is_not_there_is_a_page_of_its_own(forms, path):
    assert forms.http.get(f"/registrar/{path}").status_code == 404


# ---- students -----------------------------------------------------------------------------------


def test_a_student_leaves_a_class(forms, world):
    said = forms.post(f"/registrar/students/{PETRA}/drop", **{"class": MATH})

    assert sits(world) == {SCIENCE}
    assert "left Math 7, period 1; yesterday was the last day" in said
    assert "The next night sends nothing more for them there" in said
    assert "is in no such class" in forms.post(
        f"/registrar/students/{PETRA}/drop", **{"class": MATH}
    )


def test_a_student_leaves_the_school(forms, world):
    assert "left all classes (2)" in forms.post(f"/registrar/students/{PETRA}/drop")
    assert sits(world) == set()


def test_a_student_moves_to_another_class(forms, world):
    said = forms.post(f"/registrar/students/{PETRA}/transfer", **{"from": MATH, "to": MATH_2})

    assert sits(world) == {MATH_2, SCIENCE}
    assert "moved from Math 7, period 1 to Math 7, period 2 today" in said


def test_a_student_joins_a_class(forms, world):
    said = forms.post(f"/registrar/students/{PETRA}/enroll", to=MATH_2)

    assert sits(world) == {MATH, MATH_2, SCIENCE}
    assert "is in Math 7, period 2 from today on" in said
    again = forms.post(f"/registrar/students/{PETRA}/enroll", to=MATH_2)
    assert "is in Math 7, period 2 already" in again


@pytest.mark.parametrize(
    ("path", "fields", "words"),
    [
        (f"{PETRA}/drop", {"class": "9"}, "there is no class 9"),
        (f"{PETRA}/enroll", {}, "there is no class"),
        ("9/enroll", {"to": MATH}, "there is no student 9"),
        (f"{PETRA}/transfer", {"from": MATH_2, "to": SCIENCE}, "is not in Math 7, period 2 today"),
        (f"{PETRA}/transfer", {"from": MATH, "to": MATH}, "two different classes"),
        (f"{PETRA}/transfer", {"from": MATH, "to": "<b>"}, "there is no class <b>"),
    ],
)
def test_what_a_registrar_cannot_do_is_refused_in_words(forms, world, path, fields, words):
    before = sits(world)

    said = forms.post(f"/registrar/students/{path}", **fields)

    assert said.startswith("Nothing was changed: ")
    assert words in said
    assert sits(world) == before


# ---- classes ------------------------------------------------------------------------------------


def test_a_co_teacher_joins_and_leaves_in_otus_too(forms, world):
    known = set(teaches(world, MATH))
    other = next(row["id"] for row in people.staff(world) if row["id"] not in known)

    said = forms.post(f"/registrar/classes/{MATH}/teachers", teacher=other)
    assert teaches(world, MATH)[other] is False
    assert other in otus_teachers(world, MATH)
    assert "co-teaches Math 7, period 1 from today on, in Otus too" in said
    assert "teacher group of Otus" in said

    said = forms.post(f"/registrar/classes/{MATH}/teachers/{other}/leave")
    assert set(teaches(world, MATH)) == known
    assert other not in otus_teachers(world, MATH)
    assert "left Math 7, period 1, in Otus too" in said


def test_who_is_not_in_the_group_is_told_with_what_it_does(forms, powerschool_forms, world):
    teacher = next(iter(teaches(world, MATH)))
    world.feed.remove("groupMember", world.feed.teacher_of(teacher))

    path = f"/registrar/classes/{SCIENCE}/teachers"
    assert "what they assign is not sent" in forms.post(path, teacher=teacher)
    assert "sends nothing for this class" in powerschool_forms.post(path, teacher=teacher)


def test_the_main_teacher_stays_until_there_is_another(forms, world):
    main = next(iter(teaches(world, SCIENCE)))

    said = forms.post(f"/registrar/classes/{SCIENCE}/teachers/{main}/leave")
    assert "can leave when another is the main teacher" in said
    forms.post(f"/registrar/classes/{SCIENCE}/teachers", teacher="300001", main="yes")
    forms.post(f"/registrar/classes/{SCIENCE}/teachers/{main}/leave")
    assert teaches(world, SCIENCE)["300001"] is True
    assert main not in teaches(world, SCIENCE)


def test_classes_are_merged_after_a_page_that_asks(forms, world):
    moved = set(people_in(world, MATH_2))
    path = f"/registrar/classes/{MATH_2}/merge?into={MATH}"
    text = forms.page(path)
    assert "Merge Math 7, period 2 into Math 7, period 1?" in text
    assert set(people_in(world, MATH_2)) == moved

    said = forms.post(path)

    assert "Math 7, period 2 was merged into Math 7, period 1" in said
    assert moved <= set(people_in(world, MATH))
    assert "there is no class" in forms.post(f"/registrar/classes/{MATH}/merge?into={MATH_2}")
    assert "into itself" in forms.post(f"/registrar/classes/{MATH}/merge?into={MATH}")


def people_in(world, section):
    rows = world.db.read(
        "SELECT person FROM enrolment WHERE section = ? AND role = 'student' AND active = 1"
        " AND coalesce(end, '9') >= ?",
        section,
        world.today().isoformat(),
    )
    return [row[0] for row in rows]


def test_classes_share_a_gradebook_or_not(forms, world):
    assert links(world, MATH) == (MATH, MATH_2)

    said = forms.post(f"/registrar/classes/{MATH}/unlink")
    assert links(world, MATH) == (MATH,)
    assert "a gradebook of its own now" in said

    said = forms.post(f"/registrar/classes/{MATH}/link", other=SCIENCE)
    assert links(world, MATH) == (MATH, SCIENCE)
    assert "Math 7, period 1 and Science 7, period 3 share one gradebook now" in said
    assert "choose another class" in forms.post(f"/registrar/classes/{MATH}/link", other=MATH)


def test_powerschool_has_no_linked_gradebooks(powerschool_forms, world):
    assert "Link the gradebooks" not in powerschool_forms.page(f"/registrar/classes/{MATH}")
    said = powerschool_forms.post(f"/registrar/classes/{MATH}/link", other=SCIENCE)
    assert "merge the classes instead" in said
    assert links(world, MATH) == (MATH, MATH_2)


# ---- categories ---------------------------------------------------------------------------------


def usable(world, section=MATH, sis="skyward"):
    return {row["title"] for row in gradebook_of(world, sis).categories(section)}


def test_a_category_is_off_for_the_district_and_on_again(forms, world):
    said = forms.post("/categories", category="130001", switch="off")
    assert "Quiz" not in usable(world)
    assert "Quiz is off for the district. The next night does not send" in said
    assert "Quiz" in usable(world, sis="powerschool")

    said = forms.post("/categories", category="130001", switch="on")
    assert "Quiz" in usable(world)
    assert "Quiz is on for the district." in said


def test_a_category_is_off_for_one_teacher(forms, world):
    main = gradebook_of(world, "skyward").main_teacher(MATH)
    name = people.teacher(world, main)["name"]

    said = forms.post("/categories", category="130001", teacher=main, switch="off")

    assert "Quiz" not in usable(world)
    assert f"Quiz is off for {name}." in said
    assert f"in the classes that {name} leads" in said
    assert f"<td>{name}</td>" in forms.page("/categories")


def test_the_category_of_another_sis_is_none(forms, world):
    assert "there is no category 135001" in forms.post("/categories", category="135001")
    assert "there is no teacher 9" in forms.post("/categories", category="130001", teacher="9")
    assert "Quiz" in usable(world)
