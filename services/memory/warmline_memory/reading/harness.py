"""Harness texts: what a coding agent's program put among the words of the person, who never said it."""

import re

# The marks are those that the programs write themselves: Claude Code (`<system-reminder>`, `<command-message>`,
# `<local-command-stdout>`, `<task-notification>`), Codex (`<environment_context>`, `<user_instructions>`,
# `<turn_aborted>`), counted in their transcripts. A mark opens at most 40 signs of name, so the search is linear.
_NAMES = (
    "system-reminder|command-name|command-message|local-command-stdout|local-command-stderr|local-command-caveat"
    "|bash-stdout|bash-stderr|task-notification|environment_context|user_instructions|skills_instructions|turn_aborted"
)
_MARK = re.compile(rf"<(/?)({_NAMES})>")
# A hook's report begins a message of its own, and so does the note that a person broke a turn off.
_WHOLE = re.compile(r"^\s*(?:Stop hook feedback:|\[Request interrupted by user|# AGENTS\.md instructions)")


def spoken(text: str) -> str:
    """A message without what a harness put into it; empty where the harness wrote all of it.

    A mark that is never closed takes all that follows it: what a harness writes behind its mark is its own.
    """
    if _WHOLE.match(text):
        return ""
    if "<" not in text:
        return text
    kept: list[str] = []
    at, inside = 0, ""
    for mark in _MARK.finditer(text):
        closing, name = mark.groups()
        if not inside and not closing:
            kept.append(text[at : mark.start()])
            inside = name
        elif closing and name == inside:
            at, inside = mark.end(), ""
    return "".join([*kept, "" if inside else text[at:]]).strip()
