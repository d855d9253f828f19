"""Hostile exports: each is refused in plain words, or does nothing."""

import io
import zipfile
from pathlib import Path

import pytest

from contracts.uat.bind import Bind
from contracts.uat.run import web_app
from contracts.uat.uploads import Uploads
from tests.contracts.uat.conftest import TOKEN, press, upload
from tests.exports import FILES


def zipped(files: dict[str, bytes], **options) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return whole.getvalue()


def plain(**changed: bytes) -> dict[str, bytes]:
    files = {f"{name}.csv": "\n".join(lines).encode() for name, lines in FILES.items()}
    return {**files, **{f"{name}.csv": content for name, content in changed.items()}}


def refused(client, content: bytes) -> str:
    """What the page says; nothing of the upload is used."""
    page = upload(client, content)
    assert page.status_code == 200
    assert "cannot be used yet" in page.text
    return page.text


def test_a_file_over_the_limit_is_refused_while_it_comes_in(registry, folder):
    registry.make_up()
    with Uploads(folder) as kept:
        app = web_app(registry, kept, bind=Bind(token=TOKEN), named=False, most_bytes=2 * 2**20)
        small = app.test_client()
        small.get(f"/?token={TOKEN}")

        page = upload(small, b"x" * 3_000_000)

        assert page.status_code == 413
        assert "This file is larger than 2 MB." in page.text
        [uploads] = folder.glob("uploads-*")
        assert list(uploads.iterdir()) == []
    assert list(folder.glob("uploads-*")) == []


def test_a_file_of_some_megabytes_is_none_too_many(shared):
    page = refused(shared.client, b"x" * 3_000_000)

    assert "<td>export.zip</td><td>is neither a folder nor a zip" in page


def test_zip_bombs_are_refused_by_what_they_would_unpack_to(shared):
    ratio = zipped(plain(results=b"\n" * 60_000_000))
    assert len(ratio) < 100_000
    assert "unpacks to more than 200 times its size" in refused(shared.client, ratio)
    many = zipped({f"{n}.txt": b"" for n in range(1_500)} | plain())
    assert "holds more than 1,000 files" in refused(shared.client, many)


def test_a_zip_in_a_zip_is_not_opened(shared):
    assert "the file is missing" in refused(shared.client, zipped({"export.zip": zipped(plain())}))


def test_names_that_lead_elsewhere_lead_nowhere(client, registry, folder, tmp_path):
    files = {f"../../../{name}": content for name, content in plain().items()}
    files |= {"/etc/passbackGroup.csv": b"userSourcedId\n902\n", "C:\\x\\demographics.csv": b"a"}
    link = zipfile.ZipInfo("roles.csv")
    link.external_attr = 0o120777 << 16
    whole = io.BytesIO(zipped(files))
    with zipfile.ZipFile(whole, "a") as archive:
        archive.writestr(link, "/etc/passwd")

    page = upload(client, whole.getvalue())

    assert "roles.csv" in page.text  # what is in it is read as text, and is no roles
    assert "the column is missing" in page.text
    outside = [path for path in tmp_path.rglob("*.csv") if not path.is_relative_to(folder)]
    assert outside == []


def test_folders_in_a_zip_are_as_good_as_none(shared):
    page = upload(shared.client, zipped({f"a/b/c/{n}": content for n, content in plain().items()}))

    assert "This roster can be used." in page.text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("\ufeff" + "\n".join(FILES["orgs"]), "This roster can be used."),
        ("\n".join(FILES["orgs"]).encode("utf-16"), "is UTF-16: save it as CSV in UTF-8"),
        ("\n".join([*FILES["orgs"], "o9,Caf\xe9,school,,"]).encode("latin-1"), "is not UTF-8"),
        ("\n".join([*FILES["orgs"], "o9,N\0l,school,,"]), "holds a character that is no text"),
        ("\n".join([*FILES["orgs"], 'o9,"open,school,,']), "is opened here and never closed"),
        (",".join(["sourcedId"] * 10_000), "has more than 500 columns"),
        ("\n".join([*FILES["orgs"], "o1,Again,school,,"]), "is the same as in line 2"),
        ("\n".join([*FILES["orgs"], "o" * 3_000_000]), "is longer than 1,048,576 characters"),
    ],
)
def test_files_that_are_odd_are_named_or_harmless(shared, content, told):
    content = content if isinstance(content, bytes) else content.encode()

    page = upload(shared.client, zipped(plain(orgs=content)))

    assert page.status_code == 200
    assert told in page.text


SCRIPT = "<script>alert(1)</script>"


def test_markup_and_formulas_in_names_are_text(client, registry):
    orgs = [FILES["orgs"][0], f"o1,{SCRIPT},district,,", f"o2,=cmd|x {SCRIPT},school,,o1"]
    classes = [FILES["classes"][0], f"c1,{SCRIPT},k1,M,o2,s1,1,", "c2,=1+1,k1,M,o2,s1,1,"]
    sessions = [
        line.replace("Q1", SCRIPT).replace("Q2", SCRIPT) for line in FILES["academicSessions"]
    ]
    files = plain(
        orgs="\n".join(orgs).encode(),
        classes="\n".join(classes).encode(),
        academicSessions="\n".join(sessions).encode(),
    )
    files[f"{SCRIPT}.csv"] = b"a"

    page = upload(client, zipped(files), name=f"{SCRIPT}.zip")
    used = press(client, page, "use")

    assert used.status_code == 200
    for one in (page, used, client.get("/districts/lakeview"), client.get("/agent/")):
        assert SCRIPT not in one.text
    assert "&lt;script&gt;" in page.text
    assert "&lt;script&gt;" in used.text
    _, district = registry.all()
    assert district.name == "script-alert-1-script"


def test_an_upload_is_called_what_it_is_and_stands_under_a_name_of_ours(client, folder: Path):
    upload(client, zipped(plain()), name="../../../../etc/passwd")

    [uploads] = folder.glob("uploads-*")
    [path] = uploads.iterdir()
    assert path.suffix == ".zip"
    assert "passwd" not in path.name


def test_only_the_last_uploads_are_kept(client, folder: Path):
    for _ in range(10):
        upload(client, b"x")

    [uploads] = folder.glob("uploads-*")
    assert len(list(uploads.iterdir())) == 8
