"""What the fixtures give: one mock each, its address, and every hand that a test has in it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from mock_sis.credentials import CLIENT_ID, CLIENT_SECRET, TOKEN_PATHS
from mock_sis.pytest_plugin.actors import Number, Registrar, Teacher
from mock_sis.pytest_plugin.clock import Clock
from mock_sis.pytest_plugin.control import Control
from mock_sis.pytest_plugin.faults import Faults
from mock_sis.pytest_plugin.gradebook import Gradebook, Section, gradebook_of, section_of
from mock_sis.pytest_plugin.journal import Call, call_of
from mock_sis.pytest_plugin.strict import Allowance, Watch


class Mock:
    """A mock over the test's own district; all mocks of a test share that district.

    Attributes:
        name: "otus", "powerschool" or "skyward".
        url: its root, without a slash at the end.
        client_id, client_secret: what it gives a token for.
        control: the control plane, for what has no method here: `control("GET", "health")`.
    """

    client_id = CLIENT_ID
    client_secret = CLIENT_SECRET

    def __init__(
        self, name: str, url: str, clock: Clock, watch: Watch, operations: Sequence[str]
    ) -> None:
        self.name = name
        self.url = url
        self.clock = clock
        self.control = Control(url)
        self.faults = Faults(self.control, clock.zone, operations)
        self._watch = watch

    @property
    def token_url(self) -> str:
        """Where a token is asked for."""
        return self.url + TOKEN_PATHS[self.name]

    @property
    def journal(self) -> list[Call]:
        """What this mock was asked, oldest first; helpers of the fixtures are not in it."""
        entries = map(call_of, self.control("GET", "journal"))
        return [call for call in entries if call.server == self.name]

    @property
    def writes(self) -> list[Call]:
        """Of the journal, what was meant to change something; a request for a token is none."""
        return [call for call in self.journal if call.write]

    def forget_calls(self) -> None:
        """Empty the journal of the district. What was wrong in it still fails the test."""
        self._watch.calls()
        self.control("DELETE", "journal")

    def allow(
        self,
        *,
        operation: str | None = None,
        method: str | None = None,
        path: str | None = None,
        status: int | None = None,
    ) -> None:
        """Do not hold calls against the test that fit everything given; `*` is any characters.

        It counts for the whole test, whenever it is said. TypeError: nothing is given.
        """
        if (operation, method, path, status) == (None, None, None, None):
            raise TypeError("allow needs at least one of operation, method, path, status")
        self._watch.allowed.append(
            Allowance(
                server=self.name, operation=operation, method=method, path=path, status=status
            )
        )

    def snapshot(self, name: str = "snapshot") -> None:
        """Keep the district as it is now."""
        self.control("PUT", "snapshots", name)

    def restore(self, name: str = "snapshot") -> None:
        """Make the district what it was, its clock and its journal too."""
        self._watch.calls()
        self.control("POST", "snapshots", name, "restore")
        self._watch.journal_changed()

    def reset(self, seed: int | None = None) -> None:
        """Put the district back to its start; another *seed* makes other people and scores."""
        self._watch.calls()
        self.control("POST", "reset", body={} if seed is None else {"seed": seed})
        self._watch.journal_changed()

    def __repr__(self) -> str:
        """Its name and where it is."""
        return f"<{type(self).__name__} {self.url}>"


class SisMock(Mock):
    """The mock of a SIS: gradebooks, and the people who work in them."""

    def __init__(
        self, name: str, url: str, clock: Clock, watch: Watch, operations: Sequence[str]
    ) -> None:
        super().__init__(name, url, clock, watch, operations)
        self.teacher = Teacher(self.control)
        self.registrar = Registrar(self.control, clock)

    def sections(self) -> list[Section]:
        """The classes that are taught, by id."""
        return [section_of(one) for one in self.control("GET", "gradebooks")]

    def gradebook(self, section: str | Section) -> Gradebook:
        """The gradebook of a class, by id or title, as it is now. LookupError: no such class."""
        name = section.id if isinstance(section, Section) else section
        there = self.sections()
        found = next((one for one in there if name in {one.id, one.title}), None)
        if found is None:
            known = ", ".join(f"{one.id} ({one.title})" for one in there)
            raise LookupError(f"no section is {name!r}; there are {known}")
        return gradebook_of(self.control("GET", "gradebooks", found.id))

    def enforcement(self) -> dict[str, bool]:
        """Which refusals are switched on, by rule."""
        told: Mapping[str, str] = self.control("GET", "enforcement")
        return {rule: switch == "on" for rule, switch in told.items()}

    def enforce(self, **rules: bool) -> None:
        """Switch refusals on or off: `enforce(A11=False)` takes any due date."""
        switches = {rule: "on" if on else "off" for rule, on in rules.items()}
        self.control("PUT", "enforcement", body=switches)

    def configure(self, **settings: Any) -> None:
        """Choose among the ways of this SIS (docs/reference/mocks.md); None is as usual again."""
        self.control("PUT", "settings", body=settings)


class PowerSchoolMock(SisMock):
    """PowerSchool: plugin calls below `/ws`, OneRoster below `/api/ims/oneroster`."""

    @property
    def oneroster_url(self) -> str:
        """The root of its OneRoster 1.1."""
        return f"{self.url}/api/ims/oneroster/v1p1"

    def unlock(self, section: str, period: str) -> None:
        """Let a section write into a closed grading period."""
        self.control("POST", "sections", section, "unlock", body={"period": period})

    def lock(self, section: str, period: str) -> None:
        """Take that back."""
        self.control("POST", "sections", section, "lock", body={"period": period})


class SkywardMock(SisMock):
    """Skyward Qmlativ: OneRoster 1.1 and 1.2, and the Generic API."""

    @property
    def oneroster_url(self) -> str:
        """The root of its OneRoster; `/rostering/v1p2`, `/gradebook/v1p2` and others follow."""
        return f"{self.url}/ims/oneroster"


class OtusMock(Mock):
    """Otus: what teachers do there comes out in the feed. Its ids are Otus's own."""

    def assess(
        self,
        id_: str,
        *,
        title: str,
        type: str,  # noqa: A002 - the feed's word
        points: Number,
        classes: Sequence[str | Mapping[str, Any]],
        **more: Any,
    ) -> dict[str, Any]:
        """Assign an assessment; answers it as the feed gives it.

        Args:
            classes: ids, or entries of the feed with `classId`, `assignedDate`, `dueDate`.
            more: further members as docs/reference/feed.md names them.
        """
        entries = [{"classId": one} if isinstance(one, str) else one for one in classes]
        body = {"title": title, "type": type, "totalPoints": points, "classes": entries, **more}
        made: dict[str, Any] = self.control("PUT", "assessments", id_, body=body)
        return made

    def assessment(self, id_: str) -> dict[str, Any]:
        """As the feed gives it. MockError (404): there is none."""
        found: dict[str, Any] = self.control("GET", "assessments", id_)
        return found

    def edit(self, id_: str, **changes: Any) -> dict[str, Any]:
        """Change some members of an assessment, each whole."""
        made: dict[str, Any] = self.control("PATCH", "assessments", id_, body=changes)
        return made

    def unassign(self, id_: str) -> None:
        """Take an assessment away, with its scores."""
        self.control("DELETE", "assessments", id_)

    def score(
        self,
        assessment: str,
        student: str,
        points: Decimal | float | None,
        *,
        progress: str | None = None,
        marks: Sequence[str] = (),
    ) -> None:
        """Enter a score; points alone mean graded, None alone not submitted."""
        body: dict[str, Any] = {"points": points, "marks": list(marks)}
        if progress is not None:
            body["progress"] = progress
        self.control("PUT", "assessments", assessment, "scores", student, body=body)

    def join_group(self, teacher: str) -> None:
        """A teacher joins the passback teacher group."""
        self.control("PUT", "group", teacher)

    def leave_group(self, teacher: str) -> None:
        """A teacher leaves it."""
        self.control("DELETE", "group", teacher)
