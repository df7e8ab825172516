"""Actions: the tools of all coding agents under the same few names, with what of them is kept."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from warmline.capture import cutting, harness
from warmline.capture.events import Said, Speaker, Used
from warmline_schemas.memories import Outcome

SHELL, WRITE, EDIT, DELETE, PLAN, AGENT = "shell", "write file", "edit file", "delete file", "plan", "sub-agent"
LOOK, ASK, PROPOSAL = "look", "ask", "proposal"

NAMES = {
    SHELL: "bash shell exec_command local_shell container.exec run_shell_command execute_command command run_command"
    " terminal",
    WRITE: "write newfilecreated write_file write_to_file create create_file",
    EDIT: "edit multiedit notebookedit editedexistingfile replace str_replace str_replace_editor replace_in_file insert"
    " edit_file search_replace",
    DELETE: "filedeleted delete delete_file",
    LOOK: "read readfile read_file view open cat glob grep ls searchfiles listfilestoplevel listfilesrecursive list"
    " search_files list_files list_code_definition_names listcodedefinitionnames find_file search_dir search_file"
    " list_directory search_file_content read_many_files goto webfetch websearch web_search web_fetch google_web_search"
    " toolsearch bashoutput taskoutput skill tasklist taskget lsp view_image todoread",
    PLAN: "todowrite update_plan write_todos task_progress",
    AGENT: "task agent",
    ASK: "askuserquestion",
    PROPOSAL: "exitplanmode",
}
"""What the tools of coding agents are called, in lower case."""
KIND_OF = {name: kind for kind, names in NAMES.items() for name in names.split()}
PATHS = ("file_path", "path", "filePath", "filename", "notebook_path", "absolute_path", "target_file")
PATCHED = re.compile(r"^\*\*\* (Update|Add|Delete) File: (.+?)\s*$", re.M)
HERE_FILE = re.compile(r"(?:\bcat|\btee)\s+>{0,2}\s*([^\s<>|&;]+)\s*<<")
"""A file that a command writes with a text that follows it."""
PATCHES = {"Update": EDIT, "Add": WRITE, "Delete": DELETE}
# How Claude Code, Codex and others begin the output of a command.
EXIT = re.compile(r"^(?:Error: )?(?:Exit code:?|Process exited with code|\(exit code) (\d+)\)?[ \t]*\n?", re.M)
CODEX_OUTPUT = re.compile(
    r"\A(?:Chunk ID:.*\n)?(?:Wall time:.*\n)?(?:Process .*\n)?(?:Original token count:.*\n)?Output:\n"
)
MOST_REPORTED = 3_000
"""So many characters of what a sub-agent reports are kept."""


@dataclass(frozen=True)
class Call:
    """A call of a tool as a transcript has it, whose result is still to come."""

    id: str
    name: str
    arguments: Mapping[str, Any]
    at: datetime | None = None


def kept(call: Call, result: Any, failed: bool | None, at: datetime | None = None) -> Iterator[Said | Used]:
    """What of a call and its result is kept. ``failed`` is None where the tool does not say. A look yields nothing."""
    kind, when = KIND_OF.get(call.name.rpartition("__")[2].casefold()), at or call.at
    if kind is LOOK or (kind is SHELL and cutting.only_shows(command_of(call.arguments))):
        return
    if patch := _patch(call.arguments):
        yield from _patched(call, patch, _outcome(failed, _printed(result)[1]), when)
    elif kind is SHELL:
        yield from _ran(call, result, failed, when)
    elif kind in (WRITE, EDIT, DELETE):
        outcome = _outcome(failed)
        yield Used(call.id, str(kind), _file(call.arguments), _problem(result, outcome), outcome, when)
    else:
        yield from _other(kind, call, result, failed, when)


def _other(
    kind: str | None, call: Call, result: Any, failed: bool | None, at: datetime | None
) -> Iterator[Said | Used]:
    given = call.arguments
    if kind is PLAN:
        if steps := plan_steps(given):
            yield Used(call.id, PLAN, {"steps": steps}, None, Outcome.CONFIRMED, at)
    elif kind is ASK:
        yield from _answers(call, result, at)
    elif kind is PROPOSAL:
        yield Said(call.id, Speaker.MODEL, cutting.shortened(str(given.get("plan", "")), cutting.MOST_SAID), at)
    else:
        most = MOST_REPORTED if kind is AGENT else cutting.MOST_RETURNED
        said = cutting.shortened(
            cutting.DIFF.sub("[diff]\n", _compact(harness.without_reminders(text_of(result)))), most
        )
        yield Used(call.id, kind or call.name, cutting.arguments(dict(given)), said or None, _outcome(failed), at)


def _outcome(failed: bool | None, code: int | None = None) -> Outcome:
    """What is known of a call: by its exit code, else by whether the tool says that it failed."""
    known = failed if code is None else code != 0
    return Outcome.UNKNOWN if known is None else Outcome.FAILED if known else Outcome.CONFIRMED


def text_of(result: Any) -> str:
    """A result as a text: of a list of blocks, which may stand in JSON, the texts."""
    if isinstance(result, str):
        blocks = _json(result) if result.startswith('[{"') else None
        return result if blocks is None else text_of(blocks)
    if isinstance(result, list):
        texts = [str(one.get("text", "")) if isinstance(one, Mapping) else str(one) for one in result]
        return "\n".join(filter(None, texts))
    return "" if result is None else json.dumps(result, ensure_ascii=False)


def command_of(given: Mapping[str, Any]) -> str:
    """What a shell was given. Of a list such as `["bash", "-lc", "make test"]` it is the last part."""
    line = given.get("command", given.get("cmd", ""))
    if isinstance(line, list):
        parts = [str(part) for part in line]
        return parts[-1] if len(parts) > 1 and parts[-2].startswith("-") else " ".join(parts)
    return str(line)


def plan_steps(given: Mapping[str, Any]) -> list[dict[str, str]]:
    """The steps of a plan, each with what is to be done and its status."""
    listed = next((value for value in given.values() if isinstance(value, list)), [])
    steps = []
    for item in listed:
        if isinstance(item, Mapping):
            said = next((str(item[key]) for key in ("content", "step", "description", "subject") if item.get(key)), "")
            if said:
                steps.append(
                    {
                        "content": cutting.beginning(said, cutting.MOST_ARGUMENT),
                        "status": str(item.get("status", "pending")),
                    }
                )
    return steps


def _ran(call: Call, result: Any, failed: bool | None, at: datetime | None) -> Iterator[Used]:
    line = command_of(call.arguments)
    printed, code = _printed(result)
    if code is None and failed is not None:
        code = int(failed)
    outcome = _outcome(failed, code)
    shown: dict[str, Any] = {"output": cutting.output(harness.without_reminders(printed))}
    if code is not None:
        shown["exit_code"] = code
    yield Used(call.id, SHELL, {"command": cutting.command(line)}, shown, outcome, at)
    for number, path in enumerate(HERE_FILE.findall(line), 1):
        yield Used(f"{call.id}/{number}", WRITE, {"path": path}, None, outcome, at)


def _printed(result: Any) -> tuple[str, int | None]:
    """What a command printed, and its exit code where the tool states one."""
    if isinstance(result, str) and result.lstrip().startswith('{"output"'):
        result = _json(result) or result
    if isinstance(result, Mapping):
        about = {**result, **(result["metadata"] if isinstance(result.get("metadata"), Mapping) else {})}
        code = next((about[key] for key in ("exit_code", "exitCode", "exit") if isinstance(about.get(key), int)), None)
        printed = about.get("output", about.get("stdout", about.get("aggregated_output", "")))
        return text_of(printed), code
    text = text_of(result)
    stated = EXIT.search(text[:400])
    text = CODEX_OUTPUT.sub("", text)
    return EXIT.sub("", text, count=1) if stated else text, int(stated.group(1)) if stated else None


def _compact(text: str) -> str:
    """A text as it is; JSON without what only lays it out."""
    tree = _json(text) if text.lstrip()[:1] in ("{", "[") else None
    return text if tree is None else json.dumps(tree, ensure_ascii=False)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _file(given: Mapping[str, Any]) -> dict[str, Any]:
    path = next((str(given[key]) for key in PATHS if given.get(key)), "")
    content = given.get("content", given.get("file_text"))
    return {"path": path, **({"lines": content.count("\n") + 1} if isinstance(content, str) and content else {})}


def _problem(result: Any, outcome: Outcome) -> str | None:
    """Of an edit that failed, why; of one that did not nothing, for it shows the file."""
    return cutting.beginning(text_of(result), cutting.MOST_ARGUMENT) if outcome is Outcome.FAILED else None


def _patch(given: Mapping[str, Any]) -> str:
    """The patch in Codex's own form that a call applies, also where a shell is given it."""
    texts = (value[-1] if isinstance(value, list) and value else value for value in given.values())
    return next((text for text in texts if isinstance(text, str) and "*** Begin Patch" in text), "")


def _patched(call: Call, patch: str, outcome: Outcome, at: datetime | None) -> Iterator[Used]:
    for number, (what, path) in enumerate(PATCHED.findall(patch)):
        yield Used(f"{call.id}/{number}" if number else call.id, PATCHES[what], {"path": path}, None, outcome, at)


def _answers(call: Call, result: Any, at: datetime | None) -> Iterator[Said]:
    """What the person chose when the agent asked."""
    answers = result.get("answers") if isinstance(result, Mapping) else None
    if isinstance(answers, Mapping):
        said = "\n".join(f"{question} {answer}" for question, answer in answers.items())
        yield Said(call.id, Speaker.PERSON, said, at)
