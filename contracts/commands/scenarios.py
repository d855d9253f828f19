"""`passback contract scenarios`: the scenario suite, wherever one stands."""

import sys
from pathlib import Path

import click

QUIET = ("-W", "ignore::DeprecationWarning", "-p", "no:cacheprovider")


@click.command(
    short_help="Run the scenarios, with pytest's options.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    add_help_option=False,
)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def scenarios(options: tuple[str, ...]) -> None:
    """Run `pytest` on the scenarios of the installed package, with OPTIONS.

    On the mocks, or with --sis-target live on a server that an allow list names.
    """
    import pytest

    import contracts.scenarios

    folder = Path(contracts.scenarios.__file__).parent
    sys.exit(pytest.main([str(folder), *QUIET, *options]))
