"""Shadow nights: decided, noted, not sent; the first real night is as if there had been none."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from agent.domain import Progress
from agent.errors import BrakeError, UnavailableError
from agent.policy import BrakeLimits
from agent.records import KnownColumn
from agent.sync.context import shadow_night
from tests.agent.builders import DUE, a_night
from tests.agent.sync.played import CLASS_OF, DAY, EVENING, District, Otus, settings


@pytest.fixture
def otus():
    return Otus()


@pytest.fixture
def opened(otus):
    made = []

    def open_(nights: int) -> District:
        made.append(District(otus, nights))
        return made[-1]

    yield open_
    for district in made:
        district.ledger.close()


def test_a_shadow_night_is_decided_and_not_sent_and_says_so(otus, opened):
    otus.assign("a-1")
    otus.score("a-1", "s-1", "8")
    district = opened(2)

    ended = district.night(EVENING)

    assert (ended.code, district.sis.writes) == (0, 0)
    assert ended.head.message == "shadow night 1 of 2: nothing was sent"
    [run] = district.ledger.runs.latest(9)
    assert (run["command"], run["exit_code"]) == ("shadow", 0)
    assert run["summary"]["counts"] == {"created": 1, "sent": 1, "refused": 5}
    assert run["summary"]["shadow"] == {"night": 1, "of": 2}


def test_a_local_date_is_one_night_and_after_them_a_run_sends(otus, opened):
    otus.assign("a-1")
    district = opened(2)
    said = [
        district.night(at).head.message[:17]
        for at in (EVENING, EVENING + timedelta(hours=3), EVENING + DAY, EVENING + DAY)
    ]
    assert said == [
        "shadow night 1 of",
        "shadow night 1 of",
        "shadow night 2 of",
        "shadow night 2 of",
    ]
    assert district.sis.writes == 0

    ended = district.night(EVENING + 2 * DAY)

    assert (ended.code, ended.head.message, district.sis.writes) == (0, "", 1)
    assert district.ledger.runs.latest(1)[0]["command"] == "sync"


def test_a_night_without_a_plan_is_no_shadow_night(otus, opened):
    class Down:
        def pull(self, cursor):
            raise UnavailableError("away", system="source", operation="pull")
            yield

    district = opened(1)
    assert district.night(EVENING, source=Down()).code == 6
    assert district.night(EVENING + DAY).head.message.startswith("shadow night 1 of 1")
    assert district.night(EVENING + 2 * DAY).head.message == ""


def test_none_is_forced_by_the_setting_and_one_that_sent_has_none(otus, opened):
    otus.assign("a-1")
    district = opened(0)
    district.night(EVENING)
    assert district.sis.writes == 1
    district.nights = 9
    otus.assign("a-2")
    district.night(EVENING + DAY)
    assert district.sis.writes == 2


def test_a_column_of_ours_ends_them_though_no_attempt_is_left(opened):
    district = opened(3)
    column = KnownColumn(assessment="a", owner="c-1", gradebook="501", external_id="x", ref="r")
    district.ledger.delivered.save_column(column)
    assert shadow_night(settings(), district.ledger, a_night(EVENING)) is None


def test_the_first_real_night_stands_under_the_brake(otus, opened):
    district = opened(1)
    otus.assign("a-1", due=DUE - timedelta(days=5))
    limits = BrakeLimits(at_least=1)
    ended = district.night(EVENING, brake=limits)
    assert (ended.code, district.sis.writes) == (0, 0)
    assert "the brake would have stopped it: 6 of 6 scores would become 0" in ended.head.message

    ended = district.night(EVENING + DAY, brake=limits)

    assert isinstance(ended.error, BrakeError)
    assert district.sis.writes == 0


def test_an_emptied_source_on_a_shadow_night_stops_the_real_one(otus, opened):
    """The shadow night takes it into a copy, so that the real night still sees what is missing."""
    district = opened(2)
    otus.assign("a-1")
    district.night(EVENING)
    rows, otus.rows = otus.rows, {}
    ended = district.night(EVENING + DAY)
    assert "no class any more" in ended.head.message
    assert isinstance(district.night(EVENING + 2 * DAY).error, BrakeError)
    otus.rows = rows
    assert district.night(EVENING + 2 * DAY).code == 0
    assert district.sis.writes == 1


def some_edit(otus: Otus, chance: random.Random) -> None:
    """What happens in Otus on a day; a score is entered or corrected, and never taken away."""
    id_ = chance.choice(list(CLASS_OF))
    if chance.random() < 0.5:
        due = DUE + timedelta(days=chance.randint(-4, 4))
        otus.assign(id_, due=due, title=f"Quiz {chance.randint(1, 9)}")
    else:
        points = chance.choice(["3", "7.5", "0", "10"])
        otus.score(id_, chance.choice(otus.students), points)
    if chance.random() < 0.2:
        gone = chance.choice(list(CLASS_OF.items()))
        otus.rows.pop(("assessment", gone), None)


@pytest.mark.parametrize("seed", range(15))
def test_the_first_real_night_is_as_if_there_had_been_no_shadow_nights(otus, opened, seed):
    chance = random.Random(seed)
    nights = chance.randint(1, 4)
    shadowed, plain = opened(nights), opened(0)
    for day in range(nights):
        for _ in range(chance.randint(0, 5)):
            some_edit(otus, chance)
        shadowed.night(EVENING + day * DAY)
    assert shadowed.sis.writes == 0
    for later in range(2):
        for _ in range(chance.randint(0, 2)):
            some_edit(otus, chance)
        at = EVENING + (nights + later) * DAY
        assert shadowed.night(at).code == plain.night(at).code == 0
        assert shadowed.holds() == plain.holds()


def test_b4_a_score_that_a_shadow_night_saw_never_turns_into_a_0(otus, opened):
    """The one thing that a district remembers of a shadow night: what its source once said (C6)."""
    district = opened(1)
    otus.assign("a-1", due=DUE - timedelta(days=5))
    otus.score("a-1", "s-1", "8")
    district.night(EVENING)
    otus.score("a-1", "s-1", None, progress=Progress.NOT_SUBMITTED)
    district.night(EVENING + DAY)

    zeros = {who: cell.points for who, cell in district.sis.cells["pb-a-1.c-1"].items()}
    assert zeros == {f"9{n}": Decimal(0) for n in range(2, 7)}
