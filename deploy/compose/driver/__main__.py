"""The driver of the stack of containers (docs/run/containers.md)."""

import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from deploy.compose.driver.mocks import Mocks
from deploy.compose.driver.nights import Driver
from deploy.compose.driver.orders import Orders
from mock_sis.control.token import VARIABLE, kept_token
from mock_sis.districts.factory import TIMEZONE


class Named(click.ParamType[tuple[str, str]]):
    """NAME=VALUE."""

    name = "NAME=VALUE"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Split, or fail with a usage error."""
        name, sign, rest = value.partition("=")
        if not (name and sign and rest):
            self.fail(f"{value!r} is not NAME=VALUE", param, ctx)
        return name, rest


@click.command()
@click.option(
    "--mock", "mocks", type=Named(), multiple=True, required=True, help="NAME=URL of a mock."
)
@click.option(
    "--agent", "agents", type=Named(), multiple=True, help="NAME=FOLDER of an agent's orders."
)
@click.option(
    "--link", "links", type=Named(), multiple=True, help="NAME=URL under which a person finds one."
)
@click.option(
    "--every",
    type=click.IntRange(min=0),
    default=60,
    show_default=True,
    help="Seconds from a night to the next.",
)
@click.option("--nights", type=click.IntRange(min=0), help="Play so many, and end.")
@click.option(
    "--control-token-file",
    "token_file",
    envvar=VARIABLE,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Holds the token of the mocks' control plane.",
)
@click.option("--timezone", default=TIMEZONE, show_default=True, help="The district's.")
def nights(
    mocks: Sequence[tuple[str, str]],
    agents: Sequence[tuple[str, str]],
    links: Sequence[tuple[str, str]],
    every: int,
    nights: int | None,
    token_file: Path,
    timezone: str,
) -> None:
    """Play a night at once, then one every so many seconds, until the school year is over."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # a container's first process must say so
    world = Mocks(dict(mocks), kept_token(token_file), click.echo)
    world.await_all()
    for name, url in links:
        click.echo(f"look at {name:<12}{url}/?token={world.token}")
    folders = {name: Orders(Path(folder)) for name, folder in agents}
    driver = Driver(world, folders, ZoneInfo(timezone), click.echo)
    driver.night_now()
    played = 1
    while nights is None or played < nights:
        if driver.next_evening().date() > world.last_day():
            click.echo("the school year is over; docs/run/containers.md tells how to begin anew")
            return
        time.sleep(every)
        driver.next_night()
        played += 1


if __name__ == "__main__":
    nights()
