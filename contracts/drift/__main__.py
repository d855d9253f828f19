"""Print the checklist for the first day on a real server.

python -m contracts.drift [CONTRACT ...]        (--page: the whole of docs/divergences.md)
"""

import sys

from contracts.drift.checklist import checklist, names
from contracts.drift.page import page


def main(arguments: list[str]) -> int:
    """Print what was asked for; 2 when there is no such contract."""
    if arguments == ["--page"]:
        sys.stdout.write(page())
        return 0
    wanted = [f"{name.removesuffix('.yaml')}.yaml" for name in arguments] or names()
    for name in wanted:
        if name not in names():
            print(f"no contract {name}; there are {', '.join(names())}", file=sys.stderr)
            return 2
        print(f"{name}\n")
        print("\n".join(checklist(name)), end="\n\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
