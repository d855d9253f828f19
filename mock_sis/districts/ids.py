"""Ids of generated worlds: digits, each kind in a range of its own, so a mix-up shows at once."""

FIRST_ID = {
    "org": 100_001,
    "session": 110_001,
    "period": 120_001,
    "skyward": 130_001,  # categories of that SIS
    "powerschool": 135_001,
    "course": 140_001,
    "section": 200_001,
    "teacher": 300_001,
    "student": 400_001,
    "enrolment": 10_000_001,
    "assignment": 20_000_001,
    "score": 30_000_001,
}
TABLE_ID = {"section": 1_000_001, "teacher": 1_100_001, "student": 1_200_001}
"""Of `table_id`, the second number that some SIS have for a record."""
SISES = ("skyward", "powerschool")
"""Each has gradebooks of its own in every district, with the same categories under other ids."""


def sis_id(kind: str, index: int) -> str:
    """The SIS id of the *index*-th of a *kind*, from 0."""
    return str(FIRST_ID[kind] + index)


def otus_id(kind: str, index: int) -> str:
    """The opaque Otus id: another number than the SIS's, on purpose."""
    prefix, first = {
        "section": ("c", 1001),
        "teacher": ("t", 2001),
        "student": ("s", 3001),
        "assessment": ("a", 5001),
    }[kind]
    return f"{prefix}-{first + index}"
