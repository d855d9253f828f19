"""The users, classes and teacher group of an export."""

import pytest

from tests.agent.sources.oneroster_csv.export import (
    ENROLLMENTS,
    LINE_ITEM,
    USERS,
    changes_of,
    one_of,
)


def test_everyone_is_known_to_the_sis_under_their_id(export):
    found = {c.key[0]: c.value for c in changes_of(export()) if c.kind in ("teacher", "student")}
    assert {key: value.sis_id for key, value in found.items()} == {
        key: key for key in ("901", "902", "701", "702")
    }


def test_a_class_is_linked_to_the_section_of_its_own_id(export):
    value = one_of(export(), "class").value
    assert (value.id, value.section, value.title) == ("501", "501", "Algebra")


def test_the_primary_teacher_is_the_main_one(export):
    teachers = one_of(export(), "class").value.teachers
    assert [(t.teacher, t.main) for t in teachers] == [("901", True), ("902", False)]


@pytest.mark.parametrize(
    ("primary", "main"), [(("", ""), "902"), (("true", "true"), "902"), (("", "TRUE"), "901")]
)
def test_exactly_one_teacher_is_the_main_one(export, primary, main):
    rows = [row | {"primary": flag} for row, flag in zip(ENROLLMENTS[:2], primary, strict=True)]
    teachers = one_of(export(enrollments=rows), "class").value.teachers
    assert [t.teacher for t in teachers if t.main] == [main]
    assert len(teachers) == 2


def test_every_class_teacher_is_in_the_group(export):
    found = [c.key for c in changes_of(export()) if c.kind == "group_member"]
    assert found == [("901",), ("902",)]


def test_a_file_names_the_group(export):
    folder = export(passbackGroup=[{"userSourcedId": "902"}])
    assert one_of(folder, "group_member").key == ("902",)


def test_version_1_2_tells_roles_in_a_file_of_their_own(export):
    users = [{"sourcedId": row["sourcedId"]} for row in USERS]
    roles = [{"userSourcedId": row["sourcedId"], "role": row["role"]} for row in USERS]
    folder = export(users=users, roles=[row | {"status": ""} for row in roles], enrollments=[])
    found = [(c.kind, c.key[0]) for c in changes_of(folder)][:4]
    assert found == [
        ("teacher", "901"),
        ("teacher", "902"),
        ("student", "701"),
        ("student", "702"),
    ]


@pytest.mark.parametrize("assigner", ["902", "adm-1"])
def test_an_assigner_outside_the_sis_has_no_sis_id(export, assigner):
    outside = {"metadata.assignedBy": assigner, "metadata.assignerInSis": "false"}
    folder = export(lineItems=[LINE_ITEM | outside])
    assert one_of(folder, "teacher", (assigner,)).value.sis_id is None
    assert one_of(folder, "assessment").value.assigned_by == assigner
