"""docs/images/pictures.toml: what each picture showed when it was taken."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import tomli_w

from tools.pictures.drawn import Drawn

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "images"
NOTE = (
    "# What each picture showed when it was taken: `make pictures` writes it, a test compares it.\n"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a picture showed, and a digest of the picture itself."""

    words: str
    look: str
    elements: int
    file: str

    def differs(self, now: Drawn) -> str:
        """What has changed since; empty: nothing."""
        changed = {"what it says": self.words != now.words, "how it looks": self.look != now.look}
        return " and ".join(name for name, is_so in changed.items() if is_so)


def read(folder: Path = FOLDER) -> Mapping[str, Kept]:
    """File name -> what it showed."""
    path = folder / "pictures.toml"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return {name: Kept(**entry) for name, entry in tomllib.loads(text).items()}


def write(kept: Mapping[str, Kept], folder: Path = FOLDER) -> None:
    """Keep them, by name."""
    plain = {name: asdict(kept[name]) for name in sorted(kept)}
    (folder / "pictures.toml").write_text(NOTE + "\n" + tomli_w.dumps(plain), encoding="utf-8")
