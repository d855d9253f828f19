"""The mocks as pytest fixtures: `otus_mock`, `powerschool_mock`, `skyward_mock`.

docs/ci/fixtures.md shows how to use them. What can be imported from here is the public
interface; all of it is loaded late, so that a run of pytest that uses none of it pays nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mock_sis.pytest_plugin.actors import Registrar, Teacher
    from mock_sis.pytest_plugin.clock import Clock
    from mock_sis.pytest_plugin.control import MockError
    from mock_sis.pytest_plugin.faults import Fault, Faults
    from mock_sis.pytest_plugin.gradebook import Column, Gradebook, Period, Row, Section
    from mock_sis.pytest_plugin.journal import Call
    from mock_sis.pytest_plugin.mocks import Mock, OtusMock, PowerSchoolMock, SisMock, SkywardMock

HOMES = {
    "clock": ("Clock",),
    "control": ("MockError",),
    "faults": ("Fault", "Faults"),
    "gradebook": ("Column", "Gradebook", "Period", "Row", "Section"),
    "actors": ("Registrar", "Teacher"),
    "journal": ("Call",),
    "mocks": ("Mock", "OtusMock", "PowerSchoolMock", "SisMock", "SkywardMock"),
}

__all__ = [
    "Call",
    "Clock",
    "Column",
    "Fault",
    "Faults",
    "Gradebook",
    "Mock",
    "MockError",
    "OtusMock",
    "Period",
    "PowerSchoolMock",
    "Registrar",
    "Row",
    "Section",
    "SisMock",
    "SkywardMock",
    "Teacher",
]


def __getattr__(name: str) -> Any:
    """Load a public name when somebody asks for it."""
    for module, names in HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__} has no attribute {name!r}")
