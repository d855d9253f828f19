"""What a world may be read from: a folder or a zip of files, and no more of it than a bound."""

import os
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_sis import cli
from mock_sis.districts.oneroster_csv.files import CsvFiles
from mock_sis.districts.oneroster_csv.row import ImportFault
from mock_sis.districts.oneroster_csv.source import MOST_BYTES


def refused(call, source: Path | str) -> str:
    """What the control plane says to a world from *source*."""
    body = {"name": "imported", "source": str(source)}
    return call("POST", "/worlds", body, 422)["detail"]


@pytest.fixture
def call(client):
    """Calls the control plane."""

    def send(method: str, path: str, body: object, status: int):
        answer = client.request(method, f"/_mock{path}", json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    return send


@pytest.fixture
def fifo(tmp_path) -> Path:
    """A pipe that nobody writes into: who opens it waits for ever."""
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_a_device_a_pipe_and_what_the_kernel_makes_up_are_no_source(call, fifo, tmp_path):
    linked = tmp_path / "linked"
    linked.symlink_to("/proc/self")

    for source in ("/dev/zero", "/dev/null", fifo, "/proc/self", "/proc/self/fd", "/sys", linked):
        assert "neither a folder nor a zip" in refused(call, source), source
    assert "no such" in refused(call, tmp_path / "nowhere")
    assert "neither" in refused(call, "/proc/self/maps")


def test_a_file_of_a_folder_must_be_one_too(call, fifo, tmp_path):
    folder = tmp_path / "export"
    folder.mkdir()
    for target in (fifo, Path("/dev/zero"), Path("/proc/self/maps")):
        (folder / "users.csv").unlink(missing_ok=True)
        (folder / "users.csv").symlink_to(target)
        assert refused(call, folder) == "users.csv: is not a regular file"
    (folder / "users.csv").unlink()
    (folder / "users.csv").mkdir()
    assert refused(call, folder) == "users.csv: is not a regular file"


def test_a_folder_with_more_than_the_bound_is_refused_before_it_is_read(call, tmp_path):
    with (tmp_path / "users.csv").open("w") as file:
        file.truncate(MOST_BYTES + 1)  # holes, which take no disk

    assert "holds more than" in refused(call, tmp_path)


def bomb(path: Path, size: int) -> Path:
    """A zip, small, of one file of *size* bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("users.csv", b"\n" * size)
    return path


def test_a_zip_counts_by_what_it_unpacks_to(tmp_path):
    packed = bomb(tmp_path / "bomb.zip", 5_000_000)
    assert packed.stat().st_size < 10_000

    with pytest.raises(ImportFault, match="holds more than"):
        CsvFiles(packed, most_bytes=4_999_999)
    assert CsvFiles(packed, most_bytes=5_000_000).has("users")


def test_a_zip_that_lies_about_what_it_unpacks_to_is_a_fault_of_the_file(tmp_path):
    packed = bomb(tmp_path / "bomb.zip", 5_000_000)
    packed.write_bytes(packed.read_bytes().replace(b"\x40\x4b\x4c\x00", b"\x10\x00\x00\x00"))

    with pytest.raises(ImportFault, match=r"users\.csv: cannot be unpacked"):
        list(CsvFiles(packed).rows("users"))


def test_a_line_without_end_is_a_fault_of_the_file(tmp_path):
    header = "sourcedId,role,givenName,familyName\n"
    (tmp_path / "users.csv").write_text(header + "x" * 2_000_000)

    with pytest.raises(ImportFault, match=r"users\.csv, line 2: .*longer than"):
        list(CsvFiles(tmp_path).rows("users"))


def test_a_zip_under_a_password_is_a_fault_of_the_file(tmp_path):
    packed = tmp_path / "locked.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("users.csv", "sourcedId\n")
    raw = bytearray(packed.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + flags] |= 1  # says that it is encrypted
    packed.write_bytes(raw)

    with pytest.raises(ImportFault, match=r"users\.csv: cannot be unpacked"):
        list(CsvFiles(packed).rows("users"))


def test_the_command_refuses_the_same_in_one_line(fifo):
    for source in (str(fifo), "/dev/zero", "/proc/self"):
        done = CliRunner().invoke(cli.mock, ["otus", "--port", "0", "--world", source])
        assert done.exit_code == 2
        [line] = done.stderr.strip().splitlines()
        assert "neither a folder nor a zip" in line


def test_a_zip_of_more_files_than_an_export_has_is_refused(tmp_path):
    packed = tmp_path / "many.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(1_001):
            archive.writestr(f"{number}.txt", "")

    with pytest.raises(ImportFault, match="holds more than 1,000 files"):
        CsvFiles(packed)


def test_a_zip_with_a_list_of_files_that_is_long_to_read_is_refused_before_it_is_read(tmp_path):
    packed = tmp_path / "list.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(40_000):
            archive.writestr(f"{number}.txt", "")

    with pytest.raises(ImportFault, match="holds more than 1,000 files"):
        CsvFiles(packed)


def test_a_zip_far_smaller_than_its_content_is_refused(tmp_path):
    packed = bomb(tmp_path / "bomb.zip", 60_000_000)

    with pytest.raises(ImportFault, match=r"users\.csv: unpacks to more than 200 times its size"):
        CsvFiles(packed)


def test_names_in_a_zip_lead_nowhere(tmp_path):
    packed = tmp_path / "up.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../courses.csv", "sourcedId,title\n1,Up\n")
        archive.writestr("/etc/categories.csv", "sourcedId,title\n1,Root\n")
        link = zipfile.ZipInfo("passbackGroup.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    before = sorted(tmp_path.parent.rglob("*.csv"))

    files = CsvFiles(packed)

    assert [row["title"] for row in files.rows("courses")] == ["Up"]
    assert [row["title"] for row in files.rows("categories")] == ["Root"]
    with pytest.raises(ImportFault, match=r"passbackGroup\.csv, column userSourcedId"):
        list(files.rows("passbackGroup"))
    assert sorted(tmp_path.parent.rglob("*.csv")) == before
