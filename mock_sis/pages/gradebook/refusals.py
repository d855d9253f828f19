"""What is said after an act: that it was done, or why the SIS refused it."""

import re

import flask

from mock_sis.pages.gradebook.dress import Dress
from mock_sis.world.enforcement import Refused

LONGEST = 900
"""Of a sentence: it travels in a cookie."""
PLACE = re.compile(r"(class|section) \S+")
WORDS = {
    "A5": "this category is switched off for this class. Choose another one",
    "B6": "the student is not enrolled in this class today",
}


def plain(error: Refused, dress: Dress) -> str:
    """Why nothing was saved; what the teacher typed still stands in the form."""
    why = WORDS.get(error.rule) or PLACE.sub("this class", error.sentence)
    if error.rule == "A12":
        why += f". Nothing in that {dress.period} can be changed"
    return f"Nothing was saved: {why}."


def say(sentence: str, kind: str = "message") -> None:
    """Show a sentence on the next page."""
    flask.flash(sentence[:LONGEST], kind)
