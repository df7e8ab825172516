"""Claude Code, Codex and OpenCode themselves, with a scripted model: work, hand off, go on, roll back, branch.

``make test-coding-tools`` installs them from npm, and runs this; without them there is nothing to run.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.builders.model_server import Conversation, ModelServer, Runs, Step, Uses, a_model_server
from tests.conftest import Api
from warmline import Warmline
from warmline_schemas.handoffs import Handoff

INSTALLED = Path(sys.prefix) / "coding-tools" / "node_modules" / ".bin"
WARMLINE = Path(sys.executable).with_name("warmline")
NAMESPACE = "code/dates"
SECONDS = 240
WORK = "Write hello.py, which prints the day. Never use the network."
DONE = "hello.py prints the day; I ran it."
pytestmark = [
    pytest.mark.skipif(not INSTALLED.exists(), reason="make test-coding-tools installs them"),
    pytest.mark.usefixtures("worker"),
    pytest.mark.timeout(900),
]

ACCOUNT = "## Done\n- `hello.py` prints the day\n## Next\n- Add a test for `hello.py`\n"


def draft_in(asked: Conversation) -> str:
    return re.findall(r"draft of handoff\s+([0-9a-f-]{36})", asked.text)[-1]


def confirm(asked: Conversation) -> Step:
    return Runs(f"{WARMLINE} handoff review {draft_in(asked)} --confirm")


def cancel(asked: Conversation) -> Step:
    return Runs(f"{WARMLINE} handoff review {draft_in(asked)} --cancel")


def take_over(asked: Conversation) -> Step:
    named = re.findall("Take it over ([0-9a-f-]{36})", asked.of("user"))
    return Uses("accept_handoff", {"handoff_id": named[-1]})


def here(tool: str) -> Runs:
    return Runs(f"{WARMLINE} handoff here --tool {tool} --goal 'Add a test' --account - <<'E'\n{ACCOUNT}E")


def commit(name: str, subject: str) -> Runs:
    return Runs(f"echo 'print(1)' > {name} && git add {name} && git commit -qm '{subject}' && python3 {name}")


def script(tool: str) -> dict[str, list[Step | Callable[[Conversation], Step]]]:
    """What the model does for what the person says."""
    return {
        WORK: [commit("hello.py", "Add hello"), DONE],
        "The goal of the next session": [here(tool), "This is the draft: confirm, change or cancel?"],
        "Cancel it": [cancel, "Cancelled."],
        "Confirm it": [confirm, "Handed off."],
        "Now go on": [commit("abandoned.py", "Try something else"), "I tried something else."],
        "Start again": ["I see where it was."],
        "Remember and hand over": [
            Uses("remember", {"content": "The clock of the build machine is in UTC", "kind": "fact"}),
            Uses("request_handoff", {"to": tool, "reason": "The context is full", "goal": "Add a test",
                                     "account": ACCOUNT}),
            "I asked for it. You decide.",
        ],
        "Take it over": [
            take_over,
            "I have it.",
        ],
    }  # fmt: skip


@dataclass
class Agent:
    """A coding agent in a repository of its own."""

    tool: str
    folder: Path
    environment: dict[str, str]
    model: ModelServer
    sessions: list[str]

    def says(self, text: str, *, on: bool = False) -> Conversation:
        """Let the person say something, in a new session or in the last one; answers what the model was sent last."""
        if not on:
            self.sessions.append(str(uuid4()))
        command = COMMANDS[self.tool](text, on, self.sessions[-1])
        self.run(str(INSTALLED / command[0]), *command[1:])
        return self.model.asked[-1]

    def hands_off(self) -> Conversation:
        """Let the person call our skill in the last session."""
        if self.tool == "opencode":
            self.run(str(INSTALLED / "opencode"), "run", "--continue", "--command", "handoff", "Add a test")
            return self.model.asked[-1]
        return self.says("/handoff Add a test" if self.tool == "claude-code" else "$handoff Add a test", on=True)

    def run(self, *command: str) -> str:
        """Run a command where the agent works."""
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)  # fmt: skip
        assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def git(self, *arguments: str) -> str:
        return self.run("git", *arguments).strip()


def _claude(text: str, on: bool, session: str) -> list[str]:
    return ["claude", "-p", text, "--resume" if on else "--session-id", session, "--allowedTools", "Bash,mcp__warmline"]


def _codex(text: str, on: bool, _session: str) -> list[str]:
    trusted = ["--skip-git-repo-check", "--sandbox", "danger-full-access", "--dangerously-bypass-hook-trust"]
    return ["codex", "exec", *trusted, *(["resume", "--last"] if on else []), text]


def _opencode(text: str, on: bool, _session: str) -> list[str]:
    return ["opencode", "run", *(["--continue"] if on else []), text]


COMMANDS: Mapping[str, Callable[[str, bool, str], list[str]]] = {
    "claude-code": _claude,
    "codex": _codex,
    "opencode": _opencode,
}


def settle(agent: Agent, home: Path) -> None:
    """Point a tool at the scripted model."""
    url = agent.model.url
    if agent.tool == "codex":
        (home / ".codex").mkdir(exist_ok=True)
        (home / ".codex" / "config.toml").write_text(
            f'model_provider = "scripted"\nmodel = "scripted"\n[model_providers.scripted]\nname = "scripted"\n'
            f'base_url = "{url}/v1"\nwire_api = "responses"\nenv_key = "SCRIPTED_KEY"\n'
        )
    if agent.tool == "opencode":
        provider = {
            "npm": "@ai-sdk/openai-compatible",
            "name": "scripted",
            "options": {"baseURL": f"{url}/v1", "apiKey": "none"},
            "models": {"scripted": {"name": "scripted"}},
        }
        path = home / ".config" / "opencode" / "opencode.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        named = {"model": "scripted/scripted", "small_model": "scripted/scripted", "provider": {"scripted": provider}}
        path.write_text(json.dumps(named))


@pytest.fixture(params=COMMANDS)
def agent(request: pytest.FixtureRequest, api: Api, tmp_path: Path) -> Iterator[Agent]:
    tool = str(request.param)
    home, folder = tmp_path / "home", tmp_path / "dates"
    home.mkdir()
    folder.mkdir()
    person = {f"GIT_{who}_{what}": "ana@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "WARMLINE_URL": api.url,
        "WARMLINE_API_KEY": api.key,
        "ANTHROPIC_API_KEY": "none",
        "SCRIPTED_KEY": "none",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "OPENCODE_DISABLE_AUTOUPDATE": "1",
        "OPENCODE_DISABLE_MODELS_FETCH": "1",
        **person,
    }
    with a_model_server(script(tool)) as model:
        environment["ANTHROPIC_BASE_URL"] = model.url
        agent = Agent(tool, folder, environment, model, [])
        settle(agent, home)
        agent.git("init", "-q", "-b", "main")
        agent.git("commit", "-q", "--allow-empty", "-m", "Begin")
        yield agent


def captured(client: Warmline, text: str) -> None:
    """Wait until something that was said is kept: hooks capture in the background."""
    deadline = time.monotonic() + SECONDS
    while not any(text in memory.content for memory in client.memories.list(namespace=NAMESPACE)):
        assert time.monotonic() < deadline, f"{text!r} was not captured"
        time.sleep(0.5)


def the_handoff(client: Warmline) -> Handoff:
    return next(iter(client.handoffs.list(namespace=NAMESPACE)))


def test_a_day_with_a_coding_agent_from_its_hooks(agent: Agent, client: Warmline) -> None:
    agent.run(str(WARMLINE), "hook", "install", agent.tool, "--yes")
    agent.says(WORK)
    captured(client, DONE)
    was = agent.git("rev-parse", "--short", "HEAD")

    # A draft that is cancelled leaves the session as it was.
    assert "This is the draft" not in agent.hands_off().of("system")
    assert the_handoff(client).state == "drafted"
    agent.says("Cancel it", on=True)
    first = the_handoff(client)
    assert first.state == "cancelled"
    assert client.sessions.get(first.source_session_id).state == "open"

    # One that is confirmed is what the next session begins with; what it was handed over with is no work of its own.
    agent.hands_off()
    agent.says("Confirm it", on=True)
    handoff = the_handoff(client)
    assert (handoff.state, handoff.source_session_id) == ("ready", first.source_session_id)
    asked = agent.says("Now go on")
    for told in ("Add a test for `hello.py`", "Never use the network", f"`{was}` Add hello"):
        assert told in asked.text, told
    assert client.handoffs.get(handoff.id).state == "accepted"
    captured(client, "I tried something else.")
    sessions = list(client.sessions.list(namespace=NAMESPACE))
    assert len(sessions) == 2
    assert not any("Confirm it" in one.content for one in client.memories.list(namespace=NAMESPACE))

    # Going back wakes up with what was known then, and says where the code was.
    back = agent.run(str(WARMLINE), "resume", str(handoff.id), "--mode", "rollback", "--tool", agent.tool)
    assert "Add a test for `hello.py`" in back
    assert "something else" not in back.partition("The code was at")[0]
    assert f"The code was at {was}: 1 commit since this brief; changed: abandoned.py." in back
    beside = agent.run(str(WARMLINE), "resume", str(handoff.id), "--mode", "branch", "--tool", agent.tool)
    assert "Add a test for `hello.py`" in beside
    again = agent.says(f"Start again\n\n{back}")
    assert "Add a test for `hello.py`" in again.of("user")
    tree = agent.run(str(WARMLINE), "chain", "tree", str(handoff.chain_id))
    assert {"rollback", "branch"} <= set(tree.split())


def test_a_handoff_with_the_tools_of_the_mcp_server(agent: Agent, client: Warmline) -> None:
    agent.run(str(WARMLINE), "mcp", "install", agent.tool, "--namespace", NAMESPACE, "--yes")
    if agent.tool == "codex":
        # A single `codex exec` asks the model before its servers are there, but for those that it must have.
        config = Path(agent.environment["HOME"], ".codex", "config.toml")
        config.write_text(
            config.read_text().replace("[mcp_servers.warmline]\n", "[mcp_servers.warmline]\nrequired = true\n")
        )
    agent.says("Remember and hand over")
    handoff = client.handoffs.wait(the_handoff(client).id)
    assert (handoff.state, handoff.goal) == ("drafted", "Add a test")
    agent.run(str(WARMLINE), "handoff", "review", str(handoff.id), "--confirm")
    asked = agent.says(f"Take it over {handoff.id}")
    assert "Add a test for `hello.py`" in asked.of("result")
    assert client.handoffs.get(handoff.id).state == "accepted"
