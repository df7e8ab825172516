"""Plug-ins: loaded, passed over, or reported."""

import uuid
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import typer

from warmline.cli.plugins import GROUP, load_plugins

GOOD = """
import typer

def commands(app: typer.Typer) -> None:
    app.command("ping")(lambda: typer.echo("pong"))
"""


def a_plugin(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> EntryPoint:
    module = f"plugin_{uuid.uuid4().hex}"
    (folder / f"{module}.py").write_text(code)
    monkeypatch.syspath_prepend(str(folder))
    return EntryPoint(name="pets", value=f"{module}:commands", group=GROUP)


def an_app() -> typer.Typer:
    app = typer.Typer()
    app.callback()(lambda: None)
    return app


def test_a_plugin_adds_its_commands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = an_app()
    assert load_plugins(app, [a_plugin(monkeypatch, tmp_path, GOOD)]) == []
    app(["ping"], standalone_mode=False)
    assert capsys.readouterr().out == "pong\n"


def test_a_plugin_without_its_packages_is_passed_over_quietly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = load_plugins(an_app(), [a_plugin(monkeypatch, tmp_path, "import package_that_is_nowhere.at_all")])
    assert "'pets' are not here because the package 'package_that_is_nowhere' is not installed" in told[0]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import typer.no_such_module", "ModuleNotFoundError"),
        ("from typer import no_such_name", "ImportError"),
        ("commands = 1 / 0", "ZeroDivisionError"),
        ("nothing = None", "AttributeError"),
        ("def commands(app): raise RuntimeError('no pets')", "RuntimeError: no pets"),
    ],
)
def test_a_broken_plugin_is_reported_and_the_rest_works_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, fault: str
) -> None:
    app = an_app()
    assert load_plugins(app, [a_plugin(monkeypatch, tmp_path, code), a_plugin(monkeypatch, tmp_path, GOOD)]) == []
    assert f"The commands of 'pets' cannot be loaded: {fault}" in capsys.readouterr().err
    app(["ping"], standalone_mode=False)


def test_a_plugin_whose_own_package_is_not_installed_is_skipped_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    missing = EntryPoint(name="pets", value="plugin_that_is_nowhere:commands", group=GROUP)
    (said,) = load_plugins(an_app(), [missing])
    assert "'plugin_that_is_nowhere' is not installed" in said
    assert capsys.readouterr().err == ""


def test_a_plugin_whose_own_module_is_missing_is_broken(capsys: pytest.CaptureFixture[str]) -> None:
    missing = EntryPoint(name="pets", value="warmline.module_that_is_nowhere:commands", group=GROUP)
    assert load_plugins(an_app(), [missing]) == []
    assert "'pets' cannot be loaded" in capsys.readouterr().err
