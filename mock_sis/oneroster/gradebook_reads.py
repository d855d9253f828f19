"""The gradebook service's reads: a method for each operation, by its operationId in snake_case."""

from typing import Any

from mock_sis.http.types import Answer, Call
from mock_sis.oneroster.services import Services


class GradebookReads(Services):
    """Reads of line items, results, categories and what hangs on them."""

    def get_all_line_items(self, call: Call, **query: Any) -> Answer:
        """All line items."""
        return self.collection("lineItem", call, query)

    def get_line_item(self, sourced_id: str, call: Call) -> Answer:
        """One line item."""
        return self.one("lineItem", sourced_id, call)

    def get_all_results(self, call: Call, **query: Any) -> Answer:
        """All results; who shows `*` has none."""
        return self.collection("result", call, query)

    def get_result(self, sourced_id: str, call: Call) -> Answer:
        """One result."""
        return self.one("result", sourced_id, call)

    def get_all_categories(self, call: Call, **query: Any) -> Answer:
        """All categories."""
        return self.collection("category", call, query)

    def get_category(self, sourced_id: str, call: Call) -> Answer:
        """One category."""
        return self.one("category", sourced_id, call)

    def get_line_items_for_class(self, call: Call, class_sourced_id: str, **query: Any) -> Answer:
        """Line items of a class, those of linked classes included."""
        return self.collection("lineItem", call, query, {"class": class_sourced_id})

    def get_results_for_class(self, call: Call, class_sourced_id: str, **query: Any) -> Answer:
        """Results of a class."""
        return self.collection("result", call, query, {"class": class_sourced_id})

    def get_results_for_line_item_for_class(
        self, call: Call, class_sourced_id: str, line_item_sourced_id: str, **query: Any
    ) -> Answer:
        """Results of one line item in a class; of every linked class when it is linked."""
        return self.collection(
            "result", call, query, {"class": class_sourced_id, "lineItem": line_item_sourced_id}
        )

    def get_results_for_student_for_class(
        self, call: Call, class_sourced_id: str, student_sourced_id: str, **query: Any
    ) -> Answer:
        """Results of one student in a class."""
        return self.collection(
            "result", call, query, {"class": class_sourced_id, "student": student_sourced_id}
        )

    def get_categories_for_class(self, call: Call, class_sourced_id: str, **query: Any) -> Answer:
        """Categories that a class may use."""
        return self.collection("category", call, query, {"class": class_sourced_id})

    def get_all_score_scales(self, call: Call, **query: Any) -> Answer:
        """All score scales."""
        return self.collection("scoreScale", call, query)

    def get_score_scale(self, sourced_id: str, call: Call) -> Answer:
        """One score scale."""
        return self.one("scoreScale", sourced_id, call)

    def get_score_scales_for_class(self, call: Call, class_sourced_id: str, **query: Any) -> Answer:
        """Score scales of a class."""
        return self.collection("scoreScale", call, query, {"class": class_sourced_id})

    def get_score_scales_for_school(
        self, call: Call, school_sourced_id: str, **query: Any
    ) -> Answer:
        """Score scales of a school."""
        return self.collection("scoreScale", call, query, {"school": school_sourced_id})

    def get_all_assessment_line_items(self, call: Call, **query: Any) -> Answer:
        """All assessment line items."""
        return self.collection("assessmentLineItem", call, query)

    def get_assessment_line_item(self, sourced_id: str, call: Call) -> Answer:
        """One assessment line item."""
        return self.one("assessmentLineItem", sourced_id, call)

    def get_all_assessment_results(self, call: Call, **query: Any) -> Answer:
        """All assessment results."""
        return self.collection("assessmentResult", call, query)

    def get_assessment_result(self, sourced_id: str, call: Call) -> Answer:
        """One assessment result."""
        return self.one("assessmentResult", sourced_id, call)
