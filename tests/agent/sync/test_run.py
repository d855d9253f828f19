"""The threads of a run: results in order, few items in hand, nobody waits for a slow one."""

from threading import Event

from agent.sync.pool import AHEAD, in_pool


def test_one_that_takes_long_does_not_keep_the_others_from_going_on():
    others_are_done, done = Event(), []

    def work(number):
        if number == 0:
            assert others_are_done.wait(60)
        else:
            done.append(number)
        if len(done) == 20:
            others_are_done.set()
        return number

    assert list(in_pool(2, work, range(21))) == list(range(21))


def test_few_items_are_in_hand_however_many_there_are():
    taken = []

    def items():
        for number in range(1000):
            taken.append(number)
            yield number

    slow = Event()
    results = in_pool(2, lambda number: number or slow.wait(0.2), items())
    next(results)

    assert len(taken) <= 2 * AHEAD + 1
    assert sum(1 for _ in results) == 999
