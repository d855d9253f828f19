"""The options by which a command's pages listen and let people in: of `serve` and of the fleet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce, wraps
from pathlib import Path
from typing import Any

import click

from agent.serve.bind import is_any, is_loopback, reached_at, token_in


@dataclass(frozen=True, slots=True, kw_only=True)
class PagesOptions:
    """What was asked for; see the help of each option."""

    host: str
    port: int
    allow_hosts: tuple[str, ...]
    token_file: Path | None
    metrics_token_file: Path | None

    @property
    def names(self) -> Sequence[str]:
        """Under which others may ask."""
        return [*self.allow_hosts, *([] if is_any(self.host) else [self.host])]

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches the pages."""
        return is_loopback(self.host)

    def token(self) -> str | None:
        """The token of administrators of all districts; None: no file names one."""
        return token_in(self.token_file, "--token-file") if self.token_file else None

    def metrics_token(self) -> str | None:
        """The token of programs that watch."""
        file = self.metrics_token_file
        return token_in(file, "--metrics-token-file") if file else None

    def first_address(self, url: str, token: str) -> str:
        """What a person opens first."""
        below = f"?token={token}" if token else ""
        return f"{reached_at(url, self.host, self.allow_hosts)}/agent/{below}"


def pages_options(port: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the options, and what was asked for as its argument `asked`."""
    options = [
        click.option(
            "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
        ),
        click.option(
            "--port",
            type=click.IntRange(0, 65535),
            default=port,
            show_default=True,
            help="Port of the pages; 0 is any free one.",
        ),
        click.option(
            "--allow-host",
            "allow_hosts",
            multiple=True,
            metavar="NAME",
            help="A name or an IPv4 address under which others ask, without a port; may be given"
            " again.",
        ),
        click.option(
            "--token-file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Who has the token in FILE is administrator of every district. Without it there is"
            " a new one at each start, unless the configuration says who may enter.",
        ),
        click.option(
            "--metrics-token-file",
            type=click.Path(path_type=Path, dir_okay=False),
            help="/metrics and the reasons of /ready ask for the token in FILE (Authorization:"
            " Bearer).",
        ),
    ]

    def decorated(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def gathered(*arguments: Any, **given: Any) -> None:
            own = {name: given.pop(name) for name in PagesOptions.__slots__}
            command(*arguments, asked=PagesOptions(**own), **given)

        return reduce(lambda made, option: option(made), reversed(options), gathered)

    return decorated
