"""Skyward's gradebooks: sections can share one."""

from mock_sis.gradebook.checks import GradebookKind
from mock_sis.oneroster.statuses import STATUSES

SKYWARD = GradebookKind(sis="skyward", links=True, statuses=STATUSES)
