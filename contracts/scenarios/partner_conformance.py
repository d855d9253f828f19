"""What a large OneRoster 1.2 partner asks of a SIS before it exports grades, as a plain sequence.

The order and the demands are those of a partner's public conformance notebook; the code is ours. It
writes one line item and one result of its own and removes both. It sends what that partner sends:
bare references, no `status`, a date-time for `scoreDate`, a body on a GET. A server that holds the
published schema to the letter refuses these writes, so each step says whether it fails there.
"""

from datetime import timedelta
from typing import Any

from contracts.scenarios.runner import Failed, Run, Step

SCOPES = ("roster.readonly", "gradebook.readonly", "gradebook.createput", "gradebook.delete")
LONG_TITLE = ("[Changed] " + "a very long title of a line item " * 4)[:112]
EVERYTHING = 10_000
ITEM, RESULT = "the line item", "the result"
ROSTER, GRADES = "/rostering/v1p2", "/gradebook/v1p2"


def _token(run: Run) -> str:
    run.sign_in = _token
    scope = " ".join(f"https://purl.imsglobal.org/spec/or/v1p2/scope/{name}" for name in SCOPES)
    credentials = (run.target.client_id, run.target.client_secret)
    form = {"grant_type": "client_credentials", "scope": scope}
    body = run.call("POST", run.target.token_url, 200, auth=credentials, data=form)
    run.client.headers["Authorization"] = f"Bearer {body['access_token']}"
    return ""


def _teachers(run: Run) -> str:
    users = run.read(f"{ROSTER}/teachers?limit=1", "users")
    run.known["email"] = run.target.teacher_email or users[0]["email"]
    return ""


def _teacher_by_email(run: Run) -> str:
    email = run.needs("email")
    users = run.read(f"{ROSTER}/teachers?filter=email='{email}'&limit={EVERYTHING}", "users")
    if len(users) != 1 or not users[0].keys() >= {"email", "sourcedId"}:
        raise Failed(f"{len(users)} teachers, wanted one with email and sourcedId")
    run.known["teacher"] = users[0]["sourcedId"]
    return ""


def _classes(run: Run) -> str:
    path = f"{ROSTER}/teachers/{run.needs('teacher')}/classes"
    classes = run.read(f"{path}?limit={EVERYTHING}&filter=status='active'", "classes")
    if not classes:
        raise Failed("no classes")
    run.known["class"] = classes[0]["sourcedId"]
    run.known["school"] = classes[0]["school"]["sourcedId"]
    run.known["term"] = classes[0]["terms"][0]["sourcedId"]
    return f"{len(classes)} classes"


def _students(run: Run) -> str:
    users = run.read(f"{ROSTER}/classes/{run.needs('class')}/students?limit={EVERYTHING}", "users")
    if not users or not users[0].keys() >= {"email", "sourcedId"}:
        raise Failed("no student with email and sourcedId")
    run.known["student"] = users[0]["sourcedId"]
    return f"{len(users)} students"


def _categories(run: Run) -> str:
    path = f"{GRADES}/classes/{run.needs('class')}/categories?limit={EVERYTHING}"
    found = run.read(path, "categories", data={"grant_type": "client_credentials"})
    if not found:
        raise Failed("no categories")
    run.known["category"] = found[0]["sourcedId"]
    return f"{len(found)} categories"


def _periods(run: Run) -> str:
    path = f"{ROSTER}/terms/{run.needs('term')}/gradingPeriods?limit={EVERYTHING}"
    found = run.read(path, "academicSessions")
    wanted = {"sourcedId", "title", "startDate", "endDate", "schoolYear"}
    if not found or not found[0].keys() >= wanted:
        raise Failed("no grading period with title, dates and school year")
    if any(one["type"] != "gradingPeriod" for one in found):
        raise Failed("not all are of type gradingPeriod")
    return f"{len(found)} grading periods"


def _create_item(run: Run) -> str:
    _put_item(run, "New line item", 201)
    return ""


def _item_listed(run: Run) -> str:
    if _item(run) is None:
        raise Failed("the new line item is not in the list")
    return ""


def _rename_item(run: Run) -> str:
    _put_item(run, LONG_TITLE, 200, 201)
    return "" if run.status == 200 else "200 is preferred for a change"


def _long_title(run: Run) -> str:
    found = _item(run)
    if found is None:
        raise Failed("the line item is not in the list")
    return f"{len(found['title'])} of {len(LONG_TITLE)} characters kept"


def _create_result(run: Run) -> str:
    _put_result(run, 80, "fully graded")
    return ""


def _result_listed(run: Run) -> str:
    _result(run)
    return ""


def _extra_credit(run: Run) -> str:
    _put_result(run, 300, "fully graded")
    return "" if run.status == 200 else "200 is preferred for a change"


def _extra_credit_kept(run: Run) -> str:
    score = _result(run).get("score")
    if score != 300:
        raise Failed("the score above the maximum was not kept")
    return ""


def _exempt(run: Run) -> str:
    _put_result(run, 80, "exempt")
    return ""


def _exempt_kept(run: Run) -> str:
    status = _result(run).get("scoreStatus")
    if status != "exempt":
        raise Failed("the status was not kept")
    return ""


def _delete_result(run: Run) -> str:
    run.call("DELETE", f"{GRADES}/results/{run.result}", 200, 204)
    run.removed(RESULT)
    return ""


def _result_gone(run: Run) -> str:
    if any(one["sourcedId"] == run.result for one in _results(run)):
        raise Failed("the result is still in the list")
    return ""


def _delete_item(run: Run) -> str:
    run.call("DELETE", f"{GRADES}/lineItems/{run.item}", 200, 204)
    run.removed(ITEM)
    return ""


def _item_gone(run: Run) -> str:
    if _item(run) is not None:
        raise Failed("the line item is still in the list")
    return ""


def _put_item(run: Run, title: str, *statuses: int) -> None:
    due = run.now + timedelta(minutes=1)
    item = {
        "sourcedId": run.item,
        "title": title,
        "description": "A line item of the conformance sequence",
        "resultValueMin": 0,
        "resultValueMax": 100,
        "assignDate": run.stamp,
        "dueDate": due.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "class": {"sourcedId": run.needs("class")},
        "category": {"sourcedId": run.needs("category")},
        "school": {"sourcedId": run.needs("school")},
    }
    path = f"{GRADES}/lineItems/{run.item}"
    run.leaves(ITEM, lambda run: run.call("DELETE", path, 200, 204, 404))
    run.call("PUT", path, *statuses, json={"lineItem": item})


def _put_result(run: Run, score: int, status: str) -> None:
    result = {
        "sourcedId": run.result,
        "score": score,
        "comment": "",
        "scoreStatus": status,
        "scoreDate": run.stamp,
        "lineItem": {"sourcedId": run.item},
        "student": {"sourcedId": run.needs("student")},
    }
    path = f"{GRADES}/results/{run.result}"
    run.leaves(RESULT, lambda run: run.call("DELETE", path, 200, 204, 404))
    run.call("PUT", path, 200, 201, json={"result": result})


def _item(run: Run) -> dict[str, Any] | None:
    path = f"{GRADES}/classes/{run.needs('class')}/lineItems?limit={EVERYTHING}"
    return next((one for one in run.read(path, "lineItems") if one["sourcedId"] == run.item), None)


def _results(run: Run) -> list[dict[str, Any]]:
    path = f"{GRADES}/classes/{run.needs('class')}/lineItems/{run.item}/results"
    return run.read(f"{path}?limit={EVERYTHING}", "results")


def _result(run: Run) -> dict[str, Any]:
    found = next((one for one in _results(run) if one["sourcedId"] == run.result), None)
    if found is None:
        raise Failed("the result is not in the list")
    return found


SEQUENCE = (
    Step("token", _token),
    Step("teachers, one", _teachers),
    Step("teachers, by email", _teacher_by_email),
    Step("classes of the teacher", _classes),
    Step("students of the class", _students),
    Step("categories of the class", _categories),
    Step("grading periods of the term", _periods),
    Step("line item: create", _create_item, fails_when_strict=True),
    Step("line item: listed", _item_listed, fails_when_strict=True),
    Step("line item: rename", _rename_item, fails_when_strict=True),
    Step("line item: long title", _long_title, fails_when_strict=True),
    Step("result: create", _create_result, fails_when_strict=True),
    Step("result: listed", _result_listed, fails_when_strict=True),
    Step("result: above the maximum", _extra_credit, fails_when_strict=True),
    Step("result: extra credit kept", _extra_credit_kept, fails_when_strict=True),
    Step("result: exempt", _exempt, fails_when_strict=True),
    Step("result: exempt kept", _exempt_kept, fails_when_strict=True),
    Step("result: delete", _delete_result, fails_when_strict=True),
    Step("result: gone", _result_gone, fails_when_strict=True),
    Step("line item: delete", _delete_item, fails_when_strict=True),
    Step("line item: gone", _item_gone),
)
