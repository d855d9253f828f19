"""Whether mocks on this machine answer: `python -m mock_sis.serve.health PORT...`.

For a health check that runs every few seconds beside the mock: standard library and click only.
"""

import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import click

from mock_sis.control.token import VARIABLE

SECONDS = 3


@click.command()
@click.argument("ports", nargs=-1, required=True, type=click.IntRange(1, 65535))
@click.option(
    "--control-token-file",
    envvar=VARIABLE,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Holds the token of the control plane, where it asks for one.",
)
def health(ports: Sequence[int], control_token_file: Path | None) -> None:
    """Exit 0 when the mock on each of PORTS says that it is up; else 1, with a line for why not."""
    found = [f"{port}: {wrong}" for port in ports if (wrong := ailing(port, control_token_file))]
    for line in found:
        click.echo(line)
    sys.exit(bool(found))


def ailing(port: int, token_file: Path | None) -> str:
    """What is wrong with the mock on *port*, or ""."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}/_mock/health")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        if token_file is not None:
            token = token_file.read_text(encoding="utf-8").strip()
            request.add_header("Authorization", f"Bearer {token}")
        with opener.open(request, timeout=SECONDS) as answer:
            answer.read()
    except urllib.error.HTTPError as error:
        return f"answered {error.code}"
    except OSError as error:
        return f"no answer: {error}"
    return ""


if __name__ == "__main__":
    health()
