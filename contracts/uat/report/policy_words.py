"""A district's policy in sentences that a teacher reads."""

from collections.abc import Iterator, Mapping

from contracts.uat.acceptance.terms import Terms

WORDS: Mapping[str, Mapping[str, str]] = {
    "missing_after_due": {
        "zero": "A student who handed in nothing gets a 0 the night after the due date.",
        "withhold": "A student who handed in nothing keeps an empty cell: no 0 is written.",
    },
    "zero_excused": {
        "yes": "An Excused student without a score gets that 0, too.",
        "no": "An Excused student without a score gets no 0.",
    },
    "send_excluded": {
        "yes": "The score of an Excluded student passes back.",
        "no": "The score of an Excluded student stays in Otus.",
    },
    "overwrite": {
        "changed-fields": "An edit in Otus replaces only that field; what a teacher changed stays.",
        "whole-record": "An edit in Otus replaces the whole entry, also what the teacher changed.",
    },
    "long_title": {
        "shorten": "A title of 50 characters or more is shortened to 46 and an ellipsis.",
        "refuse": "A title of 50 characters or more stays in Otus until it is shortened.",
    },
    "recreate_deleted": {
        "yes": "An assignment that the teacher deleted is made again when Otus changes.",
        "no": "An assignment that the teacher deleted is not made again.",
    },
}
"""Setting -> its value -> what that means; the two that hold a day or an hour are below."""


def policy_in_words(terms: Terms) -> Iterator[tuple[str, str, str]]:
    """(setting, its value, what it means) of everything that a district chooses."""
    policy = terms.policy
    first = "Assessments assigned on this day or later pass back; earlier ones never do."
    yield "effective_date", str(policy.effective_date), first
    for name, words in WORDS.items():
        value = getattr(policy, name)
        told = {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value.value)
        yield name, told, words[told]
    until, zone = f"{policy.night_belongs_until:%H:%M}", terms.settings.timezone
    words_of_it = f"A run before {until} ({zone}) still counts as the evening before."
    yield "night_belongs_until", until, words_of_it
