"""The folder of a local stack: who may have it, and where sockets go when its path is too long for them."""

import contextlib
import fcntl
import hashlib
import os
import stat
import tempfile
import time
from pathlib import Path

from warmline_local.servers.pidfiles import named_process, write_pid
from warmline_memory.errors import SetupError

LONGEST_SOCKET_PATH = 100
"""Bytes. ``sun_path`` holds 108 on Linux and 104 on macOS, with a closing zero."""

PATIENCE_SECONDS = 20.0
"""How long the programs of a launcher that was killed may take to end before their folder counts as taken."""

DYING_SECONDS = 1.0
"""How long a launcher that was just killed may take to vanish."""


def make_folder(path: Path) -> Path:
    """Make a folder for its owner alone; one that is there is left as it is. Raises ``SetupError``."""
    try:
        if not path.exists():
            path.mkdir(parents=True)
            path.chmod(0o700)
        # The only reliable test of whether a folder can be written: permissions do not show a full or a read-only disk.
        with tempfile.TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise _not_writable(path, error) from error
    return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read; a reader gets the old text or the new one, never a part."""
    # Written aside and renamed, which is atomic; O_EXCL makes sure that the file is new and has these permissions, and
    # is no link that somebody put there.
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


class FolderLock:
    """Keeps everybody else out of a folder. Programs that inherit ``descriptor`` keep it shut until they are gone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "lock"
        self.descriptor = -1

    def acquire(self) -> None:
        """Take the folder. Waits where its last launcher is gone but programs are not. Raises ``SetupError``."""
        try:
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _not_writable(self._file, error) from error
        # ``flock`` belongs to the open file, and programs inherit it: the folder stays locked until the last of them is
        # gone, also where the launcher was killed. A file that names a process could not say that.
        began = time.monotonic()
        while not _locked(descriptor):
            holder = named_process(self._file)
            if time.monotonic() > began + (PATIENCE_SECONDS if holder is None else DYING_SECONDS):
                os.close(descriptor)
                whose = f"pid {holder.pid}" if holder else "its last programs are still stopping"
                raise SetupError(
                    what=f"The folder {self.folder} is in use by another launcher ({whose}).",
                    fix="Stop that one, or choose another folder with WARMLINE_HOME or --home.",
                )
            time.sleep(0.05)
        write_pid(self._file, os.getpid())
        self.descriptor = descriptor

    def release(self) -> None:
        """Give the folder back. The lock file stays: removing it would let two launchers in."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor = -1


def socket_folder(preferred: Path, socket_name: str, owner: int) -> Path:
    """A folder, reachable for ``owner`` (a user id) alone, in which a socket's path is short enough.

    That is ``preferred``, or where its path is too long a folder under the system's temporary one, named after it.
    Raises ``SetupError`` where somebody else has made a folder of that name.
    """
    if len(os.fsencode(preferred / socket_name)) <= LONGEST_SOCKET_PATH:
        folder = preferred
    else:
        name = f"warmline-{hashlib.sha256(os.fsencode(preferred)).hexdigest()[:16]}"
        # macOS has a long path for temporary files, hence /tmp as the second choice. The name is made from the path, so
        # that every launcher of a folder finds the same sockets.
        places = (Path(tempfile.gettempdir()), Path("/tmp"))  # noqa: S108 (the folder is private, and checked below)
        fits = (place for place in places if len(os.fsencode(place / name / socket_name)) <= LONGEST_SOCKET_PATH)
        folder = next(fits, places[-1]) / name
    with contextlib.suppress(FileExistsError):
        folder.mkdir(parents=True, mode=0o700)
        os.chown(folder, owner, -1)
    # Everybody may write in /tmp. Whoever made a folder of this name before us could listen where clients look for us.
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
        raise SetupError(
            what=f"The folder {folder}, which is needed for sockets, belongs to somebody else.",
            fix="Remove it, or choose a shorter path with WARMLINE_HOME or --home.",
        )
    folder.chmod(0o700)
    return folder


def _not_writable(path: Path, error: OSError) -> SetupError:
    return SetupError(
        what=f"{path} cannot be written ({error.strerror}).",
        fix="Make it yours, or choose another folder with WARMLINE_HOME or --home.",
    )


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
