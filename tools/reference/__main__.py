"""Write the parts of docs/reference that come from the code: `make docs` does so."""

from tools.reference import codes, commands, exit_codes

PAGES = {"codes.md": codes.page, "exit-codes.md": exit_codes.page}


def main() -> None:
    """Write them all anew."""
    for name, page in PAGES.items():
        (commands.ROOT / "docs/reference" / name).write_text(page(), encoding="utf-8")
    commands.main()


if __name__ == "__main__":
    main()
