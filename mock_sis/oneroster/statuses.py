"""A teacher's words in OneRoster: members of a result that are text, which only 1.2 has."""

from mock_sis.gradebook.statuses import Statuses

# Without a score a result needs a status, else a comment would stand in no result.
STATUSES = Statuses(
    members={
        "late": "late",
        "missing": "missing",
        "incomplete": "incomplete",
        "in progress": "inProgress",
    },
    inside="new",
    yes="true",
    without_score="not submitted",
)
