"""The districts of the profile `fleet`: a world for each in the mocks, and its configuration."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from deploy.compose.driver.mocks import Mocks
from mock_sis.control.token import VARIABLE, kept_token
from mock_sis.districts.factory import TIMEZONE

TEXT = """\
# Written by the driver of docker-compose.yml; a district of a real fleet has the same keys.
district = "{name}"
timezone = "{zone}"

[source]
kind = "otus"
url = "{otus}/w/{name}"
client_id = "passback"
client_secret = {{ file = "/run/secrets/mock_client" }}

[sis]
kind = "{kind}"
url = "{sis}/w/{name}"
client_id = "passback"
client_secret = {{ file = "/run/secrets/mock_client" }}

[policy]
effective_date = 2025-08-01

[policy.categories]
Quiz = "Quiz"
Test = "Test"
Homework = "Homework"
Lab = "Lab"

[ledger]
url = "postgresql://passback@fleet-postgres:5432/passback"
password = {{ file = "/run/secrets/fleet_database" }}

[serve]
at = "{at}"
"""
SOON = timedelta(minutes=2)
"""From now to the first night: the fleet has read every district by then."""


@dataclass(frozen=True, slots=True)
class Districts:
    """So many synthetic districts, named `district-01` and so on, in turns on each SIS.

    Attributes:
        mocks: `otus` first, which makes the worlds, then the mock of each SIS.
        folder: where the configurations go.
    """

    mocks: Mocks
    folder: Path
    zone: ZoneInfo
    say: Callable[[str], None]

    def make(self, number: int, now: datetime) -> None:
        """Make those that are not there yet; a night begins soon after *now*, and each day then.

        A configuration that is there stays as it is, so that a start again does not move its hour.
        """
        otus, *kinds = self.mocks.urls
        at = (now.astimezone(self.zone) + SOON).strftime("%H:%M")
        worlds = self.mocks.worlds()
        for count in range(1, number + 1):
            name, kind = f"district-{count:02}", kinds[count % len(kinds)]
            if name not in worlds:
                self.mocks.make_world(name, seed=count)
            path = self.folder / f"{name}.toml"
            if path.exists():
                continue
            urls = {"otus": self.mocks.urls[otus], "sis": self.mocks.urls[kind]}
            text = TEXT.format(name=name, zone=self.zone.key, kind=kind, at=at, **urls)
            part = path.with_suffix(".part")
            part.write_text(text, encoding="utf-8")
            part.replace(path)
            self.say(f"{name}: {kind}, each day at {at}")


@click.command()
@click.option("--otus", required=True, help="URL of the mock of Otus.")
@click.option("--powerschool", required=True, help="URL of the mock of PowerSchool.")
@click.option("--skyward", required=True, help="URL of the mock of Skyward.")
@click.option(
    "--out",
    required=True,
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="Folder for the configurations.",
)
@click.option("--number", type=click.IntRange(min=1, max=99), default=10, show_default=True)
@click.option(
    "--control-token-file",
    "token_file",
    envvar=VARIABLE,
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Holds the token of the mocks' control plane.",
)
def districts(
    otus: str, powerschool: str, skyward: str, out: Path, number: int, token_file: Path
) -> None:
    """Make the districts, and end."""
    urls = {"otus": otus, "powerschool": powerschool, "skyward": skyward}
    mocks = Mocks(urls, kept_token(token_file), click.echo)
    mocks.await_all()
    Districts(mocks, out, ZoneInfo(TIMEZONE), click.echo).make(number, datetime.now(UTC))


if __name__ == "__main__":
    districts()
