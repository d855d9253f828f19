"""The districts of an app and everybody whom they name, found without going through all of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from ipaddress import ip_address, ip_network

from agent.serve.access.tokens import is_same
from agent.serve.district import District
from agent.settings import PersonSettings, ServeSettings

Roles = Mapping[str, PersonSettings]
"""District's key -> the person as its configuration has them."""


class Register:
    """What is looked up at each request; made anew where the districts are others.

    Args:
        staff: people who are administrators of every district; of its other keys only those count
            by which a proxy names people.
    """

    def __init__(self, districts: Sequence[District], staff: ServeSettings) -> None:
        self.districts, self.staff = districts, staff

    @cached_property
    def by_key(self) -> Mapping[str, District]:
        """Every district by its key."""
        return {district.key: district for district in self.districts}

    def by_token(self, hashed: str) -> Roles:
        """Who has the token of this hash, and where.

        A look-up in a table: nobody can choose hashes that say how near they come to another.
        """
        return self._by_hash.get(hashed, {})

    def staff_by_token(self, hashed: str) -> PersonSettings | None:
        """Who of the staff has it."""
        found = [p for p in self.staff.people if is_same(p.token_sha256 or "", hashed)]
        return found[0] if found else None

    def by_name(self, header: str, name: str) -> Roles:
        """Whom the districts that rely on that header know under *name*."""
        return self._by_name.get((header, name), {})

    @cached_property
    def headers(self) -> frozenset[str]:
        """The headers in which proxies name people for districts."""
        serves = (district.settings.serve for district in self.districts)
        return frozenset(serve.user_header for serve in serves if serve.user_header)

    def trusts(self, peer: str) -> bool:
        """Whether somebody here relies on what *peer* says as a proxy."""
        return is_trusted(peer, self._proxies)

    @cached_property
    def _by_hash(self) -> Mapping[str, dict[str, PersonSettings]]:
        found = defaultdict[str, dict[str, PersonSettings]](dict)
        for district in self.districts:
            for person in district.settings.serve.people:
                if person.token_sha256:
                    found[person.token_sha256][district.key] = person
        return dict(found)

    @cached_property
    def _by_name(self) -> Mapping[tuple[str, str], dict[str, PersonSettings]]:
        found = defaultdict[tuple[str, str], dict[str, PersonSettings]](dict)
        for district in self.districts:
            serve = district.settings.serve
            for person in serve.people if serve.user_header else ():
                found[serve.user_header or "", person.name][district.key] = person
        return dict(found)

    @cached_property
    def _proxies(self) -> frozenset[str]:
        serves = [district.settings.serve for district in self.districts]
        own = [self.staff] if self.staff.people else []
        return frozenset(each for serve in (*own, *serves) for each in serve.trusted_proxies)


def is_trusted(peer: str, proxies: Sequence[str] | frozenset[str]) -> bool:
    """Whether *peer* is one of these addresses and networks."""
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    return any(address in ip_network(each) for each in proxies)
