"""What a snapshot of the district holds."""

from tests.agent.sis.powerschool.canned import a_server, rows


def test_the_fingerprint_holds_the_names_of_the_districts_categories():
    name = "districtteachercategory"
    other = rows(name, {f"{name}id": "2", "name": "Exams"})
    servers = a_server(), a_server(), a_server({f"GET /ws/schema/table/{name}": other})
    one, same, renamed = (each.sis.district_snapshot(None).fingerprint for each in servers)
    assert one == same
    assert one != renamed
