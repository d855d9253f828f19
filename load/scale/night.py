"""Draw a night of many districts: when each is due, which SIS host it asks, how long it takes.

What is drawn and not counted anywhere (hours, hosts, answer times, vendors) is an assumption, named
here and listed in docs/run/fleet/scale.md.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from load.profiles import START_UP, Conditions, Night, Volume, best_time
from load.scale.country import TIME_ZONES
from load.vendors import VENDORS

T = TypeVar("T")
EVENING = date(2026, 10, 14)
"""A school day while summer time holds."""
HOURS = {19: 5, 20: 10, 21: 20, 22: 40, 23: 15, 0: 10}
"""Local hour of a district's night -> per cent of the districts."""
MINUTES = (0, 15, 30, 45)
HOSTED_BELOW = 10_000
"""Students below which a district may share the SIS host of a hosting company."""
HOSTED = 0.6
"""The share of those that do."""
DISTRICTS_A_HOST = 40
ANSWER_MEDIAN, ANSWER_SPREAD, ANSWER_MOST = 0.1, 0.4, 0.5
"""Seconds that a host takes to answer: median, sigma of the logarithm, and the most."""
RATE = 20.0
"""Requests a second that a SIS takes of 8 connections, as a broker for districts publishes it."""


@dataclass(frozen=True, slots=True)
class Host:
    """A SIS host; `answer` is the seconds that it takes for one request."""

    name: str
    sis: str
    answer: float


@dataclass(frozen=True, slots=True)
class Job:
    """One district's night.

    Attributes:
        due: seconds after the first district of the night.
        seconds: how long it takes when nothing goes wrong.
        again: seconds that a run costs beyond its rest when it is started once more.
    """

    district: int
    students: int
    host: Host
    due: float
    seconds: float
    again: float


def draw(sizes: Sequence[int], seed: int, night: Night = Night.TYPICAL) -> list[Job]:
    """The night of districts of these sizes, in the order in which they are due."""
    chance = random.Random(f"{seed}/night")  # noqa: S311 - a drawing, not a secret
    hosts = _hosts(sizes, chance)
    due = [_due(chance) for _ in sizes]
    first = min(due)
    jobs = [
        _job(number, size, hosts[number], (due[number] - first).total_seconds(), night)
        for number, size in enumerate(sizes)
    ]
    return sorted(jobs, key=lambda job: (job.due, job.district))


def seconds_of(volume: Volume, host: Host) -> float:
    """Seconds of a run: what its requests take one after the other, or what the SIS lets pass."""
    vendor = VENDORS[host.sis]
    connections = connections_of(volume.students, host.sis)
    conditions = Conditions(connections, host.answer, vendor.batched, vendor.reads)
    rate = RATE * max(1.0, connections / 8)
    return max(best_time(volume, conditions), requests_of(volume, host.sis) / rate)


def requests_of(volume: Volume, sis: str) -> int:
    """Requests of a night: the roster, what is read of each gradebook, and the writes."""
    vendor = VENDORS[sis]
    writes = volume.batch_writes if vendor.batched else volume.single_writes
    reads = vendor.reads * min(volume.columns, volume.sections)
    return volume.roster_pages() + reads + writes


def connections_of(students: int, sis: str) -> int:
    """Requests at a time: the default, and more where a large district agreed on more."""
    larger = 1 if students < 15_000 else 2 if students < 60_000 else 4
    if VENDORS[sis].batched:
        return VENDORS[sis].connections * larger**2
    return VENDORS[sis].connections * larger


def _job(number: int, size: int, host: Host, due: float, night: Night) -> Job:
    volume = Volume(size, night)
    again = START_UP + (volume.roster_pages() + VENDORS[host.sis].reads) * host.answer
    return Job(number, size, host, due, seconds_of(volume, host), again)


def _hosts(sizes: Sequence[int], chance: random.Random) -> dict[int, Host]:
    """The host of each district: hosting companies fill one host after the other."""
    shared: dict[str, list[int]] = {sis: [] for sis in VENDORS}
    found: dict[int, Host] = {}
    for number in chance.sample(range(len(sizes)), len(sizes)):
        sis = chance.choice(list(VENDORS))
        if sizes[number] < HOSTED_BELOW and chance.random() < HOSTED:
            shared[sis].append(number)
        else:
            found[number] = _host(f"own-{number}", sis, chance)
    for sis, numbers in shared.items():
        for begin in range(0, len(numbers), DISTRICTS_A_HOST):
            host = _host(f"{sis}-{begin // DISTRICTS_A_HOST}", sis, chance)
            found |= dict.fromkeys(numbers[begin : begin + DISTRICTS_A_HOST], host)
    return found


def _host(name: str, sis: str, chance: random.Random) -> Host:
    drawn = ANSWER_MEDIAN * chance.lognormvariate(0, ANSWER_SPREAD)
    return Host(name, sis, min(drawn, ANSWER_MOST))


def _due(chance: random.Random) -> datetime:
    """When a district is due: its zone, its hour, its quarter of an hour."""
    zone = _pick(TIME_ZONES, chance)
    hour = _pick(HOURS, chance)
    day = EVENING + timedelta(days=1) if hour < 12 else EVENING
    local = datetime.combine(day, time(hour, chance.choice(MINUTES)), ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC"))


def _pick(weights: Mapping[T, float], chance: random.Random) -> T:
    return chance.choices(list(weights), list(weights.values()))[0]
