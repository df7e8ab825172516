"""The harness: what a coding agent's program writes among the words of the person, who never said it."""

import re

# The marks of Claude Code and Codex, counted in their transcripts. A mark that is never closed takes the rest.
MARKS = (
    "system-reminder|command-message|command-contents|local-command-stdout|local-command-stderr|local-command-caveat"
    "|bash-stdout|bash-stderr|bash-input|task-notification|environment_context|environment_details|user_instructions"
    "|skills_instructions|turn_aborted|INSTRUCTIONS|skill|user_shell_command|subagent_notification"
)
BLOCK = re.compile(rf"<({MARKS})(?:\s[^<>]{{0,200}})?>.*?(?:</\1>|\Z)", re.S)
WHOLE = re.compile(
    r"\s*(?:Stop hook feedback:|\[Request interrupted by user|# AGENTS\.md instructions|Caveat: The messages below"
    r"|This session is being continued from a previous conversation|Base directory for this skill:"
    # Our own skill, written out, and how it is called; its goal is given to the handoff.
    r"|The goal of the next session:|[/$](?:warmline:)?handoff\b)"
)
OUR_COMMAND = re.compile(r"(?:warmline:)?handoff\s*")
COMMAND = re.compile(r"<command-name>\s*/?([^<]{1,100})</command-name>")
ARGUMENTS = re.compile(r"<command-args>(.*?)</command-args>", re.S)
# How Cline marks what the person said in answer to it.
WRAPPED = re.compile(r"^\s*<(task|feedback|answer|user_message)>\s*(.*?)\s*</\1>\s*$", re.S)


def words_of_the_person(text: str) -> str:
    """What of a message the person said; empty where the harness wrote all of it. Of a slash command, the arguments."""
    if WHOLE.match(text):
        return ""
    if command := COMMAND.search(text):
        given = ARGUMENTS.search(text)
        return given.group(1).strip() if given and not OUR_COMMAND.fullmatch(command.group(1)) else ""
    said = BLOCK.sub("", text) if "<" in text else text
    wrapped = WRAPPED.match(said)
    return (wrapped.group(2) if wrapped else said).strip()


def without_reminders(text: str) -> str:
    """A result of a tool without what the harness added to it."""
    return BLOCK.sub("", text).rstrip() if "<" in text else text
