"""A SIS that takes its time, so that something can happen in the middle of a night."""

from tests.fleet.support.school import School

SECONDS = 0.08


def slow(*schools: School, seconds: float = SECONDS) -> None:
    """Each write of a score takes so long; a night has two at a time."""
    for school in schools:
        body = {"action": "delay", "operation": "putResult", "seconds": seconds}
        school.control("POST", "/faults", body)


def quick(*schools: School) -> None:
    """As fast as it can."""
    for school in schools:
        school.control("DELETE", "/faults")
