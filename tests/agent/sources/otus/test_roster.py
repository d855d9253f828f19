"""The users, classes and teacher group of the feed."""

from tests.agent.sources.otus.feed import MEMBER, STUDENT, TEACHER, a_class, changes_of


def test_people_and_classes():
    teacher, student, member, class_ = changes_of(TEACHER, STUDENT, MEMBER, a_class())
    assert (teacher.key, teacher.value.sis_id) == (("t-1",), "901")
    assert (student.key, student.value.sis_id) == (("s-1",), None)
    assert (member.kind, member.key) == ("group_member", ("t-1",))
    assert (class_.value.title, class_.value.section) == ("Algebra", "501")
    assert [(t.teacher, t.main) for t in class_.value.teachers] == [
        ("t-1", True),
        ("t-2", False),
    ]
