"""What `passback serve` says where its extra is missing."""

import subprocess
import sys

import pytest

from agent.serve.bind import reached_at

CALL = """
import sys
sys.modules[{missing!r}] = None
sys.argv = ["passback", *{arguments!r}]
from agent.cli import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "missing"),
    [
        (["serve", "-c", "x.toml"], "flask"),
        (["metrics", "-c", "x.toml", "--out", "x"], "prometheus_client"),
    ],
)
def test_without_the_extra_it_says_how_to_install_it(arguments, missing):
    code = CALL.format(missing=missing, arguments=arguments)
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.endswith(
        f"Error: `{arguments[0]}` needs {missing}: pip install 'passback[serve]'\n"
    )


@pytest.mark.parametrize(
    ("host", "names", "printed"),
    [
        ("127.0.0.1", ("pages.example",), "http://127.0.0.1:8090"),
        ("0.0.0.0", ("pages.example", "other"), "http://pages.example:8090"),
        ("0.0.0.0", (), "http://localhost:8090"),
    ],
)
def test_the_printed_address_is_one_that_a_browser_finds(host, names, printed):
    assert reached_at(f"http://{host}:8090", host, names) == printed
