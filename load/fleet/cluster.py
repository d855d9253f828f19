"""A PostgreSQL server of one's own, on a free loopback port; for load tests, benches and tests."""

import os
import pwd
import re
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

INSTALLED = Path("/usr/lib/postgresql")
"""Where Debian's packages put the servers, by version."""
PROGRAMS = ("initdb", "pg_ctl", "postgres", "psql")
NONE = (
    "there is no PostgreSQL here: no initdb on the PATH and none in"
    f" {INSTALLED}/*/bin; install the server, on Debian the package `postgresql`"
)
LOOPBACK = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
"""
WAIT = 120


@dataclass(frozen=True)
class Cluster:
    """A server with its files in a folder of its own; nobody is asked for a password.

    `RuntimeError`: one of its programs failed.

    Args:
        programs: the folder of the server's programs, see `programs`.
    """

    programs: Path
    folder: Path

    @property
    def data(self) -> Path:
        """Where the server keeps its files."""
        return self.folder / "data"

    @property
    def log(self) -> str:
        """What the server wrote so far."""
        file = self.folder / "log"
        return file.read_text(errors="replace") if file.exists() else ""

    @property
    def port(self) -> int:
        """The port, the same one after a restart."""
        return int((self.folder / "port").read_text())

    @property
    def pid(self) -> int:
        """The server's process, while it runs."""
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def url(self, database: str = "postgres") -> str:
        """What a client connects to."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def initialize(self, settings: str, *how: str) -> None:
        """Make the files of a new cluster; it does not run yet.

        Args:
            settings: lines of its configuration, beside those of `LOOPBACK`.
            how: more options of `initdb`.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._give_to_account()
        self.run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "--no-sync", *how)
        with (self.data / "postgresql.conf").open("a") as conf:
            conf.write(LOOPBACK + settings)
        (self.folder / "port").write_text(str(_free_port()))

    def start(self) -> None:
        """Start the server and wait until it answers."""
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", str(self.data), "-w", "-l", log, "-o", f"-p {self.port}", "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it: `immediate` is like a crash, `fast` ends what is at work first."""
        self.run("pg_ctl", "-D", str(self.data), "-w", "-m", mode, "stop")

    def sql(self, statement: str, database: str = "postgres") -> str:
        """What a statement answers, for those who have no client of their own."""
        asked = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url(database))
        return self.run("psql", *asked, "-c", statement).strip()

    def run(self, program: str, *arguments: str) -> str:
        """Run one of its programs; return what it printed."""
        account = _account()
        # A server keeps what it inherits, so that a pipe to pg_ctl would never end.
        output = subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own program
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=account.pw_uid if account else None,
            group=account.pw_gid if account else None,
            extra_groups=[] if account else None,
            start_new_session=True,  # Ctrl-C is for whoever asked, who then stops the server
            text=True,
            timeout=WAIT,
            check=False,
        )
        if done.returncode:
            why = (done.stdout or self.log[-2000:]).strip()
            raise RuntimeError(f"PostgreSQL's {program} ended with {done.returncode}: {why}")
        return done.stdout or ""

    def _give_to_account(self) -> None:
        account, parent = _account(), self.folder.parent
        if account:
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            if parent.stat().st_uid == 0 and parent.stat().st_mode & 0o077 == 0:
                parent.chmod(0o711)  # the server's account goes through it


def programs(installed: Path = INSTALLED) -> Path | None:
    """The folder of the server's programs: that of the `initdb` on the PATH, or the newest.

    None: there are none.
    """
    on_path = shutil.which("initdb")
    first = [Path(on_path).resolve().parent] if on_path else []
    found = sorted(installed.glob("*/bin"), key=lambda each: _version(each.parent.name))
    return next((each for each in [*first, *reversed(found)] if _complete(each)), None)


def _complete(folder: Path) -> bool:
    return all((folder / program).exists() for program in PROGRAMS)


def _version(name: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", name))


def _account() -> pwd.struct_passwd | None:
    """Who runs a server that root starts, since it refuses to run as root; None: nobody else.

    `postgres` comes with Debian's package.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
