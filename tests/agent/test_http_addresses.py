"""A path below the base becomes the address that the library itself would have read."""

import httpx
import pytest

from agent.http import Http

PATHS = [
    "/ims/oneroster/gradebook/v1p2/results/pbr-0a1b2c",
    "/ims/oneroster/gradebook/v1p2/lineItems/pb-a-1.c-2",
    "/token",
    "/a/~b_c-d",
    "/a%2Fb/c",
    "/a?limit=5&filter=x='y z'",
    "/../secret",
    "/a/./b",
    "/a/.b",
    "/a//b",
    "/ü",
    "/a/",
    "",
]


@pytest.mark.parametrize("base", ["http://h:81", "https://h", "http://h/w/a%20b", "http://[::1]:5"])
@pytest.mark.parametrize("path", PATHS)
def test_an_address_is_the_one_that_the_library_reads(base, path):
    http = Http(base, "sis", None)

    made, read = http._url(path), httpx.URL(base + path)

    assert made == read
    assert (made.raw_path, made.netloc, made.scheme) == (read.raw_path, read.netloc, read.scheme)
