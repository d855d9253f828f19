"""The start page of each district: what this is, what to try first, and where everything is."""

import flask
from werkzeug.wrappers import Response

from agent.serve.district import District
from contracts.uat.district import TrialDistrict
from contracts.uat.registry import Registry
from contracts.vendors import VENDORS, mock_for


def blueprint_of(registry: Registry) -> flask.Blueprint:
    """The pages over these districts."""
    start = flask.Blueprint("start", __name__, template_folder="templates")

    @start.get("/")
    def newest() -> str | Response:
        """The district that was made last; where all were deleted, the way to a new one."""
        found = registry.all()
        if not found:
            return flask.redirect(flask.url_for("roster.form"), 303)
        return _page(registry, found[-1])

    @start.get("/districts/<name>")
    def district(name: str) -> str:
        """Any of them."""
        return _page(registry, registry.find(name) or flask.abort(404))

    return start


def _page(registry: Registry, district: TrialDistrict) -> str:
    return flask.render_template(
        "uat/start.html",
        place=district,
        sises=[_sis(agent, district) for agent in district.agents],
        otus=f"{district.roots['otus']}/pages",
        section=district.first_class(),
        others=[one for one in registry.all() if one.name != district.name],
    )


def _sis(agent: District, district: TrialDistrict) -> dict[str, str]:
    """What the page shows of a SIS: its name, the root of its pages, and its agent's page."""
    mock = mock_for(agent.settings.sis.kind)
    return {
        "label": VENDORS[mock].label,
        "pages": f"{district.roots[mock]}/pages",
        "agent": flask.url_for("agent.preview", key=agent.key),
    }
