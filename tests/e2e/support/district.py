"""A district under test: a world of its own on running mocks, and the agent as operators run it.

Everything goes over real sockets: the control plane plays teachers, registrar and Otus, and the
agent is its own command. Nothing here looks into the agent or the mock.
"""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from click.testing import CliRunner

from agent.cli import passback
from agent.errors import PassbackError
from contracts.configuration import SECRETS, configuration
from mock_sis.world.world import World
from tests.e2e.support.kinds import KINDS, Kind
from tests.e2e.support.privacy import OUT, assert_nothing_private
from tests.e2e.support.unassigned import Left, note_left

ZONE = ZoneInfo("America/Chicago")
START = date(2026, 10, 14)


@dataclass(slots=True)
class Run:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report."""
        return json.loads(self.out)

    def states(self, assignment: str) -> dict[str | None, str]:
        """Student (None: the assignment itself) -> state."""
        found = [r for r in self.report["records"] if r["assignment"] == assignment]
        return {r.get("student"): r["state"] for r in found}

    def codes(self, assignment: str, student: str | None = None) -> list[str]:
        """The refusal codes of one record, over all sections."""
        return [
            code
            for r in self.report["records"]
            if r["assignment"] == assignment and r.get("student") == student
            for code in r["codes"]
        ]

    @property
    def writes(self) -> int:
        """Write requests to the SIS."""
        return self.report["requests"]["writes"]


class Started(subprocess.Popen[str]):
    """A command in a process of its own; what it printed is looked through when it is read."""

    def __init__(self, district: "District", arguments: list[str], *words: Any, **more: Any):
        super().__init__(*words, **more)
        self._of = district, arguments

    def communicate(self, *given: Any, **named: Any) -> tuple[str, str]:
        """What it printed, once it has ended."""
        out, err = super().communicate(*given, **named)
        district, arguments = self._of
        district.keeps_quiet(arguments, {OUT: out or "", "standard error": err or ""})
        return out, err


@dataclass(slots=True)
class District:
    """One world and one agent.

    Attributes:
        typed_zeros: 0s that a person typed or that were judged before, by column and student.
        left: what was taken off classes in Otus, by assessment and class.
        world: the mocks' own, of which nothing private may be in what a command prints.
        scores: in Otus, by assessment and student.
        changed: anything was asked of it but to tell.
    """

    otus: str
    sis: str
    folder: Path
    policy: str = ""
    sis_more: str = ""
    more: str = ""
    effective: date = date(2026, 8, 20)
    ledger: str = "passback.db"
    kind: str = "skyward"
    categories: dict[str, str] = field(
        default_factory=lambda: {"Quiz": "QUIZ", "Test": "TEST", "Homework": "HW"}
    )
    typed_zeros: dict[tuple[str, str], bool] = field(default_factory=dict)
    ours: set[str] = field(default_factory=set)
    left: dict[tuple[str, str], Left] = field(default_factory=dict)
    world: World | None = None
    scores: dict[tuple[str, str], float] = field(default_factory=dict)
    changed: bool = False
    # Mocks speak plain HTTP; to read the authorities that nobody asks costs more than a world.
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, verify=False))

    @property
    def facts(self) -> Kind:
        """In what this SIS differs from the other."""
        return KINDS[self.kind]

    # -- the agent

    @property
    def config(self) -> Path:
        """The configuration file, written anew with what the test set."""
        path = self.folder / "passback.toml"
        path.write_text(
            configuration(
                otus=self.otus,
                sis=self.sis,
                policy=self.policy,
                sis_more=self.sis_more,
                more=self.more,
                effective=self.effective,
                ledger=self.ledger,
                kind=self.kind,
                categories=self.categories,
            )
        )
        return path

    def command(self, *arguments: str) -> Run:
        """Run `passback ...` in this process."""
        self.changed = True
        result = CliRunner().invoke(passback, list(arguments), env=SECRETS)
        code, error = result.exit_code, result.exception
        if isinstance(error, PassbackError):
            code, told = error.exit_code, f"{result.stderr}passback: {error}\n"
        elif error is not None and not isinstance(error, SystemExit):
            raise error
        else:
            told = result.stderr
        self.keeps_quiet(arguments, {OUT: result.stdout, "standard error": told})
        return Run(code, result.stdout, told)

    def keeps_quiet(self, arguments: Sequence[str], texts: dict[str, str]) -> None:
        """Nothing that a command wrote, its events and its log included, is private."""
        if self.world is None:
            return
        named = {flag: value for flag, value in pairwise(arguments) if flag == "--events"}
        if named.get("--events") == "-":  # the report goes to the other one
            texts = {"--events": texts[OUT], OUT: texts["standard error"]}
        files = {**named, "the log": str(self.folder / "passback.log")}
        for place, path in files.items():
            if Path(path).is_file():
                texts |= {place: Path(path).read_text(encoding="utf-8")}
        read = [Path(value) for flag, value in pairwise(arguments) if flag == "-c"]
        numbers = any("oneroster-csv" in path.read_text() for path in read if path.is_file())
        command = " ".join([arguments[0], *(flag for flag in arguments if flag == "--values")])
        assert_nothing_private(self.world, command, texts, self.scores, numbers=numbers)

    def sync(self, *arguments: str, at: datetime | None = None) -> Run:
        """`passback sync --json`, as of the mock's clock."""
        when = (at or self.now()).isoformat()
        return self.command("sync", "-c", str(self.config), "--json", "--at", when, *arguments)

    def plan(self, *arguments: str) -> Run:
        """`passback plan --json`, as of the mock's clock."""
        when = self.now().isoformat()
        return self.command("plan", "-c", str(self.config), "--json", "--at", when, *arguments)

    def start_sync(
        self, *arguments: str, shell: str = 'exec "$@"', stdout: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """`passback sync --json` in a process of its own, to be killed, or to print where it can't.

        *shell*: a line of bash that runs "$@", which is the command.
        """
        words = ("--json", "--at", self.now().isoformat(), *arguments)
        return self.start("sync", *words, shell=shell, stdout=stdout)

    def start(
        self, command: str, *arguments: str, shell: str, stdout: int = subprocess.PIPE
    ) -> subprocess.Popen[str]:
        """The same of any command."""
        words = [sys.executable, "-m", "agent", command, "-c", str(self.config), *arguments]
        return Started(
            self,
            [command, *arguments],
            ["bash", "-c", shell, "passback", *words],
            env={**os.environ, **SECRETS},
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
        )

    # -- the control plane

    def as_usual(self) -> None:
        """Whatever a test had set of the SIS's own ways is as in every world."""

    def control(
        self, method: str, path: str, body: Any = None, *, otus: bool = False, **query: Any
    ) -> Any:
        """Call the control plane; its answer, or an AssertionError with what it said."""
        base = self.otus if otus else self.sis
        self.changed |= method != "GET"
        answer = self.http.request(method, f"{base}/_mock{path}", json=body, params=query or None)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def now(self) -> datetime:
        """The mock's clock."""
        return datetime.fromisoformat(self.control("GET", "/clock")["now"])

    def evening(self, day: date, hour: int = 22) -> None:
        """Turn the mock's clock to an evening, and stop it there."""
        moment = datetime.combine(day, time(hour), ZONE)
        self.control("PUT", "/clock", {"now": moment.isoformat(), "frozen": True})

    def night(self, day: date, *arguments: str) -> Run:
        """Turn the clock to that evening and run the sync."""
        self.evening(day)
        return self.sync(*arguments)

    def assess(self, id_: str, **changes: Any) -> None:
        """Assign an assessment in Otus (valid by default, for class c-1001 due in two days)."""
        record = {
            "activityId": None,
            "title": f"Quiz {id_}",
            "type": "Quiz",
            "gradingScale": "points",
            "totalPoints": 20,
            "includeInFinalGrade": True,
            "kind": "assessment",
            "assignedBy": "t-2001",
            "createdAt": "2026-10-12T15:00:00Z",
            "submissionDate": None,
            "classes": [self.assigned("c-1001")],
        }
        body = {**record, **changes}
        note_left(self, id_, body["classes"])
        self.control("PUT", f"/assessments/{id_}", body, otus=True)
        self.ours.add(id_)

    def assigned(self, class_id: str, **changes: Any) -> dict[str, Any]:
        """An assessment's entry for one class."""
        entry = {
            "classId": class_id,
            "assignedDate": "2026-10-12",
            "dueDate": "2026-10-16",
            "students": None,
        }
        return {**entry, **changes}

    def edit(self, id_: str, **changes: Any) -> None:
        """Edit an assessment in Otus."""
        if "classes" in changes:
            note_left(self, id_, changes["classes"])
        self.control("PATCH", f"/assessments/{id_}", changes, otus=True)

    def unassign(self, id_: str) -> None:
        """Take an assessment back in Otus."""
        note_left(self, id_, [])
        self.control("DELETE", f"/assessments/{id_}", otus=True)

    def score(
        self,
        assessment: str,
        student: str,
        points: float | None,
        progress: str = "graded",
        *marks: str,
    ) -> None:
        """Enter a score in Otus."""
        body = {"progress": progress, "points": points, "marks": list(marks)}
        if points is not None:
            self.scores[assessment, student] = points
        self.control("PUT", f"/assessments/{assessment}/scores/{student}", body, otus=True)

    def clear_otus(self) -> None:
        """Start from an Otus without assessments: the test brings its own."""
        for row in self.feed("assessment"):
            self.unassign(row["id"])

    def feed(self, kind: str) -> list[dict[str, Any]]:
        """What Otus serves of one kind, as a full snapshot."""
        return self.snapshot()[kind]

    def snapshot(self) -> dict[str, list[dict[str, Any]]]:
        """What Otus serves, by kind."""
        token = self.http.post(
            f"{self.otus}/oauth/token",
            auth=("passback", "passback-secret"),
            data={"grant_type": "client_credentials"},
        ).json()["access_token"]
        answer = self.http.get(
            f"{self.otus}/v1/changes",
            params={"limit": 10000},
            headers={"Authorization": f"Bearer {token}"},
        ).json()
        found = defaultdict(list)
        for change in answer["changes"]:
            found[change["kind"]].append(change["record"])
        return found

    def try_control(self, method: str, path: str, body: Any = None, *, otus: bool = False) -> int:
        """Call the control plane and take what comes; the status."""
        self.changed = True
        base = self.otus if otus else self.sis
        return self.http.request(method, f"{base}/_mock{path}", json=body).status_code

    def try_score(self, assessment: str, student: str, points: float) -> int:
        """Enter a score in Otus, if there is such an assessment."""
        body = {"progress": "graded", "points": points, "marks": []}
        return self.try_control(
            "PUT", f"/assessments/{assessment}/scores/{student}", body, otus=True
        )

    def rostering(self, what: str, listed: str | None = None) -> list[dict[str, Any]]:
        """All classes, users or enrollments, as the SIS tells any program.

        *listed*: the member that holds them, where it is named otherwise than they are asked for.
        """
        rows = self._oneroster(f"rostering/v1p2/{what}")[listed or what]
        return [row for row in rows if row["status"] == "active"]

    def line_items(self, section: str) -> list[dict[str, Any]]:
        """The columns of a gradebook with their results, as the SIS tells any program."""
        root = f"gradebook/v1p2/classes/{section}"
        items = self._oneroster(f"{root}/lineItems")["lineItems"]
        results = self._oneroster(f"{root}/results")["results"]
        by_item = {
            item["sourcedId"]: [
                r for r in results if r["lineItem"]["sourcedId"] == item["sourcedId"]
            ]
            for item in items
        }
        return [{**item, "results": by_item[item["sourcedId"]]} for item in items]

    def _oneroster(self, path: str) -> dict[str, Any]:
        """Read the SIS as any program may."""
        answer = self.http.post(
            f"{self.sis}/token",
            auth=("passback", "passback-secret"),
            data={"grant_type": "client_credentials"},
        )
        found: dict[str, Any] = self.http.get(
            f"{self.sis}/ims/oneroster/{path}",
            params={"limit": 10000},
            headers={"Authorization": f"Bearer {answer.json()['access_token']}"},
        ).json()
        return found

    # -- the gradebook as a teacher sees it

    def gradebook(self, section: str = "200001") -> dict[str, Any]:
        """One gradebook."""
        return self.control("GET", f"/gradebooks/{section}")

    def columns(self, section: str = "200001") -> list[dict[str, Any]]:
        """The columns of a gradebook."""
        return self.gradebook(section)["columns"]

    def column(self, assessment: str, section: str = "200001") -> dict[str, Any]:
        """The one column of an assessment."""
        found = [
            c
            for c in self.columns(section)
            if (c["external_id"] or "").startswith(f"pb-{assessment}.")
        ]
        assert len(found) == 1, f"{len(found)} columns for {assessment}"
        return found[0]

    def marks(self, assessment: str, section: str = "200001") -> dict[str, str]:
        """SIS student -> what the teacher sees in the column of an assessment."""
        book = self.gradebook(section)
        column = self.column(assessment, section)["id"]
        return {
            row["student"]: cell["display"]
            for row in book["rows"]
            for cell in row["cells"]
            if cell["column"] == column
        }

    def type_score(self, assessment: str, student: str, score: float | None) -> None:
        """A teacher types a mark into the gradebook."""
        found = self.column(assessment)
        column = found["id"]
        if score == 0:
            self.typed_zeros[found["external_id"], student] = True
        self.control("PUT", f"/columns/{column}/scores/{student}", {"score": score})

    def annotate(self, assessment: str, student: str, score: float | None, **said: Any) -> None:
        """A teacher says something beside a score: `status` (one word or several), `comment`."""
        column = self.column(assessment)["id"]
        self.control("PUT", f"/columns/{column}/scores/{student}", {"score": score, **said})

    def cell(self, assessment: str, student: str) -> dict[str, Any]:
        """A cell as the teacher sees it, with what stands beside the score."""
        column = self.column(assessment)["id"]
        [row] = [r for r in self.gradebook()["rows"] if r["student"] == student]
        [cell] = [c for c in row["cells"] if c["column"] == column]
        return {name: told for name, told in cell.items() if name not in {"column", "score"}}

    def journal(self, **query: Any) -> list[dict[str, Any]]:
        """The mock's own log."""
        answer = self.control("GET", "/journal", **query)
        return answer["entries"] if isinstance(answer, dict) else answer
