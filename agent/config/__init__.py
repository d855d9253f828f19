"""The configuration file read and checked: TOML into `agent.settings`, and what it refers to.

Relative paths (secrets, the ledger, a source folder) are relative to the configuration file.
"""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from agent.config.checks import ENVIRONMENT, check
from agent.errors import ConfigError
from agent.http.base_url import Proxy, proxy_of_environment, read_proxy
from agent.secrets.lookup import secret
from agent.settings import (
    NotifySettings,
    Secret,
    ServerSettings,
    Settings,
)


def load(path: Path) -> Settings:
    """Read and check a configuration file; secrets are looked up later.

    Raises:
        ConfigError: naming the file, and the key that is missing, unknown or of the wrong kind.
    """
    return settings_from(read_toml(path), path)


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file; `ConfigError` where it cannot be read as one."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ConfigError(f"{path}: not readable as TOML: {error}") from None


def settings_from(plain: Mapping[str, Any], path: Path) -> Settings:
    """Check decoded TOML; paths become absolute by the file's folder."""
    settings = converted(_times_as_text(plain), Settings, path)
    check(settings, path)
    return _absolute(settings, path.resolve().parent)


S = TypeVar("S", bound=msgspec.Struct)


def converted(plain: Mapping[str, Any], kind: type[S], path: Path) -> S:
    """Decoded TOML as settings of a *kind*; `ConfigError` names the key that is wrong in *path*."""
    try:
        # strict=False would turn "yes" into true; only text times need converting.
        return msgspec.convert(plain, kind)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_told(error, kind)}") from None


def _times_as_text(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The same, with seconds behind each "HH:MM"."""
    found = dict(plain)
    for part, name in (("policy", "night_belongs_until"), ("serve", "at")):
        table = found.get(part)
        text = table.get(name) if isinstance(table, Mapping) else None
        if isinstance(text, str) and re.fullmatch(r"\d\d:\d\d", text):
            found[part] = {**found[part], name: f"{text}:00"}
    return found


def _told(error: msgspec.ValidationError, kind: type[msgspec.Struct]) -> str:
    """The message of msgspec with the path in the words of TOML, and what might be meant."""
    text, _, where = str(error).partition(" - at ")
    place = re.sub(r"^`\$\.?|\[\.\.\.\]|`$", "", where)
    return (f"[{place}] " if place else "") + text + _meant(kind, place, text)


def _meant(kind: type[msgspec.Struct], place: str, text: str) -> str:
    """A hint: what may stand there, or the key that is spelled nearly so."""
    found: Any = msgspec.inspect.type_info(kind)
    for name in filter(None, re.sub(r"\[\d+\]", "", place).split(".")):
        known = {field.encode_name: field.type for field in getattr(found, "fields", ())}
        found = known.get(name)
        if isinstance(found, msgspec.inspect.UnionType):
            found = found.types[0]
        if isinstance(found, msgspec.inspect.VarTupleType):
            found = found.item_type
    if isinstance(found, msgspec.inspect.LiteralType):
        return f": it is one of {', '.join(map(str, found.values))}"
    if isinstance(found, msgspec.inspect.EnumType):
        return f": it is one of {', '.join(each.value for each in found.cls)}"
    if isinstance(found, msgspec.inspect.DateType):
        return ": expected one such as 2026-08-17"
    if (
        isinstance(found, msgspec.inspect.StructType)
        and found.cls is Secret
        and "got `str`" in text
    ):
        return ': a secret stands by reference, such as { env = "NAME" } or { file = "PATH" }'
    unknown = re.search(r"unknown field `(.*)`", text)
    names = [field.encode_name for field in getattr(found, "fields", ())]
    near = get_close_matches(unknown[1], names, 1) if unknown else []
    return f": is {near[0]} meant?" if near else ""


def _absolute(settings: Settings, folder: Path) -> Settings:
    """Resolve the paths of the file against its own folder."""
    source, ledger = settings.source, settings.ledger
    if source.path is not None:
        source = msgspec.structs.replace(source, path=str(folder / source.path))
    prefix = "sqlite:///"
    if ledger.url.startswith(prefix):
        where = folder / ledger.url.removeprefix(prefix)
        ledger = msgspec.structs.replace(ledger, url=f"{prefix}{where}")
    ledger = in_folder(folder, ledger, "password")
    secrets = {
        name: in_folder(folder, part, "ca_file", "client_secret", "proxy_password")
        for name, part in (("source", source), ("sis", settings.sis))
    }
    log = in_folder(folder, settings.log, "file")
    notify = absolute_notify(settings.notify, folder)
    return msgspec.structs.replace(settings, ledger=ledger, log=log, notify=notify, **secrets)


T = TypeVar("T", bound=msgspec.Struct)


def in_folder(folder: Path, part: T, *names: str) -> T:
    """*part*, whose fields of these *names* are paths or secrets, or None."""
    found: dict[str, Any] = {}
    for name in names:
        value = getattr(part, name)
        if isinstance(value, Secret):
            found[name] = _found(value, folder)
        elif value is not None:
            found[name] = str(folder / value)
    return msgspec.structs.replace(part, **found)


def absolute_notify(notify: NotifySettings, folder: Path) -> NotifySettings:
    """Resolve the paths of `[notify]` against *folder*."""
    return msgspec.structs.replace(
        notify,
        smtp=notify.smtp and in_folder(folder, notify.smtp, "password", "ca_file"),
        webhook=tuple(
            in_folder(folder, each, "url", "secret", "ca_file") for each in notify.webhook
        ),
        ping=notify.ping and in_folder(folder, notify.ping, "url", "ca_file"),
    )


def _found(reference: Secret | None, folder: Path) -> Secret | None:
    if reference is None or reference.file is None:
        return reference
    return msgspec.structs.replace(reference, file=str(folder / reference.file))


def proxy_of(part: ServerSettings, environ: Mapping[str, str], where: str) -> Proxy | None:
    """The proxy on the way to a server, if there is to be one."""
    if part.proxy is None:
        return None
    if part.proxy == ENVIRONMENT:
        return proxy_of_environment(environ, part.url or "", where)
    if part.proxy_user is None:
        return read_proxy(part.proxy, where)
    password = secret(part.proxy_password, environ, f"{where} proxy_password")
    return read_proxy(part.proxy, where, part.proxy_user, password)


def zone_of(settings: Settings) -> ZoneInfo:
    """The district's time zone."""
    return ZoneInfo(settings.timezone)
