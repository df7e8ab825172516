"""What a guard becomes once its program runs: it watches over it, and ends with it.

A script of its own that loads next to nothing, for it stays as long as the program: 4 MB in place of 6.
"""

import errno
import os
import select
import signal
import sys
import time

TYPE_CHECKING = False  # as mypy knows it; ``typing`` is most of what would be loaded
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LINUX = sys.platform == "linux"
LAST_CHANCE_SECONDS = 5.0
"""How long processes may take to vanish after SIGKILL."""
WAKING = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
"""The signals that a guard takes. They wait until it can: it is begun with them blocked."""


def main(pid: int, lifeline: int, stop: list[tuple[int, float]]) -> int:
    """Watch over a child of this process, and return its exit status, 128 + n for signal n.

    ``lifeline`` is a file descriptor that is read until end of file, and ``stop`` are pairs of a signal and the seconds
    to wait after it.
    """
    status = _watch(pid, lifeline, _wake_on_signals(), stop)
    _end_the_rest(pid)
    return status


def _wake_on_signals() -> int:
    """Make every signal readable on the returned file descriptor; none of them ends the guard."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    os.set_blocking(reading, False)
    # Python writes the number of each signal into this pipe, so that one ``select`` waits for signals and for the
    # lifeline. The handlers do nothing, but without one a signal would not be written, or would end the guard.
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    for number in WAKING:
        signal.signal(number, lambda _number, _frame: None)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, WAKING)
    return reading


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


def _kill(send: "Callable[[int, int], None]", target: int) -> bool:
    """SIGKILL a process or a group. Returns whether there was anything to kill."""
    try:
        send(target, signal.SIGKILL)
    except OSError as error:
        # EPERM on Linux: the group has a process of another user, so it lives. macOS answers EPERM for zombies as well.
        return error.errno == errno.EPERM and LINUX
    return True


def _descendants() -> "Iterator[int]":
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
    child, line, *steps = sys.argv[1:]
    pairs = [step.split(":") for step in steps]
    sys.exit(main(int(child), int(line), [(int(number), float(seconds)) for number, seconds in pairs]))
