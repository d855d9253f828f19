"""What a registrar and a district do: rosters, teachers, links, calendars, the policy."""

from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.e2e.wild.wild import Wild

SECTIONS = ("200001", "200002", "200003")
TEACHERS = ("300001", "300002", "300003")
PERIODS = ("120001", "120002")
STUDENTS = [f"4000{n:02}" for n in range(1, 16)]
SWITCHES = (
    'missing_after_due = "withhold"',
    "zero_excused = true",
    "send_excluded = true",
    'overwrite = "whole-record"',
    'long_title = "refuse"',
)


def move(wild: "Wild") -> None:
    """A student leaves, comes, or moves to another section."""
    student, section = wild.chance.choice(STUDENTS), wild.chance.choice(SECTIONS)
    verb, body = wild.chance.choice(
        [
            ("drop", {"section": section}),
            ("enroll", {"section": section}),
            ("transfer", {"to": section}),
            ("transfer", {"to": section}),
        ]
    )
    wild.district.try_control("POST", f"/students/{student}/{verb}", body)


def there_and_back(wild: "Wild") -> None:
    """Away and back on one day."""
    student = wild.chance.choice(STUDENTS)
    for to in wild.chance.choice([SECTIONS[:2], SECTIONS[1::-1]]):
        wild.district.try_control("POST", f"/students/{student}/transfer", {"to": to})


def teach(wild: "Wild") -> None:
    """A teacher joins a section."""
    section, main = wild.chance.choice(SECTIONS), wild.chance.random() < 0.4
    classes = [c for c in wild.district.feed("class") if c["sectionId"] == section]
    theirs = {t["teacherId"][-1] for class_ in classes for t in class_["teachers"]}
    others = [t for t in TEACHERS if t[-1] not in theirs]
    if main or others:
        body = {"teacher": wild.chance.choice(TEACHERS if main else others), "main": main}
        wild.district.try_control("POST", f"/sections/{section}/teachers", body)


def merge(wild: "Wild") -> None:
    """Two sections become one; Otus links the class to it, or does not."""
    if wild.chance.random() < 0.4:
        wild.registrar.merge("200002", "200001")
        if wild.chance.random() < 0.5:
            _feed(wild, "class", "c-1002", sectionId="200001")
            wild.witness.moved.add("c-1002")


def links(wild: "Wild") -> None:
    """Two sections share a gradebook from now on, or no longer."""
    if wild.chance.random() < 0.5:
        wild.registrar.link(["200001", "200002"])
    else:
        wild.registrar.unlink("200002")


def link_elsewhere(wild: "Wild") -> None:
    """In Otus a class belongs to another section from now on; mostly it is put right again."""
    section = wild.chance.choice(["200002", "200003", "200003"])
    _feed(wild, "class", "c-1003", sectionId=section)
    wild.witness.moved.add("c-1003")


def _feed(wild: "Wild", kind: str, id_: str, **changes: Any) -> None:
    wild.feed.put(kind, id_, {**wild.feed.get(kind, id_), **changes})


def category(wild: "Wild") -> None:
    """A category is switched off, or on."""
    verb = wild.chance.choice(["deactivate", "activate", "activate", "activate"])
    found = wild.district.facts.categories["Quiz"]
    if wild.district.try_control("POST", f"/categories/{found}/{verb}", {}) < 400:
        wild.witness.categories_off = verb == "deactivate"


def period(wild: "Wild") -> None:
    """A grading period closes, opens, gets days of grace or another end."""
    found, verb = (
        wild.chance.choice(PERIODS),
        wild.chance.choice(["close", "reopen", "reopen", "grace", "end"]),
    )
    if verb in {"close", "reopen"}:
        wild.district.control("POST", f"/periods/{found}/{verb}")
    elif verb == "grace":
        wild.district.control("PATCH", f"/periods/{found}", {"grace_days": 3})
    elif found == "120001" and wild.district.facts.in_current_period:
        # PowerSchool takes no due date in a gap between its reporting terms.
        end = date(2026, 11, wild.chance.choice([8, 15]))
        wild.district.control("PATCH", f"/periods/{found}", {"end": end.isoformat()})


def policy(wild: "Wild") -> None:
    """The district changes its mind."""
    some = [line for line in SWITCHES if wild.chance.random() < 0.2]
    wild.district.policy = "".join(f"{line}\n" for line in some)


def lose_the_ledger(wild: "Wild") -> None:
    """The agent starts anew."""
    if wild.chance.random() < 0.2:
        for path in wild.district.folder.glob("passback.db*"):
            path.unlink()
        wild.witness.forgot()
