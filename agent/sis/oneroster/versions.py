"""What differs between OneRoster 1.1 and 1.2, as data: paths and members."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.sis.reading import path_of


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the standard.

    Attributes:
        rostering: root of the paths of people, classes and the calendar.
        gradebook: root of the paths of categories, columns and scores.
        suffix: ends the operationIds of the contract.
        scope: what the token shall allow.
        class_categories: whether the categories of one class can be read.
        school_on_columns: whether a column names its school.
        class_on_results: whether a score names the class that the student sits in.
        column_metadata: what a column's metadata say, where the vendor reads them.
        due_within_terms: whether a due date must lie within the terms of the class.
        result_without_score: whether a result may have none.
        beside_columns, beside_results: members that are not ours, and that a PUT without them would
            take away: they go back as they were read.
    """

    rostering: str
    gradebook: str
    suffix: str
    scope: str
    class_categories: bool
    school_on_columns: bool
    class_on_results: bool
    result_without_score: bool
    beside_columns: tuple[str, ...]
    beside_results: tuple[str, ...]
    column_metadata: Mapping[str, str] = field(default_factory=dict)
    due_within_terms: bool = False

    def path(self, template: str, *ids: str) -> str:
        """A path of this version, below the root that *template* names."""
        return path_of(template, *ids, rostering=self.rostering, gradebook=self.gradebook)


_BESIDE_COLUMNS = ("description", "metadata", "resultValueMin", "instructions", "weight")
"""The last two are in no version of the standard; some servers have them all the same."""
_BESIDE_RESULTS = ("comment", "metadata")

_SCOPES = ("roster.readonly", "gradebook.readonly", "gradebook.createput", "gradebook.delete")


def _scope(version: str, *names: str) -> str:
    return " ".join(f"https://purl.imsglobal.org/spec/or/{version}/scope/{name}" for name in names)


VERSIONS = {
    "1.1": Version(
        rostering="/ims/oneroster/v1p1",
        gradebook="/ims/oneroster/v1p1",
        suffix="11",
        scope=_scope("v1p1", *_SCOPES),
        class_categories=False,
        school_on_columns=False,
        class_on_results=False,
        result_without_score=False,
        beside_columns=_BESIDE_COLUMNS,
        beside_results=_BESIDE_RESULTS,
    ),
    "1.2": Version(
        rostering="/ims/oneroster/rostering/v1p2",
        gradebook="/ims/oneroster/gradebook/v1p2",
        suffix="",
        scope=_scope("v1p2", *_SCOPES, "gradebook-core.readonly"),
        class_categories=True,
        school_on_columns=True,
        class_on_results=True,
        result_without_score=True,
        beside_columns=(*_BESIDE_COLUMNS, "scoreScale", "learningObjectiveSet"),
        beside_results=(
            *_BESIDE_RESULTS,
            *("late", "missing", "inProgress", "incomplete"),
            *("scoreScale", "learningObjectiveSet"),
        ),
    ),
}
