"""The fleet for Kubernetes: its manifests by their schemas, and what kustomize makes of them."""

import re

import kubernetes_validate
import pytest
import yaml

from agent.config import load
from agent.fleet.command import fleet
from agent.fleet.settings import load_fleet
from tests.meta.project_files import ROOT

FOLDER = ROOT / "deploy/kubernetes/fleet"
BASE, EXAMPLE = (
    yaml.safe_load((FOLDER / name / "kustomization.yaml").read_text(encoding="utf-8"))
    for name in ("base", "example")
)
OBJECTS = [
    each
    for file in BASE["resources"]
    for each in yaml.safe_load_all((FOLDER / "base" / file).read_text(encoding="utf-8"))
]
PODS = {
    each["metadata"]["name"]: each["spec"]["template"]["spec"]
    for each in OBJECTS
    if each["kind"] == "Deployment"
}
WORKER = "passback-fleet-worker"


def named(kind, name):
    [found] = [e for e in OBJECTS if (e["kind"], e["metadata"]["name"]) == (kind, name)]
    return found


@pytest.mark.parametrize("version", ["1.31", "1.34"])
@pytest.mark.parametrize(
    "thing", OBJECTS, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}"
)
def test_it_is_as_the_schema_of_kubernetes_wants_it(thing, version):
    kubernetes_validate.validate(thing, version, strict=True)


# ---- kustomize: what it puts together ------------------------------------------------------------


@pytest.mark.parametrize("folder", ["base", "example"])
def test_a_kustomization_names_what_is_there_and_says_only_what_kustomize_reads(folder):
    told = {"base": BASE, "example": EXAMPLE}[folder]
    known = {"apiVersion", "kind", "resources", "labels"}
    known |= {"namespace", "images", "replicas", "configMapGenerator", "generatorOptions"}
    assert (told["apiVersion"], told["kind"]) == (
        "kustomize.config.k8s.io/v1beta1",
        "Kustomization",
    )
    assert told.keys() <= known
    files = [file for each in told.get("configMapGenerator", ()) for file in each["files"]]
    missing = [
        path for path in [*told["resources"], *files] if not (FOLDER / folder / path).exists()
    ]
    assert missing == []


def test_every_manifest_of_the_base_is_named():
    there = {file.name for file in (FOLDER / "base").iterdir()} - {"kustomization.yaml"}
    assert there == set(BASE["resources"])
    assert EXAMPLE["resources"] == ["../base"]


def test_the_example_changes_what_the_base_has():
    images = {pod["containers"][0]["image"] for pod in PODS.values()}
    assert {each["name"] for each in EXAMPLE["images"]} == images
    assert {each["name"] for each in EXAMPLE["replicas"]} <= PODS.keys()


def test_every_pod_finds_its_configuration_and_its_secrets():
    made = {each["name"] for each in EXAMPLE["configMapGenerator"]}
    text = (FOLDER / "example/kustomization.yaml").read_text(encoding="utf-8")
    told = set(re.findall(r"secret generic (\S+)", text))
    for pod in PODS.values():
        volumes = {each["name"]: each for each in pod["volumes"]}
        assert {
            each["configMap"]["name"] for each in volumes.values() if "configMap" in each
        } == made
        assert {
            each["secret"]["secretName"] for each in volumes.values() if "secret" in each
        } == told
    # A hash in the names would start every worker anew for each new district.
    assert EXAMPLE["generatorOptions"] == {"disableNameSuffixHash": True}


def test_the_files_of_the_example_can_be_read_and_their_secrets_are_made():
    text = (FOLDER / "example/kustomization.yaml").read_text(encoding="utf-8")
    pages = PODS["passback-fleet-pages"]["containers"][0]
    mounted = {each["name"]: each["mountPath"] for each in pages["volumeMounts"]}
    made = {f"{mounted['secrets']}/{file}" for file in re.findall(r"--from-file=(\S+)", text)}
    settings = load_fleet(FOLDER / "example/fleet.toml")
    assert list(settings.districts) == [mounted["districts"]]
    used = {settings.database.password.file}
    used |= {file for each in pages["args"] for file in re.findall("-file=(.+)", each)}
    for file in (FOLDER / "example/districts").glob("*.toml"):
        one = load(file)
        assert (one.ledger.url, one.ledger.password) == (
            settings.database.url,
            settings.database.password,
        )
        used |= {one.source.client_secret.file, one.sis.client_secret.file}
    assert made == used


# ---- the pods ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PODS)
def test_a_container_may_do_nothing_but_its_work(name):
    pod = PODS[name]
    [container] = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"].keys() == {"requests", "limits"}
    assert {e["name"] for e in container["volumeMounts"]} == {e["name"] for e in pod["volumes"]}


@pytest.mark.parametrize("name", PODS)
def test_its_arguments_are_those_of_the_command(name):
    [container] = PODS[name]["containers"]
    group, command, *options = container["args"]
    given = fleet.get_command(None, command).make_context(command, options).params
    assert (group, f"passback-fleet-{command}") == ("fleet", name)
    folders = {each["mountPath"] for each in container["volumeMounts"]}
    assert str(given["config_file"].parent) in folders
    if command == "pages":
        assert container["ports"][0]["containerPort"] == given["port"]


def test_a_worker_has_longer_to_drain_than_its_runs_have_to_end():
    settings = load_fleet(FOLDER / "example/fleet.toml")
    assert PODS[WORKER]["terminationGracePeriodSeconds"] >= settings.worker.grace_seconds + 60


def test_workers_go_one_at_a_time_and_never_all():
    budget = named("PodDisruptionBudget", WORKER)["spec"]
    worker = named("Deployment", WORKER)["spec"]
    assert budget["maxUnavailable"] == 1
    assert budget["selector"] == worker["selector"]
    assert worker["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert worker["replicas"] > 1


def test_the_service_leads_to_the_pages():
    service, pages = named("Service", "passback-fleet"), named("Deployment", "passback-fleet-pages")
    assert service["spec"]["selector"] == pages["spec"]["selector"]["matchLabels"]
    [port] = pages["spec"]["template"]["spec"]["containers"][0]["ports"]
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
