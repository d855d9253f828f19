"""The gradebook service's writes: a method for each operation, by its operationId in snake_case."""

from mock_sis.gradebook.columns import Column
from mock_sis.gradebook.gradebook import Gradebook
from mock_sis.http.types import Answer, Call
from mock_sis.oneroster.errors import invalid, unknown
from mock_sis.oneroster.objects import documents
from mock_sis.oneroster.services import Body, Services
from mock_sis.oneroster.writer import GONE, Pair

DELETED = Answer(None, 204)


class GradebookWrites(Services):
    """Writes of line items, results, categories and what hangs on them."""

    # ---- line items ------------------------------------------------------------------------------

    def put_line_item(self, sourced_id: str, body: Body, call: Call) -> Answer:
        """Make (201) or replace (200) a column."""
        created = self._writer(call).put_line_item(sourced_id, body["lineItem"])
        gone = body["lineItem"].get("status") in GONE
        return self._written("lineItem", sourced_id, call, created=created, gone=gone)

    def delete_line_item(self, sourced_id: str, call: Call) -> Answer:
        """Take a column away."""
        self._writer(call).delete_line_item(sourced_id)
        return DELETED

    def post_line_items_for_class(self, class_sourced_id: str, body: Body, call: Call) -> Answer:
        """Make columns in one class."""
        self._holds("class", class_sourced_id)
        return _allocated(
            self._writer(call).post_line_items(
                body["lineItems"], lambda section: section == class_sourced_id
            )
        )

    def post_line_items_for_school(self, school_sourced_id: str, body: Body, call: Call) -> Answer:
        """Make columns in classes of one school."""
        self._holds("school", school_sourced_id)
        return _allocated(
            self._writer(call).post_line_items(
                body["lineItems"], lambda section: self._school_of(section) == school_sourced_id
            )
        )

    # ---- results ---------------------------------------------------------------------------------

    def put_result(self, sourced_id: str, body: Body, call: Call) -> Answer:
        """Write a cell: 201 under a new id, 200 under a known one."""
        created = self._writer(call).put_result(sourced_id, body["result"])
        gone = body["result"].get("status") in GONE
        return self._written("result", sourced_id, call, created=created, gone=gone)

    def delete_result(self, sourced_id: str, call: Call) -> Answer:
        """Empty a cell."""
        self._writer(call).delete_result(sourced_id)
        return DELETED

    def post_results_for_line_item(
        self, line_item_sourced_id: str, body: Body, call: Call
    ) -> Answer:
        """Write cells of one column: all or none."""
        writer = self._writer(call)
        wanted = writer.column(line_item_sourced_id)
        return _allocated(
            writer.post_results(body["results"], lambda column: column.id == wanted.id)
        )

    def post_results_for_academic_session_for_class(
        self, class_sourced_id: str, academic_session_sourced_id: str, body: Body, call: Call
    ) -> Answer:
        """Write cells of one class's columns that are due in one session: all or none."""
        self._holds("class", class_sourced_id)
        session = self._row("academicSession", academic_session_sourced_id)
        if session is None:
            raise unknown("academic session", academic_session_sourced_id)
        linked = Gradebook(self.world, self.policy().kind).linked(class_sourced_id)

        def allowed(column: Column) -> bool:
            due = column.due.isoformat() if column.due else ""
            return column.section in linked and session["start"] <= due <= session["end"]

        return _allocated(self._writer(call).post_results(body["results"], allowed))

    # ---- categories ------------------------------------------------------------------------------

    def put_category(self, sourced_id: str, body: Body, call: Call) -> Answer:
        """Make or rename a category of the district."""
        created = self._writer(call).put_category(sourced_id, body["category"])
        return self._written("category", sourced_id, call, created=created)

    def delete_category(self, sourced_id: str, call: Call) -> Answer:
        """Switch a category off."""
        self._writer(call).delete_category(sourced_id)
        return DELETED

    # ---- kept as sent ----------------------------------------------------------------------------

    def put_score_scale(self, sourced_id: str, body: Body, call: Call) -> Answer:
        """Keep a score scale."""
        return self._put_document("scoreScale", sourced_id, body, call)

    def delete_score_scale(self, sourced_id: str, call: Call) -> Answer:
        """Forget a score scale."""
        return self._delete_document("scoreScale", sourced_id, call)

    def put_assessment_line_item(self, sourced_id: str, body: Body, call: Call) -> Answer:
        """Keep an assessment line item."""
        return self._put_document("assessmentLineItem", sourced_id, body, call)

    def delete_assessment_line_item(self, sourced_id: str, call: Call) -> Answer:
        """Forget an assessment line item."""
        return self._delete_document("assessmentLineItem", sourced_id, call)

    def put_assessment_result(self, sourced_id: str, body: Body, call: Call) -> Answer:
        """Keep an assessment result."""
        return self._put_document("assessmentResult", sourced_id, body, call)

    def delete_assessment_result(self, sourced_id: str, call: Call) -> Answer:
        """Forget an assessment result."""
        return self._delete_document("assessmentResult", sourced_id, call)

    # ---- inside ----------------------------------------------------------------------------------

    def _put_document(self, kind: str, sourced_id: str, body: Body, call: Call) -> Answer:
        """Keep a score scale or an assessment object."""
        writer = self._writer(call)
        if body[kind].get("sourcedId", sourced_id) != sourced_id:
            raise invalid(f"/{kind}/sourcedId is not the id in the path")
        created = documents.put(self.world, kind, sourced_id, writer.document(body[kind]))
        return self._written(kind, sourced_id, call, created=created)

    def _delete_document(self, kind: str, sourced_id: str, call: Call) -> Answer:
        """Forget a score scale or an assessment object."""
        self._writer(call)
        documents.delete(self.world, kind, sourced_id)
        return DELETED


def _allocated(pairs: list[Pair]) -> Answer:
    return Answer(
        {
            "sourcedIdPairs": [
                {"suppliedSourcedId": supplied, "allocatedSourcedId": allocated}
                for supplied, allocated in pairs
            ]
        },
        201,
    )
