"""PowerSchool by its OneRoster 1.1 push: `route = "oneroster"`.

Sections, teachers and categories are as OneRoster tells them. It knows no locks, so PowerSchool
itself refuses what comes too late. A column's scores are points only where its metadata says so.
"""

from dataclasses import replace

from agent.sis.oneroster import TRAITS as ONEROSTER
from agent.sis.oneroster import OneRoster
from agent.sis.versions import VERSIONS

_ROOT = "/api/ims/oneroster/v1p1"

PUSH = replace(
    VERSIONS["1.1"],
    rostering=_ROOT,
    gradebook=_ROOT,
    scope="",
    column_metadata={"scoreType": "POINTS"},
)
"""The standard's 1.1 as PowerSchool serves it."""


class PowerSchoolOneRoster(OneRoster):
    """The gradebooks of one PowerSchool server behind its OneRoster face."""

    traits = replace(ONEROSTER, name="powerschool", connections=1)
