"""What GitHub, pre-commit and citing programs read: in their form, with few rights, and safe."""

import re
import shutil
from pathlib import Path

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner

from tests.meta.project_files import ROOT, project_files, text_of

WORKFLOWS = ("ci.yml", "release.yml")
FORMS = ("bug.yml", "sis-differs.yml", "question.yml")
SCHEMAS = {
    **dict.fromkeys((f".github/workflows/{name}" for name in WORKFLOWS), "github-workflows"),
    **dict.fromkeys((f".github/ISSUE_TEMPLATE/{name}" for name in FORMS), "github-issue-forms"),
    ".github/ISSUE_TEMPLATE/config.yml": "github-issue-config",
    ".github/dependabot.yml": "dependabot",
    "CITATION.cff": "citation-file-format",
    "action.yml": "github-actions",
}
MAJOR = re.compile(r"@(?:v\d+|release/v\d+)$")
RIGHTS = {"publish": {"id-token": "write"}, "attach": {"contents": "write"}}
"""What a job may do beyond reading the repository."""


def loaded(name):
    return yaml.safe_load(text_of(Path(name)))


def jobs(name):
    return loaded(f".github/workflows/{name}")["jobs"]


def steps():
    """(where, step) of every step of the workflows and of the action."""
    for name in WORKFLOWS:
        for job, told in jobs(name).items():
            yield from ((f"{name}: {job}", step) for step in told["steps"])
    yield from (("action.yml", step) for step in loaded("action.yml")["runs"]["steps"])


def test_every_file_for_github_has_its_schema_here():
    there = {f.as_posix() for f in project_files() if f.parts[0] == ".github"}
    assert there == {name for name in SCHEMAS if name.startswith(".github")}


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_file_has_the_form_that_its_reader_asks_for(name):
    schema = ["--builtin-schema", f"vendor.{SCHEMAS[name]}"]
    done = CliRunner().invoke(check_jsonschema, [*schema, str(ROOT / name)])
    assert done.exit_code == 0, done.output


def test_the_form_is_looked_at(tmp_path):
    wrong = tmp_path / "ci.yml"
    wrong.write_text(text_of(Path(".github/workflows/ci.yml")).replace("runs-on:", "run-on:"))
    schema = ["--builtin-schema", "vendor.github-workflows"]
    assert CliRunner().invoke(check_jsonschema, [*schema, str(wrong)]).exit_code == 1


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_reads_and_a_job_that_may_more_is_listed(name):
    assert loaded(f".github/workflows/{name}")["permissions"] == {"contents": "read"}
    for job, told in jobs(name).items():
        assert told.get("permissions") == RIGHTS.get(job), job
        assert told["timeout-minutes"] <= 60, job


def test_what_others_wrote_is_named_by_its_major_version():
    used = {step["uses"] for _, step in steps() if "uses" in step}
    assert {name.partition("@")[0] for name in used} <= {
        *("actions/checkout", "actions/setup-python"),
        *("actions/upload-artifact", "actions/download-artifact"),
        "pypa/gh-action-pypi-publish",
    }
    assert [name for name in used if not MAJOR.search(name)] == []


def test_no_checkout_leaves_its_token_behind():
    checkouts = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout")]
    assert len(checkouts) == 2
    assert [step["with"]["persist-credentials"] for step in checkouts] == [False] * 2


def test_no_script_has_words_of_others_put_into_it():
    """What stands in `${{ }}` becomes part of the script before the shell reads it."""
    scripts = [(where, step["run"]) for where, step in steps() if "run" in step]
    assert len(scripts) >= 7
    assert [where for where, script in scripts if "${{" in script] == []


def test_ci_runs_what_a_person_runs():
    runs = [step["run"] for step in jobs("ci.yml")["everything"]["steps"] if "run" in step]
    assert runs == [".ci/run"]


def test_a_release_is_tried_before_it_is_uploaded_and_uploaded_before_it_is_announced():
    release = jobs("release.yml")
    assert {job: told.get("needs") for job, told in release.items()} == {
        "build": None,
        "try": "build",
        "publish": "try",
        "attach": "publish",
    }
    assert loaded(".github/workflows/release.yml")[True] == {"push": {"tags": ["v*"]}}  # YAML's on


@pytest.mark.parametrize("name", FORMS)
def test_an_issue_begins_with_the_warning_and_ends_with_a_promise(name):
    body = loaded(f".github/ISSUE_TEMPLATE/{name}")["body"]
    assert "Never paste students' data" in body[0]["attributes"]["value"]
    if name != "question.yml":
        assert body[-1]["attributes"]["options"][0]["required"] is True
    assert loaded(".github/ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": False}


def test_hooks_for_contributors_call_what_the_lock_names():
    [repository] = loaded(".pre-commit-config.yaml")["repos"]
    assert repository["repo"] == "local"
    for hook in repository["hooks"]:
        assert hook["language"] == "system"
        tool, *words = hook["entry"].split()
        assert shutil.which(ROOT / tool if "/" in tool else tool), hook["id"]
        assert [
            word for word in words if word.startswith("tests/") and not Path(ROOT, word).exists()
        ] == []


def test_the_page_tells_every_input_of_the_action_and_its_default():
    page = text_of(Path("docs/ci/in-a-workflow.md"))
    for name, told in loaded("action.yml")["inputs"].items():
        [row] = re.findall(rf"^\| .*`{name}`.*$", page, re.MULTILINE)
        assert told.get("default", "") in row
        assert told["description"]


def test_the_page_uses_the_action_and_the_hook_as_they_are():
    page = text_of(Path("docs/ci/in-a-workflow.md"))
    _, flow, hooks = map(
        yaml.safe_load, re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    )
    [given] = [
        s["with"] for s in flow["jobs"]["contract"]["steps"] if "passback@" in s.get("uses", "")
    ]
    inputs = loaded("action.yml")["inputs"]
    assert {name for name, told in inputs.items() if told.get("required")} <= {*given} <= {*inputs}
    assert hooks["repos"][0]["hooks"] == [{"id": loaded(".pre-commit-hooks.yaml")[0]["id"]}]
