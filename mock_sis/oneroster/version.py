"""Which OneRoster a call speaks, and where the things that its answers point at stand."""

from dataclasses import dataclass
from typing import Any

from mock_sis.call import Call

V11 = "/ims/oneroster/v1p1"
ROSTERING = "/ims/oneroster/rostering/v1p2"
GRADEBOOK = "/ims/oneroster/gradebook/v1p2"
COMMON = "/ims/oneroster/v1p2"

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
        return {"href": f"{root}/{COLLECTIONS[kind]}/{id}", "sourcedId": id, "type": kind}

    def refs(self, kind: str, ids: list[Any]) -> list[dict[str, str]]:
        """References to several things of one kind."""
        return [self.ref(kind, str(one)) for one in ids]


def dialect(call: Call) -> Dialect:
    """The dialect that *call*'s path chooses; references keep the world's prefix and the root."""
    if call.path.startswith(V11 + "/"):
        return Dialect(old=True, rostering=call.base + V11, gradebook=call.base + V11)
    if call.path.startswith(COMMON + "/"):
        return Dialect(old=False, rostering=call.base + COMMON, gradebook=call.base + COMMON)
    return Dialect(old=False, rostering=call.base + ROSTERING, gradebook=call.base + GRADEBOOK)


def is_old(path: str) -> bool:
    """Whether *path* speaks version 1.1."""
    return path.startswith(V11 + "/") or path == V11
