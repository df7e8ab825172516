"""The MCP server by a foreign client: the protocol's own inspector, on its command line.

``make test-mcp`` installs it from npm; without it there is nothing to run.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Api
from tests.integration.mcp.conftest import environment
from tests.integration.mcp.test_server import BAD, TOOLS

INSPECTOR = Path(sys.prefix) / "inspector" / "node_modules" / ".bin" / "mcp-inspector"
pytestmark = pytest.mark.skipif(not INSPECTOR.exists(), reason="make test-mcp installs it")

Inspect = Callable[..., dict[str, Any]]


@pytest.fixture(params=[(door, era) for door in ("stdio", "http") for era in ("legacy", "modern")], ids="-".join)
def inspect(request: pytest.FixtureRequest, api: Api, tmp_path: Path) -> Inspect:
    """Calls a method of the server through one of the doors, in one of the eras; what the inspector prints."""
    door, era = request.param
    if door == "http":
        url = request.getfixturevalue("mcp_url")
        server = [url, "--transport", "http", "--header", f"Authorization: Bearer {api.key}"]
    else:
        given = {"WARMLINE_URL": api.url, "WARMLINE_API_KEY": api.key}
        passed = [word for name, value in given.items() for word in ("-e", f"{name}={value}")]
        server = [str(Path(sys.executable).with_name("warmline")), "mcp", *passed]

    def call(method: str, *options: str) -> dict[str, Any]:
        command = [str(INSPECTOR), "--cli", *server, "--method", method, *options]
        command += ["--protocol-era", era, "--format", "json", "--quiet", "--connect-timeout", "60000"]
        # It keeps files of its own in the home folder.
        env = environment(api, HOME=str(tmp_path))
        ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
        assert ran.stdout.startswith("{"), f"{ran.stdout[-2000:]}\n{ran.stderr[-2000:]}"
        if "--strict" in options:
            assert ran.returncode == 0, ran.stderr
        return dict(json.loads(ran.stdout))

    return call


def called(inspect: Inspect, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The result of a tool."""
    given = ["--tool-name", tool, "--tool-args-json", json.dumps(arguments)]
    return dict(inspect("tools/call", *given)["result"])


def test_the_inspector_finds_what_is_offered_and_no_fault_in_its_schemas(inspect: Inspect) -> None:
    tools = inspect("tools/list", "--strict")["result"]["tools"]
    assert sorted(tool["name"] for tool in tools) == sorted(TOOLS)
    prompts = inspect("prompts/list")["result"]["prompts"]
    assert {prompt["name"] for prompt in prompts} == {"handoff", "resume"}
    templates = inspect("resources/templates/list")["result"]["resourceTemplates"]
    assert len(templates) == 2


def test_what_one_call_of_the_inspector_keeps_another_recalls(inspect: Inspect) -> None:
    kept = called(inspect, "remember", {"content": "Order W1 was $94", "importance": 0.9})
    assert kept["structuredContent"]["session_id"]
    assert "W1" in json.dumps(called(inspect, "recall", {"query": "W1"})["structuredContent"])


def test_wrong_arguments_of_every_tool_are_answered_to_the_inspector_as_errors(inspect: Inspect) -> None:
    for tool in TOOLS:
        answer = called(inspect, tool, BAD[tool][0])
        assert answer["isError"] is True, tool
        [part] = answer["content"]
        assert part["text"].startswith(f"{tool} was not called: ")
