"""A transcript becomes memories of a session, each event once, whoever sends it and how often."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.builders import transcripts
from tests.builders.transcripts import DONE, WISH, ClaudeCode, lines
from tests.conftest import Api, Run
from warmline import Warmline
from warmline.capture import TRANSCRIPT, Keeper, open_reader, place_of
from warmline_schemas.memories import Memory

NAMESPACE = "code/dates"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "s-1.jsonl").write_text(lines(transcripts.claude_code()))
    return tmp_path / "s-1.jsonl"


def keep(client: Warmline, path: Path, tool: str = "claude-code") -> Keeper:
    transcript = open_reader(tool, path).read()
    keeper = Keeper(client, place_of(path.parent, tool, NAMESPACE), transcript)
    keeper.keep(transcript)
    return keeper


def kept(client: Warmline) -> list[Memory]:
    return sorted(client.memories.list(namespace=NAMESPACE), key=lambda one: one.event_time)


def keep_in_a_process(url: str, key: str, path: str) -> None:
    with Warmline(url, key) as client:
        keep(client, Path(path))


def test_a_transcript_is_a_session_of_its_tool(client: Warmline, path: Path) -> None:
    keeper = keep(client, path)
    session = keeper.started()
    assert (session.agent, session.namespace) == ("claude-code", NAMESPACE)
    assert session.metadata[TRANSCRIPT] == "claude-code:s-1"
    memories = kept(client)
    assert [one.content for one in memories if one.role == "user"] == [WISH]
    assert [one.content for one in memories if one.role == "agent"] == [DONE]


def test_a_transcript_that_is_captured_twice_is_kept_once(client: Warmline, path: Path) -> None:
    first = keep(client, path)
    once = kept(client)
    second = keep(client, path)
    assert kept(client) == once
    assert second.started().id == first.started().id


def test_a_transcript_that_is_captured_into_another_namespace_has_a_session_there_too(
    client: Warmline, path: Path
) -> None:
    first = keep(client, path)
    transcript = open_reader("claude-code", path).read()
    other = Keeper(client, place_of(path.parent, "claude-code", "code/elsewhere"), transcript)
    assert other.keep(transcript) == len(transcript.events)
    assert other.started().id != first.started().id
    assert len(kept(client)) == len(list(client.memories.list(namespace="code/elsewhere")))


def test_what_grew_meanwhile_is_added(client: Warmline, path: Path) -> None:
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2])
    keep(client, path)
    assert DONE not in [one.content for one in kept(client)]
    path.write_text(whole)
    keep(client, path)
    assert Counter(one.external_id for one in kept(client)).most_common(1)[0][1] == 1
    assert DONE in [one.content for one in kept(client)]


def test_two_processes_keep_each_event_once_in_one_session(api: Api, client: Warmline, path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=keep_in_a_process, args=(api.url, api.key, str(path))) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(120)
    assert [one.exitcode for one in both] == [0, 0]
    memories = kept(client)
    assert len({one.session_id for one in memories}) == 1
    assert len({one.external_id for one in memories}) == len(memories) == 8


def test_a_process_that_was_killed_while_it_followed_leaves_nothing_twice(
    api: Api, client: Warmline, path: Path
) -> None:
    environment = {**os.environ, "WARMLINE_URL": api.url, "WARMLINE_API_KEY": api.key, "WARMLINE_NAMESPACE": NAMESPACE}
    command = [sys.executable, "-c", "from warmline.cli import main; main()", "capture", "claude-code", str(path), "-f"]
    whole = path.read_text()
    path.write_text(whole[: len(whole) // 2])
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + 60
        while not kept(client) and time.monotonic() < deadline:
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    path.write_text(whole)
    keep(client, path)
    memories = kept(client)
    assert len({one.external_id for one in memories}) == len(memories) == 8
    assert len({one.session_id for one in memories}) == 1


def test_what_follows_a_handoff_goes_to_another_session_and_nothing_twice(client: Warmline, path: Path) -> None:
    rows = transcripts.claude_code()
    before = keep(client, path).started()
    client.sessions.end(before.id)
    # A session that somebody ended takes nothing more, as after a handoff.
    made = ClaudeCode()
    path.write_text(lines([*rows, made.row("user", "Now the time zones.", uuid="uuid-9999")]))
    after = keep(client, path).started()
    assert after.id != before.id
    assert [one.content for one in client.memories.list(session_id=after.id)] == ["Now the time zones."]


@pytest.mark.parametrize("tool", ["codex", "cline", "aider", "swe-agent", "gemini", "opencode"])
def test_every_tools_transcript_is_kept_once(tool: str, client: Warmline, tmp_path: Path) -> None:
    path = dict(transcripts.written(tmp_path))[tool]
    keep(client, path, tool)
    once = kept(client)
    keep(client, path, tool)
    assert kept(client) == once
    assert WISH in {" ".join(one.content.split()) for one in once}


def test_secrets_are_hidden_before_anything_is_stored(client: Warmline, tmp_path: Path) -> None:
    token = "ghp_" + "a8Kd3LmQ9xVt" * 3
    made = ClaudeCode()
    rows = [
        made.row("user", f"Push it with the token {token}"),
        *made.uses("t-1", "Bash", {"command": f"export GITHUB_TOKEN={token} && git push"}, f"using {token}"),
    ]
    (tmp_path / "s.jsonl").write_text(lines(rows))
    keep(client, tmp_path / "s.jsonl")
    stored = json.dumps([one.model_dump(mode="json") for one in kept(client)])
    assert token not in stored
    assert "git push" in stored


def test_the_command_keeps_the_newest_transcript_of_the_folder(
    run: Run, client: Warmline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, home = tmp_path / "dates", tmp_path / "home"
    projects = home / "projects" / "".join(c if c.isalnum() else "-" for c in str(folder))
    folder.mkdir()
    projects.mkdir(parents=True)
    (projects / "s-1.jsonl").write_text(lines(transcripts.claude_code()))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home))
    monkeypatch.chdir(folder)
    shown = run("capture", "claude-code", "--dry-run")
    assert f"person: {WISH}"[:60] in shown
    assert list(client.sessions.list()) == []
    result = json.loads(run("capture", "claude-code", "--json"))
    assert (result["kept"], result["namespace"]) == (8, "code/dates")
    assert json.loads(run("capture", "claude-code", "--json"))["kept"] == 0


@pytest.mark.usefixtures("worker")
def test_the_brief_of_a_captured_session_is_one_of_work_on_code(client: Warmline, path: Path) -> None:
    session = keep(client, path).started()
    client.sessions.resume(session.id, {"git": {"branch": "zones", "head": "4c2e1f9", "dirty": []}})
    handoff = client.handoffs.request(session.id, to="codex", reason="The day is over")
    brief = client.handoffs.wait(handoff.id, timeout=60).brief
    assert brief is not None
    assert brief.template not in ("support", "shift")
    for told in (WISH, "Add parse_date", "4 passed", "git: branch zones at `4c2e1f9`; nothing to commit"):
        assert told in brief.text
    assert "Haskell" not in brief.text


def test_what_the_person_went_back_from_is_forgotten(client: Warmline, tmp_path: Path) -> None:
    made, path = ClaudeCode(), tmp_path / "s.jsonl"
    wish = made.row("user", WISH, parentUuid=None)
    left = made.row("user", "Now rewrite it in Ada.", parentUuid=wish["uuid"])
    path.write_text(lines([wish, left]))
    keep(client, path)
    assert len(kept(client)) == 2
    second = made.row("user", "Now the time zones.", parentUuid=None, logicalParentUuid=wish["uuid"])
    path.write_text(lines([wish, left, second]))
    keep(client, path)
    assert [one.content for one in kept(client)] == [WISH, "Now the time zones."]


def test_a_decision_about_a_draft_that_was_kept_before_it_was_carried_out_is_forgotten(
    client: Warmline, run: Run, tmp_path: Path
) -> None:
    made, path = ClaudeCode(), tmp_path / "s.jsonl"
    said = [made.row("user", WISH), made.says(DONE), made.row("user", "Cancel it")]
    path.write_text(lines(said))
    capture = ("capture", "claude-code", str(path), "--namespace", NAMESPACE)
    run(*capture)
    assert [one.content for one in kept(client)] == [WISH, DONE, "Cancel it"]
    path.write_text(lines([*said, *made.uses("t-9", "Bash", {"command": "warmline handoff review 01 --cancel"}, "")]))
    run(*capture)
    assert [one.content for one in kept(client)] == [WISH, DONE]
