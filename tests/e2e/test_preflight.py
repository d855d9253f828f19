"""`passback check` before the first night: each way to set a district up badly is found.

A row of `PLANTED` says what is wrong, how it comes about on the mocks or in the file, and which
finding must name it, with who can mend it and how. One world for each SIS, restored between rows.
"""

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agent.cli import passback
from agent.domain import Who
from agent.ledger.sqlite.schema import VERSION
from contracts.configuration import SECRETS
from mock_sis.serve.certificate import write_certificate
from mock_sis.server import serving
from tests.agent.ledger.files import raw
from tests.e2e.support.csv_export import Export
from tests.e2e.support.district import District
from tests.e2e.support.opening import dropped, opened
from tests.e2e.support.privacy import OUT, assert_nothing_private
from tests.e2e.support.recording_proxy import JSON, Exchange, between
from tests.meta.project_files import ROOT
from tests.proxy import connect_proxy

Finding = dict[str, str]
SKYWARD, POWERSCHOOL = ("skyward",), ("powerschool",)
BOTH = SKYWARD + POWERSCHOOL


@dataclass
class Case:
    """One planted misconfiguration, while it is looked at.

    Attributes:
        edits: made to the text of the configuration file.
        environ: beside the secrets.
        at: the moment that `check` is asked about.
        source: the export that takes the place of Otus.
        until: left when the case is over.
    """

    district: District
    world: Any
    until: ExitStack
    edits: list[tuple[str, str]] = field(default_factory=list)
    environ: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None
    source: Export | None = None

    def sis(self, lines: str) -> None:
        """More lines of `[sis]`."""
        self.district.sis_more += f"{lines}\n"

    def __post_init__(self) -> None:
        self.home = replace(self.district)
        """The district as it is reached past every plant."""

    def configured(self) -> Path:
        """The file, written anew as edited."""
        path = self.district.config
        text = path.read_text()
        if self.source:
            start, end = text.index("[source]"), text.index("[sis]")
            table = f'[source]\nkind = "oneroster-csv"\npath = "{self.source.path}"\n\n'
            text = text[:start] + table + text[end:]
        for old, new in self.edits:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)
        return path

    @property
    def file(self) -> Path:
        """The file as it was last written."""
        return self.district.folder / "passback.toml"

    def check(self, *more: str) -> tuple[int, Any]:
        """`passback check --json`: exit code and report."""
        at = (self.at or self.home.now()).isoformat()
        words = ["check", "-c", str(self.file), "--at", at, "--json", *more]
        ran = CliRunner().invoke(passback, words, env={**SECRETS, **self.environ})
        if ran.exception and not isinstance(ran.exception, SystemExit):
            raise ran.exception
        return ran.exit_code, json.loads(ran.stdout)


Plant = Callable[[Case], None]


@dataclass
class Planted:
    """A misconfiguration and its finding.

    Attributes:
        sis: on which SIS it is planted.
        part, finding: where it is told, and under which name (a pattern).
        status: `fail`, or `warn`; by SIS where they differ.
        detail, fix: patterns that stand in it.
    """

    what: str
    plant: Plant
    sis: tuple[str, ...]
    part: str
    finding: str
    status: str
    detail: str
    who: Who
    fix: str


# ---- how they are planted ------------------------------------------------------------------------


def sis(lines: str) -> Plant:
    return lambda case: case.sis(lines)


def edit(old: str, new: str) -> Plant:
    return lambda case: case.edits.append((old, new))


def control(method: str, path: str, body: Any = None, *, otus: bool = False) -> Plant:
    return lambda case: case.district.control(method, path, body, otus=otus)


def sql(*statements: str) -> Plant:
    """Something of the SIS that no control plane plants."""

    def plant(case: Case) -> None:
        with case.world.db.write() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return plant


def all_of(*plants: Plant) -> Plant:
    def plant(case: Case) -> None:
        for each in plants:
            each(case)

    return plant


def secret_file(mode: int, text: str = "passback-secret") -> Plant:
    """The secret of `[sis]` in a file."""

    def plant(case: Case) -> None:
        path = case.district.folder / "sis.secret"
        path.write_text(text)
        path.chmod(mode)
        case.sis(f'client_secret = {{ file = "{path}" }}')

    return plant


def wrong_secret_of_otus(case: Case) -> None:
    case.edits.append(("PASSBACK_SOURCE_SECRET", "PASSBACK_WRONG"))
    case.environ["PASSBACK_WRONG"] = "wrong"


def sis_at(url: Callable[[District], str]) -> Plant:
    def plant(case: Case) -> None:
        case.district.sis, was = url(case.district), case.district.sis
        case.until.callback(setattr, case.district, "sis", was)

    return plant


def relayed(side: str, alter: Callable[[Exchange], None]) -> Plant:
    def plant(case: Case) -> None:
        case.until.enter_context(between(case.district, side)).alter = alter

    return plant


def an_hour_behind(exchange: Exchange) -> None:
    exchange.headers["date"] = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)


def without_changes(exchange: Exchange) -> None:
    if "/v1/changes" in exchange.path:
        exchange.content = json.dumps({**exchange.json, "changes": [], "more": False}).encode()


def without_periods(exchange: Exchange) -> None:
    if "academicSessions" in exchange.path:
        gone = [{**row, "status": "tobedeleted"} for row in exchange.json["academicSessions"]]
        exchange.content = json.dumps({"academicSessions": gone}).encode()


def throttled_once() -> Callable[[Exchange], None]:
    said: list[Exchange] = []

    def alter(exchange: Exchange) -> None:
        if not said and "metadata" in exchange.path:
            said.append(exchange)
            message = {"message": "Too many requests. Wait 0 seconds"}
            exchange.answer(429, message, {**JSON, "retry-after": "0"})

    return alter


def own_certificate(case: Case) -> None:
    pair = write_certificate(case.district.folder, now=datetime.now(UTC))
    running = case.until.enter_context(serving(case.district.kind, certificate=pair))
    sis_at(lambda d: getattr(running, d.kind).url.replace("127.0.0.1", "localhost"))(case)


def shut_proxy(case: Case) -> None:
    proxy = case.until.enter_context(connect_proxy(user="somebody:else"))
    sis_at(lambda _: "https://sis.example.invalid")(case)
    case.sis(f'proxy = "{proxy.url}"')


def assessments(*more: dict[str, Any], **of_class: Any) -> Plant:
    """One assessment for each of *more*; *of_class*: what differs in how it was assigned."""

    def plant(case: Case) -> None:
        d = case.district
        for number, each in enumerate(more or [{}]):
            assigned = d.assigned(of_class.get("class_id", "c-1001"))
            assigned |= {name: v for name, v in of_class.items() if name != "class_id"}
            d.assess(f"a-{number}", **{"classes": [assigned], **each})

    return plant


def student(id_: str, sis_id: str | None) -> Plant:
    def plant(case: Case) -> None:
        feed = case.world.feed
        feed.put("student", id_, {**feed.get("student", id_), "sisId": sis_id})

    return plant


def nobody_in_the_group(case: Case) -> None:
    for member in case.district.feed("groupMember"):
        case.district.control("DELETE", f"/group/{member['teacherId']}", otus=True)


def unlinked(case: Case) -> None:
    feed = case.world.feed
    for record in case.district.feed("class"):
        feed.put("class", record["id"], {**record, "sectionId": None})


def a_year_later(case: Case) -> None:
    case.at = case.district.now() + timedelta(days=365)


def a_night_with_another_ledger(case: Case) -> None:
    assessments()(case)
    case.district.score("a-0", "s-3001", 5)
    case.district.ledger = "other.db"
    assert case.district.sync().code == 0
    case.district.ledger = "passback.db"


def a_ledger(*statements: str, district: str = "lakeview", mode: int = 0o600) -> Plant:
    """A ledger from earlier, with *statements* run in it past the agent."""

    def plant(case: Case) -> None:
        path = case.district.folder / "passback.db"
        case.edits.append(('district = "lakeview"', f'district = "{district}"'))
        run = case.district.command("plan", "-c", str(case.configured()))
        assert run.code == 0
        case.edits.pop()
        raw(path, *statements)
        path.chmod(mode)

    return plant


def no_ledger_at_all(case: Case) -> None:
    (case.district.folder / "passback.db").write_text("Dear diary, this is no ledger.\n" * 20)


def no_tmpdir(case: Case) -> None:
    case.environ["TMPDIR"] = str(case.district.folder / "none")


def open_configuration(case: Case) -> None:
    case.district.config.chmod(0o666)


def an_old_export(case: Case) -> None:
    case.source = Export.of(case.district)
    old = time.time() - 9 * 86_400
    for file in case.source.folder.iterdir():
        os.utime(file, (old, old))


def an_export_without_results(case: Case) -> None:
    case.source = Export.of(case.district)
    (case.source.folder / "results.csv").unlink()


def a_delta(case: Case) -> None:
    case.source = Export.of(case.district)
    rows = [{"propertyName": "file.results", "value": "delta"}]
    case.source.write("manifest", rows)


def denied(operation: str) -> Plant:
    fault = {"operation": operation, "action": "status", "status": 403}
    return control("POST", "/faults", fault)


QUIZ = {"skyward": "130001", "powerschool": "135001"}


def category_off(teacher: str | None) -> Plant:
    def plant(case: Case) -> None:
        body = {"teacher": teacher} if teacher else {}
        category = QUIZ[case.district.kind]
        case.district.control("POST", f"/categories/{category}/deactivate", body)

    return plant


OTUS, SIS, OPERATOR = Who.OTUS, Who.SIS, Who.OPERATOR
LOOK_AT_KEYS = "client_id and client_secret in .sis."
MADE = [
    # ---- the way to both servers
    ("the client id is unknown to the SIS", sis('client_id = "nobody"'), BOTH,
     "sis", "sign in", "fail", "credentials|client id and secret", OPERATOR, LOOK_AT_KEYS),
    ("the secret of the SIS is wrong", secret_file(0o600, "wrong"), BOTH,
     "sis", "sign in", "fail", "credentials|client id and secret", OPERATOR, LOOK_AT_KEYS),
    ("the secret of Otus is wrong", wrong_secret_of_otus, SKYWARD,
     "source", "the Otus feed", "fail", "refused", OPERATOR, "client_secret in .source."),
    ("a secret is nowhere", edit("PASSBACK_SIS_SECRET", "PASSBACK_NOT_SET"), BOTH,
     "sis", "credentials", "fail", "PASSBACK_NOT_SET is not set", OPERATOR, "environment"),
    ("there is no token endpoint", sis_at(lambda d: f"{d.sis}/no"), BOTH,
     "sis", "sign in", "fail", "no token endpoint", OPERATOR, "look at the url"),
    ("at the address is Otus and no SIS", sis_at(lambda d: d.otus), BOTH,
     "sis", "sign in", "fail", "no token endpoint|refused with 404", OPERATOR, "look at the url"),
    ("the host is unknown", sis_at(lambda _: "http://no-such-host.invalid"), SKYWARD,
     "sis", "sign in", "fail", "unknown host", OPERATOR, "the url, and the way there"),
    ("nobody listens there", sis_at(lambda _: "http://127.0.0.1:1"), POWERSCHOOL,
     "sis", "sign in", "fail", "connection refused", OPERATOR, "the url, and the way there"),
    ("the authority of the certificate is unknown", own_certificate, SKYWARD,
     "sis", "sign in", "fail", "certificate was not accepted", OPERATOR, "set ca_file in .sis."),
    ("the proxy wants other credentials", shut_proxy, POWERSCHOOL,
     "sis", "sign in", "fail", "proxy wants credentials", Who.NETWORK, "proxy_user"),
    ("the clock of the SIS is wrong", relayed("sis", an_hour_behind), SKYWARD,
     "clocks", "clock of the SIS", "fail", "60 min behind ours", OPERATOR, "NTP"),
    ("the clock of the source is wrong", relayed("otus", an_hour_behind), POWERSCHOOL,
     "clocks", "clock of the source", "fail", "60 min behind ours", OPERATOR, "NTP"),
    # ---- time
    ("the zone is not the district's", edit("America/Chicago", "America/New_York"), POWERSCHOOL,
     "sis", "time zone", "fail", "Chicago.*New_York", OPERATOR, 'timezone = "America/Chicago"'),
    ("due times fall on the day after",
     all_of(edit("America/Chicago", "America/New_York"),
            assessments(dueDate="2026-10-17T04:59:00Z")), SKYWARD,
     "source", "time zone", "warn", "1 of 1 due times.*2026-10-17 00:59", OPERATOR, "own zone"),
    ("dates are written as midnight UTC", assessments(dueDate="2026-10-17T00:00:00Z"), BOTH,
     "source", "due times", "warn", "2026-10-16 19:00", OTUS, "as dates"),
    ("the effective date is still to come", edit("2026-08-20", "2027-08-20"), BOTH,
     "policy", "effective date", "warn", "2027-08-20 lies in the future", OPERATOR, "first day"),
    ("the effective date is years ago", edit("2026-08-20", "2016-08-20"), BOTH,
     "policy", "effective date", "warn", "2016-08-20 is years ago", OPERATOR, "school year"),
    ("no grading period holds the night", a_year_later, BOTH,
     "sis", "grading periods|reporting terms", "warn", "holds 2027-10-14", SIS, "check --at"),
    ("the sections are last year's", a_year_later, BOTH,
     "sis", "school year", "fail", "ended before 2027-10-14: 200001: Math 7", OTUS, "this school"),
    ("the grading period is closed", control("POST", "/periods/120001/close"), BOTH,
     "sis", "closed grading period", "fail", "closed.*200001", SIS, "open the period"),
    ("the terms of the district are inactive", relayed("sis", without_periods), SKYWARD,
     "sis", "sections without a grading period", "fail", "have no grading period", SIS, "terms"),
    ("the night begins after midnight, and a period has no grace",
     all_of(control("PATCH", "/periods/120001", {"grace_days": 0}),
            lambda case: setattr(case.district, "more", '[serve]\nat = "00:30"\n')), BOTH,
     "sis", "hour of the night", "warn", "00:30 is after midnight.*Q1", OPERATOR, "such as 21:00"),
    # ---- permissions
    ("the plugin cannot read marks",
     control("PUT", "/settings", {"grants": {"assignmentscore.isexempt": "none"}}), POWERSCHOOL,
     "sis", "access to assignmentscore", "fail", "FullAccess to assignmentscore.isexempt$", SIS,
     "plugin.xml"),
    ("the plugin may only read a field that the server fills",
     control("PUT", "/settings", {"grants": {"assignment.createdbyplugin": "view"}}), POWERSCHOOL,
     "sis", "access to assignment$", "fail", "assignment.createdbyplugin", SIS, "plugin.xml"),
    ("the plugin cannot see categories",
     control("PUT", "/settings", {"grants": {"teachercategory": "none"}}), POWERSCHOOL,
     "sis", "access to teachercategory", "fail", "ViewOnly to teachercategory.name|isactive", SIS,
     "System > Plugin Management"),
    ("passing grades back is not allowed",
     control("PUT", "/settings", {"allow_grade_passback": False}), SKYWARD,
     "sis", "grade pass back", "fail", "not ticked", SIS, "Allow Grade Pass Back"),
    ("there is no licence for the gradebook", denied("getLineItemsForClass"), SKYWARD,
     "sis", "gradebook", "fail", "not allowed", SIS, "licence.*writeback"),
    ("the SIS throttles, and many requests are to go at a time",
     all_of(sis("max_connections = 4"),
            relayed("sis", throttled_once())),
     POWERSCHOOL, "sis", "connections", "warn", "4 at a time", OPERATOR, "max_connections = 1"),
    # ---- categories
    ("a type maps to a category that is not there", edit('Quiz = "', 'Quiz = "Nope'), BOTH,
     "sis", 'mapping of "Quiz"', "fail", "there are: .*Homework", OPERATOR, "policy.categories"),
    ("the mapping is empty", lambda case: case.district.categories.clear(), BOTH,
     "sis", "mapping", "fail", "is empty: nothing passes", OPERATOR, "map each Otus type.*Quiz"),
    ("the district switched a category off", category_off(None), SKYWARD,
     "sis", 'mapping of "Quiz"', "fail", "not active", SIS, "switch the district's category on"),
    ("the district switched a category off for its teachers", category_off(None), POWERSCHOOL,
     "sis", "mapped categories", "warn", "not active in section 200001", Who.TEACHER, "switch"),
    ("a teacher switched a category off", category_off("300002"), BOTH,
     "sis", "mapped categories", "warn", r'section 200003 Science 7.*teacher t-2002\): "Q',
     Who.TEACHER, "switch the category on"),
    ("a type has no mapping", assessments({"type": "Journal"}), BOTH,
     "source", "assessment types", "warn", r'"Journal" \(1\)', OPERATOR, "add each type"),
    # ---- people and classes
    ("nobody is in the teacher group", nobody_in_the_group, BOTH,
     "source", "teacher group", "fail", "nothing passes.*c-1001.: t-2001", OTUS, "teacher group"),
    ("a co-teacher is outside the group", control("DELETE", "/group/t-2003", otus=True),
     POWERSCHOOL, "source", "co-teachers", "warn", "Science 7.*c-1003. by t-2003", OTUS, "add"),
    ("a student has no SIS id", student("s-3001", None), BOTH,
     "source", "SIS ids of students", "warn", "have none: s-3001", OTUS, "correct"),
    ("two students share a SIS id", student("s-3002", "400001"), BOTH,
     "source", "SIS ids of students", "warn", "s-3001 and s-3002", OTUS, "correct"),
    ("an administrator outside the SIS assigns", assessments({"assignedBy": "t-2004"}), BOTH,
     "source", "SIS ids of teachers", "warn", "stays out: t-2004", OTUS, "let a teacher"),
    ("a class in use has no section", assessments(class_id="c-1004"), BOTH,
     "source", "classes", "warn", "Science club .c-1004", OTUS, "link these classes"),
    ("no class has a section", unlinked, BOTH,
     "source", "classes", "fail", "none of 4 is linked", OTUS, "link these classes"),
    ("the feed is empty", relayed("otus", without_changes), BOTH,
     "source", "classes", "fail", "the source has no class", OTUS, "let this client see it"),
    ("a section is not in the SIS", control("POST", "/sections/200003/merge", {"into": "200001"}),
     BOTH, "sis", "sections that are not there", "warn", "200003: Science 7", OTUS, "link these"),
    ("nobody teaches a section",
     sql("UPDATE enrolment SET active = 0 WHERE role = 'teacher' AND section = '200003'"), BOTH,
     "sis", "sections without a teacher", "warn", "200003: Science 7", SIS, "lead teacher"),
    # ---- this machine
    ("the ledger is another district's", a_ledger(district="elsewhere"), BOTH,
     "ledger", "file", "fail", "that of district 'elsewhere'", OPERATOR, "this district's ledger"),
    ("the ledger is a newer program's", a_ledger("PRAGMA user_version = 99"), SKYWARD,
     "ledger", "file", "fail", "version 99", OPERATOR, "program that made it"),
    ("the ledger is an earlier program's", a_ledger(f"PRAGMA user_version = {VERSION - 1}"),
     POWERSCHOOL, "ledger", "file", "warn", "earlier version", OPERATOR, "copy the ledger"),
    ("the ledger is something else", no_ledger_at_all, SKYWARD,
     "ledger", "file", "fail", "not a database", OPERATOR, "bring back a backup"),
    ("another Passback writes into the district", a_night_with_another_ledger, SKYWARD,
     "sis", "second agent", "warn", "1 columns with an id.*200001.*lost", OPERATOR,
     "stop the other"),
    ("the ledger's folder is not there",
     lambda case: setattr(case.district, "ledger", "no/folder.db"), SKYWARD,
     "machine", "folder of the ledger", "fail", "there is no folder", OPERATOR, "make it"),
    ("there is no folder for temporary files", no_tmpdir, POWERSCHOOL,
     "machine", "temporary files", "fail", "there is no folder.*none", OPERATOR, "TMPDIR"),
    ("others can read the ledger", a_ledger(mode=0o644), POWERSCHOOL,
     "machine", "file modes", "warn", "others can read the ledger", OPERATOR, "chmod 600"),
    ("others can read a secret", secret_file(0o644), SKYWARD,
     "machine", "file modes", "warn", "others can read a secret's file", OPERATOR, "chmod 600"),
    ("others can change the configuration", open_configuration, SKYWARD,
     "machine", "file modes", "warn", "others can change the configuration", OPERATOR, "go-w"),
    # ---- an export as the source
    ("the export is old", an_old_export, SKYWARD,
     "source", "age of the export", "fail", "9 days old", OTUS, "every day"),
    ("a file of the export is missing", an_export_without_results, SKYWARD,
     "source", "the OneRoster files", "fail", "results.csv", OPERATOR, "made again"),
    ("the export holds changes only", a_delta, SKYWARD,
     "source", "the OneRoster files", "fail", "delta", OPERATOR, "made again"),
    # ---- the other routes
    ("OneRoster: the token address is wrong",
     all_of(edit('kind = "skyward"', 'kind = "oneroster"'), sis('token_url = "http://127.0.0.1:1/t"')),
     SKYWARD, "sis", "sign in", "fail", "connection refused", OPERATOR, "the way there"),
    ("OneRoster: the scores cannot be read",
     all_of(edit('kind = "skyward"', 'kind = "oneroster"'), denied("getAllCategories")),
     SKYWARD, "sis", "categories", "fail", "not allowed", SIS, "licence"),
    ("push route: the district switched a category off",
     all_of(sis('route = "oneroster"'), category_off(None)), POWERSCHOOL,
     "sis", 'mapping of "Quiz"', "fail", "not active", SIS, "switch the district's category on"),
    ("push route: the client id is unknown",
     all_of(sis('route = "oneroster"\nclient_id = "nobody"')), POWERSCHOOL,
     "sis", "sign in and classes", "fail", "refused", OPERATOR, LOOK_AT_KEYS),
]  # fmt: skip
PLANTED = [Planted(*row) for row in MADE]


# ---- the worlds ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def clean(servers, make, tmp_path_factory) -> Iterator[Callable[[str, Path], District]]:
    """A well set-up district of either kind, as it was at the start."""
    known: dict[str, District] = {}

    def restored(kind: str, folder: Path) -> District:
        if kind not in known:
            made = opened(servers, kind, tmp_path_factory.mktemp(kind), f"planted-{kind}", make)
            made.control("PUT", "/group/t-2003", otus=True)
            made.control("PUT", "/snapshots/clean")
            known[kind] = made
        else:
            known[kind].control("POST", "/snapshots/clean/restore")
        known[kind].control("DELETE", "/journal")
        titles = {"Quiz": "Quiz", "Test": "Test"}
        return replace(known[kind], folder=folder, categories=titles, ours=set(), left={})

    yield restored
    for district in known.values():
        dropped(servers, district)


@pytest.fixture
def case(clean, servers, kind: str, tmp_path: Path) -> Iterator[Case]:
    district = clean(kind, tmp_path)
    world = servers.worlds.find(district.sis.rpartition("/")[2]).world
    with ExitStack() as until:
        yield Case(district, world, until)


def shown(case: Case) -> dict[str, tuple[int, int, bytes]]:
    """Everything in the district's folder but SQLite's shared memory, in which readers tell it."""
    every = case.district.folder.rglob("*")
    files = [each for each in every if each.is_file() and not each.name.endswith("-shm")]
    return {str(f): (f.stat().st_mode, f.stat().st_mtime_ns, f.read_bytes()) for f in files}


def calls(case: Case) -> set[tuple[str, str]]:
    entries = case.home.journal()
    return {(e["method"], e["operation"]) for e in entries if not e["path"].startswith("/_mock")}


@cache
def documented() -> list[tuple[str, list[str], str, str]]:
    """Part, findings, and when they fail or warn, as the page has them."""
    page = (ROOT / "docs/reference/commands/nights.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")] for line in page.splitlines()]
    return [
        (row[1], [name.strip() for name in row[2].split(",")], row[3], row[4])
        for row in rows
        if len(row) == 6
    ]


def is_documented(finding: Finding) -> bool:
    """Whether the page has a row for it, which says when it has this status."""
    name = re.sub(r'^mapping of ".*"$', "mapping of TYPE", finding["name"])
    name = re.sub(r"^access to \w+$", "access to TABLE", name)
    rows = [row for row in documented() if row[0] == finding["part"] and name in row[1]]
    column = {"ok": 0, "fail": 2, "warn": 3}[finding["status"]]
    return any(row[column] for row in rows)


READS_BY_POST = {
    "issueOAuthToken",
    "issueToken",
    "issueAccessToken",
    "requestToken",
    "searchObjects",
}


def assert_only_read(made: set[tuple[str, str]]) -> None:
    assert {name for method, name in made if method != "GET"} - {None} <= READS_BY_POST


@pytest.mark.parametrize("kind", BOTH)
def test_a_clean_set_up_has_nothing_to_mend_and_nothing_is_written(case: Case):
    assessments()(case)
    case.district.control("DELETE", "/journal")
    path = case.configured()
    before = shown(case)

    code, report = case.check()

    assert [f for f in report["findings"] if f["status"] != "ok"] == []
    assert [f for f in report["findings"] if not is_documented(f)] == []
    assert (code, report["counts"]["fail"], report["counts"]["warn"]) == (0, 0, 0)
    assert shown(case) == before
    assert not (path.parent / "passback.db").exists()
    assert_only_read(calls(case))


@pytest.mark.parametrize("kind", BOTH)
def test_after_a_night_the_columns_are_ours_and_with_another_ledger_they_are_not(case: Case):
    a_night_with_another_ledger(case)

    def second_agent() -> str:
        case.configured()
        _, report = case.check()
        [found] = [f for f in report["findings"] if f["name"] == "second agent"]
        return found["status"]

    assert second_agent() == "warn"
    case.district.ledger = "other.db"
    assert second_agent() == "ok"


ROWS = [pytest.param(each, kind, id=f"{each.what}-{kind}") for each in PLANTED for kind in each.sis]


@pytest.mark.share(3)
@pytest.mark.parametrize(("planted", "kind"), ROWS)
def test_each_planted_misconfiguration_is_found(planted: Planted, case: Case):
    planted.plant(case)
    case.configured()
    case.home.control("DELETE", "/journal")
    before = shown(case)

    code, report = case.check()

    told = [f for f in report["findings"] if f["status"] != "ok"]
    assert all(f["who"] and f["fix"] for f in told)
    assert [f for f in report["findings"] if not is_documented(f)] == []
    named = [
        f for f in told if f["part"] == planted.part and re.search(f"^{planted.finding}", f["name"])
    ]
    [found] = [f for f in named if re.search(planted.detail, f["detail"])] or [told]
    assert isinstance(found, dict), told
    assert (found["status"], found["who"]) == (planted.status, planted.who)
    assert re.search(planted.fix, found["fix"])
    assert_only_read(calls(case))
    text = json.dumps(report)
    assert_nothing_private(case.world, "check", {OUT: text}, {}, numbers=case.source is not None)
    assert code == (6 if any(f["status"] == "fail" for f in told) else 0)
    assert shown(case) == before


def test_there_are_enough_of_them():
    assert len({each.what for each in PLANTED}) >= 25
