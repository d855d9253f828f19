"""What a base URL and a path become: where to connect, and what to ask for there."""

import pytest

from agent.address import read_address
from agent.errors import ConfigError


def test_the_usual_port_is_that_of_the_scheme():
    assert read_address("http://h", "sis")[:3] == ("h", 80, False)
    assert read_address("https://h/", "sis")[:3] == ("h", 443, True)
    assert read_address("HTTPS://H.example:81/w", "sis")[:3] == ("h.example", 81, True)
    assert read_address("http://[::1]:5/w", "sis")[:3] == ("::1", 5, False)


def test_a_name_with_letters_beyond_ascii_is_asked_for_as_the_name_servers_know_it():
    assert read_address("https://bücher.example", "sis").host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("path", "target"),
    [
        (
            "/ims/oneroster/gradebook/v1p2/results/pbr-0a1b2c",
            "/ims/oneroster/gradebook/v1p2/results/pbr-0a1b2c",
        ),
        ("/a/~b_c-d.e", "/a/~b_c-d.e"),
        ("/a%2Fb/c", "/a%2Fb/c"),
        ("/a?limit=5&filter=x='y z'", "/a?limit=5&filter=x='y%20z'"),
        ("/ü", "/%C3%BC"),
        ("/a#b\r\nc", "/a%23b%0D%0Ac"),
        ("/a/", "/a/"),
        ("", ""),
    ],
)
@pytest.mark.parametrize("base", ["https://h", "http://h/w/a%20b/", "http://h/ö"])
def test_a_path_goes_below_that_of_the_base(base, path, target):
    prefix = {"https://h": "", "http://h/w/a%20b/": "/w/a%20b", "http://h/ö": "/%C3%B6"}[base]
    assert read_address(base, "sis").target(path) == (prefix + target or "/")


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://sis.example", "sis.example", "https://", "http://", "//sis.example"),
        *("https://a:b@sis.example", "https://a@sis.example", "http://x/?a=1", "http://x/#a"),
        *("http://x:y", "http://x:70000", "http://x:0", "http://[::1", "http://a b", "http://a..b"),
        *("http://[::1%25eth0]", "http://a\x00b", "http://a,b"),
    ],
)
def test_what_cannot_be_a_server_is_a_configuration_error(url):
    with pytest.raises(ConfigError, match=r"\Asis: the url "):
        read_address(url, "sis")
