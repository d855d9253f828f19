"""A district's policy in sentences that a teacher reads."""

from collections.abc import Iterator

from agent.policy import LongTitle, MissingAfterDue, Overwrite, Policy
from contracts.uat.acceptance.terms import Terms


def policy_in_words(terms: Terms) -> Iterator[tuple[str, str, str]]:
    """(setting, its value, what it means) of everything that a district chooses."""
    policy, settings = terms.policy, terms.settings
    yield (
        "effective_date",
        str(policy.effective_date),
        ("Assessments assigned on this day or later pass back; earlier ones never do."),
    )
    yield "missing_after_due", policy.missing_after_due.value, _missing(policy)
    yield (
        "zero_excused",
        _yes(on=policy.zero_excused),
        (
            "An Excused student without a score gets that 0, too."
            if policy.zero_excused
            else "An Excused student without a score gets no 0."
        ),
    )
    yield (
        "send_excluded",
        _yes(on=policy.send_excluded),
        (
            "The score of an Excluded student passes back."
            if policy.send_excluded
            else "The score of an Excluded student stays in Otus."
        ),
    )
    yield (
        "overwrite",
        policy.overwrite.value,
        (
            "An edit in Otus replaces what was edited; what the teacher changed beside it stays."
            if policy.overwrite is Overwrite.CHANGED_FIELDS
            else "An edit in Otus replaces the whole entry, also what the teacher changed in it."
        ),
    )
    yield (
        "long_title",
        policy.long_title.value,
        (
            "A title of 50 characters or more is shortened to 46 and an ellipsis."
            if policy.long_title is LongTitle.SHORTEN
            else "A title of 50 characters or more stays in Otus until it is shortened."
        ),
    )
    yield (
        "recreate_deleted",
        _yes(on=policy.recreate_deleted),
        (
            "An assignment that the teacher deleted is made again when Otus changes."
            if policy.recreate_deleted
            else "An assignment that the teacher deleted is not made again."
        ),
    )
    until = f"{policy.night_belongs_until:%H:%M}"
    yield (
        "night_belongs_until",
        until,
        (f"A run before {until} ({settings.timezone}) still counts as the evening before."),
    )


def _missing(policy: Policy) -> str:
    if policy.missing_after_due is MissingAfterDue.ZERO:
        return "A student who handed in nothing gets a 0 the night after the due date."
    return "A student who handed in nothing keeps an empty cell: no 0 is written."


def _yes(*, on: bool) -> str:
    return "yes" if on else "no"
