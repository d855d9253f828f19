"""Worlds as files: download this one, bring one back, here or under a name of its own."""

import os
from functools import partial
from typing import IO

import flask
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response
from werkzeug.wsgi import FileWrapper

from mock_sis.pages.asked import exchange
from mock_sis.pages.control.replies import NotDoneError, answer, confirmation, field
from mock_sis.pages.words import size_words
from mock_sis.world.saving import open_copy, replace_world
from mock_sis.world.uploads import MOST_BYTES, world_of_upload
from mock_sis.world.worlds import DEFAULT

OTHER_FIELDS, CHUNK = 100_000, 2**18
UPLOADS = {"control.files.add", "control.files.replace"}

pages = flask.Blueprint("files", __name__, url_prefix="/worlds")


@pages.url_value_preprocessor
def allow_large(endpoint: str | None, _values: object) -> None:
    """A world's file may be large; this comes before the form is read for its CSRF token."""
    if endpoint in UPLOADS:
        flask.request.max_content_length = MOST_BYTES + OTHER_FIELDS


@pages.app_errorhandler(RequestEntityTooLarge)
def too_large(_error: Exception) -> tuple[str, int]:
    """Refused before it is read."""
    most = size_words(MOST_BYTES)
    return flask.render_template("control/too_large.html", most=most), 413


@pages.get("/")
def page() -> str:
    """The worlds of this mock."""
    asked = exchange()
    worlds = [
        {"name": name, "address": path_of(name), "here": name == asked.hosted.name}
        for name in asked.worlds.names()
    ]
    size = asked.world.path.stat().st_size
    return flask.render_template("control/worlds.html", worlds=worlds, size=size_words(size))


@pages.post("/download")
def download() -> Response:
    """A copy of the world as it is now, while it is in use."""
    asked = exchange()
    file = open_copy(asked.hosted)
    day = asked.world.today().isoformat()
    response = flask.send_file(
        file,
        mimetype="application/vnd.sqlite3",
        as_attachment=True,
        download_name=f"{asked.hosted.name}-{day}.db",
    )
    response.response = FileWrapper(file, CHUNK)  # usual are 8 KB, each a turn of the event loop
    response.content_length = os.fstat(file.fileno()).st_size
    return response


@pages.post("/")
def add() -> Response:
    """A new world of an uploaded file."""
    asked, name = exchange(), "-".join(field("name").split())

    def act() -> str:
        try:
            asked.worlds.add(name, partial(world_of_upload, _uploaded()))
        except FileExistsError as error:
            raise NotDoneError(f"there is a world {name} already; give another name") from error
        return f"The world {name} was made of the file. Open it below."

    return answer(act, flask.url_for(".page"))


@pages.post("/replace")
def replace() -> Response:
    """The uploaded file in place of this world."""
    asked = exchange()

    def act() -> str:
        if field("sure") != "yes":
            raise NotDoneError("tick the box to say that this world may be replaced")
        replace_world(asked.hosted, _uploaded())
        return "This world is now the one of the file. Snapshots that you saved before are kept."

    return answer(act, flask.url_for(".page"))


@pages.get("/<name>/delete")
def ask_delete(name: str) -> str:
    """Whether they mean it."""
    _must_be_another(name)
    return confirmation(
        f"Delete the world {name}?",
        then="Its file and its snapshots are gone for good. Download it first to keep a copy.",
        button="Delete it",
        back=flask.url_for(".page"),
    )


@pages.post("/<name>/delete")
def delete(name: str) -> Response:
    """Any world but this one and the first."""
    _must_be_another(name)
    asked = exchange()

    def act() -> str:
        asked.worlds.delete(name)
        return f"The world {name} is gone."

    return answer(act, flask.url_for(".page"))


def path_of(name: str) -> str:
    """Where the control page of another world is."""
    return f"{'' if name == DEFAULT else f'/w/{name}'}/pages/control"


def _uploaded() -> IO[bytes]:
    file = flask.request.files.get("file")
    if file is None or not file.filename:
        raise NotDoneError("choose the file of a world first")
    return file.stream


def _must_be_another(name: str) -> None:
    asked = exchange()
    if name in {DEFAULT, asked.hosted.name} or name not in asked.worlds.names():
        flask.abort(404)
