"""What the SIS refuses, in words for the page."""

from mock_sis.pages.gradebook.dress import Dress
from mock_sis.world.enforcement import Refused


def plain(error: Refused, dress: Dress, section: str) -> str:
    """Why nothing was saved; what the teacher typed still stands in the form."""
    if error.rule == "A5":
        why = "this category is switched off for this class. Choose another one"
    elif error.rule == "B6":
        why = "the student is not enrolled in this class today"
    else:
        why = error.sentence.replace(f"for class {section}", "for this class")
        why = why.replace(f"for section {section}", "for this class")
        why = why.replace(f"class {section}", "this class").replace(f"section {section}", "it")
    if error.rule == "A12":
        why += f", so that nothing in that {dress.period} can be changed"
    return f"Nothing was saved: {why}."
