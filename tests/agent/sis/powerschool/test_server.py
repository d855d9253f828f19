"""Pages of lists and tables."""

import httpx2
import pytest

from tests.agent.sis.powerschool.canned import (
    METADATA,
    SEATS,
    SECTION,
    a_server,
    read_section,
    seat,
    seats,
)


class TestPages:
    def many(self, told, number, most):
        """A server with *number* students that gives *most* a page, and tells *told*."""
        everyone = [seat(n, "2026-08-31", "") for n in range(number)]

        def page(request):
            assert request.url.params["pagesize"] == str(told or 100)
            first = (int(request.url.params["page"]) - 1) * most
            found = everyone[first : first + most]
            return httpx2.Response(
                200, json=seats(*found) if found else {"section_enrollments": ""}
            )

        name = "section_enrollment_max_page_size"
        metadata = {k: v for k, v in METADATA["metadata"].items() if k != name}
        metadata |= {name: told} if told else {}
        return a_server({SEATS: page, "GET /ws/v1/metadata": {"metadata": metadata}})

    @pytest.mark.parametrize(
        ("told", "number", "most", "requests"),
        [
            (10, 25, 10, 3),
            (10, 20, 10, 3),
            (10, 9, 10, 1),
            (None, 25, 10, 4),
            (None, 9, 100, 2),
        ],
        ids=["three pages", "a full last page", "one page", "not told", "not told, one page"],
    )
    def test_every_page_is_read_within_the_largest_that_is_told(self, told, number, most, requests):
        server = self.many(told, number, most)
        assert len(server.sis.gradebook("k", [SECTION]).sections[SECTION].enrolments) == number
        asked = [r for r in server.requests if r.url.path.endswith("section_enrollment")]
        assert len(asked) == requests

    def test_a_server_that_gives_the_same_page_for_ever_does_not_hold_us(self):
        same = seats(*(seat(n, "2026-08-31", "") for n in range(1000)))
        assert len(read_section({SEATS: same}).enrolments) == 1000
