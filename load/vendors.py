"""The one table of what a load test knows of each SIS, beside that of `contracts.vendors`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """What a load test knows of one SIS.

    Attributes:
        connections: the agent's requests at a time by default.
        batched: whether scores go many to a request.
        reads: requests by which the agent reads a gradebook before and between its writes there.
        create, put, list: operations that make a column, write scores, list a gradebook's columns.
        record_in_path: the path of a create or put names one record, not many.
        poll: an operation of other integrations that the agent does not use; *page* is its path.
    """

    connections: int
    batched: bool
    reads: int
    create: str
    put: str
    list: str
    record_in_path: bool
    poll: str
    page: str

    @property
    def writes(self) -> frozenset[str]:
        """The operations by which a night writes."""
        return frozenset({self.create, self.put})


VENDORS: Mapping[str, Vendor] = {
    "skyward": Vendor(
        connections=8,
        batched=False,
        reads=5,
        create="putLineItem",
        put="putResult",
        list="getLineItemsForClass",
        record_in_path=True,
        poll="getAllStudents",
        page="/ims/oneroster/rostering/v1p2/students?limit=100",
    ),
    "powerschool": Vendor(
        connections=1,
        batched=True,
        reads=8,
        create="createAssignment",
        put="putScores",
        list="listAssignments",
        record_in_path=False,
        poll="listStudents",
        page="/ws/v1/district/student?page=1&pagesize=50",
    ),
}
DEFAULT = next(iter(VENDORS))
