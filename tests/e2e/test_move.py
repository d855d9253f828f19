"""`passback ledger move` as an operator meets it: the next night is unchanged, one goes on."""

import json

from tests.e2e.support.district import District
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import shown, some_work


def move(district: District, to: str, *more: str):
    return district.command("ledger", "move", "-c", str(district.config), "--to", to, *more)


@BOTH
def test_the_night_after_a_move_writes_nothing(district: District, twin: District, postgres_url):
    for one in (district, twin):
        some_work(one)
        assert one.sync().code == 0
    told = move(district, postgres_url)
    assert (told.code, told.err) == (0, "")
    district.ledger = postgres_url
    night = district.sync()
    assert (night.code, night.writes, night.report["counts"]) == (
        0,
        0,
        twin.sync().report["counts"],
    )

    # What a teacher edits since stays, after the way back too, when the class is decided again.
    for one in (district, twin):
        one.type_score("a-1", "400002", 9)
        one.score("a-1", "s-3001", 3)
        assert one.sync().writes == 1
    back = f"sqlite:///{district.folder}/back.db"
    assert move(district, back).code == 0
    district.ledger = "back.db"
    for one in (district, twin):
        one.score("a-1", "s-3001", 4)
        night = one.sync()
        assert (night.code, night.writes) == (0, 1)
    assert district.marks("a-1")["400002"] == "9"
    assert shown(district) == shown(twin)


def test_a_move_reads_well(begun: District, postgres_url: str):
    told = move(begun, postgres_url)
    rows, *rest = told.out.splitlines()
    assert rows.startswith("Moved the ledger of lakeview: ")
    assert rows.endswith(" rows, compared and the same.")
    assert rest == [
        "Now change its configuration:",
        "  [ledger]",
        f'  url = "{postgres_url}"',
        (
            f"No run uses {begun.folder}/passback.db any more. Delete it after the next night:"
            " it holds scores of students."
        ),
    ]
    for command in (begun.sync, begun.plan):
        refused = command()
        assert (refused.code, refused.err.count("\n")) == (10, 1)
        assert f"was moved and is used no more: set ledger.url to '{postgres_url}'" in refused.err
    again = json.loads(move(begun, postgres_url, "--json").out)
    assert again["again"]


def test_what_a_move_refuses_is_one_line(begun: District, postgres_url: str):
    file = begun.folder / "passback.db"
    for to, code, why in (
        (f"sqlite:///{file}", 10, "is at sqlite:///"),
        ("mysql://x/y", 10, "expected sqlite:///FILE"),
        ("postgresql://u:secret@127.0.0.1/x", 10, "password"),
        ("postgresql://postgres@127.0.0.1:1/x", 6, "cannot be reached"),
    ):
        told = move(begun, to)
        assert (told.code, told.err.count("\n")) == (code, 1), told.err
        assert why in told.err
        assert "secret" not in told.err
    assert begun.sync().writes == 0


def test_care_of_a_ledger_in_postgresql_reads_well(begun: District, postgres_url: str):
    move(begun, postgres_url)
    begun.ledger = postgres_url
    config = str(begun.config)
    for command in (["backup", "--out", "x"], ["restore", "x"]):
        told = begun.command(command[0], "-c", config, *command[1:])
        assert (told.code, told.err) == (
            10,
            (
                "passback: the ledger is in PostgreSQL: pg_dump --format=custom"
                " --schema=passback_lakeview copies it, pg_restore puts it back,"
                " `passback ledger move` carries it into a file\n"
            ),
        )
    check = begun.command("ledger", "check", "-c", config)
    assert (check.code, check.out.splitlines()[0][-10:]) == (0, " is sound.")
    doubt = begun.command("ledger", "doubt", "-c", config)
    assert doubt.code == 0
    night = begun.sync()
    assert (night.code, night.writes) == (0, 0)
    erased = begun.command("erase", "-c", config, "s-3001", "--yes")
    assert (erased.code, "Removed: one student" in erased.out) == (0, True)
    assert begun.command("ledger", "check", "-c", config).code == 0
