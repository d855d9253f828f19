"""What of a page is in a picture, in a form that two machines agree on.

The elements of the first screen, in the order of the document: what each says, and how it looks.
Not where it is: that depends on the fonts of a machine. Times, ports and the like are left out,
since they differ each time.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from playwright.sync_api import Page

VISIBLE = """
() => {
  const looks = ["color", "backgroundColor", "fontFamily", "fontSize", "fontWeight", "fontStyle",
    "textAlign", "textDecorationLine", "textTransform", "display", "visibility", "borderTopWidth",
    "borderTopColor", "borderBottomWidth", "borderBottomColor", "borderTopLeftRadius",
    "paddingTop", "paddingLeft", "opacity", "listStyleType"];
  const found = [];
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility({visibilityProperty: true}) || element.closest("option")) continue;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const own = [...element.childNodes].filter(n => n.nodeType === 3).map(n => n.data).join(" ");
    const value = element.matches("input:not([type=hidden]), textarea") ? element.value : "";
    const chosen = element.matches("select") ? element.selectedOptions[0]?.text ?? "" : "";
    found.push({
      inside: box.width > 0 && box.height > 0 && box.top < innerHeight && box.bottom > 0,
      words: [own, value, chosen, element.placeholder ?? ""].join(" "),
      look: [element.localName, ...looks.map(name => style[name])].join(" "),
    });
  }
  return found;
}
"""

DIFFERS = re.compile(
    r"""
      \b\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(\s?[ap]\.?m\b\.?)?   # a time of day
    | \b\d+(\.\d+)?\s?(ms|s|sec|seconds?)\b                 # how long something took
    | \b127\.0\.0\.1:\d+
    | \b(?=\w*\d)(?=\w*[a-f])[0-9a-f]{6,}\b                 # an id of this time only
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a picture shows: how many elements, and digests of what they say and how they look."""

    elements: int
    words: str
    look: str


def drawn(page: Page, elements: int = 0) -> Drawn:
    """The first *elements* of a page; 0: those up to the last one that begins on the first screen.

    Their number is kept with a picture: on another machine the screen may end elsewhere.
    """
    page.wait_for_load_state()
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    found = page.evaluate(VISIBLE)
    count = elements or 1 + max(i for i, element in enumerate(found) if element["inside"])
    first = found[:count]
    return Drawn(
        elements=len(first),
        words=digest("\n".join(steady(element["words"]) for element in first)),
        look=digest("\n".join(element["look"] for element in first)),
    )


def steady(text: str) -> str:
    """A text without what differs each time, and with single blanks."""
    return " ".join(DIFFERS.sub("…", text).split())


def digest(text: str | bytes) -> str:
    """Short enough to read in a diff."""
    return sha256(text.encode() if isinstance(text, str) else text).hexdigest()[:16]
