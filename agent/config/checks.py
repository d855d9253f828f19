"""What of a configuration the types cannot tell: whether its parts fit together."""

import re
from email.utils import getaddresses
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.errors import ConfigError
from agent.http.base_url import read_base_url, read_proxy
from agent.settings import (
    ROUTED,
    Blackout,
    LedgerSettings,
    NotifySettings,
    PersonSettings,
    ServerSettings,
    ServeSettings,
    Settings,
    SisSettings,
    SourceSettings,
    refuse_password,
)

ENVIRONMENT = "environment"
"""In place of a proxy's url: the one that the environment names."""


def check(settings: Settings, path: Path) -> None:
    """Raise a `ConfigError` for what does not fit in the settings of the file at *path*."""
    if not _is_zone(settings.timezone):
        raise ConfigError(f'{path}: timezone "{settings.timezone}" is not a known time zone')
    if not settings.district.strip():
        raise ConfigError(f"{path}: district must not be empty")
    source, sis = settings.source, settings.sis
    _check_source(source, f"{path}: [source]")
    if sis.route is not None and sis.kind not in ROUTED:
        raise ConfigError(f'{path}: [sis] route is for kind "{", ".join(ROUTED)}" only')
    for part, where in ((source, f"{path}: [source]"), (sis, f"{path}: [sis]")):
        if part.url is not None:
            read_base_url(part.url, where)
        _check_proxy(part, where)
    _check_ledger(settings.ledger, f"{path}: [ledger]")
    _check_tokens(sis, f"{path}: [sis]")
    check_serve(settings.serve, f"{path}: [serve]")
    check_notify(settings.notify, f"{path}: [notify")


def _check_ledger(ledger: LedgerSettings, where: str) -> None:
    """A URL is shown by messages and by `config show`, so no secret stands in it."""
    remote = ledger.url.startswith(("postgresql://", "postgres://"))
    if ledger.password is not None and not remote:
        raise ConfigError(f"{where} password is for a url with postgresql:// only")
    if remote:
        refuse_password(ledger.url, where)


def _check_tokens(sis: SisSettings, where: str) -> None:
    for name in ("token_url", "scope"):
        if getattr(sis, name) is not None and sis.kind != "oneroster":
            raise ConfigError(f'{where} {name} is for kind "oneroster" only')
    if sis.token_url is not None:
        read_base_url(sis.token_url, f"{where} token_url")
        if sis.url.startswith("https:") and not sis.token_url.startswith("https:"):
            raise ConfigError(f"{where} token_url must be https, as url is: a secret goes there")


def check_serve(serve: ServeSettings, where: str) -> None:
    """`ConfigError` where `[serve]` cannot be meant so."""
    for each in serve.blackout:
        if isinstance(each, Blackout) and each.to < each.first:
            raise ConfigError(f"{where} blackout: from {each.first} to {each.to} ends too early")
    if serve.address is not None:
        read_base_url(serve.address, f"{where} address")
    _check_people(serve, where)


def _check_people(serve: ServeSettings, where: str) -> None:
    """Each person is one, with a role that can be lived and a way to sign in."""
    for each in serve.people:
        _check_person(
            each, f'{where} people "{each.name}"', by_header=serve.user_header is not None
        )
    names = [each.name for each in serve.people]
    tokens = [each.token_sha256 for each in serve.people if each.token_sha256]
    if len(set(names)) < len(names):
        raise ConfigError(f"{where} people: a name stands there twice")
    if len(set(tokens)) < len(tokens):
        raise ConfigError(f"{where} people: a token_sha256 stands there twice: one token each")
    for proxy in serve.trusted_proxies:
        try:
            ip_network(proxy)
        except ValueError:
            raise ConfigError(f'{where} trusted_proxies: "{proxy}" is no address') from None


def _check_person(person: PersonSettings, where: str, *, by_header: bool) -> None:
    if (person.role == "teacher") != bool(person.teacher):
        raise ConfigError(f"{where}: teacher = ID goes with the role teacher, and with no other")
    if person.token_sha256 is None and not by_header:
        raise ConfigError(f"{where} needs token_sha256 (passback serve --new-token)")


def check_notify(notify: NotifySettings, where: str) -> None:
    """`ConfigError` where `[notify]` cannot be meant so; *where* ends with `[notify`."""
    smtp = notify.smtp
    if notify.mail and smtp is None:
        raise ConfigError(f"{where}.mail] needs [notify.smtp]: the server that takes our mail")
    if smtp is not None:
        if (smtp.user is None) != (smtp.password is None):
            raise ConfigError(f"{where}.smtp] user and password go together")
        if smtp.user is not None and smtp.security == "none":
            raise ConfigError(f'{where}.smtp] a password needs security "starttls" or "tls"')
        _check_address(smtp.sender, f"{where}.smtp] from")
    for each in notify.mail:
        for name in each.to:
            _check_address(name, f"{where}.mail] to")


def _check_address(text: str, where: str) -> None:
    """Whether *text* is one address of mail; a name may stand before it."""
    [(_, found)] = getaddresses([text])[:1] or [("", "")]
    if not re.fullmatch(r"[^@\s,]+@[^@\s,]+", found) or not text.isprintable() or "," in text:
        raise ConfigError(f"{where}: {text!r} is no address of mail")


def _check_source(source: SourceSettings, where: str) -> None:
    from_files = source.kind == "oneroster-csv"
    for name in ("path",) if from_files else ("url", "client_id", "client_secret"):
        if getattr(source, name) is None:
            raise ConfigError(f'{where} kind "{source.kind}" needs {name}')
    if source.midnight_utc is not None and not from_files:
        raise ConfigError(f'{where} midnight_utc is for kind "oneroster-csv" only')


def _check_proxy(part: ServerSettings, where: str) -> None:
    named = part.proxy is not None and part.proxy != ENVIRONMENT
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
