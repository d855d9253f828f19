"""docs/reference/exit-codes.md, written from the code: how a command ends, by its number."""

from collections.abc import Iterator

from agent import errors
from agent.errors import LockedError, PassbackError
from agent.serve.words import ENDINGS, trouble

INTRO = """\
# Exit codes

Written by `make docs` from the code. Every command of `passback` ends with one of these. What is
said of a night holds for `sync`, `resend`, `undo`, and for `plan`, which never writes to the SIS.

| exit code | a night | other commands |
|---|---|---|"""

ELSEWHERE = {
    0: "It did what it was asked to. Also `plan` when a rule refuses every record.",
    2: "The command was typed wrongly, or cannot be carried out on that record.",
    3: "It found what somebody must look at: `contract`, `verify`, `demo`, `uat`, `load`,"
    " `fleet status`.",
    4: "`plan`: the source itself is out of proportion.",
    5: "A worker of a fleet lost its database; what watches it starts it again.",
    6: "`check`: something must be mended. Others: a server or a database does not answer.",
    10: "A secret, a plan file that is out of date, a recording or an export cannot be used; or"
    " there is no ledger yet.",
    11: "A run holds the ledger that the command would change.",
    130: "Ctrl-C. `serve` and a worker end with 0 when they are told to stop once, and with 130 at"
    " the second word.",
}
"""What a code means where no night is run."""

OUTRO = """
1 is a fault in Passback. Please report it with its traceback. After a Ctrl-C or a SIGTERM a night
that has written something ends with 5, else with 130. `plan --detailed-exitcode` ends with 2 when
there is something to send.

## Which error ends with which code

An error is one line on standard error. These are its kinds; the line itself names the server, the
file or the record.

| exit code | kind | what happened |
|---|---|---|"""


def page() -> str:
    """The whole page."""
    return "\n".join([INTRO, *_codes(), OUTRO, *_errors()]) + "\n"


def _codes() -> Iterator[str]:
    nights = {code: (told.title, told.text) for code, told in ENDINGS.items()}
    locked = trouble(LockedError(""))
    nights |= {2: ("Not understood", "")} | {LockedError.exit_code: (locked.title, locked.text)}
    for code in sorted(nights):
        title, text = nights[code]
        text = text.replace("; they are listed below", "")
        yield f"| {code} | **{title}.** {text} | {ELSEWHERE[code]} |"


def every_error() -> list[type[PassbackError]]:
    """Each kind of error that ends a command, by its code and its name."""
    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    ours = [each for each in kinds if issubclass(each, PassbackError) and each.exit_code != 1]
    return sorted(ours, key=lambda each: (each.exit_code, each.__name__))


def _errors() -> Iterator[str]:
    for each in every_error():
        told = " ".join((each.__doc__ or "").partition("\n\n")[0].split()).rstrip(".")
        yield f"| {each.exit_code} | `{each.__name__}` | {told}. |"
