"""Dockerfile, docker-compose.yml and docs/run/containers.md name nothing that is not there."""

import os
import re
import shlex
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from agent import config
from agent.fleet.command import fleet
from agent.fleet.settings import load_fleet
from contracts.uat.cli import uat
from deploy.compose.driver.__main__ import nights
from deploy.compose.driver.districts import TEXT, districts
from mock_sis.cli import mock
from mock_sis.serve.health import health
from tests.meta.project_files import ROOT, text_of

DOCKERFILE = text_of("Dockerfile")
COMPOSE = text_of("docker-compose.yml")
SERVICES = yaml.safe_load(COMPOSE)["services"]
PAGE = text_of("docs/run/containers.md")
IGNORE = text_of(".dockerignore").splitlines()
NAMES = sorted(SERVICES)
BUILT = {name: service for name, service in SERVICES.items() if "build" in service}
OURS = {name: service for name, service in SERVICES.items() if "passback-" in service["image"]}

READ_BY_BOTH = (
    "build cap_drop command depends_on entrypoint healthcheck image network_mode ports profiles"
    " pull_policy read_only restart scale secrets security_opt shm_size stop_grace_period"
    " stop_signal tmpfs user volumes"
)
CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def plain(text):
    """A line of Compose with the default of each variable in its place."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text)


def words(value):
    """A command, given as a list or as a line."""
    return shlex.split(plain(value)) if isinstance(value, str) else list(map(plain, value or ()))


def bound(service):
    """What a service mounts from the project's folder."""
    mounts = [mount.split(":")[0] for mount in service["volumes"]]
    return [mount for mount in mounts if mount.startswith("./")]


def test_what_the_dockerfile_copies_is_there_and_not_ignored():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    assert {"agent", "mock_sis", "contracts", "requirements-agent.lock"} <= sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    allowed = {line.removeprefix("!") for line in IGNORE if line.startswith("!")}
    assert IGNORE[1] == "*"
    assert sources == allowed


def test_stages_are_made_before_they_are_used():
    made = set()
    for line in DOCKERFILE.splitlines():
        if match := re.match(r"FROM (\S+) AS (\S+)$", line):
            assert match[1] == "${BASE_IMAGE}" or match[1] in made
            made.add(match[2])
        elif match := re.match(r"COPY --from=(\S+)", line):
            assert match[1] in made
    assert {service["build"]["target"] for service in BUILT.values()} <= made


def test_every_image_is_built_here_on_one_base():
    base = re.search(r"^ARG BASE_IMAGE=(\S+)$", DOCKERFILE, re.MULTILINE)[1]
    for name, service in BUILT.items():
        assert plain(service["build"]["args"]["BASE_IMAGE"]) == base, name
        assert plain(service["image"]) == f"passback-{service['build']['target']}:local"


def test_only_a_database_is_an_image_of_others():
    assert SERVICES.keys() - OURS.keys() == {"fleet-postgres"}
    assert SERVICES["fleet-postgres"]["user"] == "postgres"  # each image of ours names its own


def waited_for(name):
    """Every service that is up before this one."""
    direct = set(SERVICES[name].get("depends_on", ()))
    return direct.union(*map(waited_for, direct))


@pytest.mark.parametrize("name", sorted(OURS))
def test_an_image_of_ours_is_built_before_it_is_wanted_and_never_pulled(name):
    """A service that waits for the one that builds its image need not build it once more."""
    builders = [other for other in {name, *waited_for(name)} if other in BUILT]
    assert SERVICES[name]["image"] in {SERVICES[other]["image"] for other in builders}
    assert SERVICES[name]["pull_policy"] == "never"


@pytest.mark.parametrize("name", NAMES)
def test_what_a_service_waits_for_is_in_each_of_its_profiles(name):
    """Compose v2 refuses a profile that turns a service on and what it waits for not."""
    for other in SERVICES[name].get("depends_on", ()):
        assert set(SERVICES[name]["profiles"]) <= set(SERVICES[other]["profiles"]), other


def test_the_file_says_only_what_both_generations_of_compose_read():
    """No `version`, at which v2 warns; no `name`, `include` or `deploy`, which 1.29 refuses."""
    whole = yaml.safe_load(COMPOSE)
    assert {key for key in whole if not key.startswith("x-")} == {"services", "secrets", "volumes"}
    assert set().union(*SERVICES.values()) <= set(READ_BY_BOTH.split())
    for service in SERVICES.values():
        waits = service.get("depends_on", ())
        told = waits.values() if isinstance(waits, dict) else ()
        assert {one["condition"] for one in told} <= CONDITIONS
        assert set(service.get("build", ())) <= {"context", "target", "network", "args"}


def test_an_image_has_a_title_a_description_and_the_version_of_the_package():
    version = re.search(r'^version = "(.+)"$', text_of("pyproject.toml"), re.MULTILINE)[1]
    assert f"ARG VERSION={version}\n" in DOCKERFILE
    finals = re.findall(r"(?ms)^FROM ground AS (\w+)$(.*?)(?=^FROM|\Z)", DOCKERFILE)
    assert {name for name, _ in finals} == {s["build"]["target"] for s in BUILT.values()}
    for _, text in finals:
        assert len(re.findall(r'image\.(?:title|description)="[^"]+"', text)) == 2


@pytest.mark.parametrize("name", NAMES)
def test_what_a_service_mounts_is_there(name):
    for path in bound(SERVICES[name]):
        assert (ROOT / path).is_file()
        assert (ROOT / path).stat().st_mode & 0o444 == 0o444


@pytest.mark.parametrize("name", NAMES)
def test_a_service_is_locked_down(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "environment"} & service.keys()
    assert ("user" in service) != (name in OURS)
    assert service.get("network_mode", "service:load") == "service:load"


@pytest.mark.parametrize("name", NAMES)
def test_volumes_secrets_and_what_a_service_waits_for_are_declared(name):
    whole, service = yaml.safe_load(COMPOSE), SERVICES[name]
    mounts = {plain(mount).split(":")[0] for mount in service["volumes"]} - set(bound(service))
    volumes = {mount for mount in mounts if not mount.startswith("/")}
    assert volumes <= whole["volumes"].keys()
    assert set(service.get("secrets", ())) <= whole["secrets"].keys()
    assert set(service.get("depends_on", ())) <= SERVICES.keys()


def test_secrets_are_files_that_are_there():
    for name, secret in yaml.safe_load(COMPOSE)["secrets"].items():
        assert (ROOT / secret["file"]).read_text().strip(), name


@pytest.mark.parametrize("sis", ["powerschool", "skyward"])
def test_an_agents_configuration_is_good_and_fits_the_stack(sis):
    service = SERVICES[f"agent-{sis}"]
    [path] = [path for path in bound(service) if path.endswith(".toml")]
    settings = config.load(ROOT / path)
    assert settings.sis.kind == sis
    ports = {name: plain(SERVICES[name]["ports"][0]).split(":")[-1] for name in ("otus", sis)}
    assert settings.sis.url == f"http://{sis}:{ports[sis]}"
    assert settings.source.url == f"http://otus:{ports['otus']}"
    secret = Path(settings.sis.client_secret.file)
    assert secret.parent == Path("/run/secrets")
    assert secret.name in service["secrets"]
    assert os.access(ROOT / "deploy/compose/on-order.sh", os.X_OK)


FLEET = [name for name in OURS if "passback-fleet:" in SERVICES[name]["image"]]


def test_the_fleets_configuration_is_good_and_fits_the_stack():
    settings = load_fleet(ROOT / "deploy/compose/fleet/fleet.toml")
    database = SERVICES[urlsplit(settings.database.url).hostname]
    [secret] = database["secrets"]
    assert settings.database.password.file == f"/run/secrets/{secret}"
    assert database["entrypoint"][-1] == settings.database.password.file
    for name in FLEET:
        mounted = {mount.split(":")[1] for mount in SERVICES[name]["volumes"]}
        assert mounted == {"/etc/passback/fleet.toml", *settings.districts}
        assert secret in SERVICES[name]["secrets"]


@pytest.mark.parametrize("name", FLEET)
def test_a_command_of_the_fleet_can_be_followed(name):
    group, command, *options = words(SERVICES[name]["command"])
    assert (group, f"fleet-{command}") == ("fleet", name)
    given = fleet.get_command(None, command).make_context(command, options).params
    assert str(given["config_file"]) == "/etc/passback/fleet.toml"
    if name == "fleet-pages":  # its log has the address, with the port
        [port] = {plain(port) for port in SERVICES[name]["ports"]}
        assert port == f"127.0.0.1:{given['port']}:{given['port']}"
        assert f":{given['port']}/health" in plain(SERVICES[name]["healthcheck"]["test"][-1])


def test_the_fleets_districts_are_made_as_the_fleet_reads_them(tmp_path):
    service = SERVICES["fleet-districts"]
    _, python, module = service["entrypoint"]
    assert (python, module) == ("-m", "deploy.compose.driver.districts")
    out = str(tmp_path)
    options = [word.replace("/var/spool/passback", out) for word in words(service["command"])]
    given = districts.make_context(
        "districts", [*options, f"--control-token-file={tmp_path / 'token'}"]
    ).params
    for name in ("otus", "powerschool", "skyward"):
        assert given[name] == f"http://{name}:{plain(SERVICES[name]['ports'][0]).split(':')[-1]}"
    used = set(re.findall(r'file = "/run/secrets/(\w+)"', TEXT))
    assert [name for name in FLEET if not used <= set(SERVICES[name]["secrets"])] == []


@pytest.mark.parametrize("name", ["otus", "powerschool", "skyward"])
def test_a_mocks_command_and_health_check_can_be_followed(name):
    service = SERVICES[name]
    command, which, *options = words(service["command"])
    parsed = mock.make_context("mock", [which, *options])
    assert (command, parsed.params["which"], parsed.params["host"]) == ("mock", name, "0.0.0.0")
    # Agents and driver ask for it by the service's name, a browser by the host's.
    assert parsed.params["allow_hosts"] == [name, "localhost"]
    _, python, _, module, *ports = service["healthcheck"]["test"]
    assert (python, module) == ("python", "mock_sis.serve.health")
    assert find_spec(module)
    checked = health.make_context("health", ports)
    assert [plain(port).split(":")[-1] for port in service["ports"]] == [
        str(port) for port in checked.params["ports"]
    ]
    assert plain(service["ports"][0]).startswith("127.0.0.1:")


def test_a_plain_up_starts_one_service_alone():
    assert [name for name in NAMES if "profiles" not in SERVICES[name]] == ["uat"]
    assert "depends_on" not in SERVICES["uat"]


def test_the_command_of_a_district_to_try_can_be_followed():
    service = SERVICES["uat"]
    command, *options = words(service["command"])
    given = uat.make_context("uat", options).params
    assert (command, given["host"], given["allow_hosts"]) == ("uat", "0.0.0.0", ["localhost"])
    assert service["volumes"] == [f"uat:{given['folder']}"]
    # The pages' links lead to the ports at which the mocks listen inside.
    row = f"{given['port']}-{given['port'] + 3}"
    assert plain(service["ports"][0]) == f"127.0.0.1:{row}:{row}"
    _, python, _, module, *ports = service["healthcheck"]["test"]
    assert (python, module) == ("python", "mock_sis.serve.health")
    checked = health.make_context("health", [plain(port) for port in ports])
    assert checked.params["ports"] == (given["port"] + 3,)


def test_the_drivers_command_can_be_followed(tmp_path):
    service = SERVICES["nights"]
    assert service["entrypoint"][:2] == ["python", "-m"]
    assert find_spec(service["entrypoint"][2])
    options = [*words(service["command"]), f"--control-token-file={tmp_path / 'token'}"]
    given = nights.make_context("nights", options).params
    folders = dict(given["agents"])
    assert dict(given["mocks"]).keys() == {"otus", "powerschool", "skyward"}
    for sis, folder in folders.items():
        assert SERVICES[f"agent-{sis}"]["entrypoint"][-1] == folder


def test_every_setting_of_the_stack_is_told_with_its_default():
    used = dict(re.findall(r"\$\{(PASSBACK_\w+):-([^}]*)\}", COMPOSE))
    rows = [line for line in PAGE.splitlines() if line.startswith("| `PASSBACK_")]
    told = {}
    for row in rows:
        names, defaults = row.split(" | ")[:2]
        told |= zip(re.findall(r"`(\w+)`", names), re.findall(r"`([^`]+)`", defaults), strict=True)
    assert told == used


def test_every_service_is_told():
    parts = PAGE.partition("## The parts")[2].partition("##")[0]
    assert [name for name in NAMES if f"`{name}`" not in parts] == []
