"""Makes the files of worlds and takes worlds back to their start."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from mock_sis.districts.cache import DistrictCache, label
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.districts.sizes import named, students
from mock_sis.districts.write import CANNOT_BE_USED, Order, write_district
from mock_sis.world.clock import instant, real_time, text
from mock_sis.world.snapshots import Snapshots, discard, put_in_place
from mock_sis.world.world import World

TIMEZONE = "America/Chicago"
LARGE_STUDENTS, LARGE_BYTES = 1_000, 1_000_000
"""From there on a district is written in a process of its own: a made-up one, and an export."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a world is made from; kept in its settings, so that a reset can vary the seed.

    Attributes:
        size: a name or a number of students, as `sizes` reads it.
        start: a date is that day's noon; None is real time.
        dated: of a source, hold assessments and results back until their day.
        settings: kept in the file, e.g. `timezone`.
    """

    size: str | int = "tiny"
    source: Path | None = None
    seed: int = 1
    start: date | datetime | None = None
    dated: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone. KeyError: there is none of that name."""
        return ZoneInfo(self.settings.get("timezone", TIMEZONE))

    def begins(self) -> datetime | None:
        """The instant at which the clock starts; None for real time."""
        if self.start is None or isinstance(self.start, datetime):
            return self.start
        return datetime.combine(self.start, time(12), self.zone)


class WorldFactory:
    """Makes, resets and deletes worlds."""

    def __init__(self, cache: DistrictCache | None = None) -> None:
        """*cache* keeps made-up districts, so that the next one like it is a copy."""
        self._cache = cache

    def make(self, path: Path, *, real: Callable[[], datetime] = real_time, **recipe: Any) -> World:
        """Make a world in *path* by a `Recipe`, and the pristine copy that `reset` returns to.

        ValueError: no such size. FileExistsError: *path* is taken. ImportFault: a bad source.
        """
        return self._make(path, Recipe(**recipe), real)

    def reset(self, world: World, seed: int | None = None) -> None:
        """Back to its start: data, clock, journal, faults. Cursors of the feed become unknown.

        Another *seed* makes another district of the same size or source.
        """
        if seed is not None and seed != world.seed:
            self._rebuild(world, seed)
        Snapshots(world).restore_pristine()

    def delete(self, world: World) -> None:
        """Remove the world and its snapshots from disk."""
        world.close()
        Snapshots(world).delete_all()
        discard(world.path)

    def _make(self, path: Path, recipe: Recipe, real: Callable[[], datetime]) -> World:
        size = "" if recipe.source else named(recipe.size)
        if path.exists():
            raise FileExistsError(path)
        part = path.with_name(f".{path.name}.building")
        discard(part)
        begins = recipe.begins()
        today = (begins or real()).astimezone(recipe.zone).date()
        try:
            self._district(_order(part, recipe, size, today))
            made = World(part, real=real)
            made.configure(**_kept(recipe, size, begins))
            Snapshots(made).save_pristine()
            made.clock.force(begins)
            put_in_place(made, path)
        finally:
            discard(part)
        return World(path, real=real)

    def _district(self, order: Order) -> None:
        """Write the district's file, from the cache if it stands there."""
        cache = None if order.source else self._cache
        day = date.fromisoformat(order.today)
        name = label(order.size, order.seed, day, order.zone) if cache else ""
        if cache and cache.take(name, Path(order.path)):
            return
        if _is_large(order):
            write_apart(order)
        else:
            write_district(order)
        if cache:
            cache.keep(name, Path(order.path))

    def _rebuild(self, world: World, seed: int) -> None:
        """Make the pristine copy of *world* anew, from another seed."""
        source, start = world.setting("source"), world.setting("clock_start")
        recipe = Recipe(
            size=world.setting("size"),
            source=Path(source) if source else None,
            seed=seed,
            start=instant(start) if start else None,
            dated=world.setting("dated"),
            settings={"timezone": world.setting("timezone")},
        )
        path = world.path.with_name(f".{world.path.name}.rebuilt")
        other = self._make(path, recipe, world.clock.real)
        Snapshots(world).take_pristine_of(other)
        self.delete(other)


def write_apart(order: Order) -> None:
    """`write_district` in a process of its own, so that no other thread waits for it."""
    ran = subprocess.run(
        [sys.executable, "-m", "mock_sis.districts.write"],
        input=order.as_json(),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        capture_output=True,
        check=False,
        text=True,
    )
    if ran.returncode == CANNOT_BE_USED:
        raise ImportFault.as_told(ran.stderr)
    if ran.returncode:
        raise RuntimeError(f"the district was not written: {ran.stderr}")


def copied(template: World, path: Path) -> World:
    """A new world in *path*, at the start of *template*: two files copied, nothing built."""
    Snapshots(template).give_pristine(path)
    world = World(path, real=template.clock.real)
    start = world.setting("clock_start")
    world.clock.force(instant(start) if start else None)
    return world


def _order(path: Path, recipe: Recipe, size: str, today: date) -> Order:
    return Order(
        path=str(path),
        size=size,
        source=str(recipe.source) if recipe.source else None,
        seed=recipe.seed,
        today=today.isoformat(),
        zone=str(recipe.zone),
        dated=recipe.dated,
    )


def _is_large(order: Order) -> bool:
    if order.source is None:
        return order.size != "tiny" and students(order.size) >= LARGE_STUDENTS
    source = Path(order.source)
    files = source.iterdir() if source.is_dir() else [source]
    return sum(file.stat().st_size for file in files if file.is_file()) >= LARGE_BYTES


def _kept(recipe: Recipe, size: str, begins: datetime | None) -> dict[str, Any]:
    return {
        "timezone": TIMEZONE,
        "size": size or recipe.size,
        "source": recipe.source and str(recipe.source),
        "seed": recipe.seed,
        "dated": recipe.dated,
        "clock_start": begins and text(begins),
        **recipe.settings,
    }
