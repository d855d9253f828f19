"""What fleet.toml may say: its tables and keys, with their defaults; an unknown key is an error."""

from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from agent.config import absolute_notify, converted, in_folder, read_toml
from agent.config.checks import check_notify, check_serve
from agent.errors import ConfigError
from agent.settings import (
    LogSettings,
    NotifySettings,
    PersonSettings,
    Secret,
    ServeSettings,
    refuse_password,
)

Positive = Annotated[int, Meta(ge=1, le=10_000)]


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[database]`: a PostgreSQL.

    Attributes:
        url: `postgresql://USER@HOST:PORT/NAME`, without a password.
        password: by reference; None: the server asks for none.
    """

    url: str
    password: Secret | None = None


class WorkerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[worker]`: what each worker does at once, and how long.

    Attributes:
        slots: nights at the same time.
        deadline_minutes: a run that takes longer stops after its gradebooks at work; the rest of
            its night is done by the next try.
        grace_seconds: how long a run that was told to stop may take for that, before it is killed.
        tries: so often a night may be lost before its district is parked.
        heartbeat_seconds: between two signs of life; a worker is given up after three.
    """

    slots: Annotated[int, Meta(ge=1, le=256)] = 4
    deadline_minutes: Annotated[float, Meta(gt=0, le=1440)] = 240
    grace_seconds: Annotated[float, Meta(gt=0, le=3600)] = 300
    tries: Annotated[int, Meta(ge=1, le=20)] = 3
    heartbeat_seconds: Annotated[float, Meta(ge=0.2, le=300)] = 10


class StaffSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[pages.people]]`: one of the vendor's people, who see every district.

    Attributes:
        name: how others know the person, such as a mail address; a proxy's header has the same.
        token_sha256: of the token with which the person signs in; the token stands nowhere.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    token_sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None


class PagesSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[pages]`: who sees all districts on the pages of `passback fleet pages`; as in `[serve]`.

    Attributes:
        address: where a browser finds the pages, for links in mails.
    """

    address: str | None = None
    people: tuple[StaffSettings, ...] = ()
    user_header: Annotated[str, Meta(pattern="^[A-Za-z0-9-]+$")] | None = None
    trusted_proxies: tuple[str, ...] = ServeSettings().trusted_proxies

    def staff(self) -> ServeSettings:
        """The same as `[serve]` of a district would have it, with each an administrator."""
        people = [
            PersonSettings(name=each.name, role="administrator", token_sha256=each.token_sha256)
            for each in self.people
        ]
        return ServeSettings(
            address=self.address,
            people=tuple(people),
            user_header=self.user_header,
            trusted_proxies=self.trusted_proxies,
        )


class FleetSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """fleet.toml.

    Attributes:
        districts: configuration files of districts, and folders of them; none: those in the
            database, which `passback fleet import` puts there.
        hosts: SIS host -> how many of its districts have a night at once; `default`: of any other.
        priorities: a district's key -> its priority, higher first; 0 for the others.
        notify: who hears of parked districts; each district's own `[notify]` is for its runs.
    """

    database: DatabaseSettings
    districts: tuple[str, ...] = ()
    worker: WorkerSettings = WorkerSettings()
    hosts: dict[str, Positive] = {}
    priorities: dict[str, int] = {}
    pages: PagesSettings = PagesSettings()
    log: LogSettings = LogSettings()
    notify: NotifySettings = NotifySettings()

    def most_at(self, host: str) -> int:
        """How many districts of a SIS host may have a night at the same time."""
        return self.hosts.get(host, self.hosts.get("default", MOST_AT_A_HOST))


MOST_AT_A_HOST = 8
"""Where `[hosts]` has nothing about a host and no default."""


def load_fleet(path: Path) -> FleetSettings:
    """Read and check fleet.toml; paths in it become absolute by its folder.

    Raises:
        ConfigError: naming the file, and the key that is missing, unknown or of the wrong kind.
    """
    settings = converted(read_toml(path), FleetSettings, path)
    _check(settings, path)
    folder = path.resolve().parent
    return msgspec.structs.replace(
        settings,
        database=in_folder(folder, settings.database, "password"),
        districts=tuple(str(folder / place) for place in settings.districts),
        log=in_folder(folder, settings.log, "file"),
        notify=absolute_notify(settings.notify, folder),
    )


def _check(settings: FleetSettings, path: Path) -> None:
    _check_database(settings.database, f"{path}: [database]")
    check_serve(settings.pages.staff(), f"{path}: [pages]")
    check_notify(settings.notify, f"{path}: [notify")


def _check_database(database: DatabaseSettings, where: str) -> None:
    if not database.url.startswith(("postgresql://", "postgres://")):
        raise ConfigError(f"{where} url: expected postgresql://USER@HOST:PORT/NAME")
    refuse_password(database.url, where)
