"""What staff change on the Otus pages is what the agent reads in the feed."""

import re

import pytest

QUIZ, BENCHMARK, NOTEBOOK, JOINT = "a-5001", "a-5008", "a-5006", "c-1001"
AT = f"/pages/assessments/{QUIZ}"


def put(changes):
    ((op, _, _, record),) = changes()
    assert op == "put"
    return record


# ---- scores -------------------------------------------------------------------------------------


def test_points_make_a_score_graded(forms, changes):
    page = forms.open(AT).send("/scores", **{"s-3005-points": "8.5"})

    assert page.messages == ["1 score saved as graded. The next night will send it."]
    assert changes() == [
        (
            "put",
            "score",
            f"{QUIZ}:s-3005",
            {
                "assessmentId": QUIZ,
                "studentId": "s-3005",
                "progress": "graded",
                "points": 8.5,
                "marks": [],
            },
        )
    ]


def test_only_rows_that_were_changed_are_written(forms, changes):
    page = forms.open(AT).send("/scores")

    assert page.messages == ["Nothing was changed."]
    assert changes() == []


def test_a_score_is_left_turned_in(forms, changes):
    page = forms.open(AT).send("/scores", **{"s-3001-progress": "turned_in"})

    assert page.messages == [
        "1 score saved as turned in. It is held back until all items are graded."
    ]
    assert put(changes)["progress"] == "turned_in"


def test_a_score_is_taken_out_by_emptying_its_points(forms, changes):
    page = forms.open(AT).send("/scores", **{"s-3001-points": ""})

    assert page.messages[0].startswith("1 score taken out.")
    record = put(changes)
    assert (record["progress"], record["points"]) == ("not_submitted", None)


def test_marks_are_set_and_told(forms, changes):
    page = forms.open(AT).send("/scores", **{"s-3001-marks": ["excluded", "late"]})

    assert page.messages == ["1 score saved as excluded. An excluded student's score is not sent."]
    assert put(changes)["marks"] == ["excluded", "late"]


@pytest.mark.parametrize("typed", ["ten", "1,5", "1e3", "NaN", "--1", "9" * 20, "=1+1"])
def test_points_that_are_no_number_change_nothing_and_stay_in_the_field(forms, changes, typed):
    page = forms.open(AT).send("/scores", **{"s-3005-points": typed, "s-3001-points": "19"})

    assert page.problems == ["Type a number, such as 10 or 8.5."]
    assert re.search(rf'name="s-3005-points"[^>]*value="{re.escape(typed)}"', page.text)
    assert re.search(r'name="s-3001-points"[^>]*value="19"', page.text)
    assert changes() == []


def test_a_graded_score_needs_points(forms, changes):
    page = forms.open(AT).send("/scores", **{"s-3005-progress": "graded"})

    assert page.problems == ["Type the points of a graded score."]
    assert changes() == []


def test_a_change_of_somebody_else_meanwhile_stays(forms, client, changes):
    page = forms.open(AT)
    client.put(f"/_mock/assessments/{QUIZ}/scores/s-3001", json={"points": 1})
    changes()
    page.send("/scores", **{"s-3005-points": "4"})

    assert [id_ for _, _, id_, _ in changes()] == [f"{QUIZ}:s-3005"]


def test_what_stands_against_a_score_is_told_with_it(forms):
    page = forms.open(f"/pages/assessments/{BENCHMARK}").send("/scores", **{"s-3005-points": "40"})

    assert page.messages[1] == (
        "It does not pass back as it is. The person who assigned it is not in the SIS."
    )


# ---- what it is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "member", "value"),
    [
        ({"title": " Quiz 1 "}, "title", "Quiz 1"),
        ({"type": "Test"}, "type", "Test"),
        ({"grading_scale": "standards"}, "gradingScale", "standards"),
        ({"total_points": "10.5"}, "totalPoints", 10.5),
        ({"total_points": ""}, "totalPoints", None),
        ({"included": None}, "includeInFinalGrade", False),
        ({"assigned_by": ""}, "assignedBy", None),
        ({"assigned_by": "administrator"}, "assignedBy", "t-2004"),
    ],
)
def test_settings_are_changed_one_by_one(forms, changes, world, typed, member, value):
    before = world.feed.get("assessment", QUIZ)
    page = forms.open(AT).send(f"/assessments/{QUIZ}", **typed)

    assert page.messages[0].startswith("Saved.")
    record = put(changes)
    assert record[member] == value
    assert {k: v for k, v in record.items() if k != member} == {
        k: v for k, v in before.items() if k != member
    }


def test_settings_that_nobody_changed_are_no_change(forms, changes):
    forms.open(AT).send(f"/assessments/{QUIZ}")

    assert changes() == []


def test_include_score_in_final_grade_of_a_plus_one_is_off_until_it_is_turned_on(forms, changes):
    page = forms.open(f"/pages/assessments/{NOTEBOOK}")
    assert "“Include Score in Final Grade” is off." in page.text

    page.send(f"/assessments/{NOTEBOOK}", included="y")

    assert put(changes)["includeInFinalGrade"] is True
    assert page.messages == ["Saved. The next night will send what has changed."]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"title": "  "}, "Give it a title."),
        ({"type": ""}, "Give it a type, such as Quiz."),
        ({"total_points": "many"}, "Type a number, such as 10 or 8.5."),
    ],
)
def test_settings_that_cannot_be_are_refused_with_what_was_typed(forms, changes, typed, problem):
    page = forms.open(AT).send(f"/assessments/{QUIZ}", **{"title": "Kept", **typed})

    assert page.problems == [problem]
    assert "Nothing was saved." in page.text
    ((name, value),) = typed.items()
    assert re.search(rf'name="{name}"[^>]*value="{value.strip()}"', page.text)
    assert name == "title" or 'value="Kept"' in page.text
    assert changes() == []


def test_a_world_without_an_administrator_gets_one(forms, changes, world):
    world.feed.remove("teacher", "t-2004")
    changes()
    forms.open(AT).send(f"/assessments/{QUIZ}", assigned_by="administrator")

    (_, _, id_, admin), (_, _, _, assessment) = changes()
    assert (id_, admin["sisId"], assessment["assignedBy"]) == ("t-admin", None, "t-admin")


# ---- whom it is assigned to ---------------------------------------------------------------------


def part_of(record, class_id=JOINT):
    return next(part for part in record["classes"] if part["classId"] == class_id)


def test_a_due_date_is_set_with_a_time_and_removed(forms, changes):
    page = forms.open(AT).send("/dates", due_date="2026-10-09", due_time="15:30")
    assert part_of(put(changes))["dueDate"] == "2026-10-09T15:30:00-05:00"
    assert 'value="15:30"' in page.text

    page.send("/dates", due_date="", due_time="")
    record = put(changes)
    assert part_of(record)["dueDate"] is None
    assert part_of(record, "c-1002")["dueDate"] == "2026-09-24"
    assert "Computed: 2026-09-24, 7 days after the assigned date" in page.text


def test_a_due_time_alone_is_refused(forms, changes):
    page = forms.open(AT).send("/dates", due_date="", due_time="15:30")

    assert page.problems == ["A time needs a due date."]
    assert changes() == []


def test_an_assigned_date_is_set(forms, changes):
    forms.open(AT).send("/dates", assigned_date="2026-09-20")

    assert part_of(put(changes))["assignedDate"] == "2026-09-20"


def test_a_date_that_is_none_is_refused(forms, changes):
    page = forms.open(AT).send("/dates", due_date="soon")

    assert page.problems == ["Choose a date, such as 10/02/2026."]
    assert changes() == []


def test_it_is_assigned_to_some_students_only(forms, changes):
    page = forms.open(AT).send("/dates", everyone="some", students=["s-3001", "s-3003"])

    assert part_of(put(changes))["students"] == [
        {"studentId": "s-3001", "assignedDate": None},
        {"studentId": "s-3003", "assignedDate": None},
    ]
    assert page.text.count("not assigned</span>") == 5
    page.send("/dates", everyone="all")
    assert part_of(put(changes))["students"] is None


def test_nobody_chosen_is_refused(forms, changes):
    page = forms.open(AT).send("/dates", everyone="some", students=[])

    assert page.problems == ["Choose at least one student, or everyone in the class."]
    assert changes() == []


def test_it_is_unassigned_from_one_class_and_assigned_to_it_again(forms, changes):
    page = forms.open(AT).send("/unassign")
    assert [part["classId"] for part in put(changes)["classes"]] == ["c-1002"]
    assert page.messages[0].startswith("Fractions quiz is no longer assigned to Math 7, period 1.")

    forms.open(AT).send("/classes", to=JOINT)
    assert [part["classId"] for part in put(changes)["classes"]] == ["c-1002", JOINT]


def test_unassigned_and_assigned_again_it_has_a_new_id_and_no_scores(forms, changes, world):
    activity = world.feed.get("assessment", QUIZ)["activityId"]
    page = forms.open(AT).send("/again")
    found = changes()

    assert ("remove", "assessment", QUIZ, None) in found
    assert not [one for one in found if one[0] == "put" and one[1] == "score"]
    (made,) = [one for one in found if one[0] == "put"]
    assert made[2] != QUIZ
    assert made[3]["activityId"] == activity
    assert f"Its id was {QUIZ} and is {made[2]} now" in page.messages[0]


def test_a_deleted_one_goes_with_its_scores(forms, changes):
    page = forms.open(AT).send("/delete")
    found = changes()

    assert {op for op, *_ in found} == {"remove"}
    assert ("remove", "assessment", QUIZ, None) in found
    assert len([one for one in found if one[1] == "score"]) == 13
    assert "What the SIS has of it stays there." in page.messages[0]


# ---- a new one ----------------------------------------------------------------------------------


def test_an_ordinary_assessment_is_added(forms, changes):
    page = forms.open("/pages/classes/c-1001/new")
    page.send("/new", title="Decimals quiz", type="Quiz", total_points="12", due_date="2026-10-07")
    record = put(changes)

    assert page.messages == ["Saved. The next night will create it in the gradebook."]
    assert record["title"] == "Decimals quiz"
    assert (record["kind"], record["includeInFinalGrade"]) == ("assessment", None)
    assert record["assignedBy"] == "t-2001"
    assert record["classes"] == [
        {
            "classId": "c-1001",
            "assignedDate": "2026-10-01",
            "dueDate": "2026-10-07",
            "students": None,
        }
    ]


def test_a_plus_assessment_is_added_switched_off_as_usual(forms, changes):
    page = forms.open("/pages/classes/c-1001/new")
    page.send("/new", kind="plus", title="Effort", type="Homework", total_points="5")
    record = put(changes)

    assert (record["kind"], record["includeInFinalGrade"]) == ("plus", None)
    (message,) = page.messages
    assert message == (
        "Saved. It does not pass back as it is. “Include Score in Final Grade” is off. It has no"
        " due date, and no date from which one could be computed."
    )


def test_a_new_one_that_cannot_be_is_refused_with_what_was_typed(forms, changes):
    page = forms.open("/pages/classes/c-1001/new")
    page.send("/new", title="", type="Quiz", total_points="x")

    assert page.problems == ["Give it a title.", "Type a number, such as 10 or 8.5."]
    assert 'value="x"' in page.text
    assert changes() == []


# ---- people -------------------------------------------------------------------------------------


def test_a_teacher_joins_the_group_and_leaves_it(forms, changes):
    page = forms.open("/pages/group").send("/group/t-2003")
    assert changes() == [("put", "groupMember", "t-2003", {"teacherId": "t-2003"})]
    assert "It can send PowerSchool the scores of Science 7, period 3." in page.messages[0]

    page.send("/group/t-2003")
    assert changes() == [("remove", "groupMember", "t-2003", None)]
    assert "What was sent stays." in page.messages[0]


def test_a_student_loses_the_sis_id_and_gets_it_back(forms, changes):
    page = forms.open("/pages/students?q=s-3001").send("/students/s-3001", sis_id=" ")
    assert changes() == [("put", "student", "s-3001", {"id": "s-3001", "sisId": None})]
    assert page.messages == ["s-3001 has no SIS id now. No score of this student passes back."]

    page = forms.open("/pages/students").send("/students/s-3001", sis_id="400001")
    assert changes() == [("put", "student", "s-3001", {"id": "s-3001", "sisId": "400001"})]
    assert page.messages[0].endswith("The next night can send this student's scores.")


def test_an_id_that_the_sis_does_not_know_is_told(forms):
    page = forms.open("/pages/students?q=s-3001").send("/students/s-3001", sis_id="9")

    assert page.messages == ["s-3001 has the SIS id 9 now, but the SIS knows no such student."]


# ---- safe ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        f"{AT}",
        f"{AT}/scores",
        f"{AT}/dates",
        f"{AT}/again",
        f"{AT}/unassign",
        f"{AT}/classes",
        f"{AT}/delete",
        "/pages/classes/c-1001/new",
        "/pages/group/t-2003",
        "/pages/students/s-3001",
    ],
)
def test_a_form_without_its_token_changes_nothing(client, changes, path):
    answer = client.post(path, data={"title": "x", "to": "in", "s-3001-points": "1"})

    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text
    assert changes() == []


@pytest.mark.parametrize(
    "path", ["/pages/classes/c-9", "/pages/assessments/a-9", "/pages/classes/c-9/new"]
)
def test_what_is_not_there_is_a_page_of_its_own(client, path):
    assert client.get(path).status_code == 404
    assert "There is no such page" in client.get(path).text
