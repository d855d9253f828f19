"""Categories: which a SIS has, and switching one off or on, for all or for one teacher."""

from typing import Any

import flask
from werkzeug.wrappers import Response

from mock_sis.gradebook.columns import Unknown
from mock_sis.pages.asked import NAMES, exchange
from mock_sis.pages.control import people
from mock_sis.pages.control.replies import answer, field
from mock_sis.pages.words import short
from mock_sis.sis import registrar_of, sis_of

OFF = (
    "The next night does not send assessments that belong to it{}; what is in the gradebooks stays."
)
ON = "The next night sends what waited for it{}."

pages = flask.Blueprint("categories", __name__, url_prefix="/categories")


@pages.get("/")
def page() -> str:
    """The SIS's categories, each with the teachers who have it off."""
    asked = exchange()
    return flask.render_template(
        "control/categories.html",
        sis=NAMES[sis_of(asked.call.server)],
        categories=_categories(),
        staff=people.staff(asked.world),
    )


@pages.post("/")
def switch() -> Response:
    """Off or on, for the district or in one teacher's account."""
    world, category, teacher = exchange().world, field("category"), field("teacher")
    on = field("switch") == "on"

    def act() -> str:
        title = next((c["title"] for c in _categories() if c["id"] == category), None)
        if title is None:
            raise Unknown("category", category)
        name = short(people.teacher(world, teacher)["name"]) if teacher else "the district"
        registrar = registrar_of(world)
        (registrar.activate_category if on else registrar.deactivate_category)(
            category, teacher=teacher or None
        )
        where = f" in the classes that {name} leads" if teacher else ""
        now = "on" if on else "off"
        return f"{short(title)} is {now} for {name}. {(ON if on else OFF).format(where)}"

    return answer(act, flask.url_for(".page"))


def _categories() -> list[dict[str, Any]]:
    asked = exchange()
    rows = asked.world.db.read(
        "SELECT id, title, active, (SELECT group_concat(given || ' ' || family, ', ')"
        " FROM category_off JOIN teacher ON teacher.id = category_off.teacher"
        " WHERE category_off.sis = category.sis AND category_off.category = category.id) AS off"
        " FROM category WHERE sis = ? ORDER BY position, id",
        sis_of(asked.call.server),
    )
    return [dict(row) for row in rows]
