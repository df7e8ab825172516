"""Handing off in a folder, resuming there, hooks, and files with a handoff in them."""

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import transcripts
from tests.builders.transcripts import WISH, ClaudeCode, lines
from tests.conftest import Command, Run
from warmline import Warmline

pytestmark = pytest.mark.usefixtures("worker")
Hook = Callable[..., str]


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=Ana", "-c", "user.email=ana@example.com", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository in which Claude Code worked, and where commands are run."""
    folder, home = tmp_path / "dates", tmp_path / "home"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Begin")
    projects = home / ".claude" / "projects" / "".join(one if one.isalnum() else "-" for one in str(folder))
    projects.mkdir(parents=True)
    rows = [{**row, "cwd": str(folder)} for row in transcripts.claude_code()]
    (projects / "s-1.jsonl").write_text(lines(rows))
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "WARMLINE_NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def hook(command: Command, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Hook:
    """Runs a hook of Claude Code with an event, and answers what it printed."""

    def hook(name: str, session_id: str, **further: str) -> str:
        event = {"hook_event_name": name, "session_id": session_id, "cwd": str(folder), **further}
        monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(event)))
        status, out, _ = command("hook", "run", "claude-code")
        assert status == 0
        return out

    return hook


def test_what_is_handed_off_here_is_what_the_next_session_begins_with(run: Run, client: Warmline, folder: Path) -> None:
    run("handoff", "here", "Add", "time", "zones", "--yes")
    (handoff,) = client.handoffs.list(namespace="code/dates")
    assert (handoff.state, handoff.to, handoff.goal) == ("ready", "claude-code", "Add time zones")
    prompt = run("resume")
    for told in ("Add time zones", WISH.partition(".")[0], "Add parse_date", "branch main"):
        assert told in prompt
    assert client.handoffs.get(handoff.id).state == "accepted"


def test_elsewhere_than_on_a_terminal_the_draft_waits_and_a_cancelled_one_changes_nothing(
    run: Run, client: Warmline, folder: Path
) -> None:
    shown = run("handoff", "here", "--goal", "Add time zones")
    assert "Add time zones" in shown
    (handoff,) = client.handoffs.list(namespace="code/dates")
    assert handoff.state == "drafted"
    run("handoff", "review", handoff.id, "--cancel")
    assert client.sessions.get(handoff.source_session_id).state == "open"
    assert run("resume") == ""


def test_another_branch_does_not_begin_with_it(run: Run, folder: Path) -> None:
    run("handoff", "here", "--yes")
    git(folder, "switch", "-q", "-c", "other")
    assert run("resume") == ""
    assert "Add parse_date" in run("resume", "--any-branch")


def test_what_changed_in_the_code_since_the_brief_is_told(run: Run, folder: Path) -> None:
    run("handoff", "here", "--yes")
    (folder / "zones.py").write_text("UTC = 0\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "Add zones")
    assert "1 commit since this brief; changed: zones.py." in run("resume")


def test_the_tree_of_a_chain_says_where_the_code_of_each_session_was(run: Run, client: Warmline, folder: Path) -> None:
    run("handoff", "here", "--yes")
    head = git(folder, "rev-parse", "--short", "HEAD")
    (handoff,) = client.handoffs.list(namespace="code/dates")
    assert f"code at {head} on main" in run("chain", "tree", handoff.chain_id)


def test_where_the_code_was_is_said_at_accept_at_a_rollback_and_in_a_comparison(
    run: Run, client: Warmline, folder: Path
) -> None:
    run("handoff", "here", "--yes")
    (first,) = client.handoffs.list(namespace="code/dates")
    was = git(folder, "rev-parse", "--short", "HEAD")
    assert f"The code was at {was} on main." in run("handoff", "accept", first.id, "--agent", "claude-code")
    git(folder, "commit", "-q", "--allow-empty", "-m", "Add zones")
    now = git(folder, "rev-parse", "--short", "HEAD")
    back = run("resume", first.id, "--mode", "rollback")
    assert f"The code was at {was}: 1 commit since this brief." in back
    (session,) = client.sessions.list(namespace="code/dates", state="open")
    assert session.metadata["git"]["head"] == now
    second = client.handoffs.wait(client.handoffs.request(session.id, to="codex", reason="Done").id, timeout=60)
    assert f"code\t{was} on main\t{now} on main" in run("chain", "compare", first.id, second.id)


def test_other_branches_are_not_seen_unless_somebody_asks_and_then_with_their_name(
    run: Run, client: Warmline, folder: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "worktree"
    git(folder, "worktree", "add", "-q", "-b", "zones", str(elsewhere))
    (tmp_path / "s-8.jsonl").write_text(lines([{**ClaudeCode().row("user", "Use pytz here."), "cwd": str(elsewhere)}]))
    run("capture", "claude-code", tmp_path / "s-8.jsonl")
    run("handoff", "here", "--yes")
    prompt = run("resume")
    assert "Add parse_date" in prompt
    assert "pytz" not in prompt
    assert "pytz" not in run("recall", "pytz", "-n", "code/dates", "--branch", "main")
    asked = json.loads(run("recall", "pytz", "-n", "code/dates", "--json"))["results"][0]["memory"]
    assert (asked["content"], asked["agent"], asked["metadata"]["branch"]) == ("Use pytz here.", "claude-code", "zones")


def test_a_rollback_brings_what_was_known_then_and_nothing_that_came_later(
    run: Run, client: Warmline, folder: Path
) -> None:
    client.memories.remember("The build machine is in UTC", namespace="code/dates", agent="ana")
    run("handoff", "here", "--yes")
    (handoff,) = client.handoffs.list(namespace="code/dates")
    later = client.handoffs.accept(handoff.id, agent="claude-code").session
    client.memories.remember("We try arrow in its place", session_id=later.id)
    client.memories.remember("The build machine is in Tokyo", namespace="code/dates", agent="ana")
    back = run("resume", handoff.id, "--mode", "rollback")
    assert "The build machine is in UTC" in back
    assert "arrow" not in back
    assert "Tokyo" not in back


def test_what_was_handed_off_cannot_be_handed_off_again(run: Run, command: Command, folder: Path) -> None:
    run("handoff", "here", "--yes")
    status, _, said = command("handoff", "here", "--yes")
    assert status == 1
    assert "holds nothing that was not handed off yet" in said


def test_a_tool_that_was_started_with_a_brief_says_whose_session_it_is_and_hears_it_once(
    run: Run, client: Warmline, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("handoff", "here", "--yes")
    (handoff,) = client.handoffs.list(namespace="code/dates")
    session = client.handoffs.accept(handoff.id, agent="claude-code").session
    monkeypatch.setenv("WARMLINE_SESSION", str(session.id))
    assert hook("SessionStart", "s-2") == ""
    assert client.sessions.get(session.id).metadata["transcript"] == "claude-code:s-2"
    # What the tool itself starts has the variable too, and is another session.
    assert hook("SessionStart", "s-3") == ""
    assert client.sessions.get(session.id).metadata["transcript"] == "claude-code:s-2"


def test_hooks_look_in_the_namespace_that_captures_go_to(run: Run, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_NAMESPACE", "code/elsewhere")
    run("handoff", "here", "--yes")
    assert "Add parse_date" in hook("SessionStart", "s-2")


def test_an_agent_whose_context_was_cut_down_may_propose_a_handoff(hook: Hook) -> None:
    assert "they decide" in hook("SessionStart", "s-9", source="compact")
    assert hook("SessionStart", "s-9") == ""


def test_a_session_begins_with_it_by_a_hook_and_gets_it_again_after_a_compaction(
    run: Run, client: Warmline, hook: Hook
) -> None:
    run("handoff", "here", "--yes")
    begun = json.loads(hook("SessionStart", "s-2"))["hookSpecificOutput"]
    assert begun["hookEventName"] == "SessionStart"
    assert "Add parse_date" in begun["additionalContext"]
    again = json.loads(hook("SessionStart", "s-2"))["hookSpecificOutput"]
    assert "Add parse_date" in again["additionalContext"]
    (session,) = client.sessions.list(namespace="code/dates", metadata={"transcript": "claude-code:s-2"})
    assert session.handoff_id is not None


def test_the_session_that_handed_off_does_not_begin_with_its_own_work(run: Run, hook: Hook) -> None:
    run("handoff", "here", "--yes")
    assert hook("SessionStart", "s-1") == ""


def test_what_the_next_session_does_is_kept_in_the_one_that_began_with_the_handoff(
    run: Run, client: Warmline, hook: Hook, tmp_path: Path
) -> None:
    run("handoff", "here", "--yes")
    hook("SessionStart", "s-2")
    (tmp_path / "s-2.jsonl").write_text(lines([ClaudeCode().row("user", "Now the time zones.")]))
    kept = json.loads(run("capture", "claude-code", tmp_path / "s-2.jsonl", "--json"))
    assert client.sessions.get(kept["session"]).handoff_id is not None


def test_a_hook_without_a_platform_hinders_nobody(hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_URL", "http://127.0.0.1:9")
    assert hook("SessionStart", "s-2") == ""


WRITTEN = """\
# Übergabe

## Erledigt
- [x] Parser für Daten in `src/dates.py`

## Nächste Schritte
- [ ] Zeitzonen in `src/zones.py` ergänzen
"""


def test_a_handoff_that_was_written_by_hand_is_what_a_session_begins_with(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "HANDOFF.md").write_text(WRITTEN)
    run("handoff", "import", tmp_path / "HANDOFF.md")
    prompt = run("resume")
    assert "Zeitzonen in `src/zones.py` ergänzen" in prompt
    assert "Parser für Daten" in prompt


def test_the_brief_of_an_imported_file_says_each_thing_once_and_its_commands_can_be_copied(
    run: Run, client: Warmline, folder: Path, tmp_path: Path
) -> None:
    written = """# 引き継ぎ

## 目的
- 予約を `/v2/reservations` に移す

## 次にやること
1. `services/cancel.py` を切り替える
- [x] スキーマ移行は完了

```
pytest tests/integration -q
make lint
```
"""
    (tmp_path / "HANDOFF.md").write_text(written)
    run("handoff", "import", tmp_path / "HANDOFF.md")
    (handoff,) = client.handoffs.list(namespace="code/dates")
    brief = client.handoffs.get(handoff.id).brief
    assert brief
    for said in ("予約を `/v2/reservations`", "`services/cancel.py` を", "スキーマ移行は完了"):
        assert brief.text.count(said) == 1
    lines = [line.text for section in brief.sections for line in section.lines]
    assert [line for line in lines if line.startswith("`")] == [
        "`services/cancel.py` を切り替える",
        "`pytest tests/integration -q`",
        "`make lint`",
    ]


def test_an_exported_brief_is_a_handoff_again_with_its_lines_and_code_as_they_were(
    run: Run, client: Warmline, folder: Path, tmp_path: Path
) -> None:
    run("handoff", "here", "Add", "time", "zones", "--yes")
    (first,) = client.handoffs.list(namespace="code/dates")
    markdown = client.handoffs.brief(first.id, "markdown")
    (tmp_path / "HANDOFF.md").write_text(markdown)
    run("handoff", "import", tmp_path / "HANDOFF.md", "--namespace", "code/elsewhere")
    (second,) = client.handoffs.list(namespace="code/elsewhere")
    before, after = client.handoffs.get(first.id).brief, client.handoffs.get(second.id).brief
    assert before
    assert after
    assert "tests: `python -m pytest tests/test_dates.py`" in markdown
    # Quotes of the conversation are not said twice where they stand in another section; all else is there again.
    told = [line.text.strip("“”") for section in after.sections for line in section.lines]
    lines = [line for section in before.sections if section.name != "said" for line in section.lines]
    assert [line.text for line in lines if line.text.strip("“”") not in told] == []
    assert "the agent's word)" not in after.text
