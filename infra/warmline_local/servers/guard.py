"""Runs one program and does not let it outlive its launcher.

A script of its own, one guard for each program, with the standard library alone: it starts in a few hundredths of a
second. It holds the reading end of a pipe, the lifeline; only the launcher has the writing end. When the launcher
closes it, or dies in whatever way, the guard asks the program to end, then makes it end, with everything it started.
On Linux it also adopts the program's orphans, so that none escapes, and the kernel ends the program should the guard be
killed.
"""

import ctypes
import errno
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
"""Both from Linux's ``include/uapi/linux/prctl.h``."""

LINUX = sys.platform == "linux"
LAST_CHANCE_SECONDS = 5.0
"""How long processes may take to vanish after SIGKILL."""


def main(order: dict[str, Any]) -> int:
    """Run ``order["command"]`` to its end and return its exit status, 128 + n for signal n.

    ``order`` has: ``lifeline`` and ``report`` (file descriptors: read until end of file; written once, with the
    program's process id or why it could not be started), ``command``, ``stop`` (pairs of a signal and the seconds to
    wait after it, tried in turn before SIGKILL), and ``account``: null or ``{"uid", "gid"}`` to run the program as.
    """
    wake = _wake_on_signals()
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
    status = _watch(program.pid, order["lifeline"], wake, order["stop"])
    _end_the_rest(program.pid)
    return status


def _wake_on_signals() -> int:
    """Make every signal readable on the returned file descriptor; none of them ends the guard."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    os.set_blocking(reading, False)
    # Python writes the number of each signal into this pipe, so that one ``select`` waits for signals and for the
    # lifeline. The handlers do nothing, but without one a signal would not be written, or would end the guard.
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: None)
    return reading


def _start(order: dict[str, Any]) -> "subprocess.Popen[bytes]":
    guard = os.getpid()
    first_signal = order["stop"][0][0]
    account = order["account"] or {}

    def tie_to_guard() -> None:
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
        preexec_fn=tie_to_guard if LINUX else None,  # noqa: PLW1509 (the guard has one thread)
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


def _watch(pid: int, lifeline: int, wake: int, stop: list[tuple[int, float]]) -> int:
    """Wait for the program's end; once the lifeline is cut, work through ``stop``, and then kill."""
    steps = iter([*stop, (int(signal.SIGKILL), LAST_CHANCE_SECONDS)])
    watched = [lifeline, wake]
    deadline: float | None = None
    while (status := _reap(pid)) is None:
        patience = None if deadline is None else max(0.0, deadline - time.monotonic())
        readable, _, _ = select.select(watched, [], [], patience)
        asked = wake in readable and bool(set(os.read(wake, 512)) & {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
        cut = lifeline in readable and not os.read(lifeline, 512)
        # A pipe at its end is readable for ever, and would keep the loop busy.
        if cut:
            watched = [wake]
        late = deadline is not None and time.monotonic() >= deadline
        if late or (deadline is None and (cut or asked)):
            number, seconds = next(steps, (int(signal.SIGKILL), LAST_CHANCE_SECONDS))
            os.kill(pid, number)
            deadline = time.monotonic() + seconds
    return status


def _reap(pid: int) -> int | None:
    """Bury every child that has ended. Returns the exit status of ``pid`` if it is among them."""
    found = None
    while True:
        try:
            ended, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        # 0: there are children, and none of them has ended.
        if ended == 0:
            return found
        if ended == pid:
            code = os.waitstatus_to_exitcode(status)
            found = code if code >= 0 else 128 - code


def _end_the_rest(group: int) -> None:
    """Kill what the program has left running: its process group, and on Linux every orphan, in whatever group."""
    deadline = time.monotonic() + LAST_CHANCE_SECONDS
    # Again and again, for what is being killed may start something new between a look and the signal.
    while time.monotonic() < deadline:
        orphans = list(_descendants()) if LINUX else []
        for pid in orphans:
            _kill(os.kill, pid)
        group_lives = _kill(os.killpg, group)
        _reap(0)
        if not orphans and not group_lives:
            return
        time.sleep(0.01)


def _kill(send: Any, target: int) -> bool:
    """SIGKILL a process or a group. Returns whether there was anything to kill."""
    try:
        send(target, signal.SIGKILL)
    except OSError as error:
        # EPERM on Linux: the group has a process of another user, so it lives. macOS answers EPERM for zombies as well.
        return error.errno == errno.EPERM and LINUX
    return True


def _descendants() -> Iterator[int]:
    """Everything below this process, from ``/proc/*/stat``: pid (comm) state ppid …; zombies are left out."""
    children: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat", errors="replace") as stat:
                # The name in parentheses may hold blanks and parentheses itself, so what follows the last one is read.
                state, parent = stat.read().rpartition(")")[2].split()[:2]
        except (OSError, ValueError):
            continue
        if state != "Z":
            children.setdefault(int(parent), []).append(int(name))
    waiting = [os.getpid()]
    while waiting:
        below = children.get(waiting.pop(), [])
        yield from below
        waiting += below


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
