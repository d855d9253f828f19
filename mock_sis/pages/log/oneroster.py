"""What a OneRoster call was for: the words are made from its operationId, `getResultsForClass`."""

import re

from mock_sis.pages.log.calls import Call, Deed, Names

NOUNS = {
    "AcademicSession": ("term", "terms"),
    "AssessmentLineItem": ("assessment", "assessments"),
    "AssessmentResult": ("assessment result", "assessment results"),
    "Category": ("category", "categories"),
    "Class": ("class", "classes"),
    "Course": ("course", "courses"),
    "Demographics": ("demographics", "demographics"),
    "Enrollment": ("enrollment", "enrollments"),
    "GradingPeriod": ("grading period", "grading periods"),
    "LineItem": ("assignment", "assignments"),
    "Org": ("school or district", "schools and districts"),
    "Resource": ("resource", "resources"),
    "Result": ("score", "scores"),
    "School": ("school", "schools"),
    "ScoreScale": ("score scale", "score scales"),
    "Student": ("student", "students"),
    "Teacher": ("teacher", "teachers"),
    "Term": ("term", "terms"),
    "User": ("person", "people"),
}
PLURALS = {"Categories": "Category", "Classes": "Class"}
PARTS = re.compile(r"(get|put|post|delete)(All)?(.+)")
BETWEEN = re.compile(r"For|InSchool$")


def phrase(call: Call, names: Names) -> Deed:
    """What it was for."""
    found = PARTS.fullmatch(call.operation.removesuffix("11"))
    if found is None:
        return Deed(subject=f"{call.method} {call.path}", verb="asked for")
    verb, every, rest = found.groups()
    thing, *holders = [part for part in BETWEEN.split(rest) if part]
    if verb == "get":
        return _read(call, names, thing, holders, every=bool(every))
    if verb == "post":
        return _posted(call, names, thing)
    if thing == "LineItem":
        return _assignment(call, names)
    if thing == "Result":
        return _score(call, names)
    done = {"delete": "deleted"}.get(verb, "created" if call.status == 201 else "changed")
    return Deed(subject=f"{_noun(thing).capitalize()} {_id(call)}", verb=done)


def _read(call: Call, names: Names, thing: str, holders: list[str], *, every: bool) -> Deed:
    if every:
        return Deed(subject=f"The list of {_noun(thing, several=True)}", verb="read")
    if holders:
        owner = _holder(call, names, holders[0])
        subject = f"The {_noun(thing, several=True)} of {owner}"
        return Deed(subject=subject, verb="read", plural=True)
    if thing == "Result" and (known := names.score(_id(call))):
        subject = f"Score of student {known[0]} for {names.assignment(known[1])}"
        return Deed(subject=subject, verb="read")
    name = {"Class": names.section, "LineItem": names.assignment}.get(thing, str)(_id(call))
    return Deed(subject=f"{_noun(thing).capitalize()} {name}", verb="read")


def _assignment(call: Call, names: Names) -> Deed:
    title = call.about.get("title") or names.assignment(_id(call))
    section = call.about.get("section")
    where = f" in {names.section(section)}" if section else ""
    verb = "created" if call.status == 201 else "changed"
    if call.method == "DELETE":
        verb = "deleted"
    elif call.failed:
        verb = "saved"
    return Deed(subject=f"Assignment {title}", verb=f"{verb}{where}")


def _score(call: Call, names: Names) -> Deed:
    verb = "taken out" if call.method == "DELETE" else "saved"
    known = (call.about.get("student"), call.about.get("assignment"))
    student, assignment = known if all(known) else names.score(_id(call)) or (None, None)
    if not student:
        return Deed(subject="A score", verb=verb, several="{} scores")
    title = names.assignment(str(assignment))
    subject = f"Score of student {student} for {title}"
    return Deed(subject=subject, verb=verb, several=f"{{}} scores of {title}")


def _posted(call: Call, names: Names, thing: str) -> Deed:
    assignment, section = call.about.get("assignment"), call.about.get("section")
    owner = names.assignment(assignment) if assignment else section and names.section(section)
    of_it = f" of {owner}" if owner else ""
    count = call.about.get("count", 0)
    subject = f"{count} {_noun(thing, several=count != 1)}{of_it}"
    return Deed(subject=subject, verb="created", plural=count != 1)


def _holder(call: Call, names: Names, thing: str) -> str:
    param = call.params.get(f"{thing[0].lower()}{thing[1:]}SourcedId", "")
    if thing == "Class":
        return names.section(param)
    return names.assignment(param) if thing == "LineItem" else f"{_noun(thing)} {param}"


def _noun(thing: str, *, several: bool = False) -> str:
    one = PLURALS.get(thing, thing if thing in NOUNS else thing.removesuffix("s"))
    return NOUNS.get(one, (thing, thing))[several]


def _id(call: Call) -> str:
    return call.params.get("sourcedId", "")
