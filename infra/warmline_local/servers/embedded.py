"""What the embedded servers have in common: a folder that one launcher has at a time, a log, a socket, and their start.

A server is a program under its guard. It is started when its folder is free, and counts as started once it answers.
"""

import contextlib
import shutil
from abc import ABC, abstractmethod
from pathlib import Path

from warmline_local.servers.homes import FolderLock, make_folder
from warmline_local.servers.lifetimes import Started
from warmline_local.servers.processes import GuardedProcess, wait_until_ready


class EmbeddedServer(Started, ABC):
    """A server on ``home/NAME``. A context manager; its address is good while it runs."""

    name: str
    starting_seconds: float
    """How long the server may take until it answers."""

    def __init__(self, home: Path) -> None:
        self.folder = home.expanduser().absolute() / self.name
        self.log = self.folder.parent / "logs" / f"{self.name}.log"
        self._sockets = self.folder
        self._running = contextlib.ExitStack()

    def start(self) -> GuardedProcess:
        """Start the server and wait until it answers. Raises ``SetupError``, with nothing left running."""
        # Looked for before anything is made: where the program is missing, no empty folder stays behind.
        program = self._program()
        with contextlib.ExitStack() as undo:
            for folder in (self.folder.parent, self.log.parent, self.folder):
                make_folder(folder)
            lock = FolderLock(self.folder)
            lock.acquire()
            undo.callback(lock.release)
            # The program inherits the lock. A launcher that is killed leaves its folder shut until the program is gone.
            process = self._launch(program, (lock.descriptor,))
            undo.callback(process.stop)
            wait_until_ready(process, self._answers, self.starting_seconds)
            self._complete()
            self._running = undo.pop_all()
        return process

    def start_again(self) -> GuardedProcess:
        """Start the server whether it was started before or not, with what is left of that cleared away. As ``start``
        otherwise."""
        self.stop()
        return self.start()

    def stop(self) -> None:
        """Stop the server. Does nothing where it does not run."""
        self._running.close()
        if self._sockets != self.folder:
            shutil.rmtree(self._sockets, ignore_errors=True)

    @abstractmethod
    def _program(self) -> Path:
        """Where the program is installed. Raises ``SetupError``."""

    @abstractmethod
    def _launch(self, program: Path, held: tuple[int, ...]) -> GuardedProcess:
        """Make ready what the program needs, and start it with these descriptors open."""

    @abstractmethod
    def _answers(self) -> bool:
        """Whether the server takes connections."""

    def _complete(self) -> None:
        """Do what is left to do once the server answers."""
        return
