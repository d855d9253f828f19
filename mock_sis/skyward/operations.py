"""Skyward's operations: which method answers which operationId of contracts/skyward.yaml."""

from collections.abc import Mapping
from typing import Any

from mock_sis.http.types import Answer, Call, Problem
from mock_sis.oneroster.errors import status_info
from mock_sis.oneroster.operations import OneRoster
from mock_sis.oneroster.policy import Policy
from mock_sis.skyward.generic.api import Generic
from mock_sis.skyward.generic.errors import generic_error
from mock_sis.skyward.generic.system import system_metadata
from mock_sis.skyward.gradebook import SKYWARD
from mock_sis.skyward.oauth import TokenEndpoint, token_error
from mock_sis.world.world import World

Body = Mapping[str, Any]


class Operations(OneRoster):
    """Skyward for one world.

    The world's setting `skyward` chooses among its ways: mode (lenient, strict), default_category,
    unknown_category (reject, default), default_points, due_dates (local, utc),
    allow_grade_passback, token (opaque, jwt), oauth1.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world, lambda: Policy.of(SKYWARD, world))
        self._token_endpoint = TokenEndpoint(world)

    def authorize(self, call: Call) -> str:
        """Whose call it is."""
        return self._token_endpoint.authorize(call)

    def problem(self, problem: Problem, call: Call) -> Answer:
        """An error in the shape of the face that was called."""
        if call.path.startswith(("/Generic", "/Custom")):
            return generic_error(problem)
        if call.path in {"/token", "/oauth/token"}:
            return token_error(problem)
        return status_info(problem, call)

    # ---- tokens ---------------------------------------------------------------------------------

    def issue_token(self, call: Call, body: Body | None = None) -> Answer:
        """SMS 2.0's token endpoint."""
        return self._token_endpoint.issue(body, call)

    issueOAuthToken = issue_token  # noqa: N815 - the operationId has no snake_case of its own

    def issueOAuthTokenByGet(self, call: Call) -> Answer:  # noqa: N802 - as above
        """The same for a program that sends the grant in the query of a GET."""
        return self._token_endpoint.issue(None, call)

    # ---- Generic --------------------------------------------------------------------------------

    def list_objects(
        self, call: Call, entity_id: str, module: str, object_: str, page: str, page_size: str
    ) -> Answer:
        """A page of records."""
        return self._generic(call).listed(f"{module}/{object_}", entity_id, page, page_size, None)

    def search_objects(
        self,
        call: Call,
        entity_id: str,
        module: str,
        object_: str,
        page: str,
        page_size: str,
        body: Body | None = None,
    ) -> Answer:
        """A page of the records that meet a condition."""
        return self._generic(call).listed(f"{module}/{object_}", entity_id, page, page_size, body)

    def read_object(
        self, call: Call, entity_id: str, module: str, object_: str, object_id: str
    ) -> Answer:
        """One record."""
        return self._generic(call).read(f"{module}/{object_}", entity_id, object_id)

    def create_object(
        self, call: Call, entity_id: str, module: str, object_: str, body: Body
    ) -> Answer:
        """Make a record."""
        return self._generic(call).create(f"{module}/{object_}", entity_id, body)

    def update_object(
        self, call: Call, entity_id: str, module: str, object_: str, object_id: str, body: Body
    ) -> Answer:
        """Change a record."""
        return self._generic(call).update(f"{module}/{object_}", entity_id, object_id, body)

    def delete_object(
        self, call: Call, entity_id: str, module: str, object_: str, object_id: str
    ) -> Answer:
        """Delete a record."""
        return self._generic(call).delete(f"{module}/{object_}", entity_id, object_id)

    def get_object_metadata(self, call: Call, entity_id: str, module: str, object_: str) -> Answer:
        """What an object consists of."""
        return self._generic(call).metadata(f"{module}/{object_}", entity_id)

    def list_module_objects(self, call: Call, entity_id: str, module: str) -> Answer:
        """The objects of a module."""
        return self._generic(call).index(module, entity_id)

    def get_system_metadata(self) -> Answer:
        """Districts and their current school year."""
        return system_metadata(self.world)

    def _generic(self, call: Call) -> Generic:
        return Generic(self.world, self.policy(), call)
