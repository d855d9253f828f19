"""TLS is verified: a certificate of one's own is accepted only where `ca_file` names it."""

from datetime import UTC, datetime

import pytest

from agent.errors import UnavailableError
from mock_sis.serve.certificate import write_certificate
from mock_sis.server import serving
from tests.agent.sis import canned


@pytest.fixture
def secured(tmp_path):
    pair = write_certificate(tmp_path, now=datetime.now(UTC))
    with serving("skyward", certificate=pair) as servers:
        yield servers.skyward.url.replace("127.0.0.1", "localhost"), str(pair[0])


def opened(url, **more):
    return canned.opened("skyward", url, now=lambda: datetime.now(UTC), **more)


def test_a_certificate_that_ca_file_names_is_accepted_and_any_other_is_not(secured):
    url, ca_file = secured
    sis = opened(url, ca_file=ca_file)
    assert sis.district_snapshot("").changed is None
    sis.close()
    with pytest.raises(UnavailableError, match="certificate was not accepted"):
        opened(url).district_snapshot("")
