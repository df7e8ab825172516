"""Hooks are put into the files of coding agents, and taken out again, without a loss."""

import json
import tomllib
from pathlib import Path

import pytest

from warmline.cli import main
from warmline.cli.coding.places import PLACES
from warmline.cli.mcp.commands import command_beside

OTHERS = {"model": "opus", "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "say done"}]}]}}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as leaving:
        main(["hook", *arguments])
    return int(leaving.value.code or 0)


def commands_of(path: Path, event: str) -> list[str]:
    hooks = json.loads(path.read_text())["hooks"]
    return [hook["command"] for group in hooks[event] for hook in group["hooks"]]


def test_the_plugin_has_the_hooks_and_the_skill_that_the_command_installs() -> None:
    root = Path(__file__).parents[3]
    (listed,) = json.loads((root / ".claude-plugin" / "marketplace.json").read_text())["plugins"]
    plugin = root / listed["source"]
    about = json.loads((plugin / ".claude-plugin" / "plugin.json").read_text())
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert (about["name"], about["version"]) == (listed["name"], version)
    events = json.loads((plugin / "hooks" / "hooks.json").read_text())["hooks"]
    assert tuple(events) == PLACES["claude-code"].events
    assert {hook["command"] for groups in events.values() for group in groups for hook in group["hooks"]} == {
        "warmline hook run claude-code"
    }
    assert (plugin / "skills" / "handoff" / "SKILL.md").read_text() == PLACES["claude-code"].skill("warmline")


@pytest.mark.parametrize("tool", [tool for tool in PLACES if not PLACES[tool].program])
def test_what_was_installed_is_gone_when_it_is_uninstalled(tool: str, home: Path) -> None:
    path = PLACES[tool].hooks_file(False)
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(OTHERS))
    assert run("install", tool, "--yes") == 0
    assert commands_of(path, "SessionStart")[0].endswith(f"hook run {tool}")
    assert PLACES[tool].skill_file(False).exists()
    assert run("uninstall", tool, "--yes") == 0
    assert json.loads(path.read_text()) == OTHERS
    assert not PLACES[tool].skill_file(False).exists()


def test_hooks_of_others_stay_and_ours_come_once(home: Path) -> None:
    path = home / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_text(json.dumps(OTHERS))
    run("install", "claude-code", "--yes")
    run("install", "claude-code", "--yes")
    assert len(commands_of(path, "Stop")) == 2
    assert commands_of(path, "Stop")[0] == "say done"


def test_a_file_that_is_no_plain_json_is_left_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = home / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_text("{ // mine\n}")
    assert run("install", "claude-code", "--yes") == 1
    assert path.read_text() == "{ // mine\n}"
    assert "left as it is" in capsys.readouterr().err


def test_a_skill_that_somebody_changed_stays(home: Path) -> None:
    run("install", "claude-code", "--yes")
    skill = PLACES["claude-code"].skill_file(False)
    skill.write_text("mine")
    run("uninstall", "claude-code", "--yes")
    assert skill.read_text() == "mine"


def test_opencode_has_a_program_for_its_hooks_that_is_gone_when_it_is_uninstalled(home: Path) -> None:
    run("install", "opencode", "--yes")
    program = home / ".config" / "opencode" / "plugin" / "warmline.js"
    assert f'const WARMLINE = "{command_beside()}"' in program.read_text()
    assert "{warmline}" not in program.read_text()
    assert PLACES["opencode"].skill_file(False).exists()
    run("uninstall", "opencode", "--yes")
    assert not program.exists()
    assert not PLACES["opencode"].skill_file(False).exists()


def test_a_projects_files_of_opencode_are_in_the_projects_folder(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    run("install", "opencode", "--project", "--yes")
    assert (home / ".opencode" / "plugin" / "warmline.js").exists()
    assert (home / ".opencode" / "command" / "handoff.md").exists()


@pytest.mark.parametrize("tool", PLACES)
def test_a_skill_calls_the_command_by_its_whole_path_since_agents_have_shells_of_their_own(tool: str) -> None:
    assert f"`{command_beside()} handoffs here --tool {tool}" in PLACES[tool].skill()
    assert f"`{command_beside()} handoffs review" in PLACES[tool].skill()
