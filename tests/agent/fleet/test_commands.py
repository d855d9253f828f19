"""The commands as a person uses them: settings, orders, imports, status, and what goes wrong."""

import json
from datetime import date, timedelta

import pytest
import tomli_w
from click.testing import CliRunner

from agent.cli import passback
from agent.errors import ConfigError, DatabaseError, DecisionError
from agent.fleet.database.configurations import load_for_fleet, settings_of
from agent.fleet.schedule.districts import host_of
from agent.fleet.schedule.telling import tell_parked
from agent.fleet.settings import load_fleet
from agent.fleet.worker.child import Result
from contracts.configuration import configuration
from tests.agent.fleet.test_worker import lost


@pytest.fixture
def written(tmp_path, tables):
    """Writes fleet.toml; gives its path."""

    def write(**more):
        url = tables[0].parameters()["conninfo"]
        path = tmp_path / "fleet.toml"
        path.write_text(tomli_w.dumps({"database": {"url": url}, **more}))
        return path

    return write


@pytest.fixture
def district(tmp_path):
    """Writes the configuration of a district; gives its path."""

    def write(name="lakeview", **more):
        folder = tmp_path / "districts"
        folder.mkdir(exist_ok=True)
        text = configuration(
            otus="https://otus.example",
            sis=more.pop("sis", "https://sis.example/lakeview"),
            kind="skyward",
            ledger=more.pop("ledger", "/ledgers/l.db"),
            categories={"Quiz": "QUIZ"},
            effective=date(2026, 8, 20),
            district=name,
            **more,
        )
        path = folder / f"{name}.toml"
        path.write_text(text)
        return path

    return write


def ran(*words):
    """What a command printed; an error of it is raised."""
    result = CliRunner().invoke(passback, ["fleet", *map(str, words)], catch_exceptions=False)
    return result.exit_code, result.output


def refused(kind, *words):
    with pytest.raises(kind) as error:
        ran(*words)
    return str(error.value)


# ---- fleet.toml


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"hosts": {"default": 0}}, ">= 1"),
        ({"worker": {"slot": 2}}, "is slots meant?"),
        ({"database": {"url": "postgresql://u:p@h/d"}}, "url has a password in it"),
        ({"database": {"url": "postgresql://h/d?user=u&password=p"}}, "url has a password in it"),
        ({"database": {"url": "postgresql://[h/d"}}, "url cannot be read"),
        ({"notify": {"mail": [{"to": ["a@b.example"]}]}}, "needs [notify.smtp]"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, tables, words):
    path = tmp_path / "fleet.toml"
    path.write_text(tomli_w.dumps({"database": {"url": "postgresql://h/d"}, **tables}))
    with pytest.raises(ConfigError) as error:
        load_fleet(path)
    assert words in str(error.value)


def test_a_district_that_does_not_name_its_ledger_is_refused(tmp_path):
    path = tmp_path / "lakeview.toml"
    path.write_text(
        'district = "lakeview"\ntimezone = "America/Chicago"\n'
        '[source]\nkind = "oneroster-csv"\npath = "export"\n'
        '[sis]\nkind = "skyward"\nurl = "https://sis.example"\nclient_id = "passback"\n'
        'client_secret = { env = "SECRET" }\n[policy]\neffective_date = 2026-08-20\n'
    )
    with pytest.raises(ConfigError, match=r"\[ledger\] must say where the ledger is"):
        load_for_fleet(path)
    with pytest.raises(ConfigError, match=r"\[ledger\] must say where the ledger is"):
        settings_of(path.read_text(), "lakeview")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://SIS.example/w/a", "sis.example"),
        ("https://sis.example:443", "sis.example"),
        ("http://127.0.0.1:8103/w/a", "127.0.0.1:8103"),
    ],
)
def test_districts_of_one_host_are_known_by_it(url, host):
    assert host_of(url) == host


def test_a_database_that_does_not_answer_is_one_line(tmp_path):
    path = tmp_path / "fleet.toml"
    path.write_text('[database]\nurl = "postgresql://u@127.0.0.1:9/d"\n')
    assert "the fleet's database: " in refused(DatabaseError, "status", "-c", path)


# ---- orders


def test_an_order_for_a_district_that_nobody_knows_is_refused(fleet, written):
    told = refused(DecisionError, "pause", "-c", written(), "lakeveiw", "a new SIS")
    assert "there is no district 'lakeveiw'" in told


def test_a_person_pauses_and_resumes_a_district(fleet, written):
    fleet.has()
    fleet.tick()
    path = written()
    told = ran("pause", "-c", path, "lakeview", "new SIS", "--until", "2027-01-04")
    assert told == (0, "Lakeview: no night begins until the night of 2027-01-04\n")
    assert fleet.district()["paused_why"] == "new SIS"
    assert ran("resume", "-c", path, "lakeview")[1].startswith("Lakeview: its next night")
    assert "neither paused nor parked" in refused(DecisionError, "resume", "-c", path, "lakeview")
    ran("park", "-c", path, "lakeview", "under repair")
    assert "parked: resume it first" in refused(DecisionError, "run", "-c", path, "lakeview")


# ---- status


def test_status_names_who_needs_somebody_and_what_is_missing(fleet, written, clock):
    for key in ("good", "braked", "parked", "late", "paused"):
        fleet.has(key)
    fleet.tick()
    clock.to("2026-12-01T03:00")
    fleet.tick()
    fleet.ends = {
        "braked": [Result(code=4, why="stopped by the brake")],
        "late": [Result(code=6, why="closed", again=clock.now + timedelta(minutes=5))],
        "parked": [EOFError()],
    }
    fleet.work()
    fleet.order("park", "parked", why="its process ended without a result")
    fleet.order("pause", "paused", why="summer")
    words = ("-c", written(), "--at", "2026-12-01T07:31Z")
    code, told = ran("status", *words)
    assert code == 3
    assert "districts: 5, by their newest night:" in told
    assert "  parked (Parked): parked, night of 2026-11-30: its process ended" in told
    assert "  braked (Braked): stopped by the brake" in told
    assert "exit 6: closed" in told
    assert "no worker is alive: start `passback fleet worker`" in told
    assert "good (" not in told
    _, text = ran("status", *words, "--json")
    needs = {each["district"]: each["need"] for each in json.loads(text)["needs"]}
    expected = {"parked": "parked", "braked": "brake", "late": "late", "paused": "paused"}
    assert needs == expected


# ---- notices


def test_operators_hear_once_of_a_parked_district(fleet, clock):
    fleet.has()
    fleet.tick()
    clock.to("2026-12-01T03:00")
    fleet.tick()
    for _ in range(3):
        lost(fleet, clock, EOFError())
        fleet.sweep()
    told = [tell_parked(fleet.settings, fleet.database, {}, clock.now) for _ in range(2)]
    assert told == [1, 0]


# ---- configurations in the database


def test_imported_configurations_are_what_the_tick_begins_with(fleet, written, district):
    path, folder = written(), district("lakeview").parent
    district("hillside", sis="https://sis.example/hillside")
    assert ran("import", "-c", path, folder)[1].startswith("districts imported: 2")
    assert "districts: 2; nights: 0 due" in ran("tick", "--once", "-c", path)[1]
    assert fleet.district("hillside")["sis_host"] == "sis.example"
    told = ran("import", "-c", path, folder / "lakeview.toml", "--remove-others")[1]
    assert "taken out: hillside" in told
    assert "districts: 1;" in ran("tick", "--once", "-c", path)[1]
    assert not fleet.district("hillside")["enabled"]


def test_a_configuration_that_works_in_its_folder_only_is_not_imported(fleet, written, district):
    told = refused(ConfigError, "import", "-c", written(), district(ledger="l.db"))
    assert "write it as an absolute one" in told
    assert fleet.database.rows("SELECT * FROM configuration") == []


def test_districts_stand_in_files_or_in_the_database(written, district):
    told = refused(ConfigError, "import", "-c", written(districts=["districts"]), district())
    assert "take `districts` out" in told
