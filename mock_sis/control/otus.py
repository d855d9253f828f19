"""The control plane's hand in Otus: assessments, scores and the teacher group of one world."""

from typing import Any

from mock_sis.http.exchange import Exchange
from mock_sis.http.types import Answer, Problem
from mock_sis.otus.acts import Otus
from mock_sis.world.world import World

DONE = Answer(None, 204)


class OtusActor:
    """Handlers that only the Otus mock has; the others answer 404."""

    _world: World

    def get_assessment(self, exchange: Exchange, id_: str) -> Answer:
        """As the feed gives it."""
        return Answer(self._otus(exchange).record("assessment", id_))

    def put_assessment(self, exchange: Exchange, id_: str, body: dict[str, Any]) -> Answer:
        """Whole: what is left out takes its default."""
        return Answer(self._otus(exchange).put_assessment(id_, body))

    def patch_assessment(self, exchange: Exchange, id_: str, body: dict[str, Any]) -> Answer:
        """What is given, member by member."""
        return Answer(self._otus(exchange).change_assessment(id_, body))

    def delete_assessment(self, exchange: Exchange, id_: str) -> Answer:
        """With its scores."""
        self._otus(exchange).delete_assessment(id_)
        return DONE

    def put_otus_score(
        self, exchange: Exchange, id_: str, student: str, body: dict[str, Any]
    ) -> Answer:
        """Points mean graded, unless the body says otherwise."""
        return Answer(self._otus(exchange).put_score(id_, student, **body))

    def join_group(self, exchange: Exchange, teacher: str) -> Answer:
        """Idempotent; a second time is no change in the feed."""
        self._otus(exchange).join_group(teacher)
        return DONE

    def leave_group(self, exchange: Exchange, teacher: str) -> Answer:
        """Idempotent."""
        self._otus(exchange).leave_group(teacher)
        return DONE

    def _otus(self, exchange: Exchange) -> Otus:
        if exchange.call.server != "otus":
            raise Problem(404, "only the Otus mock has this")
        return Otus(self._world)
