"""The gradebooks of each SIS in a world, and its registrar."""

from collections.abc import Mapping

from mock_sis.gradebook.checks import GradebookKind
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.gradebook.periods import Period, all_periods
from mock_sis.gradebook.registrar import Registrar
from mock_sis.powerschool.gradebook.checks import POWERSCHOOL
from mock_sis.skyward.gradebook import SKYWARD
from mock_sis.world.world import World

KINDS: Mapping[str, GradebookKind] = {kind.sis: kind for kind in (SKYWARD, POWERSCHOOL)}


def gradebook_of(world: World, sis: str) -> Gradebook:
    """The gradebooks of "skyward" or "powerschool"."""
    return Gradebook(world, KINDS[sis])


def periods_of(world: World) -> list[Period]:
    """Every grading period of the district, by start, as it stands now."""
    return all_periods(world.db, world.now(), world.zone)


def registrar_of(world: World) -> Registrar:
    """Who changes the district, with the gradebooks of every SIS at hand."""
    return Registrar(world, [Gradebook(world, kind) for kind in KINDS.values()])


def sis_of(server: str) -> str:
    """Whose gradebooks the mock *server* shows; Otus shows Skyward's."""
    return server if server in KINDS else SKYWARD.sis
