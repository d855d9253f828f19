"""The contracts offer what OneRoster has, under its names: paths, members, vocabularies."""

import re

import pytest

from contracts.spec import contract
from tests.contracts import standard

ROOTS = {
    "rostering": ("skyward.yaml", "/ims/oneroster/rostering/v1p2/"),
    "gradebook": ("skyward.yaml", "/ims/oneroster/gradebook/v1p2/"),
    "resources": ("skyward.yaml", "/ims/oneroster/resources/v1p2/"),
    "1.2 under one root": ("skyward.yaml", "/ims/oneroster/v1p2/"),
    "1.1": ("skyward.yaml", "/ims/oneroster/v1p1/"),
    "1.1 of PowerSchool": ("powerschool.yaml", "/api/ims/oneroster/v1p1/"),
}
SCHEMAS = {
    ("lineItem", "1.1"): "LineItem11",
    ("lineItem", "1.2"): "LineItem12",
    ("result", "1.1"): "Result11",
    ("result", "1.2"): "Result12",
    ("category", "1.1"): "Category11",
    ("category", "1.2"): "Category12",
    ("user", "1.1"): "User11",
    ("academicSession", "both"): "AcademicSession",
    ("enrollment", "both"): "Enrollment",
    ("org", "both"): "Org",
}


def reads(text):
    return {f"get:{path}" for path in text.split()}


OLD = reads(standard.ROSTERING) | set(standard.GRADEBOOK_OLD.split())
BESIDE = {
    "1.1": reads("classes/{}/categories"),
    "1.1 of PowerSchool": reads("classes/{}/categories"),
}
"""What programs ask for though the standard does not have it."""
WANTED = {
    "rostering": reads(standard.ROSTERING),
    "gradebook": set(standard.GRADEBOOK.split()),
    "resources": reads(standard.RESOURCES),
    "1.2 under one root": reads(f"{standard.ROSTERING} {standard.RESOURCES}")
    | set(standard.GRADEBOOK.split()),
    "1.1": OLD | reads(standard.RESOURCES_OLD),
    "1.1 of PowerSchool": OLD,
}


def test_the_reading_has_as_many_operations_as_the_files():
    counts = {name: len(found) for name, found in WANTED.items()}
    assert (counts["rostering"], counts["gradebook"]) == (41, 35)


@pytest.mark.parametrize("name", ROOTS)
def test_a_root_offers_the_standards_operations_and_few_others(name):
    file, root = ROOTS[name]
    offered = {
        f"{operation.method}:{re.sub(r'{[^}]*}', '{}', operation.path.removeprefix(root))}"
        for operation in contract(file).offered
        if operation.path.startswith(root)
    }
    assert offered == WANTED[name] | BESIDE.get(name, set())


def schema(name):
    """Members and required ones of a schema that is put together of parts."""
    parts = contract("skyward.yaml").document["components"]["schemas"]
    members, required = {}, set()
    for part in (parts[name], *parts[name].get("allOf", ())):
        found = parts[part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        members |= found.get("properties", {})
        required |= set(found.get("required", ()))
    return members, required


@pytest.mark.parametrize(("kind", "version"), SCHEMAS)
def test_an_object_has_the_standards_members_and_needs_what_it_requires(kind, version):
    members, required = schema(SCHEMAS[kind, version])
    wanted = f"{standard.COMMON} {standard.MEMBERS[kind, version]}".split()
    assert set(members) == {name.rstrip("!") for name in wanted}
    assert required >= {name.rstrip("!") for name in wanted if name.endswith("!")}


def test_a_reference_has_three_members_all_required():
    parts = contract("skyward.yaml").document["components"]["schemas"]
    for name in ("RefClass", "RefCourse"):
        assert set(parts[name]["required"]) == {"href", "sourcedId", "type"}
        assert parts[name]["additionalProperties"] is False


def words(node, member):
    """Every word that a member may be, wherever in a schema it stands."""
    if isinstance(node, list):
        return {word for part in node for word in words(part, member)}
    if not isinstance(node, dict):
        return set()
    found = {word for name, part in node.items() for word in words(part, member) if name != member}
    return found | _enum(node.get(member))


def _enum(node):
    if not isinstance(node, dict):
        return set()
    inner = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    return set(node.get("enum", ())) | {word for part in inner for word in _enum(part)}


@pytest.mark.parametrize(
    ("name", "member", "wanted"),
    [
        ("Result12Members", "scoreStatus", standard.STATUSES),
        ("Result11Members", "scoreStatus", standard.STATUSES),
        ("StatusInfo12", "imsx_codeMajor", standard.MAJOR),
        ("StatusInfo12", "imsx_severity", standard.SEVERITY),
        ("StatusInfo12", "imsx_codeMinorFieldValue", standard.MINOR),
    ],
)
def test_a_vocabulary_is_the_standards(name, member, wanted):
    parts = contract("skyward.yaml").document["components"]["schemas"]
    assert words(parts[name], member) == wanted
