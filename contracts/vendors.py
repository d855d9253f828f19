"""The one table of the systems that have a contract: what the harness and the demo know of each."""

from collections.abc import Mapping
from dataclasses import dataclass

from mock_sis.credentials import TOKEN_PATHS


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One system.

    Attributes:
        label: its name as people write it.
        port: of its mock, above the base port.
        oauth: path at which it gives tokens out.
        columns: operations of which each call writes one assignment.
        scores: operations of which each call writes one score; empty where they go in batches.
        batches: operations of which each call writes many.
        empty: what its gradebook shows in place of a score that is not there.
    """

    label: str
    port: int
    oauth: str
    columns: frozenset[str] = frozenset()
    scores: frozenset[str] = frozenset()
    batches: frozenset[str] = frozenset()
    empty: str = ""


VENDORS: Mapping[str, Vendor] = {
    "otus": Vendor(label="Otus", port=1, oauth=TOKEN_PATHS["otus"]),
    "powerschool": Vendor(
        label="PowerSchool",
        port=2,
        oauth=TOKEN_PATHS["powerschool"],
        columns=frozenset({"createAssignment", "replaceAssignment"}),
        batches=frozenset({"putScores"}),
    ),
    "skyward": Vendor(
        label="Skyward",
        port=3,
        oauth=TOKEN_PATHS["skyward"],
        columns=frozenset({"putLineItem"}),
        scores=frozenset({"putResult"}),
        empty="*",
    ),
}
SISES = tuple(name for name, vendor in VENDORS.items() if vendor.columns)
"""Those that are gradebooks."""


def mock_for(kind: str) -> str:
    """The mock that stands for a kind of SIS: any other OneRoster SIS has Skyward's."""
    return kind if kind in SISES else "skyward"
