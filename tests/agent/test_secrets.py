"""Secrets by reference: where they stand, what is refused by name, and how they are read anew."""

import os

import pytest

from agent.errors import ConfigError
from agent.secrets.lookup import is_exposed, rereadable, secret
from agent.settings import Secret

HIDDEN = "correct-horse"
WHERE = "[sis] client_secret"


def secret_refused(reference, environ):
    with pytest.raises(ConfigError) as refused:
        secret(reference, environ, WHERE)
    return str(refused.value)


def test_a_secret_comes_from_the_environment():
    assert secret(Secret(env="NAME"), {"NAME": HIDDEN}, WHERE) == HIDDEN


@pytest.mark.parametrize("environ", [{}, {"NAME": ""}, {"name": HIDDEN}], ids=repr)
def test_a_secret_that_the_environment_lacks_is_refused_by_its_name(environ):
    told = secret_refused(Secret(env="NAME"), environ)
    assert told == "[sis] client_secret: the environment variable NAME is not set"


@pytest.mark.parametrize("content", [HIDDEN, f"{HIDDEN}\n", f" {HIDDEN} \r\n"], ids=repr)
def test_a_secret_comes_from_a_file_of_its_own(tmp_path, content):
    path = tmp_path / "secret"
    path.write_text(content)
    assert secret(Secret(file=str(path)), {}, WHERE) == HIDDEN


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot read the secret's file"),
        (b"", "the secret's file {path} is empty"),
        (b" \n", "the secret's file {path} is empty"),
        (b"\xff\xfe\xff", "cannot read the secret's file"),
        (b"x" * 65_537, "the secret's file {path} is larger than 64 kB"),
    ],
    ids=["absent", "empty", "blank", "not text", "too large"],
)
def test_a_secrets_file_that_holds_none_is_refused_by_its_name(tmp_path, content, told):
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    found = secret_refused(Secret(file=str(path)), {})
    assert found.startswith(WHERE)
    assert told.format(path=path) in found
    assert str(path) in found


def test_a_secrets_file_is_a_regular_file(tmp_path):
    pipe = tmp_path / "secret"
    os.mkfifo(pipe)
    assert "is no regular file" in secret_refused(Secret(file=str(pipe)), {})
    assert "is no regular file" in secret_refused(Secret(file="/dev/zero"), {})


@pytest.mark.parametrize(
    ("mode", "exposed"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)]
)
def test_a_secrets_file_that_others_can_read_is_exposed(tmp_path, mode, exposed):
    path = tmp_path / "secret"
    path.write_text(HIDDEN)
    path.chmod(mode)
    me = os.geteuid()
    assert is_exposed(Secret(file=str(path)), me) is exposed
    assert not is_exposed(Secret(file=str(path)), me + 1)
    assert not is_exposed(Secret(env="NAME"), me)


@pytest.mark.parametrize(
    "reference",
    [
        None,
        Secret(),
        Secret(env="NAME", file="secret"),
        Secret(file="secret", credential="name"),
    ],
    ids=["none", "no place", "two places", "two others"],
)
def test_a_secret_stands_in_exactly_one_place(reference):
    told = secret_refused(reference, {"NAME": HIDDEN})
    assert told.startswith("[sis] client_secret: give the secret as")
    assert HIDDEN not in told


# ---- of systemd --------------------------------------------------------------------------------


def test_a_secret_comes_from_a_credential_of_systemds(tmp_path):
    (tmp_path / "sis").write_text(f"{HIDDEN}\n")
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
    assert secret(Secret(credential="sis"), environ, WHERE) == HIDDEN
    assert not is_exposed(Secret(credential="sis"), os.geteuid())


@pytest.mark.parametrize(
    ("name", "environ", "told"),
    [
        ("sis", {}, "there is no credential sis, since CREDENTIALS_DIRECTORY is not set"),
        (
            "sis",
            {"CREDENTIALS_DIRECTORY": "/nowhere"},
            "cannot read the secret's file /nowhere/sis",
        ),
        ("../sis", {"CREDENTIALS_DIRECTORY": "/run"}, "a credential is a name, not a path"),
        ("..", {"CREDENTIALS_DIRECTORY": "/run"}, "a credential is a name, not a path"),
    ],
)
def test_a_credential_that_is_not_there_is_refused_by_its_name(name, environ, told):
    assert secret_refused(Secret(credential=name), environ).startswith(f"{WHERE}: {told}")


# ---- anew --------------------------------------------------------------------------------------


def test_a_file_that_was_replaced_is_read_again(tmp_path):
    path = tmp_path / "secret"
    path.write_text(HIDDEN)
    read = rereadable(Secret(file=str(path)), {}, WHERE)
    (tmp_path / "next").write_text("another")
    (tmp_path / "next").replace(path)
    assert read() == "another"


@pytest.mark.parametrize("content", [None, b"", b"\xff"], ids=["away", "empty", "half written"])
def test_what_was_read_last_serves_while_the_file_is_not_whole(tmp_path, content):
    path = tmp_path / "secret"
    path.write_text(HIDDEN)
    read = rereadable(Secret(file=str(path)), {}, WHERE)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert read() == HIDDEN
    path.write_text("another")
    assert read() == "another"


def test_a_secret_that_is_not_there_at_the_start_is_refused(tmp_path):
    with pytest.raises(ConfigError):
        rereadable(Secret(file=str(tmp_path / "secret")), {}, WHERE)
