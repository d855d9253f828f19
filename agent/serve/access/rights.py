"""Which addresses are open to whom; one that is named nowhere here is for administrators alone.

An address without a district in it, such as one of another part's pages, is for whoever has the
app's own token, unless it is named here.
"""

BEFORE_SIGN_IN = frozenset({"access.sign_in"})
"""Anybody may ask for these."""
EVERYBODY = frozenset({"agent.home", "access.sign_out"})
"""Whoever is signed in may ask for these; they show nothing of a district that is not theirs."""
TEACHERS = frozenset(
    {
        *("agent.sections", "agent.section", "agent.assignments", "agent.assignment"),
        *("agent.students", "agent.student", "agent.records_now", "agent.score"),
        "agent.teacher",
        *("agent.sections_csv", "agent.students_csv", "agent.records_csv"),
    }
)
"""Teachers may ask for these, within their own sections."""
