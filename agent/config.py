"""The configuration file read and checked: TOML into `agent.settings`, and what it refers to.

Relative paths (secrets, the ledger, a source folder) are relative to the configuration file.
"""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from agent.errors import ConfigError
from agent.http.base_url import Proxy, proxy_of_environment, read_base_url, read_proxy
from agent.settings import ROUTED, Secret, Settings, SisSettings, SourceSettings

_ENVIRONMENT = "environment"
_LONGEST_SECRET = 64 * 1024


def load(path: Path) -> Settings:
    """Read and check a configuration file; secrets are looked up later.

    Raises:
        ConfigError: naming the file, and the key that is missing, unknown or of the wrong kind.
    """
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not readable as TOML: {error}") from None
    return settings_from(plain, path)


def settings_from(plain: Mapping[str, Any], path: Path) -> Settings:
    """Check decoded TOML; paths become absolute by the file's folder."""
    try:
        # strict=False would turn "yes" into true; only text times need converting.
        settings = msgspec.convert(_times_as_text(plain), Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{path}: {_told(error)}") from None
    _check(settings, path)
    return _absolute(settings, path.resolve().parent)


def _times_as_text(plain: Mapping[str, Any]) -> dict[str, Any]:
    policy = plain.get("policy")
    if isinstance(policy, Mapping) and isinstance(policy.get("night_belongs_until"), str):
        text = policy["night_belongs_until"]
        if re.fullmatch(r"\d\d:\d\d", text):
            return {**plain, "policy": {**policy, "night_belongs_until": f"{text}:00"}}
    return dict(plain)


def _told(error: msgspec.ValidationError) -> str:
    """The message of msgspec with the path in the words of TOML, and what might be meant."""
    text, _, where = str(error).partition(" - at ")
    place = re.sub(r"^`\$\.?|\[\.\.\.\]|`$", "", where)
    return (f"[{place}] " if place else "") + text + _meant(place, text)


def _meant(place: str, text: str) -> str:
    """A hint: what may stand there, or the key that is spelled nearly so."""
    found: Any = msgspec.inspect.type_info(Settings)
    for name in filter(None, place.split(".")):
        known = {field.name: field.type for field in getattr(found, "fields", ())}
        found = known.get(name)
        if isinstance(found, msgspec.inspect.UnionType):
            found = found.types[0]
    if isinstance(found, msgspec.inspect.LiteralType):
        return f": it is one of {', '.join(map(str, found.values))}"
    if isinstance(found, msgspec.inspect.EnumType):
        return f": it is one of {', '.join(each.value for each in found.cls)}"
    unknown = re.search(r"unknown field `(.*)`", text)
    names = [field.name for field in getattr(found, "fields", ())]
    near = get_close_matches(unknown[1], names, 1) if unknown else []
    return f": is {near[0]} meant?" if near else ""


def _check(settings: Settings, path: Path) -> None:
    if not _is_zone(settings.timezone):
        raise ConfigError(f'{path}: timezone "{settings.timezone}" is not a known time zone')
    if not settings.district.strip():
        raise ConfigError(f"{path}: district must not be empty")
    source, sis = settings.source, settings.sis
    _check_source(source, path)
    if sis.route is not None and sis.kind not in ROUTED:
        raise ConfigError(f'{path}: [sis] route is for kind "{", ".join(ROUTED)}" only')
    _check_url(source.url, f"{path}: [source] url")
    _check_url(sis.url, f"{path}: [sis] url")
    _check_tokens(sis, f"{path}: [sis]")
    _check_limits(settings, path)
    for part, where in ((source, f"{path}: [source]"), (sis, f"{path}: [sis]")):
        _check_proxy(part, where)
        if not 1 <= part.max_answer_mb <= 4096:
            raise ConfigError(f"{where} max_answer_mb must be 1 to 4096")
        if not 1 <= part.max_request_seconds <= 86_400:
            raise ConfigError(f"{where} max_request_seconds must be 1 to 86400")
    if sis.max_connections is not None and not 1 <= sis.max_connections <= 64:
        raise ConfigError(f"{path}: [sis] max_connections must be 1 to 64")


def _check_url(url: str | None, where: str) -> None:
    if url is not None and not re.match(r"https?://[^/]", url):
        raise ConfigError(f'{where} "{url}" is no http(s) address')
    if url is not None and "@" in url.partition("://")[2].partition("/")[0]:
        raise ConfigError(f"{where} holds a password; secrets go by reference")


def _check_tokens(sis: SisSettings, where: str) -> None:
    for name in ("token_url", "scope"):
        if getattr(sis, name) is not None and sis.kind != "oneroster":
            raise ConfigError(f'{where} {name} is for kind "oneroster" only')
    _check_url(sis.token_url, f"{where} token_url")
    if sis.token_url is not None:
        read_base_url(sis.token_url, f"{where} token_url")
        if sis.url.startswith("https:") and not sis.token_url.startswith("https:"):
            raise ConfigError(f"{where} token_url must be https, as url is: a secret goes there")


def _check_source(source: SourceSettings, path: Path) -> None:
    from_files = source.kind == "oneroster-csv"
    for name in ("path",) if from_files else ("url", "client_id", "client_secret"):
        if getattr(source, name) is None:
            raise ConfigError(f'{path}: [source] kind "{source.kind}" needs {name}')
    if source.midnight_utc is not None and not from_files:
        raise ConfigError(f'{path}: [source] midnight_utc is for kind "oneroster-csv" only')


def _check_proxy(part: SourceSettings | SisSettings, where: str) -> None:
    named = part.proxy is not None and part.proxy != _ENVIRONMENT
    if part.proxy is not None and not (part.url or "").startswith("https://"):
        raise ConfigError(f"{where} proxy is for a url with https:// only: it must not see scores")
    if part.proxy is not None and "[" in (part.url or ""):
        # httpcore2 (2.16) asks for a tunnel to ::1:443, without the brackets.
        raise ConfigError(f"{where} proxy needs a url with a name in it, not an IPv6 address")
    if (part.proxy_user is None) != (part.proxy_password is None):
        raise ConfigError(f"{where} proxy_user and proxy_password go together")
    if part.proxy_user is not None and not named:
        raise ConfigError(f"{where} proxy_user needs proxy, with the url of one")
    if part.proxy is not None and named:
        read_proxy(part.proxy, where)


def _is_zone(name: str) -> bool:
    """Whether there is such a time zone; to list all would take as long as a quiet night."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return name.partition("/")[0] not in {"posix", "right"}


def _check_limits(settings: Settings, path: Path) -> None:
    brake = settings.brake
    for name in ("changed_share", "zero_share", "empty_share", "removed_share"):
        if not 0 <= getattr(brake, name) <= 1:
            raise ConfigError(f"{path}: [brake.{name}] must lie between 0 and 1")
    for name in ("at_least", "roster_at_least"):
        if getattr(brake, name) < 0:
            raise ConfigError(f"{path}: [brake.{name}] must not be negative")
    if settings.policy.night_belongs_until.tzinfo is not None:
        raise ConfigError(f"{path}: [policy] night_belongs_until is local time, without an offset")


def _absolute(settings: Settings, folder: Path) -> Settings:
    """Resolve the paths of the file against its own folder."""
    source, ledger = settings.source, settings.ledger
    if source.path is not None:
        source = msgspec.structs.replace(source, path=str(folder / source.path))
    prefix = "sqlite:///"
    if ledger.url.startswith(prefix):
        where = folder / ledger.url.removeprefix(prefix)
        ledger = msgspec.structs.replace(ledger, url=f"{prefix}{where}")
    secrets = {}
    for name, part in (("source", source), ("sis", settings.sis)):
        secrets[name] = msgspec.structs.replace(
            part,
            ca_file=part.ca_file and str(folder / part.ca_file),
            client_secret=_found(part.client_secret, folder),
            proxy_password=_found(part.proxy_password, folder),
        )
    return msgspec.structs.replace(settings, ledger=ledger, **secrets)


def _found(secret: Secret | None, folder: Path) -> Secret | None:
    if secret is None or secret.file is None:
        return secret
    return Secret(env=secret.env, file=str(folder / secret.file))


def proxy_of(
    part: SourceSettings | SisSettings, environ: Mapping[str, str], where: str
) -> Proxy | None:
    """The proxy on the way to a server, if there is to be one."""
    if part.proxy is None:
        return None
    if part.proxy == _ENVIRONMENT:
        return proxy_of_environment(environ, part.url or "", where)
    if part.proxy_user is None:
        return read_proxy(part.proxy, where)
    password = secret(part.proxy_password, environ, f"{where} proxy_password")
    return read_proxy(part.proxy, where, part.proxy_user, password)


def secret(reference: Secret | None, environ: Mapping[str, str], where: str) -> str:
    """Look a secret up.

    Raises:
        ConfigError: it is in neither place, or its file cannot be read; never shows its value.
    """
    if reference is None or (reference.env is None) == (reference.file is None):
        raise ConfigError(f'{where}: give the secret as {{ env = "NAME" }} or {{ file = "PATH" }}')
    if reference.env is not None:
        value = environ.get(reference.env, "")
        if not value:
            raise ConfigError(f"{where}: the environment variable {reference.env} is not set")
        return value
    value = _secret_in(Path(reference.file or ""), where)
    if not value:
        raise ConfigError(f"{where}: the secret's file {reference.file} is empty")
    return value


def _secret_in(path: Path, where: str) -> str:
    """The text of a regular file of a secret's size; anything else may have no end."""
    try:
        if path.exists() and not path.is_file():
            raise ConfigError(f"{where}: the secret's file {path} is no regular file")
        with path.open("rb") as file:
            content = file.read(_LONGEST_SECRET + 1)
        if len(content) > _LONGEST_SECRET:
            raise ConfigError(f"{where}: the secret's file {path} is larger than 64 kB")
        return content.decode().strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{where}: cannot read the secret's file {path}") from None


def is_exposed(reference: Secret | None, user: int) -> bool:
    """Whether a secret stands in a file of *user* that others can read too.

    A file of somebody else's, as a container engine mounts one, is readable to us only in this way.
    """
    if reference is None or reference.file is None:
        return False
    try:
        found = Path(reference.file).stat()
    except OSError:
        return False
    return found.st_uid == user and bool(found.st_mode & 0o077)


def zone_of(settings: Settings) -> ZoneInfo:
    """The district's time zone."""
    return ZoneInfo(settings.timezone)
