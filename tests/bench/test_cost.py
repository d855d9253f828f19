"""What a bench tells of a command is the command's alone."""

import sys

from bench.cost import cost_of

BALLAST = 200


def test_the_peak_of_a_command_is_not_that_of_the_bench():
    ballast = b"x" * (BALLAST << 20)
    cost = cost_of([sys.executable, "-c", "print('done')"])
    del ballast

    assert cost.code == 0
    assert cost.last == "done\n"
    assert 5 < cost.peak_mb < BALLAST / 2


def test_what_a_command_holds_is_in_its_peak():
    cost = cost_of([sys.executable, "-c", f"b'x' * ({BALLAST} << 20); raise SystemExit(3)"])

    assert cost.code == 3
    assert BALLAST < cost.peak_mb < 2 * BALLAST
