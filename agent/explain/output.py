"""A way as the terminal shows it."""

import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from agent.decide.scores.compare import canonical
from agent.explain.judged import Live
from agent.explain.verdicts import Verdict
from agent.explain.way import InSis, Way
from agent.records import RecordState
from agent.report import IN_ORDER, LISTED
from agent.rules.advice import Advice, advice, whys
from agent.rules.codes import Who

TRIED = 5
"""The attempts that are shown in text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All that is told of a way; `live` None: the SIS was not asked."""

    way: Way
    verdicts: Sequence[Verdict]
    live: Live | None
    zone: ZoneInfo

    def to_change(self) -> Mapping[str, Advice]:
        """What has to change for it to pass, by code or state."""
        way = self.way
        found = [why for each in way.records for why in whys(each.state, each.codes)]
        found += [each.code.value for each in self.verdicts if each.refuses]
        return {why: said for why in dict.fromkeys(found) if (said := advice(why)).remedy}


def as_text(answer: Answer) -> Iterator[str]:
    """The lines that the terminal shows."""
    way = answer.way
    of = f", student {way.student}" if way.student else ""
    yield f'{way.id}: "{way.title}"{of}'
    parts = {
        "in Otus" + (f", as read {when(way.pulled_at, answer.zone)}" if way.pulled_at else ""): (
            _in_otus(way)
        ),
        "the rules": _rules(answer),
        "in the ledger": _in_ledger(way),
        "in the SIS now": _in_sis(answer),
        "what persons decided": [
            f"{when(d.at, answer.zone)}  {d.by}: {d.choice.value}"
            + (f", {d.reason}" if d.reason else "")
            for d in way.decisions
        ],
        "tried, newest first": [
            f"{when(a.at, answer.zone)}  {a.what}: {a.outcome}"
            + (f" ({a.detail})" * bool(a.detail))
            for a in way.attempts[:TRIED]
        ],
        "what has to change": [_advised(each) for each in answer.to_change().values()]
        or ["Nothing keeps it back."],
    }
    for head, lines in parts.items():
        listed = list(lines)
        if listed:
            yield ""
            yield head
            yield from (f"  {line}" for line in listed)


def _advised(said: Advice) -> str:
    if said.who == Who.NOBODY:
        return f"{said.meaning} Nobody has to do anything."
    return f"{said.remedy} ({said.who})"


def _in_otus(way: Way) -> Iterator[str]:
    if way.student:
        yield f"score: {way.score_in_words}"
    for each in way.placements:
        where = way.sections.get(each.class_id)
        yield (
            f"{way.class_titles.get(each.class_id) or each.class_id}"
            f" ({each.class_id}, {f'section {where}' if where else 'no section'}):"
            f" type {each.type}, {each.total_points} points, assigned"
            f" {each.assigned_on or 'on no day that is told'}, due {each.due or 'not given'}"
        )
    if not way.placements:
        yield "it is in no class any more"


def _rules(answer: Answer) -> Iterator[str]:
    sections = list(dict.fromkeys(each.section for each in answer.verdicts))
    for section in sections:
        here = [each for each in answer.verdicts if each.section == section]
        if len(sections) > 1:
            yield f"section {section}"
        for each in here:
            if each.refuses:
                how = "" if each.basis != "last_run" else " (as the last run found it)"
                yield f"refuses  {each.code.value}: {each.reason}{how}"
        yield from _listed("passes", [e for e in here if e.refuses is False and not _noted(e)])
        noted = [each for each in here if each.refuses is False and _noted(each)]
        yield from _listed("passed in the last run, with what the SIS said then", noted)
        yield from _listed("not asked yet", [each for each in here if each.refuses is None])
    if answer.live is None and any(map(_noted, answer.verdicts)):
        yield "`--live` asks the SIS now"


def _noted(verdict: Verdict) -> bool:
    return verdict.basis == "last_run"


def _listed(head: str, some: Sequence[Verdict]) -> Sequence[str]:
    told = f"{head}: {', '.join(each.code.value for each in some)}"
    return textwrap.wrap(told, 96, subsequent_indent="  ") if some else ()


def _in_ledger(way: Way) -> Iterator[str]:
    for state in way.records:
        codes = f" [{', '.join(state.codes)}]" if state.codes else ""
        yield f"{state.section or 'no section'}: {state.state.value}{codes}"
        if state.reason:
            yield f"  {state.reason}"
    for each in way.columns:
        yield f"{each.column.gradebook}: {_accepted(each, way)}"
    if way.student is None:
        yield from _scores(way.stored)


def _accepted(each: InSis, way: Way) -> str:
    known = each.column
    if known.deleted:
        return "the column was deleted in the SIS"
    if known.ref is None:
        return "the column is not in the SIS yet"
    if way.student:
        return f"the SIS last accepted {each.points if each.points is not None else 'no score'}"
    if known.accepted is None:
        return "a teacher changed the column, and that stands"
    told = known.accepted
    return f'the SIS last accepted "{told["title"]}", due {told["due"]}, {told["points"]} points'


def _scores(stored: Sequence[RecordState]) -> Iterator[str]:
    """The scores of an assignment; those that read the same are told together."""
    alike: dict[tuple[str, str], list[RecordState]] = defaultdict(list)
    for each in sorted(stored, key=lambda each: IN_ORDER.index(each.state)):
        if each.student is not None:
            codes = f" [{', '.join(each.codes)}]" if each.codes else ""
            alike[f"{each.state.value}{codes}", each.reason].append(each)
    for (state, reason), some in alike.items():
        yield f"{len(some)} {'score' if len(some) == 1 else 'scores'} {state}" + (
            f": {reason}" if reason else ""
        )
        more = f" and {len(some) - LISTED} more" if len(some) > LISTED else ""
        yield f"  {', '.join(str(each.student) for each in some[:LISTED])}{more}"


def _in_sis(answer: Answer) -> Iterator[str]:
    for each in answer.live.found if answer.live else ():
        column, where = each.column, each.known.gradebook
        if column is None:
            yield f"{where}: the column is not there"
            continue
        data = column.data
        yield f'{where}: "{data.title}", due {data.due}, {canonical(data.points)} points'
        if answer.way.student is not None:
            cell = each.cell
            shown = "it cannot be read" if cell is None else "*"
            if cell is not None and cell.has_value:
                shown = (
                    "exempt"
                    if cell.exempt
                    else "no number"
                    if cell.points is None
                    else canonical(cell.points)
                )
            yield f"  the student's cell: {shown}"
    if answer.live and not answer.live.found:
        yield "no column of ours"


def when(instant: str, zone: ZoneInfo) -> str:
    """An instant of the ledger in the district's zone, as reports print it."""
    return f"{datetime.fromisoformat(instant).astimezone(zone):%Y-%m-%d %H:%M %Z}"
