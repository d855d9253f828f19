"""How large a made-up district can be: the sizes that have names, and any number of students.

The command line, the control plane and the fixtures all read a size here.
"""

STUDENTS = {"small": 1_200, "large": 15_000, "very-large": 184_109}
SIZES = ("tiny", *STUDENTS)
FEWEST, MOST = 21, 1_000_000
"""Students of a world whose size is a number."""

EVERY = f"{', '.join(SIZES)}, or a number of students from {FEWEST} to {MOST}"


def named(given: str | int) -> str:
    """The one spelling of a size. ValueError: there is no such size; the message lists them."""
    size = str(given)
    if size in SIZES:
        return size
    digits = size.isascii() and size.isdecimal() and len(size) <= len(str(MOST))
    if not digits or not FEWEST <= int(size) <= MOST:
        raise ValueError(f"no world of size {size[:40]!r}: {EVERY}")
    return str(int(size))


def students(size: str) -> int:
    """How many students a district of *size*, which is not tiny, has."""
    return STUDENTS[size] if size in STUDENTS else int(size)
