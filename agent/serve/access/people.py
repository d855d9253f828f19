"""Who is behind a request, and which role that person has in each district."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from werkzeug.datastructures import Headers

from agent.serve.access.register import Register, Roles, is_trusted
from agent.serve.access.tokens import hash_of, is_same
from agent.settings import PersonSettings

OWNER = PersonSettings(name="administrator", role="administrator")
"""Whoever has the one token of an app that was made with one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person who is known.

    Attributes:
        everywhere: who has the app's own token or is of its staff, and so is administrator of all
            that it serves; None: nobody of these.
        by: what makes the person known; who came by a proxy signs out there.
        roles: district's key -> the person as its configuration has them; other districts do not
            exist for this person.
    """

    everywhere: PersonSettings | None
    by: Literal["token", "proxy"]
    roles: Mapping[str, PersonSettings]


class People:
    """Everybody who is known, as the configurations have them now.

    Args:
        token: makes its holder administrator of every district; "": there is no such token.
    """

    def __init__(self, token: str) -> None:
        self._owner = hash_of(token) if token else ""

    def by_token(self, hashed: str, register: Register) -> Visitor | None:
        """Who has the token of this hash; None: nobody."""
        if not hashed:
            return None
        if is_same(self._owner, hashed):
            return _everywhere(OWNER, "token", register)
        staff = register.staff_by_token(hashed)
        if staff is not None:
            return _everywhere(staff, "token", register)
        roles = register.by_token(hashed)
        return Visitor(everywhere=None, by="token", roles=roles) if roles else None

    def by_header(self, headers: Headers, peer: str, register: Register) -> Visitor | None:
        """Whom a trusted proxy names, in the districts that rely on one; None: it names nobody."""
        staff = register.staff
        name = headers.get(staff.user_header, "") if staff.user_header else ""
        if name and is_trusted(peer, staff.trusted_proxies):
            for person in staff.people:
                if person.name == name:
                    return _everywhere(person, "proxy", register)
        roles: dict[str, PersonSettings] = {}
        for header in register.headers:
            named = register.by_name(header, headers.get(header, ""))
            roles.update(_relied_on(named, peer, register))
        return Visitor(everywhere=None, by="proxy", roles=roles) if roles else None


def _everywhere(who: PersonSettings, by: Literal["token", "proxy"], register: Register) -> Visitor:
    return Visitor(everywhere=who, by=by, roles=dict.fromkeys(register.by_key, who))


def _relied_on(named: Roles, peer: str, register: Register) -> Roles:
    """Those of *named* whose district relies on this proxy."""
    return {
        key: person
        for key, person in named.items()
        if is_trusted(peer, register.by_key[key].settings.serve.trusted_proxies)
    }
