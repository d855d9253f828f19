"""The operations of `/ws/v1` that are alike: a resource by its DCID, a list of it, and how many."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mock_sis.http.exchange import Exchange
from mock_sis.http.types import Answer
from mock_sis.powerschool.resources import core
from mock_sis.powerschool.resources.core import Core
from mock_sis.powerschool.resources.definitions import (
    COURSE,
    ENROLLMENT,
    SCHOOL,
    SECTION,
    STAFF_MEMBER,
    STUDENT,
    TERM,
    Resource,
)
from mock_sis.world.world import World


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of a resource.

    Attributes:
        holder: what the path names; None lists the whole district.
        by: the field that refers to the holder.
        only: further fields and their values.
    """

    resource: Resource
    holder: Resource | None = None
    by: str = ""
    only: Mapping[str, str] = field(default_factory=dict)

    def within(self, id_: str) -> dict[str, str]:
        """What the rows must have, in the holder *id_*."""
        return {**self.only, **({self.by: id_} if self.holder else {})}


SCHOOLS = Listing(SCHOOL)
STUDENTS = Listing(STUDENT)
SCHOOL_SECTIONS = Listing(SECTION, SCHOOL, "school_id")
SCHOOL_COURSES = Listing(COURSE, SCHOOL, "school_id")
SCHOOL_STAFF = Listing(STAFF_MEMBER, SCHOOL, "school_id", {"status": "1"})
SCHOOL_STUDENTS = Listing(STUDENT, SCHOOL, "school_id")
SCHOOL_TERMS = Listing(TERM, SCHOOL, "school_id")
SECTION_ENROLLMENTS = Listing(ENROLLMENT, SECTION, "section_id")


class Resources:
    """The operations of `/ws/v1` that read the roster."""

    world: World

    def get_time(self) -> Answer:
        """For anyone."""
        return core.server_time(self.world)

    def get_district(self) -> Answer:
        """The district itself."""
        return core.district(self.world)

    # ---- one by its DCID -------------------------------------------------------------------------

    def get_school(self, exchange: Exchange, id_: str, expansions: str = "") -> Answer:
        """One school."""
        return self._core(exchange).one(SCHOOL, id_, expansions)

    def get_section(self, exchange: Exchange, id_: str, expansions: str = "") -> Answer:
        """One section."""
        return self._core(exchange).one(SECTION, id_, expansions)

    def get_section_enrollment(self, exchange: Exchange, id_: str, expansions: str = "") -> Answer:
        """One enrollment."""
        return self._core(exchange).one(ENROLLMENT, id_, expansions)

    def get_course(self, exchange: Exchange, id_: str, expansions: str = "") -> Answer:
        """One course."""
        return self._core(exchange).one(COURSE, id_, expansions)

    def get_term(self, exchange: Exchange, id_: str, expansions: str = "") -> Answer:
        """One term."""
        return self._core(exchange).one(TERM, id_, expansions)

    def get_staff(self, exchange: Exchange, id_: str, expansions: str = "") -> Answer:
        """One member of the staff."""
        return self._core(exchange).one(STAFF_MEMBER, id_, expansions)

    def get_student(self, exchange: Exchange, id_: str, expansions: str = "") -> Answer:
        """One student."""
        return self._core(exchange).one(STUDENT, id_, expansions)

    # ---- lists -----------------------------------------------------------------------------------

    def list_schools(self, exchange: Exchange, **query: Any) -> Answer:
        """Every school."""
        return self._listed(exchange, SCHOOLS, "", query)

    def count_schools(self, exchange: Exchange, q: str | None = None) -> Answer:
        """How many those are."""
        return self._counted(exchange, SCHOOLS, "", q)

    def list_students(self, exchange: Exchange, **query: Any) -> Answer:
        """Every student."""
        return self._listed(exchange, STUDENTS, "", query)

    def count_students(self, exchange: Exchange, q: str | None = None) -> Answer:
        """How many those are."""
        return self._counted(exchange, STUDENTS, "", q)

    def list_school_sections(self, exchange: Exchange, id_: str, **query: Any) -> Answer:
        """Sections of a school."""
        return self._listed(exchange, SCHOOL_SECTIONS, id_, query)

    def count_school_sections(self, exchange: Exchange, id_: str, q: str | None = None) -> Answer:
        """How many those are."""
        return self._counted(exchange, SCHOOL_SECTIONS, id_, q)

    def list_school_courses(self, exchange: Exchange, id_: str, **query: Any) -> Answer:
        """Courses of a school."""
        return self._listed(exchange, SCHOOL_COURSES, id_, query)

    def count_school_courses(self, exchange: Exchange, id_: str, q: str | None = None) -> Answer:
        """How many those are."""
        return self._counted(exchange, SCHOOL_COURSES, id_, q)

    def list_school_staff(self, exchange: Exchange, id_: str, **query: Any) -> Answer:
        """Active staff of a school."""
        return self._listed(exchange, SCHOOL_STAFF, id_, query)

    def count_school_staff(self, exchange: Exchange, id_: str, q: str | None = None) -> Answer:
        """How many those are."""
        return self._counted(exchange, SCHOOL_STAFF, id_, q)

    def list_school_students(self, exchange: Exchange, id_: str, **query: Any) -> Answer:
        """Students of a school."""
        return self._listed(exchange, SCHOOL_STUDENTS, id_, query)

    def count_school_students(self, exchange: Exchange, id_: str, q: str | None = None) -> Answer:
        """How many those are."""
        return self._counted(exchange, SCHOOL_STUDENTS, id_, q)

    def list_school_terms(self, exchange: Exchange, id_: str, **query: Any) -> Answer:
        """Terms of a school."""
        return self._listed(exchange, SCHOOL_TERMS, id_, query)

    def count_school_terms(self, exchange: Exchange, id_: str, q: str | None = None) -> Answer:
        """How many those are."""
        return self._counted(exchange, SCHOOL_TERMS, id_, q)

    def list_section_enrollments(self, exchange: Exchange, id_: str, **query: Any) -> Answer:
        """Enrollments of a section."""
        return self._listed(exchange, SECTION_ENROLLMENTS, id_, query)

    def count_section_enrollments(
        self, exchange: Exchange, id_: str, q: str | None = None
    ) -> Answer:
        """How many those are."""
        return self._counted(exchange, SECTION_ENROLLMENTS, id_, q)

    # ---- inside ----------------------------------------------------------------------------------

    def _core(self, exchange: Exchange) -> Core:
        """The roster as the caller may page through it."""
        raise NotImplementedError

    def _listed(
        self, exchange: Exchange, listing: Listing, id_: str, query: Mapping[str, Any]
    ) -> Answer:
        """A page of what the holder *id_* has."""
        reader = self._core(exchange)
        if listing.holder is not None:
            reader.must_be(listing.holder, id_)
        return reader.listed(
            listing.resource,
            listing.within(id_),
            q=query.get("q"),
            page=query.get("page", 1),
            pagesize=query.get("pagesize"),
            expansions=query.get("expansions"),
        )

    def _counted(self, exchange: Exchange, listing: Listing, id_: str, q: str | None) -> Answer:
        reader = self._core(exchange)
        if listing.holder is not None:
            reader.must_be(listing.holder, id_)
        return reader.counted(listing.resource, listing.within(id_), q)
