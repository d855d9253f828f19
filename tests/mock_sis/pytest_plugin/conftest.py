"""pytest tells more, and otherwise, where it thinks that a CI service reads it."""

import pytest


@pytest.fixture(autouse=True)
def nobody_but_a_person_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
