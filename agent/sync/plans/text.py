"""A plan as text: by section the new columns, fields old -> new, scores, and what stays out."""

from collections import Counter
from collections.abc import Iterator, Sequence

from agent.records import MovedId
from agent.rules.advice import OF_STATE, whys
from agent.sync.plans.view import ColumnView, PlanView, ScoreView, SectionView

LISTED = 100
"""SIS ids that moved and are listed one by one; the JSON report has all of them."""
_IDS = {
    "student": ("student has another SIS id", "students have another SIS id"),
    "teacher": ("teacher has another SIS id", "teachers have another SIS id"),
    "class": ("class is linked to another section", "classes are linked to another section"),
}


def diff(view: PlanView, moved_ids: Sequence[MovedId], *, values: bool) -> Iterator[str]:
    """Yield the lines of what a run would change; sections without a write are counted.

    *values*: whether the SIS ids of persons may be shown.
    """
    yield from _moved(moved_ids, values=values)
    written = {id_: section for id_, section in view.sections.items() if section.writes}
    for id_, section in sorted(written.items()):
        yield f"section {id_}" if id_ else "in no section"
        yield from _section(section)
    if rest := len(view.sections) - len(written):
        others = "other " if written else ""
        yield f"nothing to send in {rest} {others}section{'' if rest == 1 else 's'}"


def _moved(moved_ids: Sequence[MovedId], *, values: bool) -> Iterator[str]:
    for kind, (one, several) in _IDS.items():
        of_kind = [each for each in moved_ids if each.kind == kind]
        if of_kind:
            words = one if len(of_kind) == 1 else several
            end = ":" if values or kind == "class" else " (`--values` lists them)"
            yield f"{len(of_kind)} {words} in the source than in the last run{end}"
        if values or kind == "class":
            yield from _listed(of_kind)


def _listed(moved_ids: Sequence[MovedId]) -> Iterator[str]:
    for each in moved_ids[:LISTED]:
        yield f"    {each.id}: {each.before} -> {each.now}"
    if len(moved_ids) > LISTED:
        yield f"    and {len(moved_ids) - LISTED} more; `--json --values` lists all of them"


def _section(section: SectionView) -> Iterator[str]:
    for column in section.columns:
        yield from _column(column)
    if section.sent or section.taken_back:
        yield f"  scores: {', '.join(_counts(section))}"
    for score in section.scores:
        yield f"      {_score(score)}"
    stays = Counter(section.scores_staying)
    for record in section.staying:
        stays.update(whys(record.state, record.codes))
    if section.more_staying:
        stays["(more assignments)"] += section.more_staying
    if stays:
        reasons = ", ".join(f"{n} {why.removeprefix(OF_STATE)}" for why, n in stays.most_common())
        yield f"  stays out: {reasons}"


def _column(column: ColumnView) -> Iterator[str]:
    yield f'  {"+" if column.new else "~"} {column.assessment} "{column.title}"'
    if column.new:
        fields = " · ".join(f"{f.name.lower()} {f.new}" for f in column.fields)
        yield f"      {fields}"
    else:
        for field in column.fields:
            yield f"      {field.name.lower()}: {field.old} -> {field.new}"
    if column.note:
        yield f"      ({column.note})"


def _counts(section: SectionView) -> Iterator[str]:
    if section.sent:
        yield f"{section.sent} to send"
    if section.replaced:
        yield f"{section.replaced} of them in place of an earlier one"
    if section.zeros:
        yield f"{section.zeros} of them 0 for missing work"
    if section.taken_back:
        yield f"{section.taken_back} to take back"


def _score(score: ScoreView) -> str:
    old = "not readable" if score.old is None else score.old
    new = "*" if score.new is None else score.new
    why = "  (missing work)" if score.zero else ""
    return f"{score.assessment}  {score.student}: {old} -> {new}{why}"
