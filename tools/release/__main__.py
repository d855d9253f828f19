"""`python -m tools.release dist` builds a release; `... licences` prints the page of licences."""

import sys

from tools.release.build import ROOT, release
from tools.release.licences import page

match sys.argv[1:]:
    case ["dist"]:
        print(*(file.relative_to(ROOT) for file in release(ROOT / "dist")), sep="\n")
    case ["licences"]:
        print(page(), end="")
    case _:
        sys.exit(__doc__)
