"""Looks into gradebooks: each is taken once, and several go side by side."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

from agent.decide.readers import ColumnReader
from agent.domain import Gradebook


class Sis:
    """Answers only when two gradebooks are being read at the same time."""

    def __init__(self):
        self.met = Barrier(2)
        self.reads = []

    def columns(self, gradebook):
        self.reads.append(gradebook.id)
        self.met.wait(timeout=60)
        return ()

    def tag(self, external_id):
        return external_id


def test_gradebooks_are_read_side_by_side_and_each_once():
    sis = Sis()
    kit = SimpleNamespace(sis=sis)
    group = SimpleNamespace(assessment="a-1", owner="c-1", known=None)

    def look(name):
        reader = ColumnReader(kit, Gradebook(id=name, sections={}), frozenset())
        return reader(group), reader(group)

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(look, ("g-1", "g-2"))) == [(None, None), (None, None)]
    assert sorted(sis.reads) == ["g-1", "g-2"]
