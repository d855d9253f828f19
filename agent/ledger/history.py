"""The history of one record: what was tried, and which states it was in."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from agent.domain import AssessmentId, PersonId
from agent.ledger.store import Store

_events = msgspec.json.Decoder(list[dict[str, Any]])


def history_of(
    store: Store, assessment: AssessmentId, student: PersonId | None
) -> Sequence[Mapping[str, Any]]:
    """Attempts and states of one record, newest last; see `Records.history`."""
    return store.values(_events, EVENTS, assessment, student or "")


EVENTS = """
SELECT json_group_array(json(event)) FROM (
    SELECT json_object('event', 'attempt', 'run', attempt.run, 'at', attempt.at,
        'section', section, 'op', op, 'sending', json(sending), 'before', json(before),
        'outcome', outcome.kind, 'detail', outcome.detail, 'settled_at', outcome.at) AS event,
        coalesce(run.at, attempt.at) AS began, attempt.run AS run, 1 AS part, attempt.id AS number,
        '' AS place
    FROM attempt LEFT JOIN outcome ON outcome.attempt = attempt.id
        LEFT JOIN run ON run.id = attempt.run
    WHERE assessment = ?1 AND student = ?2
    UNION ALL
    SELECT json_object('event', 'state', 'run', states.run, 'at', run.at, 'section', section,
        'state', state, 'codes', json(codes), 'reason', reason),
        coalesce(run.at, ''), states.run, 2, states.id, section
    FROM (
        SELECT id, run, section, state, codes, reason FROM past_record
        WHERE assessment = ?1 AND student = ?2
        UNION ALL
        SELECT 9e999, run, section, state, codes, reason FROM record
        WHERE assessment = ?1 AND student = ?2
    ) AS states LEFT JOIN run ON run.id = states.run
    ORDER BY began, run, part, number, place
)
"""
"""By run, its attempts before its states. A past state has a number; the one that stands now comes
after all of them."""
