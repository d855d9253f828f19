"""Bad input: a configuration, a ledger or a server that cannot be used. One clear line, the right
exit code, nothing sent, nothing lost.
"""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.configuration import SECRETS
from tests.e2e.support.district import START, District, Run
from tests.e2e.support.night_work import (
    AFTER,
    NEXT,
    assert_as_if_nothing_had_happened,
    shown,
    some_work,
    told,
)
from tests.e2e.support.recording_proxy import HTML, JSON, Exchange, between, relaying
from tests.e2e.support.verdicts import sis_writes

pytestmark = pytest.mark.slow


def one_line(run: Run, code: int, *words: str) -> None:
    """It ended with this code and one line that holds these words, and no traceback."""
    assert run.code == code, run.err
    assert run.err.startswith("passback: ")
    assert run.err.count("\n") == 1
    for word in words:
        assert word in run.err
    assert not any(value in run.out + run.err for value in SECRETS.values())


# ---- the configuration ---------------------------------------------------------------------------


def with_changed(district: District, old: str, new: str) -> Path:
    """The configuration with one thing otherwise."""
    text = district.config.read_text()
    assert old in text
    path = district.folder / "changed.toml"
    path.write_text(text.replace(old, new, 1))
    return path


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[sis]\n", "[sis]\nsecret = 1\n", ("secret", "sis")),
        ("[policy]\n", "[policy]\nmissing_after = 'zero'\n", ("missing_after",)),
        ("[policy]\n", "[policy]\nmissing_after_due = 'nought'\n", ("missing_after_due",)),
        ("[policy]\n", "[policy]\nzero_excused = 'yes'\n", ("zero_excused",)),
        ("district = ", "distrikt = ", ("distri",)),
        ("[ledger]\n", "[legder]\nx = 1\n[ledger]\n", ("legder",)),
        ("America/Chicago", "America/Chikago", ("America/Chikago",)),
        ('kind = "otus"', 'kind = "canvas"', ("canvas",)),
        ('kind = "skyward"', 'kind = "skywards"', ("skywards",)),
        ("effective_date = 2026-08-20", "effective_date = '20 August'", ("effective_date",)),
        ("effective_date = 2026-08-20", "", ("effective_date",)),
        ("[policy]", "[policy", ("TOML",)),
        ('url = "http://', 'url = "ftp://', ("url", "https://")),
        ("sqlite:///", "mysql:///", ("ledger",)),
    ],
)
def test_a_configuration_that_cannot_be_used_is_told_by_key(district: District, old, new, words):
    district.assess("a-1")
    path = with_changed(district, old, new)
    calls = len(district.journal())

    for command in ("sync", "plan", "check", "status"):
        run = district.command(command, "-c", str(path))
        one_line(run, 10, *words)
        assert run.out == ""
    assert len(district.journal()) == calls
    assert district.night(START).code == 0


def test_a_configuration_that_is_not_there_is_named(district: District):
    one_line(district.command("sync", "-c", str(district.folder / "no.toml")), 10, "no.toml")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('env = "PASSBACK_SIS_SECRET"', 'env = "PASSBACK_NOT_SET"', "PASSBACK_NOT_SET"),
        ('env = "PASSBACK_SOURCE_SECRET"', 'env = "PASSBACK_NOT"', "PASSBACK_NOT"),
        ('env = "PASSBACK_SIS_SECRET"', 'file = "no-such-file"', "no-such-file"),
        ('env = "PASSBACK_SIS_SECRET"', 'file = "empty"', "empty"),
        ('env = "PASSBACK_SIS_SECRET"', "", "[sis] client_secret"),
    ],
)
def test_a_missing_secret_is_named_and_nobody_is_asked(district: District, old, new, words):
    (district.folder / "empty").write_text("\n")
    calls = len(district.journal())

    run = district.command("sync", "-c", str(with_changed(district, old, new)), "--json")

    one_line(run, 10, words)
    assert len(district.journal()) == calls


@pytest.mark.parametrize("secret", ["passback-secret", "'passback-secret'"])
def test_a_secret_in_the_configuration_itself_is_refused_and_not_repeated(
    district: District, secret: str
):
    table = '[sis.client_secret]\nenv = "PASSBACK_SIS_SECRET"'
    path = with_changed(district, f"\n{table}", f'client_secret = "{secret}"')

    run = district.command("sync", "-c", str(path))

    one_line(run, 10, "client_secret")


# ---- the ledger ----------------------------------------------------------------------------------


def halve(path: Path) -> None:
    """Cut the file in the middle of a page."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2 + 100])


def scribble(path: Path) -> None:
    """Overwrite pages in the middle."""
    content = bytearray(path.read_bytes())
    content[4096 : 4096 * 6] = b"\xa5" * (4096 * 5)
    path.write_bytes(bytes(content))


def make_newer(path: Path) -> None:
    """As a later version of this program would leave it."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()


def lose_a_table(path: Path) -> None:
    """As a copy that broke off might be."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA foreign_keys = OFF")
        db.execute("DROP TABLE known_score")
    db.close()


def someone_elses(path: Path) -> None:
    """An SQLite file of another program."""
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE photo (id)")
    db.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (halve, "ledger"),
        (scribble, "ledger"),
        (lambda path: path.write_bytes(b"not a database at all" * 999), "ledger"),
        (make_newer, "newer"),
        (lose_a_table, "damaged"),
        (someone_elses, "not a Passback ledger"),
    ],
)
def test_a_ledger_that_cannot_be_trusted_is_left_alone(
    district: District, spoil: Callable[[Path], None], words: str
):
    some_work(district)
    district.night(START)
    path = district.folder / district.ledger
    good = district.folder / "good.db"
    shutil.copy(path, good)
    spoil(path)
    spoiled = path.read_bytes()
    before, calls = shown(district), len(sis_writes(district))
    district.score("a-1", "s-3001", 3)

    for run in (district.sync(), district.plan()):
        one_line(run, 10, words)
    assert (shown(district), len(sis_writes(district))) == (before, calls)
    assert path.read_bytes() == spoiled

    shutil.copy(good, path)
    run = district.sync()
    assert (run.code, run.writes) == (0, 1)


def test_another_districts_ledger_is_refused(district: District):
    some_work(district)
    district.night(START)
    path = with_changed(district, 'district = "lakeview"', 'district = "hillside"')

    run = district.command("sync", "-c", str(path), "--json")

    one_line(run, 10, "lakeview", "hillside")
    assert district.sync().writes == 0


def test_an_empty_file_is_a_new_ledger(district: District):
    """A run that was killed as it made the file."""
    (district.folder / district.ledger).touch()
    district.assess("a-1")

    assert district.night(START).code == 0


def test_a_folder_is_no_ledger(district: District):
    (district.folder / district.ledger).mkdir()

    one_line(district.sync(), 10, "ledger")


# ---- servers -------------------------------------------------------------------------------------


def unreachable() -> str:
    """An address where nobody listens."""
    with relaying("http://127.0.0.1:9") as relay:
        return relay.url


def test_a_source_that_nobody_answers_for_ends_the_night_with_6(district: District, twin: District):
    some_work(district)
    otus, district.otus = district.otus, unreachable()
    run = district.sync()
    district.otus = otus

    one_line(run, 6, "source", "no connection")
    assert sis_writes(district) == []
    assert_as_if_nothing_had_happened(district, twin)


def html(exchange: Exchange) -> None:
    """A log-in page instead of an answer."""
    exchange.answer(200, "<!doctype html><title>Sign in</title>", HTML)


def other_json(exchange: Exchange) -> None:
    """JSON of something else."""
    exchange.answer(200, {"hello": ["world"]}, JSON)


def array(exchange: Exchange) -> None:
    """JSON of another shape."""
    exchange.answer(200, [1, 2, 3], JSON)


def other_type(exchange: Exchange) -> None:
    """The right content under the wrong name."""
    exchange.answer(exchange.status, exchange.content, {"content-type": "text/plain"})


def half(exchange: Exchange) -> None:
    """Half of the JSON, with a content length that fits."""
    exchange.answer(200, exchange.content[: len(exchange.content) // 2], JSON)


def nothing(exchange: Exchange) -> None:
    """A success without content."""
    exchange.answer(200, b"", {})


def noise(exchange: Exchange) -> None:
    """Bytes that are no text."""
    exchange.answer(200, bytes(range(128, 256)), JSON)


def deep(exchange: Exchange) -> None:
    """JSON that is nested beyond all measure."""
    exchange.answer(200, b'{"a":' * 200_000 + b"1" + b"}" * 200_000, JSON)


LIES = [html, other_json, array, other_type, half, nothing, noise, deep]


def lying(part: str, lie: Callable[[Exchange], None]) -> Callable[[Exchange], None]:
    """Lie about what has *part* in its path, and nothing else."""

    def alter(exchange: Exchange) -> None:
        if part in exchange.path and "/_mock/" not in exchange.path:
            lie(exchange)

    return alter


@pytest.mark.share(3)
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("part", ["/oauth/token", "/v1/changes"])
def test_a_lying_source_ends_the_night_with_6(district: District, part: str, lie):
    some_work(district)
    with between(district, "otus") as feed:
        feed.alter = lying(part, lie)
        at = district.now()
        run = district.sync(at=at)

    one_line(run, 6, "source")
    assert sis_writes(district) == []
    assert district.sync().code == 0


READS = [
    "/token",
    "/academicSessions",
    "/v1p2/categories",
    "/Generic/",
    "GetSystemMetadata",
]


@pytest.mark.share(3)
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("part", READS)
def test_a_sis_that_lies_when_read_ends_the_night_with_6(district: District, part: str, lie):
    some_work(district)
    with between(district, "sis") as relay:
        relay.alter = lying(part, lie)
        run = district.sync()

    one_line(run, 6, "sis")
    assert sis_writes(district) == []
    assert district.sync().code == 0


@pytest.mark.parametrize("lie", LIES)
def test_a_sis_that_does_not_tell_which_rosters_changed_is_looked_through_whole(
    district: District, twin: District, lie
):
    some_work(district)
    with between(district, "sis") as relay:
        relay.alter = lying("/v1p2/enrollments?", lie)
        assert district.sync().code == 0
        district.control("POST", "/students/400001/drop", {})
        district.score("a-1", "s-3001", 3)
        run = district.sync()
    assert (run.code, run.codes("a-1", "s-3001")) == (0, ["not_enrolled"])
    district.control("POST", "/students/400001/enroll", {"section": "200001"})
    twin.control("POST", "/students/400001/drop", {})
    twin.control("POST", "/students/400001/enroll", {"section": "200001"})
    district.score("a-1", "s-3001", 1.5)

    assert_as_if_nothing_had_happened(district, twin)


@pytest.mark.share(3)
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("part", ["/rostering/v1p2/classes/", "/v1p2/schools/", "/lineItems?"])
def test_a_sis_that_lies_about_every_gradebook_ends_the_night_with_6(
    district: District, part: str, lie
):
    some_work(district)
    with between(district, "sis") as relay:
        relay.alter = lying(part, lie)
        run = district.sync()

    one_line(run, 6, "sis")
    assert sis_writes(district) == []
    assert district.sync().code == 0


@pytest.mark.parametrize("lie", [html, other_type])
@pytest.mark.parametrize("part", ["/lineItems/", "/results/"])
def test_a_sis_that_lies_about_writes_leaves_a_night_to_be_resumed(
    district: District, twin: District, part: str, lie
):
    some_work(district)
    with between(district, "sis") as relay:
        relay.alter = lambda exchange: (
            lying(part, lie)(exchange) if exchange.method == "PUT" else None
        )
        run = district.sync()

    # A success without content is no lie: OneRoster's PUT answers with nothing.
    if lie is html or run.code:
        assert run.code == 3, run.err
        assert "failed" in run.report["counts"]
    assert_as_if_nothing_had_happened(district, twin)


def test_a_write_whose_answer_is_a_page_may_have_happened(district: District):
    """C10: what it left behind is read back, so a teacher's edit made meanwhile stays."""
    district.assess("a-1")
    district.score("a-1", "s-3001", 10)
    district.night(START)
    district.score("a-1", "s-3001", 18)
    with between(district, "sis") as relay:
        relay.alter = lambda exchange: html(exchange) if exchange.method == "PUT" else None
        run = district.sync()
    assert told(run)["a-1", "200001", "s-3001"] == "failed"
    assert district.marks("a-1")["400001"] == "18"
    district.type_score("a-1", "400001", 15)

    run = district.night(NEXT)

    assert told(run)["a-1", "200001", "s-3001"] == "kept"
    assert district.marks("a-1")["400001"] == "15"


# ---- dates outside the calendar ------------------------------------------------------------------


@pytest.mark.parametrize("due", ["2031-05-01", "1999-01-01", "2027-09-01", "9999-12-31"])
def test_a_due_date_outside_the_calendar_is_refused_by_its_rule(district: District, due: str):
    district.assess("a-1", classes=[district.assigned("c-1001", dueDate=due)])
    district.assess("a-2")
    district.score("a-1", "s-3001", 18)

    run = district.night(START)

    assert run.code == 0
    assert run.codes("a-1") == ["due_outside_current_period"]
    assert run.codes("a-1", "s-3001") == ["due_outside_current_period"]
    assert run.states("a-2")[None] == "created"


@pytest.mark.parametrize("assigned", ["0001-01-01", "9999-12-28"])
def test_an_assigned_date_at_the_end_of_all_days_is_no_crash(district: District, assigned: str):
    entry = district.assigned("c-1001", assignedDate=assigned, dueDate=None)
    district.assess("a-1", classes=[entry])
    district.assess("a-2")

    run = district.night(START)

    assert run.code == 0
    assert run.states("a-1")[None] == "refused"
    assert run.states("a-2")[None] == "created"


def test_a_night_outside_the_school_year_sends_nothing(district: District):
    district.assess("a-1")
    district.score("a-1", "s-3001", 18)

    run = district.night(AFTER.replace(year=2029))

    assert (run.code, run.writes) == (0, 0)
    assert "due_outside_current_period" in run.codes("a-1")
    assert {r["state"] for r in run.report["records"]} == {"refused"}


@pytest.mark.parametrize(
    "at", ["0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59", "9999-12-31T23:59Z"]
)
@pytest.mark.parametrize("command", ["plan", "sync"])
def test_a_moment_at_the_end_of_all_days_is_a_usage_error(
    district: District, command: str, at: str
):
    run = district.command(command, "-c", str(district.config), "--at", at)
    assert run.code == 2
    assert "outside the years 1970 to 9990" in run.err
    assert "Traceback" not in run.err


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00+14:00", "9990-12-31T23:59:59-12:00"])
def test_a_moment_far_away_is_a_night_like_any_other(district: District, at: str):
    district.assess("a-1")
    run = district.command("sync", "-c", str(district.config), "--at", at)
    assert run.code == 0, run.err


def test_a_secrets_file_that_others_can_read_is_warned_about(district: District):
    secret = district.folder / "secret"
    secret.write_text("passback-secret")
    secret.chmod(0o644)
    config = district.config
    env = 'env = "PASSBACK_SIS_SECRET"'
    text = config.read_text()
    assert env in text
    config.write_text(text.replace(env, f'file = "{secret}"'))

    run = district.command("sync", "-c", str(config))

    assert run.code == 0, run.err
    assert run.err == f"passback: [sis] client_secret: others can read {secret}; chmod 600 it\n"
