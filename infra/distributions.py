"""Writes what is published: ``python infra/distributions.py dist --source https://git.example/warmline``.

A checkout is one project, so that it is installed in one step. Of it two distributions are made, each as a wheel and as
its source: ``warmline`` has the clients, the command line, the adapters and the MCP server; ``warmline-server`` has the
platform. ``warmline[server]`` brings both, ``warmline[local]`` the embedded servers too.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import tomlkit

ROOT = Path(__file__).parents[1]
CLIENT = ["schemas/warmline_schemas", "agents/warmline"]
OF_THE_SERVER = ["local", "sentence-transformers", "llm", "telemetry"]
"""The extras that add to the platform, and nothing to the clients."""
OF_A_CHECKOUT = ["dev", "bench"]
"""The extras that are of no use without the tests."""
Table = dict[str, Any]


def main() -> None:
    """Write both distributions into a folder."""
    parser = argparse.ArgumentParser(description="Write the wheels and the source distributions that are published.")
    parser.add_argument("folder", type=Path, help="where they are written")
    parser.add_argument("--source", required=True, help="the address of the repository, which the index page links to")
    given = parser.parse_args()
    checkout = tomllib.loads((ROOT / "pyproject.toml").read_text())
    packages = checkout["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    source = given.source.rstrip("/")
    for project, paths in (
        (_client(checkout["project"]), CLIENT),
        (_server(checkout["project"]), [path for path in packages if path not in CLIENT]),
    ):
        _write(given.folder.resolve(), {**project, "urls": _urls(source)}, paths, checkout["build-system"], source)


def _client(project: Table) -> Table:
    server = f"{project['name']}-server"
    extras = {name: wanted for name, wanted in project["optional-dependencies"].items() if name not in OF_A_CHECKOUT}
    for name in OF_THE_SERVER:
        extras[name] = [f"{server}[{name}]=={project['version']}"]
    return {**project, "optional-dependencies": {**extras, "server": [f"{server}=={project['version']}"]}}


def _server(project: Table) -> Table:
    extras = project["optional-dependencies"]
    # Its commands hang in the command line of the client, whose entry point names them.
    kept = {name: value for name, value in project.items() if name not in ("scripts", "entry-points")}
    return {
        **kept,
        "name": f"{project['name']}-server",
        "description": "The platform of Warmline: API, worker, console, and the stack for one machine.",
        "dependencies": [f"{project['name']}=={project['version']}", *extras["server"]],
        "optional-dependencies": {name: extras[name] for name in OF_THE_SERVER},
    }


def _urls(source: str) -> Table:
    return {"Source": source, "Documentation": f"{source}/blob/main/docs/README.md"}


def _write(folder: Path, project: Table, paths: list[str], system: Table, source: str) -> None:
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        for path in paths:
            shutil.copytree(ROOT / path, place / Path(path).name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "LICENSE", place)
        (place / "README.md").write_text(_with_absolute_links((ROOT / "README.md").read_text(), source))
        wheel = {"packages": [Path(path).name for path in paths]}
        tool = {"hatch": {"build": {"targets": {"wheel": wheel}}}}
        (place / "pyproject.toml").write_text(tomlkit.dumps({"build-system": system, "project": project, "tool": tool}))
        subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=place, check=True)


def _with_absolute_links(text: str, source: str) -> str:
    """The README for an index page, which has no files beside it."""
    return re.sub(r"\]\((?!https?:|#)([^)]+)\)", rf"]({source}/blob/main/\1)", text)


if __name__ == "__main__":
    main()
