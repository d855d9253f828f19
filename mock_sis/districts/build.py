"""Makes a world's file: the district, both gradebooks, Otus; then the pristine copy for resets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from mock_sis.districts import sized, tiny
from mock_sis.districts.cache import DistrictCache, label
from mock_sis.districts.generate import Writer
from mock_sis.districts.oneroster_csv.importer import import_folder
from mock_sis.districts.sizes import named, students
from mock_sis.world.clock import instant, text
from mock_sis.world.store import Store

if TYPE_CHECKING:
    from mock_sis.world.world import World

TIMEZONE = "America/Chicago"


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


def fill(store: Store, recipe: Recipe, today: date) -> None:
    """Write the district of *recipe* into an empty file."""
    store.create()
    with store.write():
        if recipe.source is not None:
            import_folder(store, recipe.source, today=today, zone=recipe.zone, dated=recipe.dated)
            return
        writer = Writer(db=store, seed=recipe.seed, start=today, zone=recipe.zone)
        if recipe.size == "tiny":
            tiny.write(writer)
        else:
            sized.write(writer, students=students(str(recipe.size)))


def build(
    path: Path, recipe: Recipe, real: Callable[[], datetime], cache: DistrictCache | None = None
) -> "World":
    """Make the file *path* of a new world. ValueError: no such size; FileExistsError: taken."""
    from mock_sis.world.world import World

    if recipe.source is None:
        recipe = replace(recipe, size=named(recipe.size))
    if path.exists():
        raise FileExistsError(path)
    part = path.with_name(f".{path.name}.building")
    discard(part)
    begins = recipe.begins()
    today = (begins or real()).astimezone(recipe.zone).date()
    try:
        _make(part, recipe, today, None if recipe.source else cache)
        made = World(part, real=real)
        made.configure(**_kept(recipe, begins))
        made.snapshots.save_pristine()
        made.clock.force(begins)
        made.close()
        # The world's own file comes last: whoever finds it has all of it.
        made.snapshots.move_pristine(path)
        part.replace(path)
    finally:
        discard(part)
    return World(path, real=real)


def copied(template: "World", path: Path) -> "World":
    """A new world in *path*, at the start of *template*: two files copied, nothing built."""
    from mock_sis.world.world import World

    template.snapshots.give_pristine(path)
    world = World(path, real=template.clock.real)
    start = world.setting("clock_start")
    world.clock.force(instant(start) if start else None)
    return world


def _make(part: Path, recipe: Recipe, today: date, cache: DistrictCache | None) -> None:
    """The district's file, from the cache if it stands there."""
    name = label(str(recipe.size), recipe.seed, today, str(recipe.zone))
    if cache and cache.take(name, part):
        return
    store = Store(part)
    try:
        store.connection.execute("PRAGMA synchronous = OFF")  # if it fails, it goes altogether
        fill(store, recipe, today)
    finally:
        store.close()
    if cache:
        cache.keep(name, part)


def rebuild(world: "World", seed: int) -> None:
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
    other = build(world.path.with_name(f".{world.path.name}.rebuilt"), recipe, world.clock.real)
    world.snapshots.take_pristine_of(other)
    other.delete()


def discard(path: Path) -> None:
    """Remove a database file and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _kept(recipe: Recipe, begins: datetime | None) -> dict[str, Any]:
    return {
        "timezone": TIMEZONE,
        "size": recipe.size,
        "source": recipe.source and str(recipe.source),
        "seed": recipe.seed,
        "dated": recipe.dated,
        "clock_start": begins and text(begins),
        **recipe.settings,
    }
