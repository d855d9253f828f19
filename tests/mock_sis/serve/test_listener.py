"""Ports that a mock takes: alone, or beside processes of its own."""

import pytest

from mock_sis.serve.listener import listening


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
@pytest.mark.parametrize("other", [True, False])
@pytest.mark.parametrize("shared", [True, False])
def test_a_port_on_which_another_program_listens_is_taken(host, other, shared):
    with listening(host, 0, shared=other) as first:
        first.listen()
        with pytest.raises(OSError, match="in use"):
            listening(host, first.getsockname()[1], shared=shared)
