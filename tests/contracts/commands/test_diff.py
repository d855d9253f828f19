"""`passback contract diff`: revisions and files, exit codes, and planted changes that it finds."""

import copy
import json
import subprocess
from functools import reduce
from operator import getitem

import pytest

from agent.errors import ConfigError
from contracts.spec import CONTRACTS, contracts


@pytest.fixture
def repository(tmp_path):
    """A repository with otus.yaml in its first revision."""
    file = tmp_path / "otus.yaml"
    file.write_text((CONTRACTS / "otus.yaml").read_text())
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", str(tmp_path)]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "otus.yaml"], check=True)
    subprocess.run([*git, "commit", "-qm", "one"], check=True)
    return file


def test_a_file_is_compared_with_a_revision(repository, contract):
    ended = contract("diff", "--base", "HEAD", repository)
    told = "0 breaking changes that the agent feels, 0 that it does not\n"
    assert (ended.exit_code, ended.output) == (0, told)


def test_it_ends_with_3_where_the_agent_feels_it(repository, contract):
    repository.write_text(repository.read_text().replace("/v1/changes:", "/v2/changes:"))
    ended = contract("diff", "--base", "HEAD", repository)
    assert (ended.exit_code, ended.output.splitlines()) == (
        3,
        [
            "otus.yaml: BREAKS  listChanges: GET /v1/changes is gone",
            "1 breaking changes that the agent feels, 0 that it does not",
        ],
    )


def test_what_the_revision_did_not_have_breaks_nothing(repository, contract):
    added = repository.with_name("skyward.yaml")
    added.write_text(repository.read_text())
    ended = contract("diff", "--base", "HEAD", added)
    assert ended.exit_code == 0
    assert f"{added.name}: not in HEAD, so there is nothing to compare\n" in ended.output


@pytest.mark.parametrize(
    ("base", "text", "why"),
    [
        ("HEAD", "openapi: 3.0.3", "otus.yaml is no OpenAPI contract"),
        ("nowhere", None, "git has no revision nowhere"),
    ],
)
def test_what_cannot_be_read_is_one_line(repository, contract, base, text, why):
    if text:
        repository.write_text(text)
    ended = contract("diff", "--base", base, repository)
    assert isinstance(ended.exception, ConfigError)
    assert str(ended.exception) == why


def test_a_contract_whose_other_files_are_not_there_is_one_line(repository, contract):
    alone = repository.with_name("skyward.yaml")
    alone.write_text((CONTRACTS / "skyward.yaml").read_text())
    ended = contract("diff", "--base", alone, alone)
    assert isinstance(ended.exception, ConfigError)
    assert str(ended.exception) == "skyward.yaml refers to v1p2.yaml, which cannot be read"


def test_a_base_that_is_a_file_goes_with_one_contract(repository, contract):
    ended = contract("diff", "--base", repository)
    assert ended.exit_code == 2
    assert "--base FILE goes with one contract" in ended.output


# ---- constraints and security: each planted change is found ------------------------------------


def operation(document, name):
    found = (one for item in document["paths"].values() for one in item.values())
    return next(o for o in found if isinstance(o, dict) and o.get("operationId") == name)


def sent(document, name, *members):
    """The schema of what is sent to an operation, or of a member in it, wherever it stands."""

    def there(node):
        while "$ref" in node:
            at = node["$ref"].removeprefix("#/").split("/")
            node = reduce(getitem, at, document)
        return node

    body = there(operation(document, name)["requestBody"])
    schema = there(body["content"]["application/json"]["schema"])
    for member in members:
        schema = there(schema["properties"][member])
    return schema


def shorter_title(document):
    sent(document, "putLineItem", "lineItem", "title").update(maxLength=20)


def fewer_points(document):
    sent(document, "putLineItem", "lineItem", "resultValueMax").update(maximum=100)


def other_ids(document):
    sent(document, "putLineItem", "lineItem", "sourcedId").update(pattern="^[0-9]+$")


def closed_record(document):
    record = sent(document, "createAssignment")
    record["additionalProperties"] = False
    del record["properties"]["_assignmentsections"]


def fewer_words(document):
    sent(document, "putResult", "result", "scoreStatus").update(enum=["not submitted"])


def another_way_in(document):
    operation(document, "putResult")["security"] = [{"oauth1": []}]


PLANTED = {
    "maxLength": (
        *("skyward", shorter_title),
        "putLineItem: /lineItem/title must have maxLength 20 now",
    ),
    "maximum": (
        *("skyward", fewer_points),
        "putLineItem: /lineItem/resultValueMax must have maximum 100 now",
    ),
    "pattern": (
        *("skyward", other_ids),
        "putLineItem: /lineItem/sourcedId must have pattern ^[0-9]+$ now",
    ),
    "additionalProperties": (
        *("powerschool", closed_record),
        "createAssignment: / takes no other members now (additionalProperties)",
    ),
    "enum": (
        *("skyward", fewer_words),
        "putResult: /result/scoreStatus takes fewer words: not ",
    ),
    "security": (
        *("skyward", another_way_in),
        "putResult: asks for oauth1 (http) now, not bearer (http)",
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_change_of_a_constraint_or_of_security_breaks_the_agent(
    planted, contract, tmp_path
):
    sis, change, told = PLANTED[planted]
    before = contracts()[f"{sis}.yaml"]
    after = copy.deepcopy(before)
    change(after)
    for name, document in (("before.yaml", before), ("after.yaml", after)):
        (tmp_path / name).write_text(json.dumps(document))  # which is YAML too
    base, file = tmp_path / "before.yaml", tmp_path / "after.yaml"
    ended = contract("diff", "--base", base, file, "--sis", sis)
    assert f"after.yaml: BREAKS  {told}" in ended.output, ended.output
    assert ended.exit_code == 3
