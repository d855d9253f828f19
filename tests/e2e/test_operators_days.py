"""docs/run/days.md: each command of it, in its order, against the mocks."""

import re
import shlex
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from agent.ledger.sqlite.schema import VERSION
from tests.agent.ledger.test_schema import as_version
from tests.e2e.support.district import District, Run
from tests.e2e.support.kinds import BOTH
from tests.e2e.support.night_work import fault, healed
from tests.meta.project_files import text_of

STORY = text_of("docs/run/days.md")
STEPS = {
    int(number): [shlex.split(line, comments=True) for line in block.split("\n") if line]
    for number, block in re.findall(
        r"^## (\d+)\. .*?^```sh\n(.*?)^```", STORY, re.MULTILINE | re.DOTALL
    )
}
KIM = "400001"
"""The SIS id of s-3001."""
AT_THE_CLOCK = {"check", "plan", "sync", "undo"}
"""Commands that are given the mock's time of day."""


class Operator:
    """Types what the page says, one step at a time, and reads what comes."""

    def __init__(self, district: District) -> None:
        self.district = district
        self.file = district.folder / "lakeview.toml"
        self.shadow = 0
        self._left: Iterator[list[str]] = iter(())
        self._step = 0

    def begin(self, step: int, day: date) -> None:
        """It is the evening of *day*; the last step was read to its end."""
        assert (step, next(self._left, None)) == (self._step + 1, None)
        self._step, self._left = step, iter(STEPS[step])
        self.district.evening(day)

    def configure(self) -> None:
        """Write the configuration anew."""
        text = self.district.config.read_text()
        self.file.write_text(f"shadow_nights = {self.shadow}\n{text}")

    def next(self, run: str = "") -> Run:
        """Give the next command, of which this is the `RUN`."""
        program, *words = next(self._left)
        assert program == "passback"
        at = ["--at", self.district.now().isoformat()] if words[0] in AT_THE_CLOCK else []
        places = {"lakeview.toml": self.file, "RUN": run}
        places |= {"lakeview.backup": self.district.folder / "lakeview.backup"}
        return self.district.command(*[str(places.get(word, word)) for word in words], *at)

    def last_run(self) -> str:
        """The id of the run that began last."""
        told = self.district.command("history", "-c", str(self.file), "--json")
        return max(told.report["runs"], key=lambda run: run["at"])["run"]


def ended(run: Run, code: int, *words: str) -> None:
    assert run.code == code, run.out + run.err
    assert [word for word in words if word not in run.out + run.err] == []


@BOTH
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_an_operators_days(district: District, kind: str):
    operator = Operator(district)
    for part in DAYS:
        part(operator)
    assert operator._step == len(STEPS) == len(DAYS)
    assert next(operator._left, None) is None
    del kind


def install(operator: Operator) -> None:
    operator.begin(1, date(2026, 10, 14))
    operator.configure()
    ended(operator.next(), 0, "passback")
    ended(operator.next(), 0)


def check(operator: Operator) -> None:
    operator.begin(2, date(2026, 10, 14))
    district = operator.district
    district.assess("a-1", title="Fractions quiz")
    district.score("a-1", "s-3001", 8.5)
    right = operator.file.read_text()
    quiz = re.search(r'^Quiz = "(.+)"$', right, re.MULTILINE)
    assert quiz
    operator.file.write_text(right.replace(quiz[0], 'Quiz = "Quizz"'))
    ended(operator.next(), 6, "FAIL", "Quizz")
    operator.file.write_text(right)
    found = operator.next()
    ended(found, 0)
    assert "FAIL" not in found.out


def shadow_night(operator: Operator) -> None:
    operator.begin(3, date(2026, 10, 14))
    operator.shadow = 1
    operator.configure()
    ended(operator.next(), 0, "shadow night 1 of 1", "nothing was sent")
    ended(operator.next(), 0, "Fractions quiz")
    assert operator.district.columns() == []


def go_live(operator: Operator) -> None:
    operator.begin(4, date(2026, 10, 15))
    ended(operator.next(), 0)
    assert operator.district.marks("a-1")[KIM] == "8.5"
    ended(operator.next(), 0)


def refused(operator: Operator) -> None:
    operator.begin(5, date(2026, 10, 15))
    district = operator.district
    district.assess("a-2", title="Field journal", type="Journal")
    district.score("a-2", "s-3001", 7)
    district.command("sync", "-c", str(operator.file), "--at", district.now().isoformat())
    ended(operator.next(), 0, "Field journal", "type_not_mapped")
    ended(operator.next(), 0, "policy.categories", "who runs Passback")
    district.evening(date(2026, 10, 16))
    text = operator.file.read_text()
    operator.file.write_text(
        re.sub(r'^Quiz = ("\w+")$', r"\g<0>\nJournal = \1", text, flags=re.MULTILINE)
    )
    ended(operator.next(), 0)
    assert district.marks("a-2")[KIM] == "7"


def outage(operator: Operator) -> None:
    operator.begin(6, date(2026, 10, 17))
    district = operator.district
    for number in (3, 4):
        district.assess(f"a-{number}", title=f"Quiz {number}")
        district.score(f"a-{number}", "s-3001", number)
    ended(operator.next(), 0)  # the backup
    fault(district, "maintenance", district.facts.score, nth=2)
    ended(operator.next(), 5, "run again")
    fault(district, "maintenance")
    ended(operator.next(), 6, "maintenance")
    healed(district)
    ended(operator.next(), 0)
    assert [district.marks(f"a-{n}")[KIM] for n in (3, 4)] == ["3", "4"]
    titles = [column["title"] for column in district.columns()]
    assert len(titles) == len(set(titles)) == 4
    ended(operator.next(), 0, "exit 5", "shadow")


def undone(operator: Operator) -> None:
    operator.begin(7, date(2026, 10, 18))
    district = operator.district
    district.score("a-1", "s-3001", 2)
    ended(operator.next(), 0)
    run = operator.last_run()
    assert district.marks("a-1")[KIM] == "2"
    ended(operator.next(run), 0)
    assert district.marks("a-1")[KIM] == "2"
    ended(operator.next(run), 0)
    assert district.marks("a-1")[KIM] == "8.5"
    district.score("a-1", "s-3001", 8.5)
    ended(operator.next(run), 0)
    ended(operator.next(), 0)
    assert district.marks("a-1")[KIM] == "8.5"


def restored(operator: Operator) -> None:
    operator.begin(8, date(2026, 10, 19))
    district = operator.district
    district.type_score("a-3", KIM, 3.5)
    before = {column["title"] for column in district.columns()}
    ended(operator.next(), 0)
    assert operator.next().code in {0, 3}
    assert district.marks("a-3")[KIM] == "3.5"
    assert sorted(column["title"] for column in district.columns()) == sorted(before)
    ended(operator.next(), 0)


def upgraded(operator: Operator) -> None:
    operator.begin(9, date(2026, 10, 20))
    district = operator.district
    for each in district.folder.glob("passback.db*"):
        each.unlink()
    as_version(district.folder / "passback.db", 6)
    before = len(district.columns())
    ended(operator.next(), 0, "6")
    assert operator.next().code in {0, 3}
    assert len(district.columns()) == before
    assert district.marks("a-3")[KIM] == "3.5"
    assert len([*district.folder.glob("passback.db.before-upgrade-*")]) == 1
    ended(operator.next(), 0, str(VERSION))


DAYS: tuple[Callable[[Operator], None], ...] = (
    *(install, check, shadow_night, go_live, refused),
    *(outage, undone, restored, upgraded),
)
