"""The log as the vendor's own page lists it: Qmlativ's usage history, PowerSchool's plugin log."""

from collections.abc import Mapping
from typing import Any

TITLES: Mapping[str, str] = {
    "skyward": "API usage history",
    "powerschool": "Plugin log",
}
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "skyward": (
        "API type",
        "Time",
        "Method",
        "URL",
        "HTTP status",
        "Host address",
        "Server ms",
        "Entity",
    ),
    "powerschool": ("Time", "Plugin", "Method", "URI", "Status", "Milliseconds", "Message"),
}


def cells(server: str, entry: Mapping[str, Any], at: str) -> tuple[object, ...]:
    """One call under `COLUMNS`; *at*: its time as the page shows it."""
    url = f"{entry['path']}?{entry['query']}" if entry["query"] else entry["path"]
    status = "cut" if entry["status"] is None else entry["status"]
    ms = round(entry["duration_ms"])
    if server == "skyward":
        kind = _api_type(entry["path"])
        return kind, at, entry["method"], url, status, "127.0.0.1", ms, 1
    return at, entry["client"], entry["method"], url, status, ms, entry["reason"]


def _api_type(path: str) -> str:
    if path.startswith("/ims/"):
        return "OneRoster"
    return "Token" if path.endswith("token") else "Generic"
