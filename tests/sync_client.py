"""Writes the synchronous client of the SDK: ``python -m tests.sync_client``.

It is the asynchronous one without ``async`` and ``await``, as httpcore does it. Words in strings and comments are
replaced, too, so that the documentation of both is right.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "agents" / "warmline"
ASYNCHRONOUS = PACKAGE / "asynchronous"

HEAD = "# Written by `python -m tests.sync_client` from asynchronous/{}: change that one.\n"
# They differ in more than words, so that each client has its own.
OWN = {"tasks.py", "__init__.py"}

WORDS = [
    # What one thread opens is open when the call returns.
    (r"\b(?:Opening|Awaitable)\[(\w+)\]", r"\1"),
    (r"\bOpening, ", ""),
    (r"\bAsyncIterable\[[^\]]*\] \| |\| AsyncIterable\[[^\]]*\]", ""),
    (r"\bawait |\basync (?=def |with |for )", ""),
    (r"\b__a(enter|exit|iter|next)__", r"__\1__"),
    (r"\ba(close|read|iter_bytes|next)\b", r"\1"),
    (r"\bAsyncGenerator\[(.*?), None\]", r"Generator[\1, None, None]"),
    (r"\b(Abstract|Stop)?Async([A-Z]\w*)", r"\1\2"),
    (r"\bfrom warmline\.asynchronous import tasks", "from warmline import threads"),
    (r"\bwarmline\.asynchronous\.tasks", "warmline.threads"),
    (r"\bwarmline\.asynchronous", "warmline"),
    (r"\btasks\.", "threads."),
    (r"\bTasks can share", "Threads can share"),
    (r"\bby this task", "by this thread"),
]


def written() -> Iterator[tuple[Path, str]]:
    """Yield each module of the synchronous client with what it must hold."""
    for source in sorted(ASYNCHRONOUS.rglob("*.py")):
        name = source.relative_to(ASYNCHRONOUS).as_posix()
        if name not in OWN:
            yield PACKAGE / name, _formatted(HEAD.format(name) + _without_waiting(source.read_text()))


def _without_waiting(text: str) -> str:
    for pattern, replacement in WORDS:
        text = re.sub(pattern, replacement, text)
    return text


def _formatted(text: str) -> str:
    # Shorter names are sorted and wrapped in another way, and some imports are only needed by tasks. What takes them
    # a loop and two blocks is ``yield from`` and one ``with`` here.
    fixed = ["check", "--quiet", "--select", "I,F401,RUF022,UP028,SIM117", "--fix", "--unsafe-fixes"]
    for command in (fixed, ["format", "--quiet"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--stdin-filename", str(PACKAGE / "client.py"), "-"]
        text = subprocess.run(ruff, input=text, text=True, capture_output=True, check=True).stdout
    return text


if __name__ == "__main__":
    for path, text in written():
        path.write_text(text)
