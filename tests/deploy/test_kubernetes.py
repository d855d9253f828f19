"""The manifests for Kubernetes: as its own schemas want them, and with what the agent needs."""

import tomllib

import click
import kubernetes_validate
import pytest
import yaml

from agent.cli import passback
from agent.config import settings_from
from agent.errors import ConfigError
from tests.meta.project_files import ROOT

FOLDER = ROOT / "deploy/kubernetes"
OBJECTS = [
    pytest.param(each, id=f"{file.stem}-{each['kind']}")
    for file in sorted(FOLDER.glob("*.yaml"))
    for each in yaml.safe_load_all(file.read_text(encoding="utf-8"))
]


def of_kind(kind):
    [found] = [each.values[0] for each in OBJECTS if each.values[0]["kind"] == kind]
    return found


def pods():
    yield of_kind("CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    yield of_kind("Deployment")["spec"]["template"]["spec"]


@pytest.mark.parametrize("version", ["1.31", "1.34"])
@pytest.mark.parametrize("thing", OBJECTS)
def test_it_is_as_the_schema_of_kubernetes_wants_it(thing, version):
    kubernetes_validate.validate(thing, version, strict=True)


def test_the_schema_finds_a_fault_where_there_is_one():
    broken = of_kind("CronJob") | {"spec": of_kind("CronJob")["spec"] | {"timezone": "UTC"}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, "1.31", strict=True)


def test_the_configuration_in_it_can_be_read(tmp_path):
    for name, text in of_kind("ConfigMap")["data"].items():
        plain = tomllib.loads(text)
        assert settings_from(plain, tmp_path / name).district == plain["district"]
        with pytest.raises(ConfigError):
            settings_from(plain | {"more": 1}, tmp_path / name)


@pytest.mark.parametrize("pod", list(pods()), ids=["cronjob", "deployment"])
def test_a_container_may_do_nothing_but_its_work(pod):
    [container] = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    mounted = {each["name"] for each in container["volumeMounts"]}
    assert mounted == {each["name"] for each in pod["volumes"]}


@pytest.mark.parametrize("pod", list(pods()), ids=["cronjob", "deployment"])
def test_its_arguments_are_those_of_the_command(pod):
    [container] = pod["containers"]
    name, *arguments = container["args"]
    command = passback.get_command(click.Context(passback), name)
    assert command is not None
    with command.make_context(name, list(arguments)) as context:
        given = context.params
    if name == "serve":
        files = [given["token_file"], given["metrics_token_file"]]
        secrets = {each["name"]: each["mountPath"] for each in container["volumeMounts"]}["secrets"]
        assert [str(file.parent) for file in files] == [secrets, secrets]
    assert "prometheus.io/scrape" not in str(of_kind("Deployment")), "a scrape needs the token"


def test_only_what_may_pass_by_itself_is_tried_again():
    [rule] = of_kind("CronJob")["spec"]["jobTemplate"]["spec"]["podFailurePolicy"]["rules"]
    assert rule["action"] == "FailJob"
    assert (rule["onExitCodes"]["operator"], rule["onExitCodes"]["values"]) == ("NotIn", [5, 6])


def test_a_ledger_has_one_process_at_a_time():
    assert of_kind("CronJob")["spec"]["concurrencyPolicy"] == "Forbid"
    assert of_kind("Deployment")["spec"]["replicas"] == 1
    assert of_kind("Deployment")["spec"]["strategy"] == {"type": "Recreate"}
    assert of_kind("PersistentVolumeClaim")["spec"]["accessModes"] == ["ReadWriteOncePod"]
