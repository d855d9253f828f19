"""What a configuration file may say: its tables and keys, with their defaults.

Nothing else is known: an unknown key is an error. Secrets are referred to, never written here.
"""

from datetime import date, time
from typing import Annotated, Literal
from urllib.parse import parse_qs, urlsplit

import msgspec
from msgspec import Meta

from agent.errors import ConfigError
from agent.policy import BrakeLimits, Policy

SisKind = Literal["powerschool", "skyward", "oneroster"]
SisRoute = Literal["xte", "oneroster"]
ROUTED: frozenset[SisKind] = frozenset({"powerschool"})
"""The kinds of SIS that are reached by more than one route."""

MidnightUtc = Literal["date", "instant"]
"""What a due date at 00:00Z in a CSV export means."""


class Secret(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a secret stands: in an environment variable, a file of its own, or in systemd."""

    env: str | None = None
    file: str | None = None
    credential: str | None = None

    @property
    def places(self) -> int:
        """How many places are named; one is right."""
        return sum(place is not None for place in (self.env, self.file, self.credential))


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a server is reached: what `[source]` and `[sis]` have in common."""

    kind: str
    url: str | None = None
    client_id: str | None = None
    client_secret: Secret | None = None
    ca_file: str | None = None
    proxy: str | None = None
    proxy_user: str | None = None
    proxy_password: Secret | None = None
    max_answer_mb: Annotated[int, Meta(ge=1, le=4096)] = 256
    max_request_seconds: Annotated[float, Meta(ge=1, le=86_400)] = 600.0


class SourceSettings(ServerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[source]`: where assessments and scores come from."""

    kind: Literal["otus", "oneroster-csv"]
    path: str | None = None
    midnight_utc: MidnightUtc | None = None


class SisSettings(ServerSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[sis]`: the gradebook; `url` is the host root."""

    kind: SisKind
    url: str
    client_id: str
    client_secret: Secret
    route: SisRoute | None = None
    oneroster: Literal["1.1", "1.2"] = "1.2"
    token_url: str | None = None
    scope: str | None = None
    max_connections: Annotated[int, Meta(ge=1, le=64)] | None = None


class LedgerSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[ledger]`: where the memory of the district stands.

    Attributes:
        password: of a `postgresql://` URL, which has none in it.
    """

    url: str = "sqlite:///passback.db"
    password: Secret | None = None


def refuse_password(url: str, where: str) -> None:
    """Raise `ConfigError` for a ledger's URL with a password in it: messages show the URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ConfigError(f"{where} url cannot be read") from None
    if parts.password or "password" in parse_qs(parts.query, keep_blank_values=True):
        raise ConfigError(
            f"{where} url has a password in it: name the place where it stands instead,"
            ' password = { env = "NAME" } or { file = "PATH" }'
        )


class Blackout(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from"}):
    """Dates, both included, whose night does not run by the clock."""

    first: date
    to: date
    reason: str = ""


class PersonSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[serve.people]]`: somebody who may open the pages, and what for.

    Attributes:
        name: how others know the person, such as a mail address; a proxy's header has the same.
        teacher: the id in Otus of a teacher, whose classes' sections are shown.
        token_sha256: of the token with which the person signs in; the token stands nowhere.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    role: Literal["administrator", "teacher"]
    teacher: str | None = None
    token_sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None


class ServeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[serve]`: when the night runs by the clock of `passback serve`, and its pages.

    Attributes:
        at: local time of day at which the night of a date begins.
        catch_up_hours: how long after that a missed or broken-off night is still begun.
        address: where a browser finds the pages, for links in mails.
        people: who may open the pages.
        user_header: the header in which a proxy that signs people in gives a name of `people`.
        trusted_proxies: addresses and networks from which that header is believed.
    """

    at: Annotated[time, Meta(tz=False)] = time(21, 0)
    catch_up_hours: Annotated[int, Meta(ge=1, le=23)] = 9
    blackout: tuple[date | Blackout, ...] = ()
    address: str | None = None
    people: tuple[PersonSettings, ...] = ()
    user_header: Annotated[str, Meta(pattern="^[A-Za-z0-9-]+$")] | None = None
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")


LogLevel = Literal["debug", "info", "warning", "error"]


class LogSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[log]`: how the operator's log is written.

    Attributes:
        level: of the lines that are written; None is `warning` for a command, whose report says the
            rest, and `info` for `serve`.
        file: standard error without one.
        traces: send spans to where OpenTelemetry's own variables say.
    """

    format: Literal["json", "readable"] = "json"
    level: LogLevel | None = None
    file: str | None = None
    traces: bool = False


When = Literal["always", "something", "trouble"]
"""After which runs a notice goes out; `something`: it delivered something, or there is trouble."""


class SmtpSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[notify.smtp]`: the server that takes our mail.

    Attributes:
        port: the usual one of *security* by default.
        sender: the key `from`.
    """

    host: str
    sender: str = msgspec.field(name="from")
    port: Annotated[int, Meta(ge=1, le=65_535)] | None = None
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: Secret | None = None
    ca_file: str | None = None


class MailSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[notify.mail]]`: who gets a mail, and when."""

    to: Annotated[tuple[str, ...], Meta(min_length=1)]
    when: When = "something"


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[[notify.webhook]]`: an address that gets JSON; whoever knows it may write there."""

    url: Secret
    secret: Secret | None = None
    when: When = "something"
    ca_file: str | None = None


class PingSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[notify.ping]`: a watcher that gives alarm when it hears nothing.

    Attributes:
        start: ask for `URL/start` when a run begins.
        failure: ask for `URL/CODE`, the exit code, after a run that did not come to its end.
    """

    url: Secret
    start: bool = False
    failure: bool = False
    ca_file: str | None = None


class NotifySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[notify]`: who hears of each run; `within_seconds` bounds all of it."""

    within_seconds: Annotated[float, Meta(ge=1, le=600)] = 60.0
    smtp: SmtpSettings | None = None
    mail: tuple[MailSettings, ...] = ()
    webhook: tuple[WebhookSettings, ...] = ()
    ping: PingSettings | None = None


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One district's configuration file.

    `shadow_nights`: so many nights of a new district are plans only; nothing is sent.
    """

    district: str
    timezone: str
    source: SourceSettings
    sis: SisSettings
    policy: Policy
    brake: BrakeLimits = BrakeLimits()
    ledger: LedgerSettings = LedgerSettings()
    serve: ServeSettings = ServeSettings()
    shadow_nights: Annotated[int, Meta(ge=0, le=366)] = 0
    log: LogSettings = LogSettings()
    notify: NotifySettings = NotifySettings()
