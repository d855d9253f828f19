"""What the SIS refuses, in words for the page."""

import re

from mock_sis.pages.gradebook.dress import Dress
from mock_sis.world.enforcement import Refused

REFUSED = 422
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
