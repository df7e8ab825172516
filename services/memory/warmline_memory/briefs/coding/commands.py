"""Commands: the newest run of each, what it is for, the figures that it printed, commits, and what stays broken."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from warmline_memory.language import exact_values
from warmline_memory.language.words import clip
from warmline_memory.reading.calls import ToolCall
from warmline_schemas.memories import Outcome


class Purpose(StrEnum):
    """What a command is for. ``LOOK`` only shows something, and ``HOUSEKEEPING`` says nothing of the work's state."""

    TESTS = "tests"
    LINT = "lint"
    BUILD = "build"
    INSTALL = "install"
    COMMIT = "commit"
    LOOK = "look"
    HOUSEKEEPING = "housekeeping"
    RUN = "run"


# The programs of common languages. What a project calls its own scripts is known by the word in it: `just lint`.
PURPOSES: Sequence[tuple[Purpose, re.Pattern[str]]] = (
    (Purpose.BUILD, re.compile(r"\bcargo\s+(?:\+\S+\s+)?(?:check|build)\b")),
    (Purpose.COMMIT, re.compile(r"\bgit\b[^|;&]*\bcommit\b")),
    (
        Purpose.INSTALL,
        re.compile(
            r"\b(?:pip3?|uv|npm|pnpm|yarn|cargo|brew|apt(?:-get)?|poetry|bundle|composer|gem|go)\s+(?:-\S+\s+)*"
            r"(?:pip\s+)?(?:install|add|ci|sync|get)\b"
        ),
    ),
    (
        Purpose.TESTS,
        re.compile(
            r"\b(?:pytest|unittest|jest|vitest|mocha|rspec|phpunit|tox|nox|ctest|playwright|llvm-cov|tarpaulin|nextest"
            r"|(?:go|cargo|dotnet|mvn|gradle\w*|swift|deno|bun|mix|zig|just|make|npm|pnpm|yarn|rake|manage\.py)"
            # `make -C fw test`: an option that names a folder takes the next word, which is no option itself.
            r"\s+(?:run\s+)?(?:(?:-C|--prefix|--cwd|--dir(?:ectory)?)\s+(?!-)\S+\s+|-\S+\s+)*(?:run\s+)?"
            r"(?:test|check|verify|coverage)\S*)(?![\w.])"
        ),
    ),
    (
        Purpose.LINT,
        re.compile(
            r"\b(?:ruff|flake8|pylint|mypy|pyright|eslint|prettier|clippy|golangci-lint|shellcheck|black|isort"
            r"|svelte-check|stylelint|rubocop|tsc|biome|lint\S*|typecheck|type-check|format|fmt|vet)\b"
        ),
    ),
    (
        Purpose.BUILD,
        re.compile(
            r"\b(?:cargo|go|npm|pnpm|yarn|make|just|mvn|gradle\w*|docker|dotnet|swift|vite|webpack|tauri|bun|cmake)\b"
            r"[^|;&]*\b(?:build|check|compile|package|bundle)\b|^make\b"
            r"|\b(?:mkdocs|hugo|jekyll|zola|quarto|antora|docusaurus)\s+build\b|\bsphinx-build\b"
        ),
    ),
    (
        Purpose.LOOK,
        re.compile(
            r"^(?:awk|cat|cut|date|diff|du|echo|env|fd|file|find|grep|head|jq|less|ls|more|nl|printf|pwd|rg|sed\s+-n|sort"
            r"|stat|tail|test|tree|uniq|wc|which|true|git\s+(?:-\S+\s+)*(?:diff|log|show|blame|branch|ls-files|rev-parse|remote))\b"
        ),
    ),
    (
        Purpose.HOUSEKEEPING,
        re.compile(
            r"^(?:rm|mv|cp|mkdir|touch|chmod|chown|ln|kill|pkill|taskkill|sleep|export|source|git\s+(?:-\S+\s+)*\w+)\b"
        ),
    ),
)
SEPARATOR = re.compile(r"&&|\|\||;|\n")
BEFORE = re.compile(r"^(?:(?:[A-Z_][A-Z0-9_]*=\S+|sudo|time|nohup|env|cd\s+\S+)\s+)+")
PIPED = re.compile(r"\s*(?:2>&1|2>/dev/null|\|\|\s*true|\|\s*(?:tail|head|cat|tee|grep|less)\b[^|]*)\s*$")
HERE = re.compile(r"<<-?\s*['\"]?(\w+)['\"]?.*", re.S)
# The lines in which runners of tests, linters and compilers sum up.
SUMMARY = re.compile(
    r"\b\d+ (?:passed|failed|failing|passing|pending|skipped|tests?|examples?|specs?|assertions?|errors?|warnings?"
    r"|problems?|failures?|issues?|vulnerabilities)\b"
    r"|^FAILED \S+|^test result:|\btests?:\s+\d|\bfound \d+|\ball checks passed\b|\bsuccess: no issues\b"
    r"|\bno (?:errors|issues|problems)\b"
    r"|^(?:ok|FAIL)\s+\S+|\bBUILD (?:SUCCESSFUL|FAILED)\b|\bfinished\b.{0,20}\bprofile\b|\bcompiled successfully\b"
    r"|\bbuilt in\b|^TOTAL\b.*\d+(?:\.\d+)?%|\bcoverage\b.*\d|\ball files\b.*\d|\bgenerated \d+ warnings?\b"
    r"|\bcould not compile\b|\b(?:Syntax|Type|Reference|Import|ModuleNotFound|Attribute|Name|Value|Key)Error\b",
    re.I,
)
BEGINS = re.compile(r"^(?:running|collect\w*|compiling|checking)\b|.*\.(?:test|spec)\.\w+\b", re.I)
TELLING = re.compile(r"^(?=.{0,200}\d)(?=.*[^\W\d_]{2}).{1,200}$")
"""A line with a figure and a word."""
NOT_RUN = re.compile(r"\A\W*(?:failed|error|fatal)\b|command not found|sandbox denied|permission denied", re.I)
TIMES = re.compile(r"\s*(?:;?\s*(?:finished )?\bin \d[\d.:]*\s?m?s\b.*|\(\d[\d.:]*\s?m?s\))|^=+\s*|\s*=+$|^[✖✓✔]\s*")
NOTHING = re.compile(r"(?:;\s*|,\s*)0 (?:failed|ignored|measured|filtered out|skipped|errors|warnings)\b")
FAILURE = re.compile(r"error|fail|exception|denied|refused|not found|fatal|panic|cannot", re.I)
CAUSE = re.compile(r"(?:WARNING|ERROR)\b")
"""How tools that build pages begin the line that says what is wrong."""
FAILED_FIGURE = re.compile(r"\b[1-9]\d* (?:failed|failing|failures?|errors?)\b", re.I)
PASSED_COUNT, FAILED_COUNT = re.compile(r"\b(\d+) pass(?:ed|ing)\b"), re.compile(r"\b(\d+) fail(?:ed|ing)\b")
NUMBER = re.compile(r"\d+")
# A count of things in a sentence of any script, and no part of a name, a share, a version, a time or a size.
CLAIMED = re.compile(
    r"(?<![A-Za-z0-9_.,:#-])\d{1,6}(?![\d%_-]|[.,:]\d|\s?(?:[num]?s|sec\w*|min\w*|h|[kKMG]i?B|%)(?![A-Za-z]))(?![A-Za-z])"
)
COMMITTED = re.compile(r"^\[([^\]\n]{1,100}?) (?:\(root-commit\) )?([0-9a-f]{7,40})\] (.+)$", re.M)
CHECKS = (Purpose.TESTS, Purpose.LINT, Purpose.BUILD)
SHORT_OUTPUT, FIGURE_WORDS, COMMAND_WORDS = 12, 30, 14
MOST_SUMMARIES, MOST_READ, LONGEST_LINE = 3, 8_000, 400
OK = "ok"
"""What is said of a check that ended well and printed no figure."""


@dataclass(frozen=True)
class Ran:
    """The newest run of a command; ``was`` is what it said before, where that was something else."""

    command: str
    purpose: Purpose
    said: str
    outcome: Outcome
    call: ToolCall
    was: str | None = None


def ran(calls: Sequence[ToolCall], folder: str) -> list[Ran]:
    """The newest run of each command, in the order in which they ran. A run of the same things and more is newer."""
    by_command: dict[str, list[ToolCall]] = {}
    for call in calls:
        if call.command:
            command = short(call.command, folder)
            # The newest run of all is the last in the list.
            by_command[command] = [*by_command.pop(command, [])[-1:], call]
    newest: list[Ran] = []
    for command, same in by_command.items():
        run = _newest(command, same)
        newest = [one for one in newest if not _is_within(one, run)] + [run]
    return newest


def tests(calls: Sequence[ToolCall], folder: str) -> list[Ran]:
    """The newest run of each command that tests and says how many passed, whatever else a later one ran; the last one
    last."""
    newest: dict[str, ToolCall] = {}
    for call in calls:
        command = short(call.command, folder) if call.command else ""
        if command and purpose_of(command) is Purpose.TESTS:
            newest.pop(command, None)
            newest[command] = call
    ran_last = (_newest(command, [call]) for command, call in newest.items())
    return [one for one in ran_last if PASSED_COUNT.search(one.said)]


def outdoes(claim: str, tested: Sequence[Ran]) -> bool:
    """Whether a claim that tests pass names more of them than any of these runs, and than all together: in figures,
    which all languages share."""
    if not tested:
        return False
    passed = [sum(map(int, PASSED_COUNT.findall(one.said))) for one in tested]
    told = {int(number) for one in tested for number in NUMBER.findall(one.said)}
    plain = exact_values.plain(claim)
    # What is measured, such as 90 秒, is no count: the pattern alone knows the units that programs print.
    measured = {value.start for value in exact_values.find(plain) if value.unit}
    claimed = [int(hit.group()) for hit in CLAIMED.finditer(plain) if hit.start() not in measured]
    return (
        bool(claimed)
        and all(number > max(passed) for number in claimed)
        and told.isdisjoint([*claimed])
        and (sum(passed) not in claimed)
    )


def _is_within(one: Ran, later: Ran) -> bool:
    """Whether a later check ran all that an earlier one did."""
    checks = one.purpose in CHECKS and one.purpose is later.purpose
    return checks and set(one.command.split()) <= set(later.command.split())


def commits(calls: Sequence[ToolCall]) -> Iterator[tuple[str, str, ToolCall]]:
    """The commits that were made, each as its short hash and its subject."""
    seen = set()
    for call in calls:
        for _, sha, subject in COMMITTED.findall(call.output[:MOST_READ] if "commit" in call.command else ""):
            if sha not in seen:
                seen.add(sha)
                yield sha, subject.strip(), call


def broken(all_runs: Sequence[Ran], last_calls: Sequence[ToolCall]) -> list[Ran]:
    """The runs that failed and were not made good: the newest of its purpose failed, and it is of tests, a linter or a
    build, or of the last turn."""
    found = []
    for place, one in enumerate(all_runs):
        if not has_failed(one) or one.purpose in (Purpose.LOOK, Purpose.HOUSEKEEPING, Purpose.COMMIT):
            continue
        later = [other for other in all_runs[place + 1 :] if other.purpose is one.purpose]
        is_checked = one.purpose in CHECKS
        if not any(not has_failed(other) for other in later) and (is_checked or one.call in last_calls):
            found.append(one)
    return found


def has_failed(one: Ran) -> bool:
    """Whether a run failed, by its exit code or by its own figures."""
    if one.outcome is Outcome.UNKNOWN:
        return bool(FAILED_FIGURE.search(one.said) or NOT_RUN.search(one.call.output[:400]))
    return one.outcome is Outcome.FAILED


def was_run(one: Ran) -> bool:
    """Whether a command does what it is for: it ended well, or it is a check that said what it found."""
    found = FAILED_FIGURE.search(one.said) or CAUSE.match(one.said)
    return not has_failed(one) or (one.purpose in CHECKS and found is not None)


def share_passed(one: Ran) -> str:
    """How many of how many tests passed in a run that counts both; empty where it does not."""
    passed, failed = PASSED_COUNT.search(one.said), FAILED_COUNT.search(one.said)
    if not passed or not failed:
        return ""
    good, every = int(passed[1]), int(passed[1]) + int(failed[1])
    return f"{good} of {every} passed ({100 * good / every:.1f}%)" if every else ""


def short(command: str, folder: str) -> str:
    """A command as somebody types it in the folder of the work: without the folder, and without what only cuts its
    output."""
    text = HERE.sub("", command.replace(f"{folder}/", "").replace(f"cd {folder} && ", "") if folder else command)
    parts = [part.strip() for part in SEPARATOR.split(text) if part.strip()]
    doing = [part for part in parts if not re.match(r"(?:cd|set)\b", part)] or parts
    text = " && ".join(doing)
    while (cut := PIPED.sub("", text)) != text:
        text = cut
    return clip(text, COMMAND_WORDS)


def _newest(command: str, calls: Sequence[ToolCall]) -> Ran:
    purpose = purpose_of(command)
    *before, last = (_figures(call, purpose) for call in calls)
    # That it failed before it was mended is over.
    is_mended = calls[0].outcome is Outcome.FAILED and calls[-1].outcome is Outcome.CONFIRMED
    was = before[0] if before and before[0] not in ("", OK, last) and not is_mended else None
    return Ran(command, purpose, last, calls[-1].outcome, calls[-1], was)


def purpose_of(command: str) -> Purpose:
    """What a command is for, by its last part that is for something."""
    found = Purpose.RUN
    for part in command.split(" && "):
        bare = BEFORE.sub("", part)
        own = next((purpose for purpose, pattern in PURPOSES if pattern.search(bare)), Purpose.RUN)
        found = own if own not in (Purpose.LOOK, Purpose.HOUSEKEEPING) or found is Purpose.RUN else found
    return found


def _figures(call: ToolCall, purpose: Purpose) -> str:
    """What a run says of how it went: the lines that sum up; else a short output as it is, or of a failure its line."""
    lines = [line.strip() for line in call.output[-MOST_READ:].splitlines() if line.strip()]
    failed, checks = call.outcome is Outcome.FAILED, purpose in CHECKS
    if purpose is Purpose.BUILD and failed and (causes := [line for line in lines if CAUSE.match(line)]):
        return clip("; ".join(dict.fromkeys([causes[-1], *lines[-1:]])), FIGURE_WORDS)
    if checks or failed:
        sums = [_bare(line) for line in lines if len(line) < LONGEST_LINE and _sums_up(line)]
        told = list(dict.fromkeys(one for one in sums if re.search(r"\d|no |passed|failed|success", one, re.I)))
        if told:
            return clip("; ".join(told[-MOST_SUMMARIES:]), FIGURE_WORDS)
    if failed:
        return clip(next((line for line in reversed(lines) if FAILURE.search(line)), lines[-1] if lines else ""), 24)
    whole = " ".join(lines)
    if 0 < len(whole.split()) <= SHORT_OUTPUT:
        return whole
    # What is no summary that we know says its figures last.
    telling = next((line for line in reversed(lines) if TELLING.search(line)), "")
    return clip(_bare(telling), FIGURE_WORDS) or (OK if checks and call.outcome is Outcome.CONFIRMED else "")


def _sums_up(line: str) -> bool:
    return SUMMARY.search(line) is not None and not BEGINS.match(line)


def _bare(line: str) -> str:
    """A line that sums up, without times, frames and what is nought."""
    if line.startswith("TOTAL"):
        shares = re.findall(r"\d+(?:\.\d+)?%", line)
        return f"total {' / '.join(shares)}"
    return NOTHING.sub("", TIMES.sub("", line)).replace("test result: ok.", "").strip(" .|")
