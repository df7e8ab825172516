"""SWE-agent: one `.traj` file of JSON a run, written when a step is over."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warmline.capture import cutting
from warmline.capture.actions import EDIT, SHELL, WRITE, text_of
from warmline.capture.events import Said, Speaker, Transcript, Used
from warmline_schemas.memories import Outcome

TOOL = "swe-agent"
ISSUE = re.compile(
    r"(?:<(pr_description|issue|task)>\s*(?P<tagged>.*?)\s*</\1>|^ISSUE:\s*(?P<plain>.*?)\s*^INSTRUCTIONS:)",
    re.S | re.M,
)
LOOKS = {"open", "goto", "scroll_up", "scroll_down", "find_file", "search_dir", "search_file", "view"}
# What the prompt of its shell adds behind an observation.
PROMPT = re.compile(r"\n?\(Open file: [^\n]*\)\n\(Current directory: [^\n]*\)\nbash-\$\s*\Z")
REFUSED = re.compile(r"Your proposed edit has introduced new syntax error|Your edit was not applied|No replacement was")
VIEW = re.compile(r"^\[File: [^\n]*\]", re.M)


def find(folder: Path, home: Path) -> list[Path]:  # noqa: ARG001 (every tool is asked alike)
    """The runs below a folder."""
    return [*folder.glob("*.traj"), *folder.glob("trajectories/**/*.traj")]


def read(path: Path) -> Transcript:
    """Read a run."""
    whole = json.loads(path.read_text(encoding="utf-8", errors="replace"))
    found = Transcript(TOOL, path.stem)
    first: Mapping[str, Any] = next(
        (one for one in whole.get("history", []) if one.get("role") == "user" and not one.get("is_demo")), {}
    )
    if issue := _issue(text_of(first.get("content"))):
        found.events.append(Said("task", Speaker.PERSON, cutting.shortened(issue, cutting.MOST_SAID)))
    for number, step in enumerate(whole.get("trajectory", [])):
        if said := str(step.get("thought") or "").strip():
            found.events.append(Said(f"{number}/thought", Speaker.MODEL, said))
        _act(found, f"{number}/action", step)
    status = (whole.get("info") or {}).get("exit_status")
    if status:
        done = Outcome.CONFIRMED if str(status).startswith("submitted") else Outcome.FAILED
        found.events.append(Used("exit", "submit", {}, str(status), done))
    return found


def _issue(text: str) -> str:
    hit = ISSUE.search(text)
    return (hit.group("tagged") or hit.group("plain") or "").strip() if hit else text.strip()


def _act(found: Transcript, own_id: str, step: Mapping[str, Any]) -> None:
    line = str(step.get("action") or "").strip()
    name, _, rest = line.partition(" ")
    if not line or name in LOOKS or name == "submit" or cutting.only_shows(line):
        return found.skip("looks at files")
    seen = PROMPT.sub("", str(step.get("observation") or "").replace("\r\n", "\n"))
    outcome = Outcome.FAILED if REFUSED.search(seen[:2000]) else Outcome.CONFIRMED
    if name == "create":
        return found.events.append(Used(own_id, WRITE, {"path": rest.strip("\"' ")}, None, outcome))
    if name in ("edit", "insert"):
        where = str((step.get("state") or {}).get("open_file") or "") if isinstance(step.get("state"), Mapping) else ""
        return found.events.append(Used(own_id, EDIT, {"path": where}, None, outcome))
    if name in ("str_replace_editor", "edit_anthropic"):
        return _edit(found, own_id, rest, outcome)
    printed = cutting.output(VIEW.split(seen)[0])
    return found.events.append(Used(own_id, SHELL, {"command": cutting.command(line)}, {"output": printed}))


def _edit(found: Transcript, own_id: str, rest: str, outcome: Outcome) -> None:
    what, _, behind = rest.partition(" ")
    if what == "view":
        return found.skip("looks at files")
    path = behind.split(" ", 1)[0].strip("\"'")
    return found.events.append(Used(own_id, WRITE if what == "create" else EDIT, {"path": path}, None, outcome))
