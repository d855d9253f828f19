"""`passback completion`: the script with which a shell completes commands and options."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what SHELL needs to complete commands and options.

    For this session of bash: eval "$(passback completion bash)". The page of commands tells how to
    keep it.
    """
    whole = context.find_root()
    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(whole.command, {}, "passback", "_PASSBACK_COMPLETE").source())
