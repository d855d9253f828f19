"""What URLs become: where to connect and by which proxy, and what to ask for there."""

import pytest

from agent.address import Proxy, proxy_of_environment, read_address, read_proxy
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


# ---- a proxy on the way -------------------------------------------------------------------------

BASIC = "Basic cGFzc2JhY2s6YTpiIMO8"
"""passback:a:b ü"""


def test_a_proxy_is_a_host_a_port_and_what_it_is_shown():
    assert read_proxy("http://proxy.example:3128", "[sis]") == Proxy("proxy.example", 3128, "")
    assert read_proxy("http://[::1]:81/", "[sis]", "passback", "a:b ü") == Proxy("::1", 81, BASIC)


def test_what_it_is_shown_is_not_printed():
    assert BASIC.split()[1] not in repr(read_proxy("http://h:1", "[sis]", "passback", "a:b ü"))


@pytest.mark.parametrize(
    ("url", "user"),
    [
        *(("https://h:1", ""), ("socks5://h:1", ""), ("h:1", ""), ("", ""), ("http://", "")),
        *(("http://u:hidden@h:1", ""), ("http://h:1/hidden", ""), ("http://h:1?hidden", "")),
        *(("http://h:hidden", ""), ("http://h:1", "hidden:x")),
    ],
)
def test_what_cannot_be_a_proxy_is_a_configuration_error(url, user):
    with pytest.raises(ConfigError, match=r"\A\[sis\] proxy: ") as caught:
        read_proxy(url, "[sis]", user, "hidden")
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"https_proxy": "http://h:1"}, Proxy("h", 1)),
        ({"HTTPS_PROXY": "http://h:1/"}, Proxy("h", 1)),
        ({"HTTPS_PROXY": "h:1"}, Proxy("h", 1)),
        ({"HTTPS_PROXY": "http://passback:a%3Ab%20%C3%BC@h:1"}, Proxy("h", 1, BASIC)),
        ({"https_proxy": "http://h:1", "HTTPS_PROXY": "http://other:2"}, Proxy("h", 1)),
        ({"HTTPS_PROXY": "http://h:1", "NO_PROXY": "example.org, .sis.example"}, None),
        ({"HTTPS_PROXY": "http://h:1", "no_proxy": "*"}, None),
        ({"HTTPS_PROXY": "http://h:1", "no_proxy": "a.sis.example:443"}, None),
        ({"HTTPS_PROXY": "http://h:1", "NO_PROXY": "b.sis.example,localhost"}, Proxy("h", 1)),
        ({"HTTPS_PROXY": ""}, None),
        ({"HTTP_PROXY": "http://h:1", "ALL_PROXY": "http://h:1"}, None),
        ({}, None),
    ],
)
def test_the_environments_proxy_is_found_as_other_programs_find_it(environ, expected):
    assert proxy_of_environment(environ, "https://a.sis.example/w", "[sis]") == expected


def test_an_environments_proxy_that_is_none_is_refused_without_quoting_it():
    with pytest.raises(ConfigError, match=r"\A\[sis\] proxy: ") as caught:
        proxy_of_environment({"https_proxy": "socks5://u:hidden@h:1"}, "https://s", "[sis]")
    assert "hidden" not in str(caught.value)
