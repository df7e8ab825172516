"""Checking: a scanner is asked about each attachment, on threads of its own, before anybody can load it."""

import logging
import shlex
import subprocess
from collections.abc import Collection, Sequence
from types import TracebackType
from typing import Self
from urllib.parse import quote
from uuid import UUID

import httpx

from warmline_memory import attachments, channels
from warmline_memory.attachments import ToCheck
from warmline_memory.platform import Platform
from warmline_memory.settings import Settings
from warmline_worker.due_work import DueWork

log = logging.getLogger("warmline.worker")

THREADS = 2
STOPPING_SECONDS = 5.0
"""Questions have so long to end when the worker stops; what is cut off is asked about again when its lease is over."""
CLEAN, REFUSED = 0, 1
"""What a command ends with, as scanners do it: ClamAV's `clamdscan` has 0, 1, and 2 for errors."""
WHY_CHARS = 200
Due = tuple[UUID, UUID]


class ScannerFailed(Exception):
    """The scanner did not say what it found."""


class Scanner:
    """What the settings name: a URL that takes the file as a body, or a command that reads it. Safe to share between
    threads."""

    def __init__(self, settings: Settings) -> None:
        self._asked, self._seconds = settings.attachment_scanner.strip(), settings.attachment_scanner_seconds
        self._is_url = self._asked.startswith(("http://", "https://"))

    @property
    def is_there(self) -> bool:
        """Whether there is one."""
        return bool(self._asked)

    def ask(self, file: ToCheck) -> str | None:
        """Why a file is refused; None where nothing is wrong with it. Raises ``ScannerFailed``."""
        refused = self._by_url(file) if self._is_url else self._by_command(file)
        return None if refused is None else _plain(refused) or "the scanner did not say why"

    def _by_url(self, file: ToCheck) -> str | None:
        headers = {"Content-Type": file.type, "X-File-Name": quote(file.name), "X-File-SHA256": file.sha256}
        try:
            # Who runs the platform names it, and it may well stand in their own network.
            answer = httpx.post(
                self._asked, content=file.content, headers=headers, timeout=self._seconds, trust_env=False
            )
            said = answer.raise_for_status().json()
            if said["clean"] is True:
                return None
            if said["clean"] is False:
                return str(said.get("why") or "")
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ScannerFailed(type(error).__name__) from error
        raise ScannerFailed("its answer has no `clean` that is true or false")

    def _by_command(self, file: ToCheck) -> str | None:
        try:
            done = subprocess.run(  # noqa: S603 (who runs the platform names the command; the file goes to its input)
                shlex.split(self._asked), input=file.content, capture_output=True, timeout=self._seconds, check=False
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ScannerFailed(type(error).__name__) from error
        if done.returncode not in (CLEAN, REFUSED):
            raise ScannerFailed(f"it ended with {done.returncode}")
        return None if done.returncode == CLEAN else done.stdout.decode(errors="replace")


class Checking:
    """Asks about what is due until the block ends. A context manager."""

    def __init__(self, platform: Platform) -> None:
        self._database, self._scanner = platform.database, Scanner(platform.settings)
        self._work = DueWork("attachments", self._find, [self._check] * THREADS)

    def __enter__(self) -> Self:
        self._work.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._work.stop()
        self._work.join(STOPPING_SECONDS)

    def _find(self, under_way: Collection[Due]) -> Sequence[Due]:
        return [one for one in attachments.due(self._database, THREADS + len(under_way)) if one not in under_way]

    def _check(self, one: Due) -> None:
        """Take, ask, write down: no transaction is open while the scanner looks."""
        tenant_id, attachment_id = one
        with self._database.transaction(tenant_id=tenant_id) as db:
            if not self._scanner.is_there:
                attachments.give_up_checking(db, attachment_id)
                return
            file = attachments.take_to_check(db, attachment_id)
        if file is None:
            return
        try:
            problem = self._scanner.ask(file)
        except ScannerFailed as error:
            log.warning("The scanner was asked about attachment %s, and failed: %s", attachment_id, error)
            with self._database.transaction(tenant_id=tenant_id) as db:
                attachments.ask_again(db, attachment_id)
            return
        with self._database.transaction(tenant_id=tenant_id) as db:
            channels.note_checked(db, attachment_id, problem)


def _plain(said: str) -> str:
    """The first line of what a scanner says, without what is no text."""
    lines = ["".join(one for one in line if one.isprintable()).strip() for line in said.splitlines()]
    return next(filter(None, lines), "")[:WHY_CHARS]
