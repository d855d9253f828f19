"""What becomes of refusals."""

from decimal import Decimal

import httpx2
import pytest

from agent.domain import EMPTY_CELL, ColumnRef, SisPersonId
from agent.errors import DeniedError, UnknownOutcomeError
from tests.agent.sis.canned import BOOK, DRAFT, Canned, status_info

REF = ColumnRef("pb-a17-c3")
STUDENT = SisPersonId("72")
RESULT = "pbr-2283ccc60702e82b8255ca71ca0e886e"
ITEM = {"lineItem": {"sourcedId": "pb-a17-c3", "title": "x"}}


def answers(method, path, answer, **more):
    return Canned({f"{method} {path}": answer}, **more)


class TestReceipts:
    def test_the_words_about_a_column_stand_apart_in_one_line(self):
        words = status_info("Due date 2026-12-24\n is outside " + "x" * 500)
        server = answers("PUT", "/lineItems/pb-a17-c3", (409, words))
        receipt = server.sis.create(BOOK, DRAFT)
        assert not receipt.accepted
        assert receipt.reason == "the SIS does not take this due date (409)"
        assert receipt.words.startswith("Due date 2026-12-24 is outside xxx")
        assert len(receipt.words) <= 200
        assert receipt.in_full == f'{receipt.reason}; the SIS says: "{receipt.words}"'

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (
                "Category 3 is not active for class 12",
                "the SIS says that the category is not active",
            ),
            (
                "Quarter 1 is closed, says Jane Doe",
                "the SIS says that the grading period is closed",
            ),
            (
                "Locked by Jane Doe",
                "the SIS says that the assignment or its grading period is locked",
            ),
            ("The title is too long", "the SIS does not take this title"),
            ("No category Jane Doe", "the SIS does not take this category"),
            ("Ask Jane Doe", "the SIS says that it conflicts with what the gradebook holds"),
        ],
    )
    def test_the_words_choose_a_sentence_of_ours(self, words, reason):
        server = answers("PUT", "/lineItems/pb-a17-c3", (409, status_info(words)))
        receipt = server.sis.create(BOOK, DRAFT)
        assert receipt.reason.startswith(reason)
        assert receipt.reason.endswith("(409)")
        assert "Doe" not in receipt.reason

    def test_1_1_says_it_in_a_set(self):
        words = {"statusInfoSet": [status_info("Quarter 1 is closed.")]}
        server = answers("PUT", "/lineItems/pb-a17-c3", (409, words), oneroster="1.1")
        assert server.sis.create(BOOK, DRAFT).words == "Quarter 1 is closed."

    @pytest.mark.parametrize("body", [b"", b"[]", b'{"statusInfoSet":[]}', b'{"x":1}', b"{"])
    def test_a_refusal_without_words_has_a_reason_all_the_same(self, body):
        server = answers("PUT", "/lineItems/pb-a17-c3", (422, body))
        assert server.sis.create(BOOK, DRAFT).reason == "the SIS calls the data invalid (422)"

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            ("Jane Doe (72) is not enrolled", "the student is not enrolled in the section"),
            ("Quarter 1 is closed for Jane Doe", "the grading period is closed"),
            ("Assignment is locked for Jane Doe", "the assignment is locked"),
            ("72: not a number", "does not take this value as a score"),
            ("Jane Doe 72", "conflicts with what the gradebook holds"),
        ],
    )
    def test_the_words_about_a_score_are_never_quoted(self, words, reason):
        server = answers("PUT", f"/results/{RESULT}", (409, status_info(words)))
        [receipt] = server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))])
        assert reason in receipt.reason
        assert "Jane" not in receipt.reason
        assert "72" not in receipt.reason

    def test_a_404_about_a_score_is_gone_only_if_the_column_is(self):
        there = {
            f"PUT /results/{RESULT}": (404, status_info("no")),
            "GET /lineItems/pb-a17-c3": ITEM,
        }
        [receipt] = Canned(there).sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))])
        assert (receipt.accepted, receipt.gone) == (False, False)
        del there["GET /lineItems/pb-a17-c3"]
        [receipt] = Canned(there).sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))])
        assert (receipt.accepted, receipt.gone) == (False, True)

    def test_a_column_marked_as_deleted_is_gone(self):
        item = {"lineItem": ITEM["lineItem"] | {"status": "tobedeleted"}}
        server = answers("GET", "/lineItems/pb-a17-c3", item)
        assert server.sis.update(BOOK, REF, DRAFT).gone
        assert server.sent("PUT") == []

    def test_a_mark_under_another_id_is_cleared_under_that_id(self):
        results = {"results": [{"sourcedId": "998", "student": {"sourcedId": "72"}, "score": 5}]}
        server = Canned(
            {
                "GET /classes/3001/lineItems/pb-a17-c3/results": {"results": []},
                "GET /classes/3002/lineItems/pb-a17-c3/results": results,
                "DELETE /results/998": (204, b""),
            }
        )
        assert server.sis.clear_score(BOOK, REF, STUDENT, EMPTY_CELL).accepted
        paths = [request.url.path.rpartition("/")[2] for request in server.sent("DELETE")]
        assert paths == [RESULT, "998"]

    def test_a_refusal_of_everything_is_no_receipt(self):
        server = answers("PUT", "/lineItems/pb-a17-c3", (403, status_info("no writeback")))
        with pytest.raises(DeniedError, match="putLineItem"):
            server.sis.create(BOOK, DRAFT)

    def test_a_write_without_an_answer_is_in_doubt_after_every_try(self):
        def lost(_request):
            raise httpx2.ReadTimeout("late")

        server = answers("PUT", f"/results/{RESULT}", lost)
        with pytest.raises(UnknownOutcomeError, match="putResult"):
            server.sis.put_scores(BOOK, REF, [(STUDENT, Decimal(5))])
        assert len(server.sent("PUT")) == 5
