"""A day's nights: perhaps one in trouble, and a good one that is held against both sides."""

import random
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.e2e.support.district import District, Run
from tests.e2e.support.kinds import Kind
from tests.e2e.support.night_work import fault, healed, killed
from tests.e2e.support.recording_proxy import Exchange, between
from tests.e2e.support.verdicts import assert_adds_up
from tests.e2e.test_random_days import closed_cells, every_zero_is_earned_tonight
from tests.e2e.wild.look import Look, Place
from tests.e2e.wild.wild import Wild
from tests.e2e.wild.witness import Witness

LIE = "an error for what was done"
ACTIONS = (
    *("status", "status", LIE, LIE, LIE),
    *("drop_before", "drop_after", "drop_after", "truncate", "maintenance"),
)


def weather(chance: random.Random, sis: Kind) -> dict[str, Any]:
    """What goes wrong in a night: an answer may come before the call was carried out, or after."""
    writes = [sis.create, sis.update, sis.score, sis.clear or sis.score]
    action = chance.choice(ACTIONS)
    trouble: dict[str, Any] = {
        "action": action,
        "operation": chance.choice([None, "get*", *writes]),
    }
    if action == LIE:
        trouble = {
            "action": "status",
            "status": chance.choice([503, 408, 429, 500]),
            "when": "after",
            "operation": chance.choice([sis.create, sis.create, *writes]),
        }
    elif action == "status":
        trouble["status"] = chance.choice([500, 503, 429, 409, 422])
    if trouble["action"] in {"status", "maintenance"}:
        trouble["seconds"] = 0
    if chance.random() < 0.3:
        return {**trouble, "nth": chance.randint(1, 4)}
    return {**trouble, "probability": chance.choice([0.1, 0.4, 1.0])}


def bad_night(chance: random.Random, district: District) -> dict[str, Any]:
    """A night in trouble, or one that is killed."""
    if chance.random() < 0.2:
        fault(district, "delay", seconds=0.02)
        process = district.start_sync()
        calls = len(district.journal()) + chance.randint(0, 30)
        while process.poll() is None and len(district.journal()) < calls:
            time.sleep(0.005)
        killed(process)
        healed(district)
        return {"killed": calls}
    trouble = weather(chance, district.facts)
    fault(district, **trouble)
    run = district.sync()
    healed(district)
    assert run.code in {0, 3, 5, 6}, run.err
    return trouble


def live_a_night(wild: Wild, chance: random.Random) -> None:
    """Perhaps a bad one, and a good one; what was done is told where a claim fails."""
    district, witness = wild.district, wild.witness
    before, shut = Look.at(district), closed_cells(district)
    if chance.random() < 0.5:
        wild.log.append(str(bad_night(chance, district)))
        after = Look.at(district)
        witness.bad_night(before, after)
        before = after
    run, after = watched(witness), Look.at(district)
    assert_done(witness, run, after)
    witness.good_night(before, after, run)
    assert closed_cells(district) == shut, "E4"
    assert_adds_up(run)
    every_zero_is_earned_tonight(district)
    again = district.sync()
    assert again.writes == 0, "E5"
    assert_done(witness, again, after)
    wild.log.append("night")


def assert_done(witness: Witness, run: Run, look: Look) -> None:
    """Nothing was refused by the SIS or got lost; what is held for the first time asks a person."""
    # What was last told of a student stands as long as Otus has no SIS id for them; what a moved
    # class left in another gradebook keeps its id from the class, where the ledger was lost.
    nobody = {person for person, number in look.numbers.items() if not look.in_sis(number or "")}
    apart = {look.section(class_) for class_ in witness.moved}
    wrong = [
        r
        for r in run.report["records"]
        if r["state"] in {"rejected", "failed"}
        and r.get("student") not in nobody
        and r["section"] not in apart
    ]
    assert not wrong, f"E1: {wrong[:3]}"
    counts = run.report["counts"]
    asked = counts.get("held") or counts.get("rejected")
    assert run.code == 0 or (run.code == 3 and asked), f"exit {run.code}: {run.err}"


def watched(witness: Witness) -> Run:
    """A night, in which no cell is written more than once."""
    with between(witness.district, "sis") as relay:
        run = witness.district.sync()
    assert_each_once(witness, relay.seen)
    return run


def assert_each_once(witness: Witness, requests: Iterable[Exchange]) -> None:
    """C3: a cell gets one write a night at most, whoever had it before."""
    written = Counter(place for each in requests for place in cells_written(witness, each))
    twice = [place for place, number in written.items() if number > 1]
    assert not twice, f"C3: written twice in one night: {twice}"


def cells_written(witness: Witness, exchange: Exchange) -> list[Place]:
    """The cells that a request wrote: column and student, by the SIS's names for them."""
    path = exchange.path.partition("?")[0]
    if exchange.status >= 300:
        return []
    if path == "/ws/xte/score":
        rows = exchange.sent["assignment_scores"]
        return [
            (str(row["_assignmentsection"]["assignmentsectionid"]), str(row["studentsdcid"]))
            for row in rows
        ]
    if "/results/" not in path or exchange.method not in {"PUT", "DELETE"}:
        return []
    name = path.rpartition("/")[2]
    if exchange.method == "PUT":
        result = exchange.sent["result"]
        place = result["lineItem"]["sourcedId"], result["student"]["sourcedId"]
        witness.results[name] = place
    return [witness.results.get(name, (name, ""))]
