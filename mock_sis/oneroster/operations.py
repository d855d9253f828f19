"""OneRoster's operations: which class answers which operationId of its contract files."""

from mock_sis.oneroster.bodies import about
from mock_sis.oneroster.gradebook_reads import GradebookReads
from mock_sis.oneroster.gradebook_writes import GradebookWrites
from mock_sis.oneroster.rostering import Rostering


class OneRoster(Rostering, GradebookReads, GradebookWrites):
    """Both services; a vendor's class inherits it."""

    other_versions = ("11",)
    about = staticmethod(about)
