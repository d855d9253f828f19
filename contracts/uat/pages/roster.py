"""The way in for a district's own roster: an upload, what was found in it, and a person's word."""

from datetime import UTC, datetime

import flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from contracts.uat.registry import Registry
from contracts.uat.uploads import Upload, Uploads
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.pages.csv_row import csv_row

MOST_BYTES = 256 * 2**20
SHOWN = 200
"""Problems on a page; the download has all that were kept."""
HEADER = ("File", "Line", "Column", "What is wrong", "What happens")
NO_FILE = "No file came in. Choose the zip file of the export first."


class RosterPages:
    """The handlers.

    Args:
        named: rosters keep the real names.
        most_bytes: of an upload.
    """

    def __init__(
        self, registry: Registry, uploads: Uploads, *, named: bool, most_bytes: int
    ) -> None:
        self._registry = registry
        self._uploads = uploads
        self._named = named
        self._most_bytes = most_bytes

    def blueprint(self) -> flask.Blueprint:
        """The addresses below `/roster`."""
        roster = flask.Blueprint(
            "roster", __name__, template_folder="templates", url_prefix="/roster"
        )
        roster.url_value_preprocessor(self._allow_uploads)
        roster.register_error_handler(RequestEntityTooLarge, self._too_large)
        roster.register_error_handler(ImportFault, lambda fault: self._again(str(fault), 422))
        roster.add_url_rule("", "form", self.form, methods=["GET"])
        roster.add_url_rule("", "take", self.take, methods=["POST"])
        roster.add_url_rule("/<id_>", "findings", self.findings, methods=["GET"])
        roster.add_url_rule("/<id_>/problems.csv", "problems", self.problems, methods=["GET"])
        roster.add_url_rule("/<id_>/use", "use", self.use, methods=["POST"])
        roster.add_url_rule("/<id_>/forget", "forget", self.forget, methods=["POST"])
        return roster

    def form(self) -> str:
        """Choose a file."""
        return flask.render_template("uat/roster.html", named=self._named, trouble="")

    def take(self) -> Response | tuple[str, int]:
        """Look at an upload; nothing is imported."""
        file = flask.request.files.get("roster")
        if file is None or not file.filename:
            return self._again(NO_FILE, 422)
        today = datetime.now(UTC).date()
        upload = self._uploads.take(file.filename, file.stream, today=today)
        return flask.redirect(flask.url_for("roster.findings", id_=upload.id), 303)

    def findings(self, id_: str) -> str:
        """What was found."""
        upload = self._upload(id_)
        return flask.render_template(
            "uat/findings.html", upload=upload, found=upload.found, shown=SHOWN, named=self._named
        )

    def problems(self, id_: str) -> Response:
        """Every problem, as a file."""
        found = self._upload(id_).found.problems
        rows = ((one.file, one.line, one.column, one.what, one.effect) for one in found)
        text = "".join(csv_row(row) for row in (HEADER, *rows))
        answer = flask.Response(text, mimetype="text/csv")
        answer.headers["Content-Disposition"] = "attachment; filename=roster-problems.csv"
        return answer

    def use(self, id_: str) -> Response:
        """Make the district, and remove the upload."""
        with self._uploads.used(id_) as upload:
            if upload is None:
                flask.abort(404)
            if not upload.found.usable:
                flask.abort(409)
            made = self._registry.import_roster(
                upload.path, upload.name, upload.found, named=self._named
            )
        return flask.redirect(flask.url_for("start.district", name=made.name), 303)

    def forget(self, id_: str) -> Response:
        """Remove the upload."""
        self._uploads.forget(id_)
        return flask.redirect(flask.url_for("roster.form"), 303)

    def _allow_uploads(self, endpoint: str | None, values: object) -> None:
        """Before anything reads the form, so that this limit counts and not the app's."""
        del values
        if endpoint == "roster.take":
            flask.request.max_content_length = self._most_bytes

    def _too_large(self, error: RequestEntityTooLarge) -> tuple[str, int]:
        del error
        most = f"{self._most_bytes // 2**20} MB"
        return self._again(f"This file is larger than {most}. Is it the right one?", 413)

    def _again(self, trouble: str, status: int) -> tuple[str, int]:
        """The form with what went wrong."""
        page = flask.render_template("uat/roster.html", named=self._named, trouble=trouble)
        return page, status

    def _upload(self, id_: str) -> Upload:
        return self._uploads.find(id_) or flask.abort(404)
