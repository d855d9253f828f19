"""Qmlativ's `/Custom/GetSystemMetadata`: the district behind the API."""

from mock_sis.http.types import Answer
from mock_sis.world.world import World


def system_metadata(world: World) -> Answer:
    """The district and its current school year."""
    district = world.db.one("SELECT * FROM org WHERE kind = 'district'")
    today = world.today().isoformat()
    year = world.db.one(
        "SELECT year, title FROM session WHERE kind = 'schoolYear'"
        " ORDER BY NOT (start <= ?1 AND end >= ?1)",
        today,
    )
    current = (
        {"SchoolYearID": year[0], "NumericYear": year[0], "Description": year[1]} if year else None
    )
    entry = {
        "DistrictID": 1,
        "EntityID": 1,
        "Name": district["name"] if district else "",
        "Code": district["number"] if district else "",
        "href": "/Generic/1",
        "SchoolYearCurrent": current,
    }
    return Answer({"System": {"Districts": [entry]}})
