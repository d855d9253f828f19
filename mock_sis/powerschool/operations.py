"""PowerSchool's operations: which method answers which operationId of its contract."""

from collections.abc import Mapping
from typing import Any

from mock_sis.http.exchange import Exchange
from mock_sis.http.types import Answer, Call, Problem
from mock_sis.oneroster.errors import status_info
from mock_sis.oneroster.operations import OneRoster
from mock_sis.oneroster.policy import Policy
from mock_sis.powerschool import about, changes, errors
from mock_sis.powerschool.gradebook.assignments import Assignments
from mock_sis.powerschool.gradebook.categories import Categories, owner_of
from mock_sis.powerschool.gradebook.checks import POWERSCHOOL
from mock_sis.powerschool.gradebook.scores import Scores
from mock_sis.powerschool.oauth import TokenEndpoint, token_error
from mock_sis.powerschool.plugin import RESOURCES, Plugin, Plugins
from mock_sis.powerschool.resources import core
from mock_sis.powerschool.resources.core import Core
from mock_sis.powerschool.resources.operations import Resources
from mock_sis.powerschool.tables import queries
from mock_sis.powerschool.tables.reader import TableReader
from mock_sis.powerschool.values import numbers, words, yes
from mock_sis.world.world import World

Body = Mapping[str, Any]
CATEGORY_FIELDS = ("teachercategoryid", "name", "isactive", "usersdcid")


class Operations(Resources, OneRoster):  # type: ignore[misc]  # both have a get_school
    """PowerSchool for one world.

    The world's setting `powerschool` chooses among its ways: grants (table or table.field -> none,
    view, full), maxima (page sizes by resource), v1 (may use /ws/v1), plugins (client -> secret and
    these), min_interval_ms, token_seconds, singleton_as_object, assignment_section_ids_header,
    breach_mitigation; OneRoster: mode, default_category, unknown_category, default_points,
    due_dates.
    """

    about = staticmethod(about.about)

    def __init__(self, world: World) -> None:
        super().__init__(world, lambda: Policy.of(POWERSCHOOL, world, score_types=True))
        self._plugins = Plugins(world)
        self._token_endpoint = TokenEndpoint(world, self._plugins)

    def authorize(self, call: Call) -> str:
        """Whose call it is, unless it comes too soon after the plugin's last."""
        plugin = self._plugins.caller(call)
        if call.path.startswith("/ws/v1/") and not plugin.v1:
            raise Problem(401, "Plugin is missing required accessLevelV1Api READ permission")
        self._plugins.limit_rate(plugin)
        return plugin.client

    def problem(self, problem: Problem, call: Call) -> Answer:
        """An error in the shape of the face that was called."""
        if call.path.startswith("/api/ims/"):
            return status_info(problem, call)
        if call.path == "/oauth/access_token":
            return token_error(problem)
        return errors.error(problem, call)

    def maintenance(self, call: Call) -> Answer:
        """302 to a page of HTML."""
        return errors.maintenance(call)

    # ---- OneRoster's own, where `/ws/v1` has an operation of that name -------------------------

    get_course11 = OneRoster.get_course
    get_school11 = OneRoster.get_school
    get_student11 = OneRoster.get_student
    get_term11 = OneRoster.get_term

    # ---- tokens ---------------------------------------------------------------------------------

    def issue_access_token(self, call: Call, body: Body | None = None) -> Answer:
        """A token for a plugin."""
        return self._token_endpoint.issue(body, call)

    # ---- /ws/v1: the server ---------------------------------------------------------------------

    def get_metadata(self, call: Call) -> Answer:
        """For anyone; a plugin is told its number."""
        plugin = self._plugins.caller(call) if "authorization" in call.headers else None
        told = plugin or Plugin(client="", secret="", number=0)
        maxima = {name: told.most(name) for name in RESOURCES}
        return core.metadata(self.world, plugin, maxima)

    def _core(self, exchange: Exchange) -> Core:
        singleton = bool(self._plugins.setting("singleton_as_object", True))
        return Core(self.world, self._plugin(exchange), singleton=singleton)

    # ---- tables and queries ---------------------------------------------------------------------

    def list_table_rows(
        self,
        exchange: Exchange,
        table: str,
        projection: str = "",
        q: str | None = None,
        page: int = 1,
        pagesize: int | None = None,
        sort: str | None = None,
        sortdescending: str = "false",
    ) -> Answer:
        """A page of rows."""
        return self._tables(exchange).listed(
            table,
            projection=projection,
            q=q,
            page=page,
            pagesize=pagesize,
            sort=sort,
            descending=yes(sortdescending),
        )

    def count_table_rows(self, exchange: Exchange, table: str, q: str | None = None) -> Answer:
        """How many."""
        return self._tables(exchange).counted(table, q)

    def get_table_metadata(
        self, exchange: Exchange, table: str, expansions: str | None = None
    ) -> Answer:
        """What a table consists of."""
        return self._tables(exchange).metadata(table, expansions or "")

    def get_table_row(
        self, exchange: Exchange, table: str, id_: str, projection: str = ""
    ) -> Answer:
        """One row."""
        return self._tables(exchange).one(table, id_, projection)

    def insert_table_row(self, exchange: Exchange, table: str) -> Answer:
        """Refused: these tables are not written as tables."""
        return self._tables(exchange).refuse_write(table)

    def update_table_row(self, exchange: Exchange, table: str, id_: str) -> Answer:  # noqa: ARG002
        """Refused: these tables are not written as tables."""
        return self._tables(exchange).refuse_write(table)

    def run_query(
        self,
        exchange: Exchange,
        queryname: str,
        body: Body | None = None,
        page: int = 1,
        pagesize: int | None = None,
        count: str = "false",
    ) -> Answer:
        """A page of a named query."""
        return queries.run(
            self.world,
            self._plugin(exchange),
            queryname,
            body or {},
            page=page,
            pagesize=pagesize,
            counting=yes(count),
        )

    def list_queries(self) -> Answer:
        """Which named queries there are."""
        return queries.api()

    def count_query(self, queryname: str, body: Body | None = None) -> Answer:
        """How many records a named query has."""
        return queries.counted(self.world, queryname, body or {})

    def get_data_version(self, application_name: str, data_version: int) -> Answer:  # noqa: ARG002
        """What changed."""
        return changes.since(self.world, data_version)

    def get_plugin_log(
        self, exchange: Exchange, failed: str = "", after: int = 0, limit: int = 1000
    ) -> Answer:
        """What plugins called."""
        only = yes(failed) if failed else None
        return changes.plugin_log(exchange.hosted.journal, failed=only, after=after, limit=limit)

    def show_unavailable(self, call: Call) -> Answer:
        """Where maintenance sends everyone."""
        return errors.maintenance(call)

    # ---- /ws/xte: categories --------------------------------------------------------------------

    def list_teacher_categories(self, exchange: Exchange, users_dcid: str) -> Answer:
        """A teacher's own copies and categories."""
        return self._categories(exchange, "view", users_dcid).listed()

    def create_teacher_category(self, exchange: Exchange, users_dcid: str, body: Body) -> Answer:
        """A category of the teacher's own."""
        made = self._categories(exchange, "full", users_dcid).create(body)
        location = f"{exchange.call.base}/ws/xte/teacher_category/{made}"
        return Answer(None, 201, {"Location": location})

    def get_teacher_category(
        self, exchange: Exchange, id_: int, users_dcid: str | None = None
    ) -> Answer:
        """One of them, whosever it is or of one teacher."""
        whose = users_dcid or owner_of(self.world, id_)
        return self._categories(exchange, "view", whose).one(id_)

    def replace_teacher_category(
        self, exchange: Exchange, users_dcid: str, id_: int, body: Body
    ) -> Answer:
        """What a teacher may change."""
        return self._categories(exchange, "full", users_dcid).replace(id_, body)

    def delete_teacher_category(self, exchange: Exchange, users_dcid: str, id_: int) -> Answer:
        """One that the teacher made and nothing uses."""
        self._categories(exchange, "full", users_dcid).delete(id_)
        return Answer(None)

    # ---- /ws/xte: assignments -------------------------------------------------------------------

    def list_assignments(self, exchange: Exchange, users_dcid: str, section_ids: str) -> Answer:
        """Of some sections."""
        return self._assignments(exchange, users_dcid).listed(section_ids.split(","))

    def create_assignment(self, exchange: Exchange, users_dcid: str, body: Body) -> Answer:
        """In one section or several."""
        return self._assignments(exchange, users_dcid).create(body)

    def get_assignment(self, exchange: Exchange, users_dcid: str, id_: int) -> Answer:
        """By assignmentid."""
        return self._assignments(exchange, users_dcid).one(id_)

    def replace_assignment(
        self,
        exchange: Exchange,
        users_dcid: str,
        id_: int,
        body: Body,
        update_scores: str = "false",
    ) -> Answer:
        """Everything."""
        return self._assignments(exchange, users_dcid).replace(
            id_, body, update_scores=yes(update_scores)
        )

    def delete_assignment(
        self, exchange: Exchange, users_dcid: str, id_: int, force: str = "false"
    ) -> Answer:
        """From all its sections."""
        return self._assignments(exchange, users_dcid).delete(id_, force=yes(force))

    # ---- /ws/xte: scores ------------------------------------------------------------------------

    def put_scores(
        self, exchange: Exchange, users_dcid: str, body: Any, term_id: int | None = None
    ) -> Answer:
        """All or none."""
        sent = body.get("assignment_scores") if isinstance(body, Mapping) else body
        if not isinstance(sent, list):
            raise Problem(400, "assignment_scores is a list")
        return self._scores(exchange, users_dcid).put(sent, term_id=term_id)

    def put_score(
        self, exchange: Exchange, users_dcid: str, body: Body, term_id: int | None = None
    ) -> Answer:
        """Of one student."""
        one = body.get("assignment_score", body)
        return self._scores(exchange, users_dcid).put([one], term_id=term_id)

    def read_scores(self, exchange: Exchange, users_dcid: str, body: Body) -> Answer:
        """Of some assignments in some sections."""
        found = self._assignments(exchange, users_dcid).parts(
            numbers(body.get("assignment_ids")), words(body.get("section_ids"))
        )
        return self._scores(exchange, users_dcid).read(found)

    def delete_students_from_assignment_sections(
        self, exchange: Exchange, body: Body, users_dcid: str | None = None, force: str = "false"
    ) -> Answer:
        """Blindly."""
        return self._scores(exchange, users_dcid).clear(
            words(body.get("student_ids")),
            numbers(body.get("section_ids")),
            force=yes(force),
        )

    # ---- inside ---------------------------------------------------------------------------------

    def _plugin(self, exchange: Exchange) -> Plugin:
        found = self._plugins.find(exchange.client)
        assert found is not None
        return found

    def _tables(self, exchange: Exchange) -> TableReader:
        return TableReader(self.world, self._plugin(exchange))

    def _categories(self, exchange: Exchange, wanted: str, users_dcid: str) -> Categories:
        self._plugin(exchange).need(wanted, "teachercategory", CATEGORY_FIELDS)
        return Categories(self.world, users_dcid)

    def _assignments(self, exchange: Exchange, users_dcid: str) -> Assignments:
        return Assignments(self.world, self._plugin(exchange), users_dcid, exchange.call)

    def _scores(self, exchange: Exchange, users_dcid: str | None) -> Scores:
        return Scores(self.world, self._plugin(exchange), users_dcid)
