"""What is at work in the background: one thing a district, and its end is always told."""

import json
import threading
from dataclasses import replace

from agent.errors import MaintenanceError
from agent.serve.jobs import Jobs
from agent.serve.words import BUG

SECRET = "a student's name"


class Engine:
    """Does one thing, whatever is asked."""

    def __init__(self, do):
        self._do = do

    def preview(self, _district, _job):
        self._do()

    def run(self, _district, _job, forced):
        del forced
        self._do()


def jobs_that(do):
    return Jobs(Engine(do))


def raising(error):
    def fail():
        raise error

    return jobs_that(fail)


def ended(job):
    assert job.ended.wait(20)
    return job


def test_a_fault_of_ours_is_told_without_its_text(made_up, capsys):
    job = ended(raising(RuntimeError(SECRET)).preview(made_up))
    logged = capsys.readouterr().err
    assert job.told is BUG
    assert json.loads(logged)["error"] == "RuntimeError"
    assert SECRET not in logged
    assert "self._do()" in json.loads(logged)["where"]


def test_an_expected_error_is_told_in_its_words(made_up):
    error = MaintenanceError("closed", system="sis", operation="token")
    job = ended(raising(error).run(made_up))
    assert job.told.title == "Closed for maintenance"
    assert job.run == ""


def test_while_one_is_at_work_there_is_no_second_one_of_the_district(made_up):
    go_on = threading.Event()
    jobs = jobs_that(lambda: go_on.wait(20))
    try:
        first = jobs.preview(made_up)
        assert jobs.preview(made_up) is first
        assert jobs.run(made_up) is first
        assert jobs.last(made_up) is first
        other = replace(made_up, key="other")
        assert jobs.last(other) is None
    finally:
        go_on.set()
    ended(first)
    second = ended(jobs.preview(made_up))
    assert second.number == first.number + 1


def test_told_to_stop_it_waits_for_runs_and_not_for_previews(made_up):
    go_on, order = threading.Event(), []

    class Slow:
        def preview(self, _district, job):
            go_on.wait(20)

        def run(self, _district, job, forced):
            order.append("begun")
            while not job.stop():
                go_on.wait(0.01)
            order.append("ended")

    jobs = Jobs(Slow())
    other = replace(made_up, key="other")
    preview, run = jobs.preview(made_up), jobs.run(other)
    jobs.stop()
    assert order == ["begun", "ended"]
    assert run.ended.is_set()
    assert not preview.ended.is_set()
    go_on.set()
    ended(preview)
