"""PowerSchool by its OneRoster 1.1 push: `route = "oneroster"`.

Sections, teachers and categories are as OneRoster tells them. It tells no locks, so PowerSchool
itself refuses what comes too late. A column takes points only where its metadata says so.
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.domain import Gradebook, SectionId
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

    def gradebook(self, key: str, sections: Sequence[SectionId]) -> Gradebook:
        """Also the days of a section's terms: PowerSchool takes no due date outside of them."""
        book = super().gradebook(key, sections)
        termed = {s.id: replace(s, term=self._district.term(s.id)) for s in book.sections.values()}
        return replace(book, sections=termed)
