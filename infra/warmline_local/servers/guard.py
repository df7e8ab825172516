"""Runs one program and does not let it outlive its launcher.

A script of its own, one guard for each program, with the standard library alone: it starts in a few hundredths of a
second. It holds the reading end of a pipe, the lifeline; only the launcher has the writing end. When the launcher
closes it, or dies in whatever way, the guard asks the program to end, then makes it end, with everything it started.
On Linux it also adopts the program's orphans, so that none escapes, and the kernel ends the program should the guard be
killed. Once the program runs, it becomes ``watching_guard``.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
from typing import Any, NoReturn

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
"""Both from Linux's ``include/uapi/linux/prctl.h``."""

LINUX = sys.platform == "linux"
WATCHING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "watching_guard.py")
BLOCKED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""The signals that a guard takes once it watches: until then they wait, and none ends it."""


def main(order: dict[str, Any]) -> int:
    """Run ``order["command"]`` and watch over it; returns an exit status only where it cannot be started.

    ``order`` has: ``lifeline`` and ``report`` (file descriptors: read until end of file; written once, with the
    program's process id or why it could not be started), ``command``, ``stop`` (pairs of a signal and the seconds to
    wait after it, tried in turn before SIGKILL), and ``account``: null or ``{"uid", "gid"}`` to run the program as.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, BLOCKED)
    # A subreaper becomes the parent of what its program leaves behind, instead of process 1. So it can find and end
    # even programs that made a session of their own.
    if LINUX:
        _prctl(PR_SET_CHILD_SUBREAPER, 1)
    try:
        program = _start(order)
    except OSError as error:
        _report(order["report"], {"error": f"{error.strerror}: {error.filename or order['command'][0]}"})
        return 127
    _report(order["report"], {"pid": program.pid})
    return _become_its_watcher(program.pid, order["lifeline"], order["stop"])


def _become_its_watcher(pid: int, lifeline: int, stop: list[tuple[int, float]]) -> NoReturn:
    """What was loaded to start the program would stay as long as that runs. A new program in the place of this one
    keeps its child, its descriptors, that it is a subreaper, and the signals that wait."""
    steps = [f"{number}:{seconds}" for number, seconds in stop]
    words = [sys.executable, "-I", "-S", WATCHING, str(pid), str(lifeline), *steps]
    os.execv(sys.executable, words)  # noqa: S606 (our own interpreter and script)


def _start(order: dict[str, Any]) -> "subprocess.Popen[bytes]":
    guard = os.getpid()
    first_signal = order["stop"][0][0]
    account = order["account"] or {}

    def tie_to_guard() -> None:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, BLOCKED)
        if not LINUX:
            return
        _prctl(PR_SET_PDEATHSIG, first_signal)
        # The guard may have died between the fork and the line above; then the kernel has no death left to report.
        if os.getppid() != guard:
            os._exit(127)

    return subprocess.Popen(
        order["command"],
        stdin=subprocess.DEVNULL,
        # A group of its own: Ctrl-C on the terminal reaches the launcher alone, which then stops its programs in order.
        process_group=0,
        user=account.get("uid"),
        group=account.get("gid"),
        extra_groups=[] if account else None,
        preexec_fn=tie_to_guard,  # noqa: PLW1509 (the guard has one thread)
    )


def _prctl(option: int, value: int) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _report(descriptor: int, line: dict[str, Any]) -> None:
    try:
        os.write(descriptor, json.dumps(line).encode())
    except BrokenPipeError:
        return
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
