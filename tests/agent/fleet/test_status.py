"""The status of a fleet: what it says before anything happened."""

from agent.fleet.status import status


def status_of(fleet):
    with fleet.database.transaction() as sql:
        return status(sql, fleet.clock())


def test_a_district_whose_first_night_is_to_come_needs_nobody(fleet):
    fleet.has()
    fleet.tick()

    found = status_of(fleet)

    assert (found.districts, found.nights, found.needy) == (1, {"none yet": 1}, [])
    assert found.missing == ["tick", "worker", "sweep"]
