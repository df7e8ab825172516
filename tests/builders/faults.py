"""Faults: servers that are stopped or silent, and a line between client and server that can be cut."""

import json
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from warmline_local.servers.embedded import EmbeddedServer


@contextmanager
def silenced(server: EmbeddedServer) -> Iterator[None]:
    """A server that says nothing while the block runs; its kernel still takes what is sent to it."""
    launched = psutil.Process(json.loads((server.folder / "pid").read_text())["pid"])
    everything = [launched, *launched.children(recursive=True)]
    for process in everything:
        process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for process in everything:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGCONT)


class Relay:
    """A TCP port on the loopback interface that leads to a Unix socket. A context manager.

    ``cuts`` is asked about all that a client sends: where it is true, that is still passed on, and the answer is not.
    """

    def __init__(self, target: Path) -> None:
        self._target = target
        self.cuts: Callable[[bytes], bool] = lambda _sent: False
        self.swallowed = 0
        """So many times what a client sends is not passed on, and its connection closed."""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lines: list[socket.socket] = []
        self.port = self._listening.getsockname()[1]

    def __enter__(self) -> "Relay":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in [self._listening, *self._lines]:
            # A thread that waits for a socket is not woken by its being closed.
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.socket(socket.AF_UNIX)
                self._lines += [near, far]
                far.connect(str(self._target))
                threading.Thread(target=self._forward, args=(near, far), daemon=True).start()
                threading.Thread(target=self._back, args=(far, near), daemon=True).start()

    def _forward(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while sent := near.recv(65_536):
                if self.swallowed:
                    self.swallowed -= 1
                    break
                if self.cuts(sent):
                    near.shutdown(socket.SHUT_RDWR)
                    far.sendall(sent)
                    # The server carries out what it was sent before it notices that nobody is there any more.
                    far.shutdown(socket.SHUT_WR)
                    return
                far.sendall(sent)
            near.shutdown(socket.SHUT_RDWR)
            far.shutdown(socket.SHUT_RDWR)

    def _back(self, far: socket.socket, near: socket.socket) -> None:
        with suppress(OSError):
            while said := far.recv(65_536):
                near.sendall(said)
            near.shutdown(socket.SHUT_RDWR)
