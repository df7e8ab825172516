"""Registering the MCP server: what would be written is shown first, and nothing else in a file is changed."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from warmline.cli import build_app
from warmline.cli.mcp.hosts import HOSTS, file_of

KEY = "wk_secret_1234"
Command = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / ".config"))
    monkeypatch.setenv("WARMLINE_URL", "https://warmline.bank.example")
    monkeypatch.setenv("WARMLINE_API_KEY", KEY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mcp(home: Path) -> Command:
    def run(*arguments: str, input: str | None = None) -> Result:
        return CliRunner().invoke(build_app()[0], ["mcp", *arguments], input=input)

    return run


@pytest.mark.parametrize("name", HOSTS)
def test_each_host_gets_the_command_with_all_that_it_needs_and_loses_it_again(name: str, mcp: Command) -> None:
    path = file_of(HOSTS[name], None)
    assert mcp("install", name, "--namespace", "shop", "--yes").exit_code == 0
    written = path.read_text()
    assert all(word in written for word in ("https://warmline.bank.example", KEY, name, "shop", '"mcp"'))
    assert (path.stat().st_mode & 0o777) == 0o600
    assert mcp("uninstall", name, "--yes").exit_code == 0
    assert KEY not in path.read_text()


@pytest.mark.parametrize("name", [name for name, host in HOSTS.items() if host.takes_urls])
def test_each_host_gets_a_server_that_runs_elsewhere(name: str, mcp: Command) -> None:
    assert mcp("install", name, "--http", "https://mcp.bank.example/mcp", "--yes").exit_code == 0
    assert "https://mcp.bank.example/mcp" in file_of(HOSTS[name], None).read_text()


def test_what_would_be_written_is_shown_without_the_key_and_waits_for_a_yes(mcp: Command, home: Path) -> None:
    answer = mcp("install", "cursor", input="n\n")
    assert "+" in answer.output
    assert "WARMLINE_API_KEY" in answer.output
    assert KEY not in answer.output
    assert not (home / ".cursor/mcp.json").exists()
    assert mcp("install", "cursor", input="y\n").exit_code == 0
    assert (home / ".cursor/mcp.json").exists()


def test_other_servers_and_settings_stay_where_they_are(mcp: Command, home: Path) -> None:
    before = {"theme": "dark", "mcpServers": {"files": {"command": "files"}}, "projects": {"/a": {"x": [1, 2]}}}
    path = home / ".claude.json"
    path.write_text(json.dumps(before, indent=4))
    path.chmod(0o644)
    mcp("install", "claude-code", "--yes")
    after = json.loads(path.read_text())
    assert after.pop("mcpServers").keys() == {"files", "warmline"}
    assert after == {"theme": "dark", "projects": before["projects"]}
    assert path.stat().st_mode & 0o777 == 0o644
    mcp("uninstall", "claude-code", "--yes")
    assert path.read_text() == json.dumps(before, indent=4) + "\n"


def test_comments_of_a_toml_file_stay(mcp: Command, home: Path) -> None:
    path = home / ".codex/config.toml"
    path.parent.mkdir()
    before = '# mine\nmodel = "m"  # the best\n\n[mcp_servers.files]\ncommand = "files"\n'
    path.write_text(before)
    mcp("install", "codex", "--yes")
    assert tomllib.loads(path.read_text())["mcp_servers"]["warmline"]["args"] == ["mcp"]
    assert path.read_text().startswith(before)
    mcp("uninstall", "codex", "--yes")
    assert path.read_text().strip() == before.strip()


@pytest.mark.parametrize("before", ["// mine\n{}", '{"context_servers": []}', "[]", '{"a": '])
def test_a_file_that_would_lose_something_is_left_alone(mcp: Command, home: Path, before: str) -> None:
    path = home / ".config/zed/settings.json"
    path.parent.mkdir(parents=True)
    path.write_text(before)
    answer = mcp("install", "zed", "--yes")
    assert answer.exit_code != 0
    assert "It was left as it is" in str(answer.exception)
    assert KEY not in str(answer.exception)
    assert path.read_text() == before


def test_the_file_of_a_project_names_the_variable_and_has_no_key(mcp: Command, home: Path) -> None:
    mcp("install", "claude-code", "--project", "--yes")
    written = (home / ".mcp.json").read_text()
    assert "${WARMLINE_API_KEY}" in written
    assert KEY not in written


def test_a_link_to_a_file_elsewhere_stays_one(mcp: Command, home: Path) -> None:
    (home / "dotfiles").mkdir()
    kept = home / "dotfiles" / "mcp.json"
    kept.write_text("{}")
    (home / ".cursor").mkdir()
    (home / ".cursor/mcp.json").symlink_to(kept)
    mcp("install", "cursor", "--yes")
    assert (home / ".cursor/mcp.json").is_symlink()
    assert "warmline" in kept.read_text()


def test_installing_twice_changes_nothing(mcp: Command, home: Path) -> None:
    mcp("install", "vscode", "--yes")
    assert "like that already" in mcp("install", "vscode", "--yes").output


@pytest.mark.parametrize(
    "wrong",
    [
        ["install", "notepad"],
        ["install", "claude-desktop", "--http", "https://mcp.bank.example/mcp", "--yes"],
        ["install", "windsurf", "--project", "--yes"],
    ],
)
def test_what_a_host_cannot_do_is_said(mcp: Command, wrong: list[str]) -> None:
    assert mcp(*wrong).exit_code != 0
