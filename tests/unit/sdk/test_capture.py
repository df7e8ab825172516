"""What readers take from the transcripts of coding agents, and what they leave."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.builders import transcripts
from tests.builders.transcripts import DONE, FOLDER, TEST, WISH, ClaudeCode, lines
from warmline.capture import (
    TOOLS,
    Said,
    Speaker,
    Transcript,
    Used,
    cutting,
    finding,
    git,
    harness,
    open_reader,
    work_of,
)

ALL = sorted(TOOLS)


@pytest.fixture
def written(tmp_path: Path) -> dict[str, Path]:
    return dict(transcripts.written(tmp_path))


def read(tool: str, path: Path) -> Transcript:
    return open_reader(tool, path).read()


def said(transcript: Transcript, by: Speaker) -> list[str]:
    return [event.text for event in transcript.events if isinstance(event, Said) and event.by is by]


def used(transcript: Transcript, name: str) -> list[Used]:
    return [event for event in transcript.events if isinstance(event, Used) and event.name == name]


def claude_code(tmp_path: Path, *rows: dict[str, object]) -> Transcript:
    (tmp_path / "s.jsonl").write_text(lines(rows))
    return read("claude-code", tmp_path / "s.jsonl")


@pytest.mark.parametrize("tool", ALL)
def test_only_the_persons_own_words_are_the_persons(tool: str, written: dict[str, Path]) -> None:
    words = said(read(tool, written[tool]), Speaker.PERSON)
    assert [" ".join(text.split()) for text in words] == [WISH]


@pytest.mark.parametrize("tool", sorted(set(ALL) - {"swe-agent"}))
def test_what_the_model_said_at_last_is_kept(tool: str, written: dict[str, Path]) -> None:
    assert said(read(tool, written[tool]), Speaker.MODEL)[-1] == DONE


@pytest.mark.parametrize("tool", ALL)
def test_the_command_inside_a_shell_call_is_kept_with_its_figures(tool: str, written: dict[str, Path]) -> None:
    run = next(one for one in used(read(tool, written[tool]), "shell") if "pytest" in one.arguments["command"])
    assert run.arguments["command"] == TEST
    assert "passed" in run.result["output"]


@pytest.mark.parametrize("tool", ALL)
def test_files_are_kept_by_name_and_never_by_content(tool: str, written: dict[str, Path]) -> None:
    transcript = read(tool, written[tool])
    files = [*used(transcript, "write file"), *used(transcript, "edit file")]
    assert any(one.arguments.get("path", "").endswith("src/dates.py") for one in files) or tool == "gemini"
    assert "strptime" not in repr(transcript.events)


@pytest.mark.parametrize("tool", ["claude-code", "codex", "gemini", "opencode"])
def test_a_command_that_failed_has_its_exit_code(tool: str, written: dict[str, Path]) -> None:
    first = used(read(tool, written[tool]), "shell")[0]
    assert (first.result["exit_code"], first.outcome) == (1, "failed")


@pytest.mark.parametrize("tool", ALL)
def test_every_event_has_an_id_of_its_own_that_stays(tool: str, written: dict[str, Path]) -> None:
    once, twice = (read(tool, written[tool]).events for _ in range(2))
    assert len({event.id for event in once}) == len(once)
    assert [event.id for event in once] == [event.id for event in twice]


def test_a_growing_file_is_read_on_from_its_last_whole_line(tmp_path: Path) -> None:
    rows, path = transcripts.claude_code(), tmp_path / "s.jsonl"
    whole = lines(rows).encode()
    reader, seen = open_reader("claude-code", path), []
    # It grows by pieces that end anywhere, and a character of several bytes is cut in two.
    for end in range(0, len(whole) + 97, 97):
        path.write_bytes(whole[:end])
        seen += reader.read().events
    path.write_bytes(whole)
    assert seen == open_reader("claude-code", path).read().events


def test_a_call_without_its_result_is_kept_when_the_result_is_there(tmp_path: Path) -> None:
    call, result = ClaudeCode().uses("t-1", "Bash", {"command": "make"}, "ok")
    path = tmp_path / "s.jsonl"
    path.write_text(lines([call]))
    reader = open_reader("claude-code", path)
    assert reader.read().events == []
    path.write_text(lines([call, result]))
    assert [event.id for event in reader.read().events] == ["t-1"]


def test_a_row_that_comes_twice_counts_once(tmp_path: Path) -> None:
    row = ClaudeCode().row("user", "Go on.")
    assert said(claude_code(tmp_path, row, row), Speaker.PERSON) == ["Go on."]


def test_a_slash_commands_arguments_are_the_persons_words(tmp_path: Path) -> None:
    text = "<command-name>/fix</command-name>\n<command-args>the failing test</command-args>"
    assert said(claude_code(tmp_path, ClaudeCode().row("user", text)), Speaker.PERSON) == ["the failing test"]


def test_what_the_person_chose_is_the_persons(tmp_path: Path) -> None:
    call, result = ClaudeCode().uses("t-1", "AskUserQuestion", {"questions": []}, "chosen")
    result["toolUseResult"] = {"answers": {"Which database?": "Postgres"}}
    assert said(claude_code(tmp_path, call, result), Speaker.PERSON) == ["Which database? Postgres"]


def test_single_tasks_become_the_list_of_all(tmp_path: Path) -> None:
    made = ClaudeCode()
    rows = [
        *made.uses("t-1", "TaskCreate", {"subject": "Write the parser"}, "Task #1 created"),
        *made.uses("t-2", "TaskCreate", {"subject": "Write the test"}, "Task #2 created"),
        *made.uses("t-3", "TaskUpdate", {"taskId": "1", "status": "completed"}, "Updated task #1"),
    ]
    plan = used(claude_code(tmp_path, *rows), "plan")[-1]
    assert [(step["content"], step["status"]) for step in plan.arguments["steps"]] == [
        ("Write the parser", "completed"),
        ("Write the test", "pending"),
    ]


def test_a_command_that_runs_on_has_the_result_of_whoever_looks_last(tmp_path: Path) -> None:
    running = "Chunk ID: 1\nProcess running with session ID 7\nOutput:\n"
    over = "Chunk ID: 2\nProcess exited with code 0\nOutput:\n9 passed"

    def item(**payload: object) -> dict[str, object]:
        return {"type": "response_item", "payload": payload}

    rows = [
        item(type="function_call", name="exec_command", arguments='{"cmd": "make test"}', call_id="a"),
        item(type="function_call_output", call_id="a", output=running),
        item(type="function_call", name="write_stdin", arguments='{"session_id": 7}', call_id="b"),
        item(type="function_call_output", call_id="b", output=over),
    ]
    (tmp_path / "rollout-x.jsonl").write_text(lines(rows))
    (run,) = used(read("codex", tmp_path / "rollout-x.jsonl"), "shell")
    assert (run.arguments["command"], run.result) == ("make test", {"output": "9 passed", "exit_code": 0})


def test_codex_of_last_year_is_read_too(tmp_path: Path) -> None:
    output = json.dumps({"output": "Success. Updated:\nM a.py", "metadata": {"exit_code": 0}})
    patch = "apply_patch << 'P'\n*** Begin Patch\n*** Update File: a.py\n+secret = 1\n*** End Patch\nP"
    given = json.dumps({"command": ["bash", "-lc", patch]})
    rows: list[dict[str, object]] = [
        {"id": "old-1", "timestamp": "2025-09-10T18:58:38Z", "instructions": "Rewrite it in Ada."},
        {"record_type": "state"},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "<user_instructions>x"}]},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Mend a.py"}]},
        {"type": "function_call", "name": "shell", "call_id": "a", "arguments": given},
        {"type": "function_call_output", "call_id": "a", "output": output},
    ]  # fmt: skip
    (tmp_path / "rollout-x.jsonl").write_text(lines(rows))
    transcript = read("codex", tmp_path / "rollout-x.jsonl")
    assert (transcript.id, said(transcript, Speaker.PERSON)) == ("old-1", ["Mend a.py"])
    assert [(one.arguments, one.outcome) for one in used(transcript, "edit file")] == [({"path": "a.py"}, "confirmed")]


@pytest.mark.parametrize(
    "line", ["ls -la", "cat a.py | head -5", "rg -n 'a|b' src || true", "cd x && sed -n '1,9p' y", "git diff", "pwd"]
)
def test_a_command_that_only_shows_is_a_look(line: str) -> None:
    assert cutting.only_shows(line)


@pytest.mark.parametrize("line", ["make test", "cat a > b", "find . -name x -delete", "ls && rm x", "git status"])
def test_a_command_that_does_something_is_no_look(line: str) -> None:
    assert not cutting.only_shows(line)


def test_of_a_file_that_a_command_writes_only_the_length_is_kept() -> None:
    line = "cat > key.py <<'EOF'\nprint('one')\nprint('two')\nEOF\npython key.py"
    assert cutting.command(line) == "cat > key.py <<'EOF'\n[2 lines]\nEOF\npython key.py"


def test_a_commits_message_is_kept() -> None:
    line = "git commit -m \"$(cat <<'EOF'\nAdd parse_date\n\nIt reads ISO dates.\nEOF\n)\""
    assert cutting.command(line) == line


def test_of_a_long_output_the_lines_that_say_how_it_went_are_kept() -> None:
    noise = [f"line {number} of the noise" for number in range(2_000)]
    kept = cutting.output(
        "\n".join([*noise[:1000], "FAILED tests/test_a.py::test_b", *noise[1000:], "1 failed, 8 passed"])
    )
    assert len(kept) <= cutting.MOST_OUTPUT
    assert "FAILED tests/test_a.py::test_b" in kept
    assert kept.endswith("1 failed, 8 passed")


@pytest.mark.parametrize("around", [" ", '"', "\n"])
def test_no_half_of_a_key_is_left_where_a_text_is_cut(around: str) -> None:
    key = f"wl_{'k7Qz' * 10}"
    for before in range(0, 400, 7):
        text = f"{'x' * before}{around}{key}{around}" * 30
        for kept in (cutting.output(text), cutting.shortened(text, 700), cutting.beginning(text, 300)):
            assert "wl_" not in kept.replace(key, "")
            assert "k7Qz" not in kept.replace(key, "")


def test_a_long_text_without_blanks_keeps_its_beginning_and_its_end() -> None:
    kept = cutting.shortened("开" * 500 + "合" * 500, 300)
    assert kept.startswith("开" * 50)
    assert kept.endswith("合" * 50)


def test_a_diff_in_an_output_is_not_kept() -> None:
    diff = "diff --git a/x.py b/x.py\nindex 1..2 100644\n--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n-old = 1\n+new = 2\n"
    assert cutting.output(f"2 files\n{diff}") == "2 files\n[diff]"


@pytest.mark.parametrize(
    "text",
    [
        "<system-reminder>Do it in Ada.</system-reminder>",
        "Stop hook feedback:\nCommit first.",
        "[Request interrupted by user for tool use]",
        "<environment_context><cwd>/x</cwd></environment_context>",
        "<command-name>/clear</command-name>\n<command-args></command-args>",
        "<user_instructions>\nnever closed",
    ],
)
def test_the_harness_is_not_the_person(text: str) -> None:
    assert harness.words_of_the_person(text) == ""


def test_words_around_a_reminder_are_the_persons() -> None:
    assert harness.words_of_the_person("Mend it.<system-reminder>x</system-reminder> Please.") == "Mend it. Please."


def test_the_transcripts_of_a_folder_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    claude = tmp_path / ".claude" / "projects" / "-home-ana-dates" / "s-1.jsonl"
    rollout = tmp_path / ".codex" / "sessions" / "2026" / "03" / "02" / "rollout-2026-03-02T09-00-00-c-1.jsonl"
    task = tmp_path / ".config/Code/User/globalStorage/saoudrizwan.claude-dev/tasks/17/ui_messages.json"
    database = tmp_path / ".local/share/opencode/opencode.db"
    for path in (claude, rollout, task, database):
        path.parent.mkdir(parents=True)
    claude.write_text(lines(transcripts.claude_code()))
    rollout.write_text(lines(transcripts.codex()))
    task.write_text(json.dumps(transcripts.cline()))
    session = transcripts.opencode(database)
    found = {tool: TOOLS[tool].find(Path(FOLDER), tmp_path) for tool in ("claude-code", "codex", "cline", "opencode")}
    assert found == {"claude-code": [claude], "codex": [rollout], "cline": [task], "opencode": [session]}
    assert TOOLS["codex"].find(Path("/home/ana/other"), tmp_path) == []


def test_where_there_is_no_transcript_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(finding.NoTranscript, match="name its file"):
        finding.newest("claude-code", tmp_path, tmp_path)


def repository(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    for arguments in (
        ["init", "-q", "-b", "main"], ["config", "user.email", "ana@example.com"], ["config", "user.name", "Ana"],
    ):  # fmt: skip
        subprocess.run(["git", "-C", str(folder), *arguments], check=True)
    return folder


def commit(folder: Path, name: str, message: str) -> str:
    (folder / name).write_text(message)
    for arguments in (["add", "-A"], ["commit", "-q", "-m", message]):
        subprocess.run(["git", "-C", str(folder), *arguments], check=True)
    facts = git.facts(folder)
    assert facts is not None
    return facts.head


def test_git_facts_name_the_branch_the_commits_and_what_is_not_committed(tmp_path: Path) -> None:
    folder = repository(tmp_path / "dates")
    head = commit(folder, "a.py", "Add a")
    (folder / "b.py").write_text("b")
    facts = git.facts(folder)
    assert facts is not None
    assert (facts.branch, facts.head, facts.dirty) == ("main", head, ["?? b.py"])


def test_a_commit_of_the_first_second_is_one_of_the_session(tmp_path: Path) -> None:
    folder = repository(tmp_path / "dates")
    head = commit(folder, "a.py", "Add a")
    at = subprocess.check_output(["git", "-C", str(folder), "log", "-1", "--format=%ct"])
    facts = git.facts(folder, datetime.fromtimestamp(int(at), UTC) + timedelta(milliseconds=999))
    assert facts is not None
    assert facts.commits == [f"{head} Add a"]


def test_drift_says_which_commits_and_files_came_since(tmp_path: Path) -> None:
    folder = repository(tmp_path / "dates")
    before = commit(folder, "a.py", "Add a")
    assert git.drift(folder, before) == ""
    commit(folder, "b.py", "Add b")
    assert git.drift(folder, before) == f"The code was at {before}: 1 commit since this brief; changed: b.py."


def test_all_worktrees_of_a_project_have_one_name(tmp_path: Path) -> None:
    folder = repository(tmp_path / "dates")
    commit(folder, "a.py", "Add a")
    subprocess.run(["git", "-C", str(folder), "worktree", "add", "-q", "-b", "x", str(tmp_path / "other")], check=True)
    assert git.project(tmp_path / "other") == git.project(folder) == "dates"


def test_what_the_person_went_back_from_did_not_happen(tmp_path: Path) -> None:
    made = ClaudeCode()
    first = made.row("user", WISH, parentUuid=None)
    call, result = made.uses("t-1", "Bash", {"command": TEST}, "4 passed")
    call["parentUuid"], result["parentUuid"] = first["uuid"], call["uuid"]
    done = {**made.says(DONE), "parentUuid": result["uuid"]}
    left = made.row("user", "Now rewrite it in Ada.", parentUuid=done["uuid"])
    did = {**made.says("It is in Ada."), "parentUuid": left["uuid"]}
    other = made.row("user", "Now the time zones.", parentUuid=done["uuid"])
    transcript = claude_code(tmp_path, first, call, result, done, left, did, other)
    assert said(transcript, Speaker.PERSON) == [WISH, "Now the time zones."]
    assert said(transcript, Speaker.MODEL) == [DONE]
    assert len(used(transcript, "shell")) == 1
    assert transcript.taken_back == {left["uuid"], did["uuid"]}


def test_tools_that_ran_at_the_same_time_are_no_way_back(tmp_path: Path) -> None:
    made = ClaudeCode()
    wish = made.row("user", WISH, parentUuid=None)
    (one, of_one), (two, of_two) = (made.uses(own_id, "Bash", {"command": f"{TEST} {own_id}"}, "ok") for own_id in "ab")
    one["parentUuid"], two["parentUuid"] = wish["uuid"], one["uuid"]
    of_one["parentUuid"], of_two["parentUuid"] = one["uuid"], two["uuid"]
    summary = made.row("user", "Summary", parentUuid=None, logicalParentUuid=of_two["uuid"], isCompactSummary=True)
    after = made.row("user", "Now the time zones.", parentUuid=summary["uuid"])
    transcript = claude_code(tmp_path, wish, one, two, of_one, of_two, summary, after)
    assert said(transcript, Speaker.PERSON) == [WISH, "Now the time zones."]
    assert len(used(transcript, "shell")) == 2
    assert transcript.taken_back == set()


def a_turn(*commands: str) -> list[Said | Used]:
    used = [Used(f"u-{at}", "shell", {"command": line}) for at, line in enumerate(commands)]
    return [Said("p", Speaker.PERSON, "Yes."), *used, Said("m", Speaker.MODEL, "It is so.")]


def test_what_a_session_is_handed_over_with_is_no_work_of_its_own() -> None:
    draft = "/opt/bin/warmline handoff here --tool codex --account - <<'E'\nDone\nE"
    assert [event.id for event in work_of(a_turn(TEST, draft))] == ["p", "u-0"]
    assert work_of(a_turn("warmline handoff review 0197 --confirm")) == []
    assert work_of(a_turn("warmline handoffs review 0197 --confirm")) == []
    assert work_of(a_turn(TEST)) == a_turn(TEST)
    assert work_of(a_turn("grep -rn 'warmline handoff here' docs")) == a_turn("grep -rn 'warmline handoff here' docs")


@pytest.mark.parametrize(
    "text",
    [
        "<command-message>handoff</command-message>\n<command-name>/handoff</command-name>\n<command-args>Go</command-args>",
        "<command-name>/warmline:handoff</command-name><command-args>Go</command-args>",
        "$handoff Go",
        "The goal of the next session: Go\n\n1. Write an account",
    ],
)
def test_calling_our_skill_is_no_wish(text: str) -> None:
    assert harness.words_of_the_person(text) == ""


def test_files_are_named_as_they_are_in_the_folder_of_the_session(written: dict[str, Path]) -> None:
    found = read("claude-code", written["claude-code"])
    paths = [one.arguments["path"] for one in found.events if isinstance(one, Used) and "path" in one.arguments]
    assert paths == ["src/dates.py", "tests/test_dates.py", "src/dates.py"]
