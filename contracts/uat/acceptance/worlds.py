"""Worlds made of a district's export: the whole district, and the few classes to play in."""

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

from agent.policy import Policy
from mock_sis.districts.factory import WorldFactory, copied
from mock_sis.districts.ids import SISES, sis_id
from mock_sis.gradebook.periods import Period
from mock_sis.sis import periods_of
from mock_sis.world.clock import text
from mock_sis.world.snapshots import Snapshots
from mock_sis.world.world import World

NIGHT = time(22)
"""When nights run, by the district's clock."""
MORNING = time(7)
WEEK = timedelta(days=7)
BEFORE_ALL = date(2000, 1, 1)

PARE = """
DELETE FROM enrolment WHERE section NOT IN (SELECT value FROM json_each(:sections))
  OR role = 'student' AND person NOT IN (SELECT value FROM json_each(:people));
DELETE FROM section WHERE id NOT IN (SELECT value FROM json_each(:sections));
DELETE FROM student WHERE id NOT IN (SELECT value FROM json_each(:people));
DELETE FROM teacher WHERE id NOT IN (SELECT value FROM json_each(:people));
DELETE FROM otus_pending;
DELETE FROM otus WHERE kind IN ('assessment', 'score', 'groupMember')
  OR kind = 'class' AND id NOT IN (SELECT value FROM json_each(:sections))
  OR kind IN ('student', 'teacher') AND id NOT IN (SELECT value FROM json_each(:people));
"""
"""An export's ids are those of Otus and of the SIS alike."""


def imported(roster: Path, path: Path, policy: Policy, zone: str) -> World:
    """The district of an export, on its first day; its work comes out on its own days.

    A gradebook needs categories: where the export has none, they are those that the policy names.

    Raises:
        ImportFault: the export cannot be used.
    """
    settings = {"timezone": zone}
    world = WorldFactory().make(
        path, source=roster, start=BEFORE_ALL, dated=True, settings=settings
    )
    if not brought_categories(world):
        _name_categories(world, list(dict.fromkeys(policy.categories.values())))
    begin(world, min((period.start for period in periods_of(world)), default=BEFORE_ALL))
    return world


def brought_categories(world: World) -> bool:
    """Whether the export itself said which categories there are."""
    rows = world.db.read("SELECT id FROM category WHERE sis = ? ORDER BY position", SISES[0])
    return [row["id"] for row in rows] != [sis_id(SISES[0], n) for n in range(len(rows))]


def _name_categories(world: World, titles: Sequence[str]) -> None:
    with world.db.write() as cursor:
        cursor.execute("DELETE FROM category")
        cursor.executemany(
            "INSERT INTO category (sis, id, dcid, title, code, position, modified)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (sis, sis_id(sis, n), int(sis_id(sis, n)), title, title, n + 1, world.stamp())
                for sis in SISES
                for n, title in enumerate(titles)
            ],
        )


def begin(world: World, day: date) -> None:
    """Make the morning of *day* the start with which copies of *world* begin."""
    world.configure(clock_start=text(datetime.combine(day, MORNING, world.zone)))
    Snapshots(world).save_pristine()


def tonight_of(world: World, policy: Policy) -> date:
    """The evening that the set-up is looked at: of the export's last work, inside its calendar.

    Without any work it is the first evening on which something may pass.
    """
    row = world.db.one("SELECT max(day) FROM otus_pending")
    day = date.fromisoformat(row[0]) if row and row[0] else policy.effective_date
    periods = periods_of(world)
    if not periods or any(period.holds(day) for period in periods):
        return day
    later = [period.start for period in periods if period.start > day]
    return min(later) if later else max(period.end for period in periods)


def first_day_to_play(periods: Sequence[Period], policy: Policy, room: int) -> date | None:
    """The first day since which something may pass, with *room* days left of its grading period.

    None: no period after the effective date is long enough.
    """
    for period in periods:
        day = max(period.start, policy.effective_date)
        if (period.end - day).days >= room:
            return day
    return None


def pared(whole: World, path: Path, sections: Collection[str], people: Collection[str]) -> World:
    """A copy of *whole* with these classes and people alone, without work and without a group."""
    world = copied(whole, path)
    asked = {"sections": json.dumps(sorted(sections)), "people": json.dumps(sorted(people))}
    with world.db.write() as cursor:
        for statement in PARE.strip().split(";\n"):
            cursor.execute(statement, asked)
    return world
