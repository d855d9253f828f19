"""pytest tells more, and otherwise, where it thinks that a CI service reads it."""

import httpcore  # noqa: F401 - httpx takes it late: first in a run inside this one, it would be lost
import pytest


@pytest.fixture(autouse=True)
def nobody_but_a_person_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
