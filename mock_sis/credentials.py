"""Who every mock lets in, and where it gives tokens out: documented, the same in all worlds."""

from collections.abc import Mapping

CLIENT_ID = "passback"
CLIENT_SECRET = "passback-secret"  # noqa: S105 - published: the mocks hold made-up data only
TOKEN_PATHS: Mapping[str, str] = {
    "otus": "/oauth/token",
    "powerschool": "/oauth/access_token",
    "skyward": "/token",
}
"""Server -> path of its token endpoint; Skyward Qmlativ's is at `/oauth/token` besides."""
