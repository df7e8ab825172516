"""Exporting the model: once, whole, checked, whoever comes at the same time and whatever was left behind."""

import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from tests.builders.compared_texts import check_texts
from warmline_memory.embedding import ensure_exported, open_embedder
from warmline_memory.embedding.manifests import FORMAT
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings

MODEL = "all-MiniLM-L6-v2"
EXPORT_AND_TELL = """
from warmline_memory.embedding import ensure_exported
from warmline_memory.settings import Settings
print((ensure_exported(Settings()) / "model.onnx").stat())
"""


@dataclass(frozen=True)
class Exported:
    """What two processes saw that exported the same model at once into a folder with remains of earlier attempts."""

    settings: Settings
    seen: list[str]

    @property
    def folder(self) -> Path:
        return self.settings.model_dir / MODEL


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Exported:
    settings = Settings(model_dir=tmp_path_factory.mktemp("models"), embedding_model=MODEL)
    for remains in (f".{MODEL}.4711.partial", MODEL):
        (settings.model_dir / remains).mkdir()
        (settings.model_dir / remains / "model.onnx").write_bytes(b"half a model")
    environment = {**os.environ, "WARMLINE_MODEL_DIR": str(settings.model_dir), "WARMLINE_EMBEDDING_MODEL": MODEL}
    command = [sys.executable, "-c", EXPORT_AND_TELL]
    with (
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as one,
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as other,
    ):
        return Exported(settings, [process.communicate()[0] for process in (one, other)])


def a_copy_of(exported: Exported, model_dir: Path) -> Settings:
    shutil.copytree(exported.folder, model_dir / MODEL, copy_function=os.link)
    return Settings(model_dir=model_dir, embedding_model=MODEL)


def replace(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


def test_two_processes_at_once_yield_one_export(exported: Exported) -> None:
    one, other = exported.seen
    assert one.startswith("os.stat_result")
    assert one == other


def test_remains_of_an_interrupted_export_are_no_obstacle_and_are_cleared(exported: Exported) -> None:
    found = sorted(file.name for file in exported.settings.model_dir.iterdir() if not file.name.endswith(".lock"))
    assert found == [MODEL]


def test_an_export_holds_the_model_its_tokenizer_and_a_manifest(exported: Exported) -> None:
    found = sorted(file.name for file in exported.folder.iterdir())
    assert found == ["manifest.json", "model-given-words.onnx", "model.onnx", "model.onnx.data", "tokenizer.json"]


def test_whoever_may_read_one_file_of_an_export_may_read_all(exported: Exported) -> None:
    assert len({file.stat().st_mode for file in exported.folder.iterdir()}) == 1


def test_an_export_can_be_opened_and_used(exported: Exported) -> None:
    with closing(open_embedder(exported.settings)) as embedder:
        assert np.linalg.norm(embedder.embed(["refund"])) == pytest.approx(1.0, abs=1e-5)


def test_a_second_call_exports_and_rewrites_nothing(exported: Exported) -> None:
    model_dir = exported.settings.model_dir
    before = {file: file.stat() for file in (model_dir, *model_dir.rglob("*"))}
    folder = ensure_exported(exported.settings)
    assert (folder, {file: file.stat() for file in before}) == (exported.folder, before)


def test_the_command_prints_the_folder_of_the_model(exported: Exported) -> None:
    environment = {**os.environ, "WARMLINE_MODEL_DIR": str(exported.settings.model_dir)}
    command = [sys.executable, "-m", "warmline_memory.embedding"]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert printed.stdout == f"{exported.folder}\n"


def test_the_command_says_in_one_line_what_is_wrong() -> None:
    environment = {**os.environ, "WARMLINE_EMBEDDING_MODEL": "/nowhere"}
    command = [sys.executable, "-m", "warmline_memory.embedding"]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 1
    assert finished.stderr.startswith("There is no model folder /nowhere. Set WARMLINE_EMBEDDING_MODEL")


def test_a_model_that_is_not_exported_is_refused_with_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"not exported .* `python -m warmline_memory\.embedding`"):
        open_embedder(Settings(model_dir=tmp_path))


def test_an_export_that_lost_a_file_counts_as_none(exported: Exported, tmp_path: Path) -> None:
    settings = a_copy_of(exported, tmp_path)
    (tmp_path / MODEL / "tokenizer.json").unlink()
    with pytest.raises(SetupError, match="not exported"):
        open_embedder(settings)


def test_an_export_of_another_format_counts_as_none(exported: Exported, tmp_path: Path) -> None:
    settings = a_copy_of(exported, tmp_path)
    manifest = tmp_path / MODEL / "manifest.json"
    of_before = manifest.read_text().replace(f'"format": {FORMAT}', f'"format": {FORMAT - 1}')
    replace(manifest, of_before.encode())
    with pytest.raises(SetupError, match="not exported"):
        open_embedder(settings)


def test_a_damaged_model_is_refused_with_the_mend(exported: Exported, tmp_path: Path) -> None:
    settings = a_copy_of(exported, tmp_path)
    model = tmp_path / MODEL / "model.onnx"
    replace(model, b"x" * model.stat().st_size)
    with pytest.raises(SetupError, match=r"cannot be loaded .* Delete that folder and export it again"):
        open_embedder(settings)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match=r"/file/models cannot be written .* WARMLINE_MODEL_DIR"):
        ensure_exported(Settings(model_dir=tmp_path / "file" / "models"))


def test_a_model_that_cannot_be_exported_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    settings = Settings(model_dir=tmp_path / "models", embedding_model=str(tmp_path / "empty"))
    with pytest.raises(SetupError, match=r"cannot be exported \(.*\)\. Check WARMLINE_EMBEDDING_MODEL"):
        ensure_exported(settings)
    assert [file.suffix for file in settings.model_dir.iterdir()] == [".lock"]


def test_a_model_is_compared_on_two_hundred_different_texts() -> None:
    texts = check_texts()
    assert len(set(texts)) == len(texts) == 200
