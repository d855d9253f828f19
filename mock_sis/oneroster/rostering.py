"""The rostering service: a method for each operation, by its operationId in snake_case."""

from typing import Any

from mock_sis.http.types import Answer, Call
from mock_sis.oneroster.objects.roster import PERIOD, SCHOOL, TERM
from mock_sis.oneroster.services import Services


class Rostering(Services):
    """Reads of a district's people, classes and calendar."""

    def get_all_academic_sessions(self, call: Call, **query: Any) -> Answer:
        """School years, terms and grading periods."""
        return self.collection("academicSession", call, query)

    def get_academic_session(self, sourced_id: str, call: Call) -> Answer:
        """One school year, term or grading period."""
        return self.one("academicSession", sourced_id, call)

    def get_all_classes(self, call: Call, **query: Any) -> Answer:
        """All classes."""
        return self.collection("class", call, query)

    def get_class(self, sourced_id: str, call: Call) -> Answer:
        """One class."""
        return self.one("class", sourced_id, call)

    def get_all_courses(self, call: Call, **query: Any) -> Answer:
        """All courses."""
        return self.collection("course", call, query)

    def get_course(self, sourced_id: str, call: Call) -> Answer:
        """One course."""
        return self.one("course", sourced_id, call)

    def get_all_demographics(self, call: Call, **query: Any) -> Answer:
        """Demographics of students; this district shares ids only."""
        return self.collection("demographics", call, query)

    def get_demographics(self, sourced_id: str, call: Call) -> Answer:
        """Demographics of one student."""
        return self.one("demographics", sourced_id, call)

    def get_all_enrollments(self, call: Call, **query: Any) -> Answer:
        """All enrollments: a student has one a stay, a teacher one a section."""
        return self.collection("enrollment", call, query)

    def get_enrollment(self, sourced_id: str, call: Call) -> Answer:
        """One enrollment."""
        return self.one("enrollment", sourced_id, call)

    def get_all_grading_periods(self, call: Call, **query: Any) -> Answer:
        """All grading periods."""
        return self.collection("academicSession", call, query, only=PERIOD)

    def get_grading_period(self, sourced_id: str, call: Call) -> Answer:
        """One grading period."""
        return self.one("academicSession", sourced_id, call, PERIOD)

    def get_all_orgs(self, call: Call, **query: Any) -> Answer:
        """The district and its schools."""
        return self.collection("org", call, query)

    def get_org(self, sourced_id: str, call: Call) -> Answer:
        """The district or one school."""
        return self.one("org", sourced_id, call)

    def get_all_schools(self, call: Call, **query: Any) -> Answer:
        """All schools."""
        return self.collection("org", call, query, only=SCHOOL)

    def get_school(self, sourced_id: str, call: Call) -> Answer:
        """One school."""
        return self.one("org", sourced_id, call, SCHOOL)

    def get_all_students(self, call: Call, **query: Any) -> Answer:
        """All students."""
        return self.collection("student", call, query)

    def get_student(self, sourced_id: str, call: Call) -> Answer:
        """One student."""
        return self.one("student", sourced_id, call)

    def get_all_teachers(self, call: Call, **query: Any) -> Answer:
        """All teachers."""
        return self.collection("teacher", call, query)

    def get_teacher(self, sourced_id: str, call: Call) -> Answer:
        """One teacher."""
        return self.one("teacher", sourced_id, call)

    def get_all_terms(self, call: Call, **query: Any) -> Answer:
        """All terms."""
        return self.collection("academicSession", call, query, only=TERM)

    def get_term(self, sourced_id: str, call: Call) -> Answer:
        """One term."""
        return self.one("academicSession", sourced_id, call, TERM)

    def get_all_users(self, call: Call, **query: Any) -> Answer:
        """All teachers and students."""
        return self.collection("user", call, query)

    def get_user(self, sourced_id: str, call: Call) -> Answer:
        """One teacher or student."""
        return self.one("user", sourced_id, call)

    def get_students_for_class(self, call: Call, class_sourced_id: str, **query: Any) -> Answer:
        """Students of a class."""
        return self.collection("student", call, query, {"class": class_sourced_id})

    def get_teachers_for_class(self, call: Call, class_sourced_id: str, **query: Any) -> Answer:
        """Teachers of a class."""
        return self.collection("teacher", call, query, {"class": class_sourced_id})

    def get_classes_for_course(self, call: Call, course_sourced_id: str, **query: Any) -> Answer:
        """Classes of a course."""
        return self.collection("class", call, query, {"course": course_sourced_id})

    def get_classes_for_school(self, call: Call, school_sourced_id: str, **query: Any) -> Answer:
        """Classes of a school."""
        return self.collection("class", call, query, {"school": school_sourced_id})

    def get_enrollments_for_class_in_school(
        self, call: Call, school_sourced_id: str, class_sourced_id: str, **query: Any
    ) -> Answer:
        """Enrollments of a class."""
        return self.collection(
            "enrollment", call, query, {"school": school_sourced_id, "class": class_sourced_id}
        )

    def get_students_for_class_in_school(
        self, call: Call, school_sourced_id: str, class_sourced_id: str, **query: Any
    ) -> Answer:
        """Students of a class of a school."""
        return self.collection(
            "student", call, query, {"school": school_sourced_id, "class": class_sourced_id}
        )

    def get_teachers_for_class_in_school(
        self, call: Call, school_sourced_id: str, class_sourced_id: str, **query: Any
    ) -> Answer:
        """Teachers of a class of a school."""
        return self.collection(
            "teacher", call, query, {"school": school_sourced_id, "class": class_sourced_id}
        )

    def get_courses_for_school(self, call: Call, school_sourced_id: str, **query: Any) -> Answer:
        """Courses of a school."""
        return self.collection("course", call, query, {"school": school_sourced_id})

    def get_enrollments_for_school(
        self, call: Call, school_sourced_id: str, **query: Any
    ) -> Answer:
        """Enrollments of a school."""
        return self.collection("enrollment", call, query, {"school": school_sourced_id})

    def get_students_for_school(self, call: Call, school_sourced_id: str, **query: Any) -> Answer:
        """Students of a school."""
        return self.collection("student", call, query, {"school": school_sourced_id})

    def get_teachers_for_school(self, call: Call, school_sourced_id: str, **query: Any) -> Answer:
        """Teachers of a school."""
        return self.collection("teacher", call, query, {"school": school_sourced_id})

    def get_terms_for_school(self, call: Call, school_sourced_id: str, **query: Any) -> Answer:
        """Terms of a school."""
        return self.collection("academicSession", call, query, {"school": school_sourced_id}, TERM)

    def get_classes_for_student(self, call: Call, student_sourced_id: str, **query: Any) -> Answer:
        """Classes of a student."""
        return self.collection("class", call, query, {"student": student_sourced_id})

    def get_classes_for_teacher(self, call: Call, teacher_sourced_id: str, **query: Any) -> Answer:
        """Classes of a teacher."""
        return self.collection("class", call, query, {"teacher": teacher_sourced_id})

    def get_classes_for_term(self, call: Call, term_sourced_id: str, **query: Any) -> Answer:
        """Classes of a term."""
        return self.collection("class", call, query, {"term": term_sourced_id})

    def get_grading_periods_for_term(
        self, call: Call, term_sourced_id: str, **query: Any
    ) -> Answer:
        """Grading periods of a term."""
        return self.collection("academicSession", call, query, {"term": term_sourced_id}, PERIOD)

    def get_classes_for_user(self, call: Call, user_sourced_id: str, **query: Any) -> Answer:
        """Classes of a teacher or student."""
        return self.collection("class", call, query, {"user": user_sourced_id})

    # ---- resources -------------------------------------------------------------------------------

    def get_all_resources(self, call: Call, **query: Any) -> Answer:
        """Resources of the district; this one lists none."""
        return self.collection("resource", call, query)

    def get_resource(self, sourced_id: str, call: Call) -> Answer:
        """One resource."""
        return self.one("resource", sourced_id, call)

    def get_resources_for_class(self, call: Call, class_sourced_id: str, **query: Any) -> Answer:
        """Resources of a class."""
        return self.collection("resource", call, query, {"class": class_sourced_id})

    def get_resources_for_course(self, call: Call, course_sourced_id: str, **query: Any) -> Answer:
        """Resources of a course."""
        return self.collection("resource", call, query, {"course": course_sourced_id})

    def get_resources_for_user(self, call: Call, user_sourced_id: str, **query: Any) -> Answer:
        """Resources of a user."""
        return self.collection("resource", call, query, {"user": user_sourced_id})
