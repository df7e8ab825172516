"""Figures, commands and paths, recognised by how they are written."""

import re

# Per cent, `30/90` and `12 of 80`. `12/03/2026` and paths are no rates, hence what must not stand around the slash.
RATE = re.compile(r"\b\d[\d,.]{0,24}\s?%|(?<![\d/])\b\d+\s?/\s?\d+\b(?!/)|\b\d+ (?:out )?of \d+\b", re.I)
# A number with a plural behind it: `15+ endpoints`, `no errors`. Spans of time are no figures. Up to three words may
# stand between.
COUNT = re.compile(
    r"(?<![\w.#/-])\d[\d,]{0,24}\+?\s+(?:[a-z][\w-]*\s+){0,3}?(?!(?:second|minute|hour|day|week|month|year)s)"
    r"[a-z][\w-]*(?:s|ren)\b|\bno (?:errors|failures)\b",
    re.I,
)
# Programs that coding agents and operators call. Words that are also English (`make`, `go`, `cat`) are not among
# them: they need `run`, a colon or a prompt sign before them.
PROGRAM = (
    r"pytest|npm|npx|yarn|pnpm|pip|uv|python3?|git|docker(?:[- ]compose)?|kubectl|helm|terraform|cargo|mvn|gradle|bash"
    r"|curl|ssh|psql|redis-cli|alembic|ruff|mypy|eslint|systemctl|journalctl|ansible-playbook|gh|aws|gcloud"
)
PROSE = (
    r"(?:is|are|was|were|to|for|and|or|on|in|with|from|has|had|does|did|fail\w*|can|cannot|will|should|at|as|we|the|an?"
    r"|errors?|tests?|suite|runs?|images?|containers?|versions?|clusters?|charts?|code|files?|\d[\d.]*)(?![\w/-])"
)
"""What follows the name of a program in a sentence about it rather than in a command."""
COMMAND = re.compile(
    rf"`[^`\n ]* [^`\n]*`|`(?:\./|(?:{PROGRAM})`)|(?:^|[\s:;(])"
    rf"(?:\./[\w./-]+|[A-Z][A-Z0-9_]+=\S+|(?:{PROGRAM}) +(?!{PROSE})(?:-{{1,2}}\w|\w)[\w./:-]*)"
    r"|(?:\brun|\bruns|:|\$)\s+(?:make|go|node|sh|source|sudo|cat|tail|grep) [\w./-]+"
)
# A URL, a path with a slash, or a file name with one of the usual endings. `and/or` and dates look alike and are taken
# out first, by ``NO_PATH``.
PATH = re.compile(
    r"https?://\S+|(?<![\w.])\.{0,2}/[\w.-]+(?:/[\w.-]+)*|(?<![\w.-])[\w.-]{2,}/(?:[\w.-]+/)*[\w.*-]*"
    r"|(?<![\w-])[\w-]+\.(?:py|pyi|js|jsx|ts|tsx|md|rst|json|ya?ml|toml|sql|sh|go|rs|java|rb|html|css|tf|ini|cfg|txt|log)\b"
)
NO_PATH = re.compile(
    r"\b(?:and/or|he/she|his/her|read/write|CI/CD|n/a|\w+/(?:mo|month|year|day|hour|s|min))\b|\d/\d", re.I
)


def has_rate(text: str) -> bool:
    """Whether a text states a part of a whole: `33.3%`, `30/90`, `12 of 80`."""
    return RATE.search(text) is not None


def has_figure(text: str) -> bool:
    """Whether a text states a rate or a count of something: `15+ endpoints`."""
    return has_rate(text) or COUNT.search(text) is not None


def has_command(text: str) -> bool:
    """Whether a text holds something to type: in backticks, or by the program's name."""
    return COMMAND.search(text) is not None


def has_path(text: str) -> bool:
    """Whether a text names a file, a folder or a URL."""
    return PATH.search(NO_PATH.sub(" ", text)) is not None
