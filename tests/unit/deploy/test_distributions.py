"""What is published: the clients alone, and the server, which brings the clients."""

import subprocess
import sys
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SOURCE = "https://git.example/warmline"
CLIENTS, SERVER = "warmline-0.1.0-py3-none-any.whl", "warmline_server-0.1.0-py3-none-any.whl"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that is published."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, ROOT / "infra" / "distributions.py", folder, "--source", SOURCE]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def packages_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return {name.split("/")[0] for name in opened.namelist() if ".dist-info/" not in name}


def metadata_of(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = [name for name in opened.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(opened.read(name).decode())


def test_the_wheel_of_the_clients_has_no_module_of_the_server_and_the_other_has_all_of_them(published: Path) -> None:
    assert packages_in(published / CLIENTS) == {"warmline", "warmline_schemas"}
    server = {"warmline_memory", "warmline_api", "warmline_worker", "warmline_local"}
    assert packages_in(published / SERVER) == server


def test_a_wheel_has_every_file_of_its_packages(published: Path) -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    parts = [name.partition("warmline_memory/") for name in listed.splitlines() if "services/memory/" in name]
    with zipfile.ZipFile(published / SERVER) as opened:
        assert {there + rest for _, there, rest in parts} <= set(opened.namelist())


def test_clients_require_nothing_of_a_server_and_their_extra_brings_it(published: Path) -> None:
    wanted = metadata_of(published / CLIENTS).get_all("Requires-Dist") or []
    alone = {line.split(">")[0] for line in wanted if "extra ==" not in line}
    assert alone == {"httpx", "anyio", "pydantic", "typing-extensions", "platformdirs"}
    assert "warmline-server==0.1.0; extra == 'server'" in wanted
    assert "warmline-server[local]==0.1.0; extra == 'local'" in wanted
    assert "warmline==0.1.0" in (metadata_of(published / SERVER).get_all("Requires-Dist") or [])


def test_the_index_page_links_to_the_repository_and_has_no_link_that_leads_nowhere(published: Path) -> None:
    page = str(metadata_of(published / CLIENTS).get_payload())
    assert f"]({SOURCE}/blob/main/docs/python.md)" in page
    assert "](docs/" not in page
    assert metadata_of(published / CLIENTS)["Project-URL"].endswith(SOURCE)
