"""Any sequence of edits, nights, undone runs and decisions keeps what is a person's (C5, B4, C3).

Nobody's edit is overwritten but by a change in Otus, a `send`, or a resend over the teacher. Each 0
was typed or is B4's. Nothing is written into what a decision holds.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agent.decide.person.decision import HOLDING, Choice, choices_for
from agent.errors import DecisionError
from agent.sync.again.undo import check_can_be_undone
from tests.agent.sync.school import PUPILS, School, sis_id

NAMES = ["a-1", "a-2"]
names, pupils = st.sampled_from(NAMES), st.sampled_from(PUPILS)
points = st.sampled_from([None, "0", "3", "7"])
Cell = tuple[str, str]


@dataclass
class Model:
    """What Otus has, what a teacher typed, and which edits may be gone over."""

    otus: dict[Cell, str | None] = field(default_factory=dict)
    scored: set[Cell] = field(default_factory=set)
    typed: dict[Cell, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    pending: set[Cell | str] = field(default_factory=set)
    over: set[Cell | str] = field(default_factory=set)


class Decisions(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.school, self.model, self.runs = School(), Model(), []
        self.written, self.renames = 0, 0
        for name in NAMES:
            self.school.assess(name)
        self.night()

    # ---- Otus and the teacher

    @rule(name=names, pupil=pupils, value=points)
    def otus_scores(self, name, pupil, value):
        if self.model.otus.get((name, pupil)) == value:
            return
        self.school.score(name, pupil, value)
        self.model.otus[name, pupil] = value
        self.model.scored |= {(name, pupil)} if value is not None else set()
        self.model.pending.add((name, pupil))

    @rule(name=names)
    def otus_renames(self, name):
        self.renames += 1
        self.school.assess(name, title=f"Title {self.renames}")
        self.model.pending.add(name)

    @rule(name=names, pupil=pupils, value=st.sampled_from([None, "0", "2", "5"]))
    def teacher_types(self, name, pupil, value):
        if self.school.shown(name, pupil) != (value or "*"):
            self.school.type(name, pupil, value)
            self.model.typed[name, pupil] = value or "*"
            self._edited((name, pupil))

    @rule(name=names)
    def teacher_renames(self, name):
        self.renames += 1
        self.school.retitle(name, f"Mine {self.renames}")
        self.model.titles[name] = f"Mine {self.renames}"
        self._edited(name)

    # ---- runs

    @rule()
    def night(self):
        held = self._held()
        self.runs.append(self.school.night())
        self._settled(held)

    @rule()
    def full_night(self):
        held = self._held()
        self.runs.append(self.school.night(recheck=True))
        self._settled(held)

    @rule(writes=st.integers(0, 4))
    def killed_night(self, writes):
        held = self._held()
        self.runs.append(self.school.dying_night(writes))
        self._held_are_untouched(held)

    @precondition(lambda self: self.runs)
    @rule(data=st.data(), writes=st.sampled_from([None, None, 0, 1, 2]))
    def undo(self, data, writes):
        run = data.draw(st.sampled_from(self.runs))
        try:
            check_can_be_undone(self.school.ledger, run)
        except DecisionError:
            return
        self.school.undo(run, writes)

    @precondition(lambda self: self.runs)
    @rule(data=st.data())
    def release(self, data):
        run = data.draw(st.sampled_from(self.runs))
        self.school.release_undone(run)

    @rule(name=names, over=st.booleans())
    def resend(self, name, over):
        held = self._held()
        if over:
            self.model.over |= {name, *((name, pupil) for pupil in PUPILS)}
        self.school.resend(name, over=over)
        self._settled(held, name)

    # ---- decisions

    @rule(name=names, pupil=st.sampled_from([None, *PUPILS]), data=st.data())
    def decide(self, name, pupil, data):
        able = choices_for(self.school.record(name, pupil))
        if able:
            choice = data.draw(st.sampled_from(able))
            self.school.decide(name, pupil, choice)
            if choice is Choice.SEND:
                self.model.over.add((name, pupil) if pupil else name)

    @rule(name=names, pupil=st.sampled_from([None, *PUPILS]))
    def take_back(self, name, pupil):
        now = self.school.run().tonight.now
        key = (name, pupil, "501")
        self.school.ledger.decisions.release([key], by="x", at=now)

    # ---- what must hold

    @invariant()
    def a_teachers_edit_stands(self):
        model = self.model
        for (name, pupil), value in list(model.typed.items()):
            if {(name, pupil)} & (model.pending | model.over):
                continue
            ours = {w[3] for w in self.school.sis.writes if w[0] == "put" and w[2] == sis_id(pupil)}
            if value not in ours | {"*"}:  # else it cannot be told from a score of ours
                assert self.school.shown(name, pupil) == value
        for name, title in model.titles.items():
            if name not in model.pending | model.over:
                assert self.school.title(name) == title

    @invariant()
    def every_zero_is_earned(self):
        writes = self.school.sis.writes
        for op, *what in writes[self.written :]:
            if op == "put" and what[2] == "0":
                name = what[0].removeprefix("pb-").removesuffix(".c-1")
                cell = (name, f"s-{what[1][-1]}")
                graded = self.model.otus.get(cell) == "0"
                assert graded or (name == "a-1" and cell not in self.model.scored)
        self.written = len(writes)

    @invariant()
    def one_assessment_is_one_column(self):
        assert sorted(self.school.sis.book) == ["pb-a-1.c-1", "pb-a-2.c-1"]

    def teardown(self):
        self.school.night(recheck=True)
        before = list(self.school.sis.writes)
        self.school.night(recheck=True)
        assert self.school.sis.writes == before
        self.school.ledger.close()

    # ---- bookkeeping

    def _edited(self, cell):
        """An edit stands, unless a `send` is still to go over what stands there."""
        open_ = self.school.ledger.decisions.open()
        sends = {d.key[:2] for d in open_ if d.choice is Choice.SEND}
        if ((cell, None) if isinstance(cell, str) else cell) not in sends:
            self.model.over.discard(cell)

    def _held(self):
        """What is held now, and how many writes there were."""
        open_ = self.school.ledger.decisions.open()
        return {d.key[:2] for d in open_ if d.choice in HOLDING}, len(self.school.sis.writes)

    def _held_are_untouched(self, held):
        records, before = held
        for op, ref, *what in self.school.sis.writes[before:]:
            name = ref.removeprefix("pb-").removesuffix(".c-1")
            pupil = f"s-{what[0][-1]}" if op in {"put", "clear"} else None
            assert (name, None) not in records
            assert (name, pupil) not in records

    def _settled(self, held, name=None):
        """After a whole night only what is held still waits to be sent, or to be gone over."""
        self._held_are_untouched(held)
        records, _ = held
        waits = {key if key[1] else key[0] for key in records}
        waits |= {(key[0], p) for key in records if key[1] is None for p in PUPILS}
        open_ = {d.key[:2] for d in self.school.ledger.decisions.open()}
        waits |= {key if key[1] else key[0] for key in open_}
        done = self.model.pending | self.model.over
        if name is not None:
            done = {c for c in done if c == name or c[0] == name}
        for cell in done - waits:
            self._gone_over(cell)

    def _gone_over(self, cell):
        """What a teacher had typed there may be gone; what stands now is the teacher's again."""
        self.model.pending.discard(cell)
        self.model.over.discard(cell)
        if isinstance(cell, str):
            if cell in self.model.titles:
                self.model.titles[cell] = self.school.title(cell)
            self.model.titles.pop(cell, None)
        else:
            self.model.typed.pop(cell, None)


Decisions.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestDecisions = Decisions.TestCase


class TestManyDecisions(Decisions.TestCase):
    """The same, for longer."""

    pytestmark: ClassVar = [pytest.mark.slow, pytest.mark.timeout(600)]
    settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
