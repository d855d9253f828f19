"""What URLs become: where to connect and by which proxy, and what to ask for there."""

import pytest

from agent.errors import ConfigError
from agent.http.base_url import Proxy, encoded, proxy_of_environment, read_base_url, read_proxy


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("http://h", "http://h"),
        ("https://h/", "https://h"),
        ("HTTPS://H.example:81/w/", "https://h.example:81/w"),
        ("http://[::1]:5/w", "http://[::1]:5/w"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://h/w/a%20b/ö", "http://h/w/a%20b/%C3%B6"),
    ],
)
def test_a_base_url_is_read_as_it_goes_over_the_wire(url, read):
    assert read_base_url(url, "sis") == read


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/ims/oneroster/v1p2/results/pbr-0a1b2c", "/ims/oneroster/v1p2/results/pbr-0a1b2c"),
        ("/a/~b_c-d.e", "/a/~b_c-d.e"),
        ("/a%2Fb/c", "/a%2Fb/c"),
        ("/a?limit=5&filter=x='y z'", "/a?limit=5&filter=x='y%20z'"),
        ("/ü", "/%C3%BC"),
        ("/a#b\r\nc", "/a%23b%0D%0Ac"),
        ("/a/", "/a/"),
        ("", ""),
    ],
)
def test_a_path_is_encoded_once(path, target):
    assert encoded(path) == target


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://sis.example", "sis.example", "https://", "http://", "//sis.example"),
        *("https://a:b@sis.example", "https://a@sis.example", "http://x/?a=1", "http://x/#a"),
        *("http://x:y", "http://x:70000", "http://x:0", "http://[::1", "http://a b", "http://a..b"),
        *(f"http://{'a' * 64}.invalid", "http://[::1%25eth0]", "http://a\x00b", "http://a,b"),
    ],
)
def test_what_cannot_be_a_server_is_a_configuration_error(url):
    with pytest.raises(ConfigError, match=r"\Asis: the url "):
        read_base_url(url, "sis")


# ---- a proxy on the way -------------------------------------------------------------------------


def test_a_proxy_is_a_url_and_the_credentials_that_it_asks_for():
    assert read_proxy("http://proxy.example:3128", "[sis]") == Proxy("http://proxy.example:3128")
    shown = read_proxy("http://[::1]:81/", "[sis]", "passback", "a:b ü")
    assert shown == Proxy("http://[::1]:81", "passback", "a:b ü")
    assert "a:b" not in repr(shown)


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
        ({"https_proxy": "http://h:1"}, Proxy("http://h:1")),
        ({"HTTPS_PROXY": "http://h:1/"}, Proxy("http://h:1")),
        ({"HTTPS_PROXY": "h:1"}, Proxy("http://h:1")),
        (
            {"HTTPS_PROXY": "http://passback:a%3Ab%20%C3%BC@h:1"},
            Proxy("http://h:1", "passback", "a:b ü"),
        ),
        ({"https_proxy": "http://h:1", "HTTPS_PROXY": "http://other:2"}, Proxy("http://h:1")),
        ({"HTTPS_PROXY": "http://h:1", "NO_PROXY": "example.org, .sis.example"}, None),
        ({"HTTPS_PROXY": "http://h:1", "no_proxy": "*"}, None),
        ({"HTTPS_PROXY": "http://h:1", "no_proxy": "a.sis.example:443"}, None),
        ({"HTTPS_PROXY": "http://h:1", "NO_PROXY": "b.sis.example,localhost"}, Proxy("http://h:1")),
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
