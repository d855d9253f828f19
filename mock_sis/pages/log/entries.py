"""An entry of the journal as a call: its address is read by the contract."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from mock_sis.http.contract import contract
from mock_sis.pages.log.calls import Call


def call_of(entry: Mapping[str, Any]) -> Call:
    """An entry of `Journal.latest`."""
    match = contract(f"{entry['server']}.yaml").match(entry["method"].lower(), entry["path"])
    return Call(
        server=entry["server"],
        method=entry["method"],
        path=entry["path"],
        operation=entry["operation"] or "",
        status=entry["status"],
        write=entry["write"],
        reason=entry["reason"],
        violations=entry["violations"],
        params=match.path_params if match else {},
        query={name: values[0] for name, values in parse_qs(entry["query"]).items()},
        about=entry["about"],
    )
