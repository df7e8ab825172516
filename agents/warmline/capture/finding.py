"""Finding the transcripts of a folder, the newest first."""

from pathlib import Path

from warmline.capture import git
from warmline.capture.readers import TOOLS
from warmline.errors import WarmlineError


class NoTranscript(WarmlineError):
    """A coding agent has no transcript of the folder."""


def transcripts(tool: str, folder: Path, home: Path | None = None) -> list[Path]:
    """The transcripts of a folder, the newest first; where it has none, those of its working tree's top."""
    where = home or Path.home()
    folder = folder.resolve()
    for one in dict.fromkeys((folder, git.root(folder))):
        if found := TOOLS[tool].find(one, where):
            return sorted(found, key=_changed, reverse=True)
    return []


def newest(tool: str, folder: Path, home: Path | None = None) -> Path:
    """The newest transcript of a folder. Raises ``NoTranscript``."""
    found = transcripts(tool, folder, home)
    if not found:
        title = TOOLS[tool].title
        raise NoTranscript(f"{title} has no transcript of {folder}: name its file, or run this where {title} worked.")
    return found[0]


def _changed(path: Path) -> float:
    # A session of OpenCode's is no file, but named below its database, in the order of their age.
    return path.stat().st_mtime if path.exists() else path.parent.stat().st_mtime
