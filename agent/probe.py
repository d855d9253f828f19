"""What `check` works with: findings, who can mend them and how, and the categories of a SIS."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.domain import Who
from agent.errors import (
    AskedToWaitError,
    DeniedError,
    MaintenanceError,
    NoTokensError,
    PassbackError,
    ThrottledError,
    UnavailableError,
)

LISTED = 20
"""Names in a list at most; the rest is a number."""
FEW = 5
"""The same of a list in which nothing is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One finding of `check`: what was tried, whether it worked, and what to do if not.

    Attributes:
        warns: it works, and a person should look at it.
        where: the setting, file or record that it is about; empty where the name says so.
        who, fix: of a finding that is no success: who can mend it, and how.
    """

    name: str
    ok: bool
    detail: str
    warns: bool = False
    where: str = ""
    who: Who = Who.NOBODY
    fix: str = ""

    @property
    def status(self) -> str:
        """`ok`, `warn` or `fail`."""
        return ("warn" if self.warns else "ok") if self.ok else "fail"


def good(name: str, detail: str) -> Probe:
    """A success."""
    return Probe(name=name, ok=True, detail=detail)


def doubtful(name: str, detail: str, who: Who, fix: str, where: str = "") -> Probe:
    """What works, and should be looked at."""
    return Probe(name=name, ok=True, warns=True, detail=detail, who=who, fix=fix, where=where)


def bad(name: str, detail: str, who: Who, fix: str, where: str = "") -> Probe:
    """What must be mended before a night."""
    return Probe(name=name, ok=False, detail=detail, who=who, fix=fix, where=where)


def some(listed: Sequence[str], between: str = ", ", most: int = LISTED) -> str:
    """The first of a list, and how many more there are."""
    more = f"{between}and {len(listed) - most} more" if len(listed) > most else ""
    return between.join(listed[:most]) + more


@dataclass(frozen=True, slots=True, kw_only=True)
class SisCategory:
    """A category that the SIS has for the whole district, by the names that a mapping may use.

    Attributes:
        active: the SIS does not say that it is switched off; a teacher may still have done so.
    """

    title: str
    code: str = ""
    active: bool = True

    @property
    def labels(self) -> frozenset[str]:
        """Its names, casefolded."""
        named = (name.strip().casefold() for name in (self.title, self.code))
        return frozenset(name for name in named if name)

    def answers_to(self, label: str) -> bool:
        """Whether *label* is one of its names, in any case."""
        return label.casefold() in self.labels


# ---- trying something ----------------------------------------------------------------------------


def probe(
    name: str, attempt: Callable[[], str | Probe], step: str, who: Who = Who.SIS, part: str = "sis"
) -> Probe:
    """Try something: a finding, or the detail of a success.

    Args:
        step: what to look at if it fails, as the object of "look at".
        who: can do that.
        part: the table of the configuration that it is about.
    """
    try:
        found = attempt()
    except PassbackError as error:
        who, fix = advice(error, step, who, part)
        return bad(name, str(error), who, fix, where=f"[{part}]")
    return found if isinstance(found, Probe) else good(name, found)


_CERTIFICATE = (
    "set ca_file in [{part}] to the authority that signed the server's certificate, or have the"
    " certificate renewed"
)
_PROXY = (
    "look at proxy, proxy_user and proxy_password in [{part}], and let the proxy make a tunnel to"
    " that host"
)
_ON_THE_WAY = {"certificate": (Who.OPERATOR, _CERTIFICATE), "proxy": (Who.NETWORK, _PROXY)}


def advice(error: PassbackError, step: str, who: Who, part: str) -> tuple[Who, str]:
    """Who can do what about an error of a server."""
    if not isinstance(error, UnavailableError):
        return who, f"look at {step}"
    if error.way in _ON_THE_WAY:
        someone, fix = _ON_THE_WAY[error.way]
        return someone, fix.format(part=part)
    if isinstance(error, (AskedToWaitError, MaintenanceError, ThrottledError)):
        return Who.NOBODY, _later(error)
    if error.status is None:
        return Who.OPERATOR, "look at the url, and the way there"
    if isinstance(error, NoTokensError) or error.status == 404:
        return Who.OPERATOR, f"look at the url in [{part}]"
    at_all = "" if isinstance(error, DeniedError) else "the url, or at "
    return who, f"look at {at_all}{step}"


def _later(error: UnavailableError) -> str:
    """The next step where the server is there but does not serve now."""
    if error.status == 429:
        return "try again: the server throttles requests now; this says nothing about the settings"
    if isinstance(error, AskedToWaitError):
        return "try again then: closed for maintenance, or overloaded; no setting is to blame"
    return "try again; if it stays so after the maintenance, look at the url"
