"""What a container may do, who it runs as, and what its log gives away."""

import re
import sqlite3

import pytest

from tests.containers.stack import MOCKS, SERVICES

STUDENTS = "SELECT id, dcid, number, given, family, email, username FROM student"
LINES = {
    "mock": re.compile(r"ready \w+ http://[\d.]+:\d+"),
    "agent": re.compile(r"waiting for nights|night of [\dT:+-]+ (begins|ended with exit code \d+)"),
    "nights": re.compile(
        r"look at \w+ +http://127\.0\.0\.1:\d+/\?token=\S+"
        r"|night of \w{3} \d\d \w{3} \d{4}, \d\d:\d\d"
        r"|  \w+: exit code \d+"
        r"|    (nothing to send|[\d a-z,]+); \d+ reads, \d+ writes"
        r"|    stays out: [\d a-z_,]+"
    ),
}


def kind(service):
    return "mock" if service in MOCKS else service.partition("-")[0]


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_runs_as_root(stack, service):
    code, out = stack.shell(service, "id -u; grep -h ^Uid: /proc/[0-9]*/status")
    assert code == 0
    assert set(re.findall(r"\d+", out)) == {"10001"}


@pytest.mark.parametrize("service", SERVICES)
def test_the_root_file_system_is_read_only(stack, service):
    places = ("/x", "/etc/x", "/opt/passback/x", "/home/x")
    for place in places:
        code, out = stack.shell(service, f"touch {place}")
        assert code != 0
        assert "Read-only file system" in out or "Permission denied" in out
    assert stack.container(service).attrs["HostConfig"]["ReadonlyRootfs"] is True
    assert stack.shell(service, "touch /tmp/x && rm /tmp/x")[0] == 0


@pytest.mark.parametrize("service", SERVICES)
def test_it_can_do_nothing_that_a_user_cannot(stack, service):
    host = stack.container(service).attrs["HostConfig"]
    assert host["CapDrop"] == ["ALL"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Privileged"] is False
    assert not [bind for bind in host["Binds"] or [] if "docker.sock" in bind]
    _, out = stack.shell(service, "grep -h ^CapEff /proc/self/status")
    assert int(out.split()[1], 16) == 0


@pytest.mark.parametrize("service", SERVICES)
def test_ports_are_published_on_loopback_only(stack, service):
    published = stack.container(service).attrs["NetworkSettings"]["Ports"]
    hosts = {one["HostIp"] for ports in published.values() for one in ports or ()}
    assert hosts == ({"127.0.0.1"} if service in MOCKS else set())


def test_the_token_is_for_the_mocks_user_alone(stack):
    _, out = stack.shell("otus", "stat -c '%a %u' /var/lib/passback/control-token")
    assert out.split() == ["600", "10001"]
    _, out = stack.shell("agent-skyward", "stat -c %a /var/lib/passback/passback.db")
    assert out.split() == ["600"]


# ---- logs


@pytest.fixture(scope="module")
def personal(stack, tmp_path_factory):
    """Every name, number and id of a student in the stack's world."""
    path = tmp_path_factory.mktemp("world") / "world.db"
    for suffix in ("", "-wal"):
        path.with_name(path.name + suffix).write_bytes(
            stack.file("otus", f"/var/lib/passback/world.db{suffix}")
        )
    world = sqlite3.connect(path)
    world.row_factory = sqlite3.Row
    students = [dict(row) for row in world.execute(STUDENTS)]
    world.close()
    assert students
    return {str(value) for row in students for value in row.values() if value is not None}


@pytest.mark.parametrize("service", SERVICES)
def test_a_log_says_only_what_is_meant_for_it(stack, service):
    strange = [
        line for line in stack.log(service).splitlines() if not LINES[kind(service)].fullmatch(line)
    ]
    assert strange == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_log_names_a_student_or_a_secret(stack, service, personal):
    text = stack.log(service)
    words = {word for word in personal if len(word) > 3}
    assert [word for word in words if re.search(rf"\b{re.escape(word)}\b", text)] == []
    assert "passback-secret" not in text
    if service != "nights":
        assert stack.token not in text
