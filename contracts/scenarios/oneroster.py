"""The words that OneRoster scenarios share: sign in, find a class, put an item, put a result."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from contracts.scenarios.runner import Failed, Run, Step

ALL = 10_000
SCOPES = ("roster.readonly", "gradebook.readonly", "gradebook.createput", "gradebook.delete")


@dataclass(frozen=True, slots=True)
class Book:
    """A OneRoster gradebook under its roots, in one version of the standard.

    Attributes:
        more: members of a line item that this vendor needs besides the usual ones.
        school: whether a line item names its school.
    """

    version: str
    rostering: str
    grades: str
    more: tuple[tuple[str, Any], ...] = ()
    school: bool = True

    def sign_in(self, run: Run) -> str:
        """A token, as partners ask for it."""
        scopes = (f"https://purl.imsglobal.org/spec/or/{self.version}/scope/{s}" for s in SCOPES)
        form = {"grant_type": "client_credentials", "scope": " ".join(scopes)}
        return signed_in(run, form)

    def find_class(self, run: Run) -> str:
        """The class to write into, its school, two of its students, a category."""
        if run.target.section is None:
            teacher = run.read(f"{self.rostering}/teachers?limit=1", "users")[0]["sourcedId"]
            path = f"{self.rostering}/teachers/{teacher}/classes?limit={ALL}"
            found = run.read(path, "classes")[0]
        else:
            path = f"{self.rostering}/classes/{run.target.section}"
            found = run.call("GET", path, 200)["class"]
        run.known["class"], run.known["school"] = found["sourcedId"], found["school"]["sourcedId"]
        path = f"{self.rostering}/classes/{found['sourcedId']}/students?limit={ALL}"
        students = run.read(path, "users")
        run.known["student"], run.known["neighbour"] = (one["sourcedId"] for one in students[:2])
        run.known["category"] = self._category(run)
        return f"{len(students)} students"

    def _category(self, run: Run) -> str:
        if self.version == "v1p1":
            found = run.read(f"{self.grades}/categories?limit={ALL}", "categories")
        else:
            path = f"{self.grades}/classes/{run.needs('class')}/categories?limit={ALL}"
            found = run.read(path, "categories")
        return str(found[0]["sourcedId"])

    def item(self, run: Run, **changes: Any) -> dict[str, Any]:
        """A line item as partners send it: bare references, no status."""
        due = run.now + timedelta(days=changes.pop("days", 1))
        sent: dict[str, Any] = {
            "sourcedId": run.item,
            "title": "Passback check",
            "assignDate": run.stamp,
            "dueDate": due.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "class": {"sourcedId": run.needs("class")},
            "category": {"sourcedId": run.needs("category")},
            "resultValueMin": 0,
            "resultValueMax": 20,
            **dict(self.more),
        }
        if self.school:
            sent["school"] = {"sourcedId": run.needs("school")}
        return {**sent, **changes}

    def put_item(self, run: Run, *statuses: int, **changes: Any) -> Any:
        """Put the run's line item (or another `sourcedId`), to be removed in the end."""
        sent = self.item(run, **changes)
        key = sent["sourcedId"]
        path = f"{self.grades}/lineItems/{key}"
        undo = partial(self.drop_item, key=key)
        return _put(run, f"line item {key}", undo, path, statuses, {"lineItem": sent})

    def put_result(self, run: Run, score: Any, *statuses: int, **changes: Any) -> Any:
        """Put the run's result (or another `sourcedId`), to be removed in the end."""
        sent = {
            "sourcedId": run.result,
            "lineItem": {"sourcedId": run.item},
            "student": {"sourcedId": run.needs("student")},
            "score": score,
            "scoreStatus": "fully graded",
            "scoreDate": run.now.date().isoformat(),
            **changes,
        }
        key = sent["sourcedId"]
        path = f"{self.grades}/results/{key}"
        undo = partial(self.drop_result, key=key)
        return _put(run, f"result {key}", undo, path, statuses, {"result": sent})

    def items(self, run: Run, class_: str | None = None) -> list[dict[str, Any]]:
        """The line items of a class that this run made."""
        path = f"{self.grades}/classes/{class_ or run.needs('class')}/lineItems?limit={ALL}"
        return [one for one in run.read(path, "lineItems") if one["sourcedId"] in run.ours]

    def results(self, run: Run) -> list[dict[str, Any]]:
        """The results of the run's line item that hold a score."""
        path = f"{self.grades}/classes/{run.needs('class')}/lineItems/{run.item}/results"
        found = run.read(f"{path}?limit={ALL}", "results")
        return [one for one in found if one.get("score") is not None]

    def drop_item(self, run: Run, key: str | None = None) -> str:
        """Delete a line item of the run's, and see that it is gone."""
        name = key or run.item
        run.call("DELETE", f"{self.grades}/lineItems/{name}", 200, 204, 404)
        if any(one["sourcedId"] == name for one in self.items(run)):
            raise Failed("the line item is still in the list")
        run.removed(f"line item {name}")
        return ""

    def drop_result(self, run: Run, key: str | None = None) -> str:
        """Delete a result of the run's."""
        name = key or run.result
        run.call("DELETE", f"{self.grades}/results/{name}", 200, 204, 404)
        run.removed(f"result {name}")
        return ""

    @property
    def opening(self) -> tuple[Step, Step]:
        """What every writing sequence begins with."""
        return Step("token", self.sign_in), Step("a class to write into", self.find_class)

    @property
    def closing(self) -> tuple[Step, ...]:
        """What every writing sequence ends with."""
        return (Step("delete what was made", _remove_all),)


def _remove_all(run: Run) -> str:
    made = list(reversed(run.left.values()))
    for undo in made:
        undo(run)
    return f"{len(made)} removed"


def _put(
    run: Run,
    what: str,
    undo: Callable[[Run], str],
    path: str,
    statuses: tuple[int, ...],
    body: Any,
) -> Any:
    """A PUT by our own id; a refusal of what was not there yet leaves nothing to remove."""
    new = what not in run.left
    run.ours.add(path.rsplit("/", 1)[1])
    run.leaves(what, undo)
    answer = run.call("PUT", path, *statuses, json=body)
    if new and 400 <= (run.status or 0) < 500:
        run.removed(what)
    return answer


def signed_in(run: Run, form: dict[str, str]) -> str:
    """A token for client id and secret in a Basic header."""
    run.sign_in = lambda run: signed_in(run, form)
    run.client.headers.pop("Authorization", None)
    credentials = (run.target.client_id, run.target.client_secret)
    body = run.call("POST", run.target.token_url, 200, auth=credentials, data=form)
    run.client.headers["Authorization"] = f"Bearer {body['access_token']}"
    return ""


def expect(found: Any, wanted: Any, what: str) -> None:
    """Failed unless they are equal; says what and never whose."""
    if found != wanted:
        raise Failed(f"{what}: not what was expected")


def refused(put: Callable[[Run], Any]) -> Callable[[Run], str]:
    """A step that is over once *put* got the refusal that it asked for."""

    def step(run: Run) -> str:
        put(run)
        return "refused"

    return step
