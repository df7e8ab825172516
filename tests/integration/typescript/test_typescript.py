"""The TypeScript SDK, against a platform that runs, and as it is installed."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Api
from warmline_api.app import create_app
from warmline_memory.settings import Settings

PACKAGE = Path(__file__).parents[3] / "agents" / "typescript"


def node_is_there() -> bool:
    """Whether there is a Node as new as the package asks for."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    return int(version.lstrip("v").partition(".")[0]) >= 20


pytestmark = pytest.mark.skipif(not node_is_there(), reason="Node 20 or newer, with npm, is not installed")
LINKS = ("package.json", "package-lock.json", "tsconfig.json", "src", "scripts", "test", "LICENSE", "README.md")


def called(*command: str, cwd: Path, stdin: str | None = None, **variables: str) -> str:
    """What a program printed; the test fails with all of it where the program does."""
    environment = {**os.environ, **variables}
    ran = subprocess.run(
        command, cwd=cwd, input=stdin, env=environment, capture_output=True, text=True, timeout=170, check=False
    )
    assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout[-6000:]}\n{ran.stderr[-3000:]}"
    return ran.stdout


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package with its tools, built: several runs at once must not build in one folder."""
    folder = tmp_path_factory.mktemp("typescript")
    for name in LINKS:
        (shutil.copytree if (PACKAGE / name).is_dir() else shutil.copy)(PACKAGE / name, folder / name)
    # The tools are not of Node itself. Where the package has them already, nothing is asked of a registry.
    if (PACKAGE / "node_modules").exists():
        (folder / "node_modules").symlink_to(PACKAGE / "node_modules")
    else:
        called("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", cwd=folder)
    called("node", "scripts/build.mjs", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def project(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project into which the packed package was installed, without a network."""
    packed = called("npm", "pack", "--ignore-scripts", "--json", "--pack-destination", str(package), cwd=package)
    [tarball] = json.loads(packed)
    assert {entry["path"].partition("/")[0] for entry in tarball["files"]} == {
        *("dist", "LICENSE", "README.md", "package.json")
    }
    folder = tmp_path_factory.mktemp("project")
    (folder / "package.json").write_text('{"name": "mine", "private": true}')
    called("npm", "install", "--offline", "--no-audit", "--no-fund", str(package / tarball["filename"]), cwd=folder)
    assert [one.name for one in (folder / "node_modules").iterdir() if one.name[0] != "."] == ["warmline"]
    return folder


@pytest.mark.usefixtures("worker")
def test_the_sdk_does_against_a_platform_what_its_own_tests_say(package: Path, api: Api) -> None:
    page = str(PACKAGE.parents[1] / "docs" / "adapters.md")
    reached = {"WARMLINE_URL": api.url, "WARMLINE_API_KEY": api.key, "WARMLINE_ADAPTERS_PAGE": page}
    # One file after the other: what one prefers for the tenant, the next must not meet.
    for file in sorted(package.glob("test/*.mjs")):
        called("node", "--test", str(file), cwd=package, **reached)


def test_the_types_are_those_of_the_openapi_document(package: Path, settings: Settings) -> None:
    document = json.dumps(create_app(settings).openapi())
    called("node", "scripts/types.mjs", "--check", cwd=package, stdin=document)


def test_an_installed_package_is_imported_both_ways(project: Path) -> None:
    names = "console.log(typeof Warmline, typeof verify)"
    imported = f"import {{ Warmline, verify }} from 'warmline'; {names}"
    modern = called("node", "--input-type=module", "-e", imported, cwd=project)
    older = called("node", "-e", f"const {{ Warmline, verify }} = require('warmline'); {names}", cwd=project)
    assert modern == older == "function function\n"
    adapter = called("node", "-e", "console.log(typeof require('warmline/ai-sdk').WarmlineWork)", cwd=project)
    assert adapter == "function\n"


def test_an_installed_package_has_nothing_but_itself(project: Path) -> None:
    manifest: dict[str, Any] = json.loads((project / "node_modules/warmline/package.json").read_text())
    assert "dependencies" not in manifest
    assert "peerDependencies" not in manifest
    size = sum(one.stat().st_size for one in (project / "node_modules/warmline").rglob("*") if one.is_file())
    assert size < 400_000


@pytest.mark.usefixtures("worker")
@pytest.mark.parametrize("page", ["docs/typescript.md", "agents/typescript/README.md"])
def test_the_example_of_a_page_runs_as_it_is_written(project: Path, api: Api, page: str) -> None:
    [example] = re.findall(r"```ts\n(.*?)```", (PACKAGE.parents[1] / page).read_text(), re.S)
    # Where the platform is, and its key, are the only two things that differ.
    placed = example.replace("http://127.0.0.1:8420", api.url).replace("wl_...", api.key)
    (project / "example.mjs").write_text(placed)
    prompt = called("node", "example.mjs", cwd=project, WARMLINE_URL=api.url, WARMLINE_API_KEY=api.key)
    assert "$94" in prompt
    assert "W1" in prompt


def test_the_handoff_of_the_pattern_runs_as_it_is_written(package: Path, project: Path, api: Api) -> None:
    written = (PACKAGE / "test/handoff_to_specialist.ts").read_text()
    assert "import { Dakera } from 'warmline';" in written
    # Where the platform is, and its key, are the only two things that differ.
    placed = written.replace("http://localhost:3300", api.url).replace("dk-...", api.key)
    (project / "pattern.mts").write_text(placed)
    tsc = str(package / "node_modules/typescript/bin/tsc")
    called("node", tsc, "--strict", "--module", "NodeNext", "--target", "ES2022", "pattern.mts", cwd=project)
    (project / "run.mjs").write_text(
        """
        import { client, handoffToSpecialist } from "./pattern.mjs";
        const first = await client.sessions.start({ namespace: "user-dave", metadata: { agent: "tier1-bot" } });
        const reason = "Charged $299, not $199";
        const handed = await handoffToSpecialist("dave", first.sessionId, "billing-specialist", reason);
        console.log(JSON.stringify([handed, await client.sessions.get(first.id)]));
        """
    )
    handed, first = json.loads(called("node", "run.mjs", cwd=project))
    assert (first["state"], handed["session"]["agent"]) == ("ended", "billing-specialist")
    assert handed["session"]["sessionId"] == handed["session"]["id"]
    [kept] = handed["context"]
    assert kept["content"] == "HANDOFF to billing-specialist: Charged $299, not $199"
    assert (kept["kind"], kept["importance"], kept["session_id"]) == ("handoff", 1.0, first["id"])
