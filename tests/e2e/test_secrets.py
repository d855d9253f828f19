"""A secret that is replaced while a night is at work: nobody has to start anything again."""

import pytest

from tests.e2e.support.district import District
from tests.e2e.support.night_work import assert_as_if_nothing_had_happened, fault, some_work
from tests.e2e.support.recording_proxy import JSON, Exchange, relaying

pytestmark = pytest.mark.slow


def test_a_secret_that_changes_in_the_middle_of_a_night_is_read_anew(
    district: District, twin: District
):
    some_work(district)
    file = district.folder / "sis.secret"
    valid = ["first"]
    file.write_text("first\n")
    file.chmod(0o600)
    seen, refused = [], []

    def rotate(exchange: Exchange) -> bool:
        """The second score finds the old secret given up, and the new one in the file."""
        if exchange.path.endswith("/token"):
            sent = exchange.body.decode()
            if f"client_secret={valid[-1]}" not in sent:
                refused.append(sent)
                exchange.answer(401, {}, JSON)
                return True
            seen.append(valid[-1])
            exchange.body = sent.replace(valid[-1], "passback-secret").encode()
        elif valid == ["first"] and len(relay.of("PUT", district.facts.score_path)) == 2:
            file.write_text("second\n")
            valid.append("second")
            fault(district, "revoke", district.facts.score, nth=1)
        return False

    with relaying(district.sis) as relay:
        relay.before = rotate
        district.sis_more = f'url = "{relay.url}"\nclient_secret = {{ file = "sis.secret" }}'
        run = district.sync()
    district.sis_more = ""

    assert (run.code, run.err) == (0, "")
    assert (seen, refused) == (["first", "second"], [])
    assert_as_if_nothing_had_happened(district, twin)
