"""A failed request as a command that sends it again, with placeholders for ids and credentials."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any
from urllib.parse import parse_qsl, urlencode
from urllib.parse import quote as encoded

from contracts.spec import PARAMETER

SECRET = re.compile(r'(client_(?:id|secret)(?:=|": ?"))[^&"]*')


@dataclass(frozen=True, slots=True)
class Repeater:
    """Writes commands.

    Attributes:
        url: root of the server, as it was given to us.
        ids: what the server has: never shown.
        private: no value in a path is shown, whatever it is.
    """

    url: str
    ids: Collection[str] = ()
    private: bool = False

    def command(
        self,
        method: str,
        path: str,
        values: Mapping[str, Any],
        *,
        query: str = "",
        authorization: str = "",
        media: str = "",
        body: str = "",
    ) -> str:
        """A `curl` command; `$TOKEN` and what stands in braces is to be filled in.

        Args:
            path: of the contract, with *values* for its parameters.
            authorization: the header that was sent; only its kind is shown.
        """
        parts = ["curl"]
        if method != "GET":
            parts.append(f"-X {method}")
        if authorization:
            basic = authorization.startswith("Basic")
            parts.append(
                '-u "$CLIENT_ID:$CLIENT_SECRET"' if basic else '-H "Authorization: Bearer $TOKEN"'
            )
        if body:
            parts += [f"-H {quote(f'Content-Type: {media}')}" if media else "", "-d"]
            parts.append(quote(SECRET.sub(r"\1{...}", body)))
        parts.append(quote(self.url + self._path(path, values) + self._query(query)))
        return " ".join(part for part in parts if part)

    def _path(self, path: str, values: Mapping[str, Any]) -> str:
        def shown(found: re.Match[str]) -> str:
            value = str(values.get(found[1], found[0]))
            return found[0] if self._is_id(value) else encoded(value, safe="")

        return PARAMETER.sub(shown, path)

    def _is_id(self, value: str) -> bool:
        return self.private or value in self.ids

    def _query(self, query: str) -> str:
        pairs = parse_qsl(query, keep_blank_values=True)
        asked = [
            (name, f"{{{name}}}" if value in self.ids or "client_" in name else value)
            for name, value in pairs
        ]
        return f"?{urlencode(asked, safe='{}')}" if asked else ""
