"""`make load`: every night that one machine can take, one after the other.

The largest run at a share of their adoption: the roster is whole, the work is not.
"""

import subprocess
import sys
from pathlib import Path
from time import monotonic

NIGHTS: tuple[tuple[str, ...], ...] = (
    ("--profile", "small", "--night", "typical"),
    ("--profile", "small", "--night", "end-of-term"),
    ("--profile", "small", "--night", "backfill"),
    ("--profile", "small", "--night", "typical", "--sis", "powerschool"),
    ("--profile", "small", "--night", "end-of-term", "--sis", "powerschool"),
    ("--profile", "large", "--night", "typical"),
    ("--profile", "large", "--night", "end-of-term"),
    ("--profile", "large", "--night", "typical", "--sis", "powerschool", "--connections", "4"),
    ("--profile", "large", "--night", "backfill", "--adoption", "0.1"),
    ("--profile", "small", "--night", "typical", "--districts", "20", "--workers", "2"),
    ("--profile", "vendor", "--night", "typical", "--districts", "40"),
    ("--profile", "very-large", "--night", "typical", "--adoption", "0.1", "--connections", "32"),
)
LONGEST = 3 * 3600.0
"""Seconds after which a night is given up."""


def main() -> None:
    """Run them; exit 3 when one was not passed."""
    failed = []
    for night in NIGHTS:
        name = "-".join(word for word in night if not word.startswith("--"))
        print(f"==== passback load {' '.join(night)}", flush=True)
        began = monotonic()
        if not _passed(night, Path("passback-load") / name):
            failed.append(" ".join(night))
        print(f"     {monotonic() - began:.0f} s\n", flush=True)
    print(f"{len(NIGHTS) - len(failed)} of {len(NIGHTS)} nights passed")
    for words in failed:
        print(f"not passed: passback load {words}")
    sys.exit(3 if failed else 0)


def _passed(night: tuple[str, ...], out: Path) -> bool:
    command = [sys.executable, "-m", "agent", "load", *night, "--out", str(out), *sys.argv[1:]]
    try:
        return subprocess.run(command, check=False, timeout=LONGEST).returncode == 0  # noqa: S603
    except subprocess.TimeoutExpired:
        print("     given up")
        return False


if __name__ == "__main__":
    main()
