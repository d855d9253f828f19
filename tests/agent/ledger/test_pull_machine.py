"""Any sequence of pulls leaves the copy, tombstones and dirty classes that a dict would have."""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from agent.domain import Broken
from agent.ledger import open_ledger
from tests.agent.ledger.records_of_a_school import (
    NOW,
    TONIGHT,
    a_class,
    a_member,
    a_score,
    a_student,
    a_teacher,
    an_assessment,
    broken,
    removed,
)
from tests.agent.ledger.stores import drop_schemas

CLASSES, ASSESSMENTS, PEOPLE = ["c-1", "c-2", "c-3"], ["a-1", "a-2"], ["s-1", "s-2"]
class_ids, assessment_ids, student_ids = map(st.sampled_from, (CLASSES, ASSESSMENTS, PEOPLE))
points = st.sampled_from([None, "0", "1", "1.0"])

changes = st.one_of(
    st.builds(a_class, class_ids, st.sampled_from(["501", "502", None])),
    st.builds(an_assessment, assessment_ids, class_ids, title=st.sampled_from(["x", "y"])),
    st.builds(an_assessment, assessment_ids, class_ids, students=st.just({"s-1": None})),
    st.builds(a_score, assessment_ids, student_ids, points),
    st.builds(a_student, student_ids, st.sampled_from(["701", "702", None])),
    st.builds(a_teacher, st.just("t-1"), st.sampled_from(["901", None])),
    st.builds(a_member, st.sampled_from(["t-1", "t-2"])),
    st.builds(lambda key: broken("class", key), class_ids),
    st.builds(lambda *key: broken("assessment", *key), assessment_ids, class_ids),
    st.builds(lambda *key: broken("score", *key), assessment_ids, student_ids),
    st.builds(lambda key: removed("class", key), class_ids),
    st.builds(lambda *key: removed("assessment", *key), assessment_ids),
    st.builds(lambda *key: removed("assessment", *key), assessment_ids, class_ids),
    st.builds(lambda *key: removed("score", *key), assessment_ids, student_ids),
    st.builds(lambda key: removed("student", key), student_ids),
    st.builds(lambda key: removed("group_member", key), st.sampled_from(["t-1", "t-2"])),
)
pages = st.lists(st.lists(changes, max_size=6), max_size=3)


@dataclass
class Model:
    """The local copy as a dict: (kind, *key) -> value as text, and which classes are dirty."""

    rows: dict = field(default_factory=dict)
    had_score: set = field(default_factory=set)
    gone_scores: set = field(default_factory=set)
    dirty: set = field(default_factory=set)

    def after(self, pages, *, snapshot):
        rows = {} if snapshot else dict(self.rows)
        for change in (change for page in pages for change in page):
            name = (change.kind, *change.key)
            if change.value is not None:
                rows[name] = change.value
            else:
                for key in [k for k in rows if k[: len(name)] == name]:
                    del rows[key]
        return rows

    def commit(self, rows):
        changed = differing(self.rows, rows)
        for name in changed:
            if name[0] == "score":
                self._remember_score(name, rows.get(name))
        self.rows, before = rows, self.rows
        self.dirty |= {c for name in changed for c in self._concerned(name, before)}

    def _remember_score(self, name, value):
        key = name[1:]
        if isinstance(value, Broken) or (value is not None and value.points is not None):
            self.had_score.add(key)
        if value is None:
            self.gone_scores.add(key)
        else:
            self.gone_scores.discard(key)

    def _concerned(self, name, before):
        kind, *key = name
        if kind == "class":
            return {key[0]}
        if kind == "assessment":
            return {key[1]}
        if kind == "score":
            return self._assigned(key[0])
        if kind == "student":
            scored = {n[1] for n in self.scores() if n[2] == key[0]}
            listed = {
                n[2]
                for n, value in self.rows.items()
                if n[0] == "assessment"
                and not isinstance(value, Broken)
                and key[0] in (value.students or ())
            }
            return {c for a in scored for c in self._assigned(a)} | listed
        return {n[1] for n in self.rows if n[0] == "class"}

    def scores(self):
        live = {n for n in self.rows if n[0] == "score"}
        return live | {("score", *key) for key in self.gone_scores}

    def _assigned(self, assessment):
        return {n[2] for n in self.rows if n[:2] == ("assessment", assessment)}


def differing(before, after):
    """Names of records that a pull changes; numbers differ when their text does."""
    return {n for n in before.keys() | after.keys() if repr(before.get(n)) != repr(after.get(n))}


class Pulls(RuleBasedStateMachine):
    def __init__(self, url="sqlite:///:memory:"):
        super().__init__()
        self.url, self.ledger = url, open_ledger(url, "lakeview")
        self.model = Model()

    def teardown(self):
        self.ledger.close()
        if self.url.startswith("postgresql"):
            drop_schemas(self.url)

    @rule(pages=pages, snapshot=st.booleans(), commit=st.booleans())
    def pull(self, pages, snapshot, commit):
        staged = self.ledger.begin_pull(snapshot=snapshot)
        for page in pages:
            staged.take(page)
        rows = self.model.after(pages, snapshot=snapshot)
        if not commit:
            staged.abort()
            return
        assert counted(staged.diff()) == expected_diff(self.model.rows, rows)
        staged.commit("cursor", NOW)
        self.model.commit(rows)

    @rule(classes=st.sets(class_ids))
    def look(self, classes):
        self.ledger.schedule.mark_clean(classes, "x", None)
        self.model.dirty -= classes
        self.looked = getattr(self, "looked", set()) | classes

    @invariant()
    def the_copies_agree(self):
        rows = self.model.rows
        stored = {
            ("class", c[0] if isinstance(c, tuple) else c.id): c
            for c in self.ledger.source.classes()
        }
        assert {n: c[1] if isinstance(c, tuple) else c for n, c in stored.items()} == {
            n: value for n, value in rows.items() if n[0] == "class"
        }
        usable = {
            ("assessment", a.id, a.class_id): a for a in self.ledger.source.assessments(CLASSES)
        }
        faulty = {
            ("assessment", *b[:2]): b[2] for b in self.ledger.source.broken_assessments(CLASSES)
        }
        assert usable | faulty == {n: v for n, v in rows.items() if n[0] == "assessment"}

    @invariant()
    def the_scores_agree(self):
        found = {
            ("score", key, student): (row.score, row.had_score)
            for key, rows in self.ledger.source.scores(ASSESSMENTS).items()
            for student, row in rows.items()
        }
        assert found == {
            name: (self.model.rows.get(name), name[1:] in self.model.had_score)
            for name in self.model.scores()
        }

    @invariant()
    def the_dirty_classes_agree(self):
        never = {
            n[1]
            for n in self.model.rows
            if n[0] == "class" and n[1] not in getattr(self, "looked", set())
        }
        assert self.ledger.schedule.due_classes(TONIGHT, "x") == self.model.dirty | never


def counted(diff):
    return [
        {k: n for k, n in part.items() if n} for part in (diff.added, diff.changed, diff.removed)
    ]


def expected_diff(before, after):
    parts = [{}, {}, {}]
    for name in differing(before, after):
        part = parts[0 if name not in before else 2 if name not in after else 1]
        part[name[0]] = part.get(name[0], 0) + 1
    return parts


Pulls.TestCase.settings = settings(max_examples=60, stateful_step_count=12, deadline=None)
TestPulls = Pulls.TestCase


def test_pulls_in_postgresql(database):
    few = settings(max_examples=10, stateful_step_count=8, deadline=None)
    run_state_machine_as_test(lambda: Pulls(database), settings=few)
