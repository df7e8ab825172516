"""Git: where the code of a folder is, and what became of it since a session began. No command changes anything."""

import subprocess
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SECONDS = 10
MOST_COMMITS, MOST_FILES = 20, 40


@dataclass(frozen=True)
class GitFacts:
    """The state of a working tree. ``commits`` are those since the session began, newest first, each as
    ``sha subject``; ``stat`` is git's own line on how much they changed; ``dirty`` is ``status path`` of each file."""

    branch: str
    head: str
    worktree: str
    commits: list[str]
    stat: str
    dirty: list[str]

    def as_metadata(self) -> dict[str, Any]:
        """The facts as a member of a session's metadata."""
        return asdict(self)


def facts(folder: Path, since: datetime | None = None) -> GitFacts | None:
    """Read the facts of a folder; None where it is in no repository, or git is not there."""
    root = _git(folder, "rev-parse", "--show-toplevel")
    head = _git(folder, "rev-parse", "--short", "HEAD")
    if root is None:
        return None
    on = branch_of(folder) or "(no branch)"
    base = _base(folder, since) if since else None
    commits = _lines(folder, "log", "--format=%h %s", f"-{MOST_COMMITS}", f"{base}..HEAD") if base else []
    stat = (_git(folder, "diff", "--shortstat", f"{base}..HEAD") or "") if base and commits else ""
    dirty = [f"{line[:2].strip()} {line[3:]}" for line in _lines(folder, "status", "--porcelain")]
    return GitFacts(on, head or "", root, commits, stat.strip(), dirty[:MOST_FILES])


def drift(folder: Path, head: str) -> str:
    """Say in a sentence what changed in the repository since a commit; empty where nothing did, or nobody knows."""
    if not head:
        return ""
    if _git(folder, "cat-file", "-e", f"{head}^{{commit}}") is None:
        return f"The code was at {head}, which is not in this repository."
    commits = _lines(folder, "log", "--format=%h %s", f"{head}..HEAD")
    back = _lines(folder, "log", "--format=%h", f"HEAD..{head}")
    if not commits and not back:
        return ""
    files = _lines(folder, "diff", "--name-only", f"{head}..HEAD")
    changed = ", ".join(files[:5]) + (f" and {len(files) - 5} more" if len(files) > 5 else "")
    parts = [f"{len(commits)} commit{'s' * (len(commits) != 1)} since this brief"] if commits else []
    parts += [f"{len(back)} of its commits {'is' if len(back) == 1 else 'are'} not here"] if back else []
    return f"The code was at {head}: {', '.join(parts)}{f'; changed: {changed}' if changed else ''}."


def code_was(noted: object, folder: Path) -> str:
    """Say where the code was for a session, by the ``git`` of its metadata, and what became of it; else nothing."""
    head = noted.get("head") if isinstance(noted, dict) else None
    if not isinstance(noted, dict) or not isinstance(head, str) or not head:
        return ""
    return drift(folder, head) or f"The code was at {head} on {noted.get('branch')}."


def branch_of(folder: Path) -> str | None:
    """The branch that a folder is on; None where it is on none."""
    return _git(folder, "symbolic-ref", "--short", "-q", "HEAD")


def project(folder: Path) -> str:
    """The name of a folder's project, the same in all its worktrees: of its origin, else of its main folder."""
    origin = _git(folder, "config", "--get", "remote.origin.url") or ""
    path = urlsplit(origin).path if "://" in origin else origin.rpartition(":")[2]
    if name := path.rstrip("/").rpartition("/")[2].removesuffix(".git"):
        return name
    shared = _git(folder, "rev-parse", "--path-format=absolute", "--git-common-dir")
    return Path(shared).parent.name if shared else folder.name


def root(folder: Path) -> Path:
    """The top of the working tree that a folder is in; the folder itself where it is in none."""
    return Path(_git(folder, "rev-parse", "--show-toplevel") or folder)


def _base(folder: Path, since: datetime) -> str | None:
    """The last commit before a time; git's empty tree where the history begins after it."""
    # Git knows whole seconds: a commit of the session's first second would count as one from before it.
    second = since.replace(microsecond=0) - timedelta(seconds=1)
    before = _git(folder, "rev-list", "-1", f"--before={second.isoformat()}", "HEAD")
    return before or _git(folder, "hash-object", "-t", "tree", "/dev/null") if before is not None else None


def _lines(folder: Path, *arguments: str) -> list[str]:
    return [line for line in (_git(folder, *arguments) or "").splitlines() if line.strip()]


def _git(folder: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.rstrip("\n") if done.returncode == 0 else None
