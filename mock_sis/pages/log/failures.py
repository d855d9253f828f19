"""Why a call failed, in words that a school secretary understands."""

import re
from collections.abc import Callable, Mapping

from mock_sis.pages.log.calls import Call, Names

FAULTS = {
    "maintenance": "the server was down for maintenance",
    "throttle": "there were too many calls at once",
    "revoke": "the token had been taken back",
    "drop_before": "the connection was cut before anything was done",
    "drop_after": "the connection was cut after it was done, so the caller does not know",
    "truncate": "the connection was cut in the middle of the answer",
}
STATUSES = {
    None: "the connection was cut",
    401: "the token was missing, wrong or too old",
    404: "there is nothing at this address",
    429: "there were too many calls at once",
}
PLAINER = (
    (
        re.compile(r"^grading period (.+) is closed for class \S+$"),
        r"the grading period \1 is closed",
    ),
    (
        re.compile(r"^due date (\S+) is outside the current grading period of class \S+$"),
        r"its due date \1 is outside the current grading period",
    ),
    (re.compile(r"\bline item\b"), "assignment"),
    (re.compile(r"\bresult\b"), "score"),
)
OF_CLASS = re.compile(r"\bclass (\S+?)(?=[,;]|$| )")


def refused(call: Call) -> bool:
    """Whether the server looked at the call and said no; otherwise it was not done at all."""
    return call.status is not None and call.status < 500 and call.status != 429


def reason(call: Call, names: Names) -> str:
    """Why it failed; without a full stop."""
    if call.reason.startswith("fault: "):
        fault = call.reason.removeprefix("fault: ")
        return FAULTS.get(fault, f"the server answered with error {call.status}")
    if call.violations:
        return "; ".join(_violation(each) for each in call.violations)
    if call.reason and call.status != 401:
        return _plain(call.reason, names.section)
    return STATUSES.get(call.status, f"the server answered with error {call.status}")


def _plain(text: str, section: Callable[[str], str]) -> str:
    for pattern, plainer in PLAINER:
        text = pattern.sub(plainer, text)
    return OF_CLASS.sub(lambda found: section(found[1]), text).rstrip(".")


def _violation(violation: Mapping[str, str]) -> str:
    place = violation["pointer"].strip("/").replace("/", ", ")
    message = violation["message"].rstrip(".")
    return f"{place or 'what was sent'}: {message}"
