"""The configuration file: what is understood, what is refused by name, where secrets stay."""

import json
import re
import subprocess
import sys
import tomllib
from copy import deepcopy
from datetime import date, time
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import msgspec
import pytest
from click.testing import CliRunner

from agent import cli, config
from agent.errors import ConfigError
from agent.http.base_url import Proxy
from agent.policy import BrakeLimits, LongTitle, MissingAfterDue, Overwrite, Policy
from agent.settings import SisKind

GOOD = """\
district = "lakeview"
timezone = "America/Chicago"

[source]
kind = "otus"
url = "http://127.0.0.1:8101"
client_id = "passback"
client_secret = { env = "PASSBACK_SOURCE_SECRET" }

[sis]
kind = "skyward"
url = "http://127.0.0.1:8103"
client_id = "passback"
client_secret = { file = "sis.secret" }

[policy]
effective_date = 2026-08-20

[policy.categories]
Quiz = "QUIZ"

[brake]
at_least = 20

[ledger]
url = "sqlite:///lakeview.db"
"""
KINDS = ", ".join(sorted(get_args(SisKind)))
GONE = object()
HIDDEN = "pa55-w0rd-of-nobody"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "passback.toml"
    path.write_text(GOOD, encoding="utf-8")
    return path


def changed(place, value):
    """The good configuration with one key set, or GONE, at a dotted *place*."""
    plain = deepcopy(tomllib.loads(GOOD))
    *above, key = place.split(".")
    part = plain
    for name in above:
        part = part.setdefault(name, {})
    if value is GONE:
        del part[key]
    else:
        part[key] = value
    return plain


def settings(place="district", value="lakeview"):
    return config.settings_from(changed(place, value), Path("passback.toml"))


def refusal(place, value):
    """The sentence with which a changed configuration is refused."""
    with pytest.raises(ConfigError) as refused:
        settings(place, value)
    return str(refused.value)


def table(*rows):
    return [pytest.param(*row, id=f"{row[0]} = {row[1]!r}") for row in rows]


# ---- what is understood ------------------------------------------------------------------------


def test_a_good_file_is_understood(file):
    found = config.load(file)
    assert (found.district, config.zone_of(found)) == ("lakeview", ZoneInfo("America/Chicago"))
    assert (found.source.kind, found.source.url) == ("otus", "http://127.0.0.1:8101")
    assert (found.sis.kind, found.sis.oneroster) == ("skyward", "1.2")
    assert found.policy == Policy(effective_date=date(2026, 8, 20), categories={"Quiz": "QUIZ"})
    assert found.brake == BrakeLimits(at_least=20)


def test_what_is_left_out_takes_the_defaults_of_the_rules():
    found = config.settings_from(changed("brake", {}), Path("passback.toml"))
    assert found.brake == BrakeLimits()
    assert found.policy == Policy(
        effective_date=date(2026, 8, 20),
        categories={"Quiz": "QUIZ"},
        missing_after_due=MissingAfterDue.ZERO,
        zero_excused=False,
        send_excluded=False,
        overwrite=Overwrite.CHANGED_FIELDS,
        long_title=LongTitle.SHORTEN,
        recreate_deleted=False,
        night_belongs_until=time(6),
    )


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    table(
        ("policy.missing_after_due", "withhold", MissingAfterDue.WITHHOLD),
        ("policy.overwrite", "whole-record", Overwrite.WHOLE_RECORD),
        ("policy.long_title", "refuse", LongTitle.REFUSE),
        ("policy.zero_excused", True, True),
        ("policy.send_excluded", True, True),
        ("policy.recreate_deleted", True, True),
        ("policy.night_belongs_until", "04:30", time(4, 30)),
        ("policy.night_belongs_until", "04:30:15", time(4, 30, 15)),
        ("policy.night_belongs_until", time(4, 30), time(4, 30)),
        ("policy.effective_date", date(2030, 1, 1), date(2030, 1, 1)),
        ("policy.effective_date", "2030-01-01", date(2030, 1, 1)),
    ),
)
def test_a_choice_of_the_district_reaches_the_policy(place, value, expected):
    assert getattr(settings(place, value).policy, place.split(".")[1]) == expected


@pytest.mark.parametrize("name", [f.name for f in msgspec.structs.fields(BrakeLimits)])
def test_a_limit_of_the_brake_reaches_it(name):
    value = {"enabled": False, "at_least": 7, "roster_at_least": 8}.get(name, 0.25)
    assert getattr(settings(f"brake.{name}", value).brake, name) == value


@pytest.mark.parametrize("kind", ["powerschool", "skyward", "oneroster"])
def test_every_kind_of_sis_has_its_name(kind):
    assert settings("sis.kind", kind).sis.kind == kind


def test_a_folder_as_source_needs_no_address():
    source = {"kind": "oneroster-csv", "path": "export"}
    assert settings("source", source).source.url is None


# ---- what is refused, by name ------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "distrikt",
        "source.urls",
        "source.client_secret.value",
        "sis.client_secret.value",
        "sis.oneroster_version",
        "policy.zero_exused",
        "brake.share",
        "ledger.path",
        "policies",
    ],
)
def test_an_unknown_key_is_refused_by_its_name_and_section(place):
    section, _, key = place.rpartition(".")
    told = refusal(place, "x")
    assert f"unknown field `{key}`" in told
    assert (f"[{section}]" in told) is bool(section)


@pytest.mark.parametrize(
    "place",
    [
        "district",
        "timezone",
        "source",
        "source.kind",
        "sis",
        "sis.kind",
        "sis.url",
        "sis.client_id",
        "sis.client_secret",
        "policy",
        "policy.effective_date",
    ],
)
def test_a_missing_key_is_refused_by_its_name_and_section(place):
    section, _, key = place.rpartition(".")
    told = refusal(place, GONE)
    assert f"missing required field `{key}`" in told
    assert (f"[{section}]" in told) is bool(section)


@pytest.mark.parametrize("key", ["url", "client_id", "client_secret"])
def test_the_otus_feed_needs_its_address_and_credentials(key):
    assert refusal(f"source.{key}", GONE) == f'passback.toml: [source] kind "otus" needs {key}'


def test_midnight_is_asked_of_an_export_only():
    told = refusal("source.midnight_utc", "date")
    assert told == 'passback.toml: [source] midnight_utc is for kind "oneroster-csv" only'


def test_a_folder_as_source_needs_its_path():
    told = refusal("source", {"kind": "oneroster-csv"})
    assert told == 'passback.toml: [source] kind "oneroster-csv" needs path'


@pytest.mark.parametrize(
    ("place", "value"),
    table(
        ("district", 7),
        ("timezone", True),
        ("source.kind", "canvas"),
        ("source.url", 8101),
        ("source.client_secret", HIDDEN),
        ("source.client_secret.env", 5),
        ("sis.kind", "Skyward"),
        ("sis.oneroster", "1.3"),
        ("sis.oneroster", 1.2),
        ("sis.max_connections", "4"),
        ("sis.max_connections", 1.5),
        ("policy.effective_date", "last summer"),
        ("policy.effective_date", 20260820),
        ("policy.categories", ["Quiz"]),
        ("policy.categories.Quiz", 1),
        ("policy.missing_after_due", "none"),
        ("policy.overwrite", "everything"),
        ("policy.zero_excused", "yes"),
        ("policy.zero_excused", 1),
        ("policy.night_belongs_until", "6"),
        ("policy.night_belongs_until", "25:00"),
        ("policy.night_belongs_until", 6),
        ("brake.enabled", "off"),
        ("brake.changed_share", "50%"),
        ("brake.at_least", 0.5),
        ("ledger.url", 1),
    ),
)
def test_a_value_of_the_wrong_kind_is_refused_and_its_place_named(place, value):
    told = refusal(place, value)
    assert told.startswith(f"passback.toml: [{place.removesuffix('.Quiz')}]")
    assert HIDDEN not in told


@pytest.mark.parametrize(
    "zone",
    ["", "Chicago", "america/chicago", "US/Chicago", "UTC+5", "../UTC", "CDT", "US", "right/UTC"],
)
def test_a_time_zone_that_nobody_knows_is_refused(zone):
    assert refusal("timezone", zone) == f'passback.toml: timezone "{zone}" is not a known time zone'


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:8103", "ftp://127.0.0.1", "http://", "http:///path", "file:///sis"]
)
@pytest.mark.parametrize("part", ["source", "sis"])
def test_an_address_that_is_none_is_refused(part, url):
    assert refusal(f"{part}.url", url) == (
        f"passback.toml: [{part}]: the url must begin with http:// or https:// and a host"
    )


PROXIED = {
    "proxy": "http://proxy.example:3128",
    "proxy_user": "passback",
    "proxy_password": {"env": "PROXY"},
}


def proxied(part, **changes):
    section = {**tomllib.loads(GOOD)[part], "url": "https://sis.example", **PROXIED, **changes}
    return {key: value for key, value in section.items() if value is not GONE}


@pytest.mark.parametrize("part", ["source", "sis"])
def test_a_proxy_is_told_with_its_credentials(part):
    found = getattr(settings(part, proxied(part)), part)
    assert config.proxy_of(found, {"PROXY": "p"}, "") == Proxy(
        "http://proxy.example:3128", "passback", "p"
    )
    with pytest.raises(ConfigError, match=f"{part} proxy_password: the environment variable PROXY"):
        config.proxy_of(found, {}, part)


def test_without_a_word_there_is_no_proxy_whatever_the_environment_says():
    environ = {"https_proxy": "http://h:1", "HTTPS_PROXY": "http://h:1"}
    bare = proxied("sis", proxy=GONE, proxy_user=GONE, proxy_password=GONE)
    assert config.proxy_of(settings("sis", bare).sis, environ, "[sis]") is None
    asked = proxied("sis", proxy="environment", proxy_user=GONE, proxy_password=GONE)
    assert config.proxy_of(settings("sis", asked).sis, environ, "[sis]") == Proxy("http://h:1")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"url": "http://sis.example"}, "proxy is for a url with https:// only"),
        ({"url": "http://sis.example", "proxy": "environment"}, "proxy is for a url with https://"),
        ({"url": "https://[::1]:8443"}, "proxy needs a url with a name in it"),
        ({"proxy_user": GONE}, "proxy_user and proxy_password go together"),
        ({"proxy_password": GONE}, "proxy_user and proxy_password go together"),
        ({"proxy": GONE}, "proxy_user needs proxy, with the url of one"),
        ({"proxy": "environment"}, "proxy_user needs proxy, with the url of one"),
        ({"proxy": f"http://u:{HIDDEN}@h"}, "proxy: the url must not hold credentials"),
        ({"proxy": "https://proxy.example"}, "proxy: the url must be http://HOST:PORT"),
    ],
)
@pytest.mark.parametrize("part", ["source", "sis"])
def test_a_proxy_that_would_not_do_is_refused(part, changes, told):
    said = refusal(part, proxied(part, **changes))
    assert said.startswith(f"passback.toml: [{part}] {told}")
    assert HIDDEN not in said


def tokens(**changes):
    section = tomllib.loads(GOOD)["sis"]
    return {**section, "kind": "oneroster", "url": "https://sis.example", **changes}


def test_where_tokens_are_and_what_they_shall_allow_may_be_told():
    found = settings("sis", tokens(token_url="https://login.example/token", scope="a b")).sis
    assert (found.token_url, found.scope) == ("https://login.example/token", "a b")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "skyward", "token_url": "https://x/t"}, 'token_url is for kind "oneroster" only'),
        ({"kind": "powerschool", "scope": "a"}, 'scope is for kind "oneroster" only'),
        ({"token_url": "/token"}, "token_url: the url must begin with http:// or https://"),
        ({"token_url": "https://u:p@x/token"}, "token_url: the url must not hold credentials"),
        ({"token_url": "https://x/token?a=b"}, "token_url: the url must not hold"),
        ({"token_url": "http://x/token"}, "token_url must be https, as url is"),
    ],
)
def test_a_token_url_that_would_not_do_is_refused(changes, told):
    assert refusal("sis", tokens(**changes)).startswith(f"passback.toml: [sis] {told}")


@pytest.mark.parametrize(
    ("name", "number"),
    [
        *(("max_answer_mb", n) for n in (0, -1, 4097)),
        *(("max_request_seconds", n) for n in (0, -1.5, 86_401)),
    ],
)
@pytest.mark.parametrize("part", ["source", "sis"])
def test_a_bound_on_answers_that_is_none_is_refused(part, name, number):
    told = refusal(f"{part}.{name}", number)
    assert re.match(rf"passback.toml: \[{part}\.{name}\] Expected `\w+` (>=|<=) ", told)


@pytest.mark.parametrize(("number", "bound"), [(0, ">= 1"), (-1, ">= 1"), (65, "<= 64")])
def test_connections_are_from_one_to_sixty_four(number, bound):
    told = refusal("sis.max_connections", number)
    assert told == f"passback.toml: [sis.max_connections] Expected `int` {bound}"
    assert settings("sis.max_connections", 1).sis.max_connections == 1
    assert settings("sis.max_connections", 64).sis.max_connections == 64


def test_a_route_is_for_the_one_sis_that_has_several():
    assert refusal("sis.route", "xte").endswith('route is for kind "powerschool" only')


@pytest.mark.parametrize("name", ["", "  "])
def test_a_district_has_a_name(name):
    assert refusal("district", name) == "passback.toml: district must not be empty"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"district = ", "not readable as TOML", id="broken off"),
        pytest.param(b'a = "1"\na = "2"', "not readable as TOML", id="a key twice"),
        pytest.param(b"district = '\xff'", "not readable as TOML", id="not UTF-8"),
        pytest.param(b"", "missing required field `district`", id="empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_name(tmp_path, content, told):
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=f"broken.toml: .*{re.escape(told)}"):
        config.load(path)


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.toml: No such file"):
        config.load(tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("place", "value"),
    table(
        ("brake.changed_share", 50.0),
        ("brake.zero_share", -0.1),
        ("brake.removed_share", float("nan")),
        ("brake.at_least", -1),
    ),
)
def test_a_limit_of_the_brake_that_makes_no_sense_is_refused(place, value):
    assert f"[{place}]" in refusal(place, value)


def test_an_hour_of_another_time_zone_is_refused():
    assert "night_belongs_until" in refusal("policy.night_belongs_until", "06:00:00+02:00")


# ---- paths -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [("sis.secret", "{folder}/sis.secret"), ("/run/sis.secret", "/run/sis.secret")],
    ids=["relative", "absolute"],
)
def test_paths_are_relative_to_the_files_folder(tmp_path, given, expected):
    plain = changed("sis.client_secret", {"file": given})
    plain["source"] = {"kind": "oneroster-csv", "path": given}
    plain["ledger"] = {"url": f"sqlite:///{given}"}
    plain["sis"] |= PROXIED | {"url": "https://sis.example", "proxy_password": {"file": given}}
    found = config.settings_from(plain, tmp_path / "passback.toml")
    wanted = expected.format(folder=tmp_path)
    assert found.sis.client_secret.file == wanted
    assert found.sis.proxy_password.file == wanted
    assert found.source.path == wanted
    assert found.ledger.url == f"sqlite:///{wanted}"


def test_the_ledger_stands_beside_the_file_where_nothing_is_said(tmp_path):
    found = config.settings_from(changed("ledger", {}), tmp_path / "passback.toml")
    assert found.ledger.url == f"sqlite:///{tmp_path}/passback.db"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@db.example/passback",
        "postgresql://db.example/passback?user=me&password=hunter2",
        "postgresql://db.example/passback?%70assword=hunter2",
    ],
)
def test_a_ledgers_url_has_no_password_in_it(url):
    with pytest.raises(ConfigError, match="has a password in it") as refused:
        settings("ledger.url", url)
    assert "hunter2" not in str(refused.value)


def test_a_ledger_of_another_kind_is_left_to_the_ledger():
    url = "postgresql://127.0.0.1/passback"
    assert settings("ledger.url", url).ledger.url == url


@pytest.mark.parametrize("part", ["source", "sis"])
def test_a_certificates_path_is_relative_to_the_files_folder(tmp_path, part):
    found = config.settings_from(changed(f"{part}.ca_file", "ca.pem"), tmp_path / "passback.toml")
    assert getattr(found, part).ca_file == str(tmp_path / "ca.pem")


# ---- notices -----------------------------------------------------------------------------------

SMTP = """
[notify.smtp]
host = "smtp.lakeview.example"
from = "Passback <passback@lakeview.example>"
"""


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('[[notify.mail]]\nto = ["ops@lakeview.example"]', "needs [notify.smtp]"),
        (SMTP + 'user = "passback"', "user and password go together"),
        (
            SMTP + 'user = "passback"\npassword = { env = "X" }\nsecurity = "none"',
            'a password needs security "starttls" or "tls"',
        ),
        (SMTP + "[[notify.mail]]\nto = []", "[notify.mail"),
        (SMTP + '[[notify.mail]]\nto = ["nobody"]', "'nobody' is no address of mail"),
        (SMTP + '[[notify.mail]]\nto = ["a@b.example, c@d.example"]', "is no address of mail"),
        (SMTP + '[[notify.mail]]\nto = ["a@b.example\\nBcc: c@d.example"]', "is no address"),
        (SMTP + '[[notify.mail]]\nto = ["a@b.example"]\nwhen = "never"', "it is one of always"),
        (SMTP + '[[notify.mail]]\nto = ["a@b.example"]\nwhan = "always"', "is when meant?"),
        ('[[notify.webhook]]\nurl = "https://hooks.example/x"', "Expected `object`, got `str`"),
    ],
)
def test_notices_that_cannot_be_sent_so_are_refused(file, more, told):
    file.write_text(f"{GOOD}\n{more}\n")
    with pytest.raises(ConfigError) as refused:
        config.load(file)
    assert told in str(refused.value)


def test_paths_of_notices_and_log_are_relative_to_the_file(file):
    more = (
        SMTP
        + 'ca_file = "ca.pem"\nuser = "passback"\npassword = { file = "smtp.secret" }\n'
        + '[[notify.webhook]]\nurl = { file = "hook.url" }\n[log]\nfile = "passback.log"\n'
    )
    file.write_text(f"{GOOD}\n{more}")
    found = config.load(file)
    assert found.notify.smtp.ca_file == str(file.parent / "ca.pem")
    assert found.notify.smtp.password.file == str(file.parent / "smtp.secret")
    assert found.notify.webhook[0].url.file == str(file.parent / "hook.url")
    assert found.log.file == str(file.parent / "passback.log")


# ---- the commands --------------------------------------------------------------------------------

ENVIRONMENT = {"PASSBACK_SOURCE_SECRET": HIDDEN}


def run(*arguments, environ=ENVIRONMENT):
    return CliRunner().invoke(cli.passback, [str(a) for a in arguments], env=environ)


def test_check_says_that_the_file_is_good(file):
    (file.parent / "sis.secret").write_text(HIDDEN)
    ran = run("config", "check", "-c", file)
    assert (ran.exit_code, ran.output) == (0, f"{file}: good, for lakeview\n")


@pytest.mark.parametrize(
    ("environ", "kept", "told"),
    [
        ({"PASSBACK_SOURCE_SECRET": None}, HIDDEN, "[source] client_secret: the environment"),
        (ENVIRONMENT, "", "[sis] client_secret: the secret's file"),
        (ENVIRONMENT, None, "[sis] client_secret: cannot read"),
    ],
    ids=["not in the environment", "an empty file", "no file"],
)
def test_check_looks_for_the_secrets(file, environ, kept, told):
    if kept is not None:
        (file.parent / "sis.secret").write_text(kept)
    ran = run("config", "check", "-c", file, environ=environ)
    assert isinstance(ran.exception, ConfigError)
    assert str(ran.exception).startswith(told)
    assert HIDDEN not in ran.output + str(ran.exception)


def test_check_asks_no_secret_of_a_folder(file):
    folder = 'kind = "oneroster-csv"\npath = "export"\n'
    file.write_text(re.sub(r'kind = "otus"\n(.+\n){3}', folder, GOOD))
    (file.parent / "sis.secret").write_text(HIDDEN)
    assert run("config", "check", "-c", file, environ={}).exit_code == 0


def test_show_prints_what_is_in_force_and_only_where_secrets_stand(file):
    (file.parent / "sis.secret").write_text(HIDDEN)
    ran = run("config", "show", "-c", file)
    told = json.loads(ran.output)
    assert ran.exit_code == 0
    assert HIDDEN not in ran.output
    assert told["source"]["client_secret"] == {
        "env": "PASSBACK_SOURCE_SECRET",
        "file": None,
        "credential": None,
    }
    assert told["sis"]["client_secret"]["file"] == str(file.parent / "sis.secret")
    assert told["policy"]["missing_after_due"] == "zero"
    assert told["brake"]["at_least"] == 20


@pytest.mark.parametrize("part", ["source", "sis"])
def test_a_secret_inside_an_address_is_refused(part):
    assert HIDDEN not in refusal(f"{part}.url", f"https://passback:{HIDDEN}@127.0.0.1")


@pytest.mark.parametrize("command", ["check", "show"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (GOOD.replace("effective_date", "efective_date"), "unknown field `efective_date`"),
        (GOOD.replace("effective_date", "efective_date"), "[policy] Object contains unknown field"),
        (GOOD.replace("effective_date", "efective_date"), "is effective_date meant?"),
        (GOOD.replace('"skyward"', '"skywards"'), f"it is one of {KINDS}"),
        (GOOD + "[wrong]\n", "unknown field `wrong`\n"),
        (re.sub("effective_date = .*", 'effective_date = "soon"', GOOD), "one such as 2026-08-17"),
        (re.sub("client_secret = .*", 'client_secret = "abc"', GOOD), "by reference, such as {"),
        (GOOD.replace("America/Chicago", "Chicago"), 'timezone "Chicago" is not'),
        (None, "No such file"),
    ],
    ids=[
        "unknown key",
        "its table",
        "one like it",
        "what may stand",
        "none like it",
        "no date",
        "a bare secret",
        "bad zone",
        "no file",
    ],
)
def test_a_bad_file_ends_a_command_with_ten_and_one_line(file, command, content, told):
    file.unlink() if content is None else file.write_text(content)
    arguments = [sys.executable, "-m", "agent", "config", command, "-c", str(file)]
    ended = subprocess.run(arguments, capture_output=True, check=False, text=True)
    assert (ended.returncode, ended.stdout) == (10, "")
    assert ended.stderr.startswith("passback: ")
    assert ended.stderr.count("\n") == 1
    assert told in ended.stderr


@pytest.mark.parametrize(
    "arguments",
    [("config", "check"), ("config", "shout"), ("config", "show", "-c", "."), ("--frobnicate",)],
    ids=["no file named", "no such command", "a folder", "no such option"],
)
def test_a_wrong_use_ends_with_two(arguments):
    assert run(*arguments).exit_code == 2


def test_a_failing_lookup_does_not_keep_the_secrets_of_its_neighbours(file):
    ran = run("config", "check", "-c", file)
    assert HIDDEN not in repr(ran.exception) + ran.output + ran.stderr


# ---- [serve]: who may open the pages ------------------------------------------------------------

HASH = "0" * 64
WHO = {"name": "a@school.example", "role": "administrator", "token_sha256": HASH}
ALSO = {"name": "b@school.example", "role": "teacher", "teacher": "t-1", "token_sha256": "1" * 64}


def test_people_are_read_with_their_roles():
    serve = settings("serve", {"people": [WHO, ALSO], "trusted_proxies": ["10.1.0.0/16"]}).serve
    assert [each.role for each in serve.people] == ["administrator", "teacher"]
    assert serve.people[1].teacher == "t-1"
    assert serve.user_header is None


@pytest.mark.parametrize(
    ("serve", "told"),
    [
        ({"people": [{**WHO, "role": "coach"}]}, "it is one of administrator, teacher"),
        ({"people": [{**WHO, "name": ""}]}, "[serve.people[0].name]"),
        ({"people": [{**WHO, "token_sha256": "secret"}]}, "[serve.people[0].token_sha256]"),
        ({"people": [{**WHO, "token": "secret"}]}, "unknown field `token`"),
        ({"people": [{**WHO, "teacher": "t-1"}]}, 'people "a@school.example": teacher = ID'),
        ({"people": [{**WHO, "role": "teacher"}]}, 'people "a@school.example": teacher = ID'),
        ({"people": [{"name": "a", "role": "administrator"}]}, "needs token_sha256"),
        ({"people": [WHO, {**ALSO, "name": WHO["name"]}]}, "a name stands there twice"),
        ({"people": [WHO, {**ALSO, "token_sha256": HASH}]}, "one token each"),
        ({"user_header": "X Forwarded"}, "[serve.user_header]"),
        ({"user_header": "X-User", "trusted_proxies": ["proxy.example"]}, "is no address"),
        ({"user_header": "X-User", "trusted_proxies": ["10.0.0.1/8"]}, "is no address"),
    ],
)
def test_people_that_would_not_do_are_refused(serve, told):
    assert told in refusal("serve", serve)


def test_with_a_proxys_header_a_person_needs_no_token():
    people = [{"name": "a@school.example", "role": "administrator"}]
    found = settings("serve", {"people": people, "user_header": "X-Forwarded-User"})
    assert len(found.serve.people) == 1
