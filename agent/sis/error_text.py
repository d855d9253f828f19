"""Sentences of ours for what a SIS says about one record: what all vendors share.

A server's own words only choose among these sentences, for they may hold a person's data.
"""

Sentences = tuple[tuple[tuple[str, ...], str], ...]
"""Words to look for, and the sentence that they stand for; the first that fits is taken."""

NOT_ENROLLED = (("enrol", "roster"), "the SIS says that the student is not enrolled in the section")
NOT_A_SCORE = (("negative", "number", "numeric"), "the SIS does not take this value as a score")
INVALID = "the SIS calls the data invalid"
CONFLICT = "the SIS says that it conflicts with what the gradebook holds"

_ABOUT_COLUMNS: Sentences = (
    (("inactive", "not active"), "the SIS says that the category is not active here"),
    (("closed", "completed"), "the SIS says that the grading period is closed"),
    (("locked",), "the SIS says that the assignment or its grading period is locked"),
    (("due date", "duedate"), "the SIS does not take this due date"),
    (("categor",), "the SIS does not take this category"),
    (("title",), "the SIS does not take this title"),
)
_LONGEST = 200


def sentence(words: str, sentences: Sentences) -> str:
    """The first of *sentences* that fits a server's *words*; empty where none does."""
    folded = words.casefold()
    return next((own for signs, own in sentences if any(s in folded for s in signs)), "")


def column_sentence(words: str) -> str:
    """The sentence that fits a server's *words* about a column; empty where none does."""
    return sentence(words, _ABOUT_COLUMNS)


def one_line(words: str) -> str:
    """A server's *words* on one line and not too long, for `explain`."""
    return " ".join(words.split())[:_LONGEST]
