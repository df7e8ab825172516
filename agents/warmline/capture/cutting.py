"""Cutting: what of a command and of its output is kept. File contents and diffs are not."""

import re
import string
from typing import Any

MOST_OUTPUT, MOST_RETURNED, MOST_COMMAND, MOST_ARGUMENT, MOST_SAID = 2_000, 600, 2_000, 400, 8_000
HEAD_LINES, TAIL_LINES, LONGEST_LINE = 3, 20, 300
LONGEST_SCRIPT = 8
"""A script that is given to a program on its standard input is kept up to so many lines."""
OF_KEYS = f"{string.ascii_letters}{string.digits}_+/=.-"
"""What keys and tokens are made of. Nothing of one is kept that would be cut: half of it would no longer be known for a
secret."""
ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|.?\x08|\r(?!\n)")
# Programs that print files, or list them: what they print is at hand for whoever needs it.
SHOWING = re.compile(
    r"^(?:\S*/)?(?:awk|bat|cat|cut|diff|du|fd|file|find|grep|head|jq|less|ls|more|nl|rg|sort|stat|tail|tree|uniq|wc|xxd"
    r"|sed(?=\s+-n)|git(?:\s+-\S+)*\s+(?:diff|show|blame|grep|log|ls-files))\b(?!.*\s-(?:exec|delete)\b)"
)
QUOTED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"")
PART = re.compile(r"&&|\|\||;|\n|(?<!\|)\|(?!\|)")
BEFORE = re.compile(r"^(?:cd|export|source|set|pushd|popd|true|echo|pwd)\b")
DIFF = re.compile(r"^(?:diff --git .*|--- \S.*\n\+\+\+ \S.*)\n(?:(?:index |new file|deleted file|old mode|new mode|"
                  r"similarity|rename|Binary|--- |\+\+\+ |@@|[ +\-\\]).*(?:\n|\Z)|\n(?=[ +\-@]))*", re.M)  # fmt: skip
HERE = re.compile(r"(<<-?\s*['\"]?(\w+)['\"]?[^\n]*\n)(.*?)(\n\s*\2\b)", re.S)
WRITES = re.compile(r"(?:>>?|\btee\b)\s*\S+[^\n]*$|(?:>>?|\btee\b)\s*(?:-a\s+)?\S+\s*<<")
TELLING = re.compile(
    r"\b(?:pass(?:ed|ing)?|fail(?:ed|ures?|ing)?|errors?|warnings?|skipped|tests?|coverage|total|ok|success\w*"
    r"|exception|fatal|denied|refused|panic|assert\w*)\b|✓|✗|✔|✖|\d\s?%",
    re.I,
)


def command(text: str) -> str:
    """A command line without the files that it writes and without long scripts. A commit's message stays."""

    def body(hit: re.Match[str]) -> str:
        first, lines = text[text.rfind("\n", 0, hit.start()) + 1 : hit.end(1)], hit.group(3).count("\n") + 1
        is_file = WRITES.search(first.rstrip()) is not None and "$(cat" not in first
        kept = hit.group(3) if not is_file and ("$(cat" in first or lines <= LONGEST_SCRIPT) else f"[{lines} lines]"
        return f"{hit.group(1)}{kept}{hit.group(4)}"

    return shortened(HERE.sub(body, text.strip()), MOST_COMMAND)


def only_shows(command_line: str) -> bool:
    """Whether a command prints files or lists them, and does nothing else."""
    # A separator between quotation marks is none; a file that is written to is more than a look.
    bare = re.sub(r"\d?>\s*(?:/dev/null|&\d)", "", QUOTED.sub("''", command_line))
    parts = [part.strip().lstrip("(") for part in PART.split(bare) if part.strip()]
    doing = [part for part in parts if not BEFORE.match(part)]
    return bool(parts) and ">" not in bare and all(SHOWING.match(part) for part in doing)


def output(text: str) -> str:
    """What of an output is kept: its beginning, its end, and the lines that say how it went."""
    text = DIFF.sub("[diff]\n", ANSI.sub("", text).strip())
    lines = [beginning(line.rstrip(), LONGEST_LINE) for line in text.splitlines()]
    if len(lines) > HEAD_LINES + TAIL_LINES:
        middle = [line for line in lines[HEAD_LINES:-TAIL_LINES] if TELLING.search(line)][-TAIL_LINES:]
        lines = [*lines[:HEAD_LINES], "…", *middle, "…", *lines[-TAIL_LINES:]]
    return shortened("\n".join(lines), MOST_OUTPUT)


def beginning(text: str, most: int) -> str:
    """A text, or what comes first in it: at most so many characters, without the part of a word that is left over."""
    return text if len(text) <= most else text[:most].rstrip(OF_KEYS)


def arguments(given: Any) -> Any:
    """Arguments of a tool that nobody knows, with long texts cut."""
    if isinstance(given, str):
        return shortened(given, MOST_ARGUMENT)
    if isinstance(given, dict):
        return {str(name): arguments(value) for name, value in list(given.items())[:20]}
    return [arguments(one) for one in given[:20]] if isinstance(given, list) else given


def shortened(text: str, most: int) -> str:
    """A text of at most ``most`` characters, with its head and its tail."""
    if len(text) <= most:
        return text
    gap = f"\n[… {len(text) - most:,} characters more …]\n"
    head = (most - len(gap)) * 2 // 5
    return f"{beginning(text, head)}{gap}{text[head + len(gap) - most :].lstrip(OF_KEYS)}"
