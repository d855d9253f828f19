"""Which OneRoster a call speaks, and where the things that its answers point at stand."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from mock_sis.http.types import Call

ONEROSTER = "/ims/oneroster/"
V11 = "/ims/oneroster/v1p1"
ROSTERING = "/ims/oneroster/rostering/v1p2"
GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
COMMON = "/ims/oneroster/v1p2"

BELOW = "/api"
"""What stands before the roots of a SIS that keeps its own paths beside them."""

COLLECTIONS = {
    "academicSession": "academicSessions",
    "class": "classes",
    "course": "courses",
    "org": "orgs",
    "user": "users",
    "category": "categories",
    "lineItem": "lineItems",
    "scoreScale": "scoreScales",
    "assessmentLineItem": "assessmentLineItems",
}
OF_GRADEBOOK = {"category", "lineItem", "scoreScale", "assessmentLineItem"}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one call is spoken to and answered.

    Attributes:
        old: version 1.1.
        rostering: absolute root of the rostering service, without a slash at the end.
        gradebook: absolute root of the gradebook service.
    """

    old: bool
    rostering: str
    gradebook: str

    def ref(self, kind: str, id: str) -> dict[str, str]:  # noqa: A002 - the word of the standard
        """A reference as the standard wants it: href, sourcedId and type."""
        root = self.gradebook if kind in OF_GRADEBOOK else self.rostering
        href = f"{root}/{COLLECTIONS[kind]}/{_quoted(id)}"
        return {"href": href, "sourcedId": id, "type": kind}

    def refs(self, kind: str, ids: list[Any]) -> list[dict[str, str]]:
        """References to several things of one kind."""
        return [self.ref(kind, str(one)) for one in ids]


@lru_cache(10_000)
def _quoted(id: str) -> str:  # noqa: A002 - the word of the standard
    return quote(id, safe="")


def dialect(call: Call) -> Dialect:
    """The dialect that *call*'s path chooses; references keep the world's prefix and the root."""
    before = call.path.partition(ONEROSTER)[0]
    base, path = call.base + before, call.path.removeprefix(before)
    if is_old(path):
        return Dialect(old=True, rostering=base + V11, gradebook=base + V11)
    if path.startswith(COMMON + "/"):
        return Dialect(old=False, rostering=base + COMMON, gradebook=base + COMMON)
    return Dialect(old=False, rostering=base + ROSTERING, gradebook=base + GRADEBOOK)


def is_old(path: str) -> bool:
    """Whether *path* speaks version 1.1, under whatever a vendor puts before it."""
    return f"{V11}/" in f"{path}/"
