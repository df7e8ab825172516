"""Places: where each coding agent has its hooks and its skills, and what is written there."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from warmline.cli.mcp.commands import command_beside

TIMEOUT_SECONDS = 30
# Agents run commands in shells of their own, which may not have the PATH of the person: the command is named in full.
STEPS = """\
The goal of the next session: {goal}

1. Write an account of this session in Markdown, at most 300 words: Done, Decided (with reasons), Failed (and why), Next
   (the most important first), Rules of the person, Commands that work. Paths and commands stand in code spans. No file
   contents, no diffs.
2. Run `{warmline} handoffs here --tool {tool} --goal "<the goal>" --account -` with the account on its standard input.
3. Show the person the draft that it prints, and ask whether to confirm, change or cancel it. Never decide for them.
4. Run what they chose: `{warmline} handoffs review <id> --confirm`, `--cancel`, or `--edit <file>` with a form that
   `--form` printed and you changed as they said.
5. After a confirmation say that the new session begins with it: `{fresh}` starts it here. After a cancellation go on as
   before.
"""
NAMED = "name: handoff\n"
DESCRIBED = (
    "description: Hand this session's work off to the next one. For when the person says handoff or snapshot; when the"
    " context runs full, propose it and let them decide.\n"
)


@dataclass(frozen=True)
class Place:
    """Where a tool has its hooks and its skills, below a project's folder and a person's home."""

    tool: str
    title: str
    hooks: str
    skills: str
    """The file of our skill."""
    events: tuple[str, ...] = ()
    seconds: int = TIMEOUT_SECONDS
    call: str = "/handoff"
    fresh: str = "/clear"
    """What starts a new session inside the tool."""
    goal: str = "$ARGUMENTS"
    """How a skill names what was written behind it."""
    of_projects: tuple[str, str] | None = None
    """What the folder is called in a home, and in a project instead."""
    program: str = ""
    """The tool's hooks are a program of ours, in this file."""

    def hooks_file(self, project: bool) -> Path:
        """The file with the hooks, of this folder's project or of the person."""
        return self._below(self.hooks, project)

    def skill_file(self, project: bool) -> Path:
        """The file with the skill."""
        return self._below(self.skills, project)

    def skill(self, warmline: str | None = None) -> str:
        """The skill with which the agent hands off; ``warmline`` is how it calls the command."""
        name = "" if self.program else NAMED
        steps = STEPS.format(warmline=warmline or command_beside(), tool=self.tool, goal=self.goal, fresh=self.fresh)
        return f"---\n{name}{DESCRIBED}---\n\n{steps}"

    def written(self, warmline: str) -> str:
        """The program that is the tool's hooks."""
        return files(__package__).joinpath(self.program).read_text(encoding="utf-8").replace("{warmline}", warmline)

    def _below(self, name: str, project: bool) -> Path:
        if not project:
            return Path.home() / name
        return Path.cwd() / (name.replace(*self.of_projects) if self.of_projects else name)


PLACES: Mapping[str, Place] = {
    place.tool: place
    for place in (
        Place(
            "claude-code",
            "Claude Code",
            ".claude/settings.json",
            ".claude/skills/handoff/SKILL.md",
            ("SessionStart", "Stop", "PreCompact", "SessionEnd"),
        ),
        Place(
            "codex",
            "Codex",
            ".codex/hooks.json",
            ".codex/skills/handoff/SKILL.md",
            ("SessionStart", "Stop", "PreCompact"),
            call="$handoff",
            fresh="/new",
            goal="what the person wrote behind `$handoff`",
        ),
        Place(
            "gemini",
            "Gemini CLI",
            ".gemini/settings.json",
            ".gemini/skills/handoff/SKILL.md",
            ("SessionStart", "AfterAgent", "PreCompress", "SessionEnd"),
            TIMEOUT_SECONDS * 1000,
        ),
        Place(
            "opencode",
            "OpenCode",
            ".config/opencode/plugin/warmline.js",
            ".config/opencode/command/handoff.md",
            fresh="/new",
            of_projects=(".config/opencode", ".opencode"),
            program="opencode_plugin.js",
        ),
    )
}
