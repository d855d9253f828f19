"""Generated cases: Schemathesis reads the contract and asks the server; one row an operation."""

import math
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from contracts.harness.baseline import baseline
from contracts.harness.examples.contract_examples import with_real_ids
from contracts.harness.examples.generated_requests import placing
from contracts.harness.examples.real_ids import learn, values
from contracts.harness.profiles import Profile
from contracts.harness.reports.repeat import Repeater
from contracts.harness.reports.report import Finding, Row
from contracts.harness.reports.violations import OF_THE_ANSWER, sentences
from contracts.harness.service import Service
from contracts.spec import Document
from contracts.vendors import VENDORS

PART = "operations"


@dataclass(slots=True)
class Tally:
    """What was seen of one operation."""

    cases: int = 0
    seconds: float = 0.0
    statuses: set[int] = field(default_factory=set)
    findings: dict[tuple[str, str], Finding] = field(default_factory=dict)

    def add(self, found: Finding) -> None:
        """Count it; the first of its kind is the one to show."""
        key = (found.check, found.reason)
        seen = self.findings.get(key, found)
        times = seen.times + (key in self.findings)
        self.findings[key] = Finding(
            check=seen.check, reason=seen.reason, curl=seen.curl, times=times
        )


class Progress:
    """How far the run of Schemathesis is: operations of a phase, or sequences along links."""

    def __init__(self, operations: int, stories: int) -> None:
        self._operations, self._stories = operations, stories
        self._phase, self._done = "", 0

    def note(self, event: Any) -> None:
        """Take in one event."""
        if isinstance(event, events.PhaseStarted):
            self._phase, self._done = event.phase.name.value, 0
        elif isinstance(event, events.ScenarioFinished):
            self._done += 1

    def __str__(self) -> str:
        """`coverage, 12 of 57 operations`."""
        if self._phase == "stateful":
            return f"sequences, {min(self._done, self._stories)} of {self._stories}"
        return f"{self._phase}, {self._done} of {self._operations} operations"


def rows(
    service: Service,
    profile: Profile,
    seed: int,
    say: Callable[[str], None] = lambda _: None,
    chosen: Collection[str] = (),
) -> Iterator[Row]:
    """Run it; rows in the order of the contract, also those before a Ctrl-C, which then goes on.

    NotServing when there is no token.
    """
    document = Document.read(service.contract)
    tallies = {label: Tally() for label in document.chosen(chosen)}
    progress = Progress(len(tallies), profile.stories)
    schema, repeater = load(service, document, profile, seed, chosen)
    stream = from_schema(schema).execute()
    until = time.monotonic() + (profile.seconds or math.inf)
    over = stopped = False
    with placing(document):
        for event in stream:
            stopped |= isinstance(event, events.Interrupted) and not over
            _take(event, tallies, repeater)
            progress.note(event)
            say(f"{PART}: {progress}, {sum(one.cases for one in tallies.values())} calls")
            if over := time.monotonic() > until:
                stream.stop()
    for label, tally in tallies.items():
        yield Row(
            part=PART,
            group=document.operations[label].group if label in document.operations else PART,
            name=label,
            cases=tally.cases,
            statuses=sorted(tally.statuses),
            seconds=tally.seconds,
            findings=list(tally.findings.values()),
        )
    if stopped:  # Schemathesis ends as if nothing were
        raise KeyboardInterrupt


def load(
    service: Service,
    document: Document,
    profile: Profile,
    seed: int,
    chosen: Collection[str] = (),
) -> tuple[Any, Repeater]:
    """The contract, ready to be run against *service*, and what writes its requests down."""
    token = service.token()
    on_real = datetime.now(UTC).date() if profile.reads_only else None
    known = baseline(service.contract.name, on_real)
    config = SchemathesisConfig.from_dict(profile.settings(seed, document, known, chosen))
    ids = learn(service, document, token)
    with_ids = with_real_ids(document, ids)
    repeater = Repeater(service.target or service.url, values(ids), private=profile.reads_only)
    schema = schemathesis.openapi.from_dict(with_ids.raw, config=config)
    schema.app = service.app
    if service.app is None:
        config.projects.default.update(
            base_url=service.url, tls_verify=str(service.ca_file or "") or True
        )
    provider = schema.auth(refresh_interval=600)
    vendor = VENDORS.get(service.sis)  # the control plane has none, and no tokens to ask for

    @provider.skip_for(path=vendor.oauth if vendor else "/none")
    class Bearer:
        """The token of the run; a new one every ten minutes."""

        def __init__(self) -> None:
            self._first: str | None = token

        def get(self, _case: Any, _context: Any) -> str:
            first, self._first = self._first, None
            return first or service.token()

        def set(self, case: Any, data: str, _context: Any) -> None:
            case.headers["Authorization"] = f"Bearer {data}"

    return schema, repeater


def _take(event: Any, tallies: dict[str, Tally], repeater: Repeater) -> None:
    if isinstance(event, events.ScenarioFinished):
        _count(event, tallies, repeater)
    elif isinstance(event, events.NonFatalError):
        info = event.info
        told = info.title if repeater.private else f"{info.title}: {info.message}"
        why = f"could not be tested: {told}".split("\n", 1)[0]
        tallies.setdefault(event.label, Tally()).add(Finding(check="error", reason=why))
    elif isinstance(event, events.FatalError):
        raise event.exception


def _count(event: Any, tallies: dict[str, Tally], repeater: Repeater) -> None:
    recorder = event.recorder
    for key, node in recorder.cases.items():
        tally = tallies.setdefault(node.value.operation.label, Tally())
        tally.cases += 1
        tally.seconds += event.elapsed_time / len(recorder.cases)
        if (response := recorder.find_response(case_id=key)) is not None:
            tally.statuses.add(response.status_code)
    for key, checks in recorder.checks.items():
        for check in checks:
            if check.status == Status.FAILURE:
                case = recorder.cases[key].value
                label = check.failure_info.failure.operation or case.operation.label
                sent = getattr(recorder.interactions.get(key), "request", None)
                again = _again(repeater, case, sent) if sent else ""
                for found in findings(check, again, private=repeater.private):
                    tallies.setdefault(label, Tally()).add(found)


def _again(repeater: Repeater, case: Any, sent: Any) -> str:
    """The command for a generated case, *sent* as the recorder of Schemathesis holds it."""
    headers = {name.lower(): value[0] for name, value in sent.headers.items()}
    return repeater.command(
        sent.method,
        case.operation.path,
        case.path_parameters or {},
        query=urlsplit(sent.uri).query,
        authorization=headers.get("authorization", ""),
        media=headers.get("content-type", ""),
        body=(sent.body or b"").decode("utf-8", "replace"),
    )


def findings(check: Any, again: str, *, private: bool) -> list[Finding]:
    """A failed check, without a value of the answer; *again* is the request to repeat.

    Of a *private* server's failures only the title is told where a message may quote the request.
    """
    failure = check.failure_info.failure
    of_the_request = not OF_THE_ANSWER & set(failure.checks)
    told = [failure.title] if private and of_the_request else sentences(failure)
    return [Finding(check=check.name, reason=reason, curl=again) for reason in told]
