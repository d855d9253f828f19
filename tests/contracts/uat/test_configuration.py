"""A district's own configuration on mocks: what stays, what goes, what is refused."""

from pathlib import Path

import pytest

from agent.config import load, secret
from agent.errors import ConfigError
from contracts.uat.configuration import mocked

DISTRICT = """
district = "lakeview"
timezone = "America/Denver"
[source]
kind = "otus"
url = "https://otus.example.org"
client_id = "real"
client_secret = { env = "NOT_SET_ANYWHERE" }
proxy = "http://proxy.example.org:3128"
[sis]
kind = "KIND"
url = "https://sis.example.org"
client_id = "real"
client_secret = { file = "not-there.secret" }
ca_file = "not-there.pem"
max_connections = 3
MORE
[policy]
effective_date = 2026-09-01
missing_after_due = "withhold"
night_belongs_until = "05:30"
[policy.categories]
Quiz = "Formative"
[brake]
zero_share = 0.25
[ledger]
url = "sqlite:////var/lib/passback/real.db"
"""


def on_mocks(folder: Path, kind: str, more: str = "") -> Path:
    config = folder / "district.toml"
    config.write_text(DISTRICT.replace("KIND", kind).replace("MORE", more))
    out = folder / "out"
    out.mkdir()
    return mocked(config, otus="http://127.0.0.1:1/w/x", sis="http://127.0.0.1:2/w/x", folder=out)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("powerschool", 'route = "oneroster"\noneroster = "1.1"'),
        ("skyward", 'oneroster = "1.1"'),
        ("oneroster", 'token_url = "https://sis.example.org/token"\nscope = "a"'),
    ],
)
def test_policy_zone_and_kind_stay_and_servers_go(tmp_path: Path, kind: str, more: str):
    path = on_mocks(tmp_path, kind, more)

    made = load(path)
    before = load(tmp_path / "district.toml")
    assert made.policy == before.policy
    assert (made.brake, made.timezone, made.district) == (
        before.brake,
        "America/Denver",
        "lakeview",
    )
    assert (made.sis.kind, made.sis.route) == (before.sis.kind, before.sis.route)
    assert (made.sis.oneroster, made.sis.max_connections) == (before.sis.oneroster, 3)
    assert (made.source.url, made.sis.url) == ("http://127.0.0.1:1/w/x", "http://127.0.0.1:2/w/x")
    assert made.ledger.url == f"sqlite:///{path.parent.resolve() / 'mocks.db'}"
    for part in (made.source, made.sis):
        assert secret(part.client_secret, {}, "") == "passback-secret"
    assert "example.org" not in path.read_text()
    assert "real" not in path.read_text()


def test_a_csv_source_becomes_the_otus_mock(tmp_path: Path):
    config = tmp_path / "district.toml"
    text = DISTRICT.replace("KIND", "skyward").replace("MORE", "")
    start, end = text.index("[source]"), text.index("[sis]")
    csv = '[source]\nkind = "oneroster-csv"\npath = "nightly"\n'
    config.write_text(text[:start] + csv + text[end:])

    path = mocked(config, otus="http://127.0.0.1:1", sis="http://127.0.0.1:2", folder=tmp_path)

    assert load(path).source.kind == "otus"


def test_what_the_agent_would_refuse_is_refused(tmp_path: Path):
    config = tmp_path / "district.toml"
    config.write_text(DISTRICT.replace("KIND", "skyward").replace("MORE", "colour = 1"))

    with pytest.raises(ConfigError, match="colour"):
        mocked(config, otus="http://127.0.0.1:1", sis="http://127.0.0.1:2", folder=tmp_path)

    with pytest.raises(ConfigError, match="No such file"):
        mocked(tmp_path / "none.toml", otus="", sis="", folder=tmp_path)


def test_the_mocks_secret_is_closed_to_others(tmp_path: Path):
    path = on_mocks(tmp_path, "skyward")

    assert (path.parent / "mocks.secret").stat().st_mode & 0o077 == 0
