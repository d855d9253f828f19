"""The operations of `/ws/v1` that are alike: a resource by its DCID, a list of it, and how many."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mock_sis.http.exchange import Exchange
from mock_sis.http.types import Answer
from mock_sis.oneroster.operations import OneRoster
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

Method = Callable[..., Answer]


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


SINGLES: Mapping[str, Resource] = {
    "School": SCHOOL,
    "Section": SECTION,
    "SectionEnrollment": ENROLLMENT,
    "Course": COURSE,
    "Term": TERM,
    "Staff": STAFF_MEMBER,
    "Student": STUDENT,
}
LISTINGS: Mapping[str, Listing] = {
    "Schools": Listing(SCHOOL),
    "Students": Listing(STUDENT),
    "SchoolSections": Listing(SECTION, SCHOOL, "school_id"),
    "SchoolCourses": Listing(COURSE, SCHOOL, "school_id"),
    "SchoolStaff": Listing(STAFF_MEMBER, SCHOOL, "school_id", {"status": "1"}),
    "SchoolStudents": Listing(STUDENT, SCHOOL, "school_id"),
    "SchoolTerms": Listing(TERM, SCHOOL, "school_id"),
    "SectionEnrollments": Listing(ENROLLMENT, SECTION, "section_id"),
}


class Roster(OneRoster):
    """OneRoster, and a method for each operation below."""

    def _core(self, exchange: Exchange) -> Core:
        """The roster as the caller may page through it."""
        raise NotImplementedError


def _getter(resource: Resource) -> Method:
    def get(self: Roster, exchange: Exchange, id_: str, expansions: str | None = None) -> Answer:
        return self._core(exchange).one(resource, id_, expansions)

    return get


def _lister(listing: Listing) -> Method:
    def found(
        self: Roster,
        exchange: Exchange,
        id_: str,
        q: str | None = None,
        page: int = 1,
        pagesize: int | None = None,
        expansions: str | None = None,
    ) -> Answer:
        reader = self._core(exchange)
        if listing.holder is not None:
            reader.must_be(listing.holder, id_)
        return reader.listed(
            listing.resource,
            listing.within(id_),
            q=q,
            page=page,
            pagesize=pagesize,
            expansions=expansions,
        )

    def everywhere(
        self: Roster,
        exchange: Exchange,
        q: str | None = None,
        page: int = 1,
        pagesize: int | None = None,
        expansions: str | None = None,
    ) -> Answer:
        return found(self, exchange, "", q, page, pagesize, expansions)

    return found if listing.holder else everywhere


def _counter(listing: Listing) -> Method:
    def count(self: Roster, exchange: Exchange, id_: str, q: str | None = None) -> Answer:
        reader = self._core(exchange)
        if listing.holder is not None:
            reader.must_be(listing.holder, id_)
        return reader.counted(listing.resource, listing.within(id_), q)

    def everywhere(self: Roster, exchange: Exchange, q: str | None = None) -> Answer:
        return count(self, exchange, "", q)

    return count if listing.holder else everywhere


for _name, _resource in SINGLES.items():
    setattr(Roster, f"get{_name}", _getter(_resource))
for _name, _listing in LISTINGS.items():
    setattr(Roster, f"list{_name}", _lister(_listing))
    setattr(Roster, f"count{_name}", _counter(_listing))
