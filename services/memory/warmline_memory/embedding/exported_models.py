"""Models exported for ONNX Runtime: one folder each below ``model_dir``, made once and never changed."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warmline_memory.embedding.manifests import read_manifest
from warmline_memory.embedding.model_sources import model_source, torch_command, torch_environment
from warmline_memory.embedding.onnx_engine import OnnxEmbedder
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings

EXPORT_MODULE = "warmline_memory.embedding.export"
LOCK_TIMEOUT_SECONDS = 600.0
"""How long to wait for another process that exports the same model, in seconds. An export of the bundled model takes
about 20; larger models take longer."""


def ensure_exported(settings: Settings) -> Path:
    """Export the model that ``embedding_model`` names, unless that was done before; the folder it is in.

    The export runs in a process of its own, about 20 seconds, and is checked against sentence-transformers. Processes
    that come at the same time wait for the first one's. Raises ``SetupError`` where the model is not there, differs
    once exported, or where the folder cannot be written.
    """
    name, folder = settings.embedding_model, _folder(settings)
    if read_manifest(folder, name):
        return folder
    source = model_source(name)
    with _alone_in(folder):
        if not read_manifest(folder, name):
            _export(name, source, folder)
    return folder


def open_exported(settings: Settings) -> OnnxEmbedder:
    """Open the exported model that ``embedding_model`` names. Raises ``SetupError`` where it was not exported yet."""
    name, folder = settings.embedding_model, _folder(settings)
    manifest = read_manifest(folder, name)
    if manifest is None:
        raise SetupError(
            what=f"The model {name} is not exported in {folder}.",
            fix="Export it once with `python -m warmline_memory.embedding`.",
        )
    return OnnxEmbedder(folder, manifest, settings.embedding_threads)


def _folder(settings: Settings) -> Path:
    return settings.model_dir / re.sub(r"[^\w.-]+", "-", settings.embedding_model).strip("-.")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Hold the lock of a model's folder. The system frees it when its holder dies."""
    from filelock import FileLock, Timeout

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # A lock of the system and not a file that says so: it is freed when its holder is killed.
        with FileLock(folder.parent / f".{folder.name}.lock", timeout=LOCK_TIMEOUT_SECONDS):
            yield
    except Timeout as error:
        raise SetupError(
            what=f"Another process has been exporting to {folder} for {LOCK_TIMEOUT_SECONDS:.0f} seconds.",
            fix="Stop it, then start again.",
        ) from error
    except OSError as error:
        raise SetupError(
            what=f"The model folder {folder.parent} cannot be written ({error.strerror}).",
            fix="Make it writable, or set WARMLINE_MODEL_DIR to another folder.",
        ) from error


def _export(name: str, source: str, folder: Path) -> None:
    """Export into a folder beside the final one, then rename it: nobody ever sees half an export."""
    for leftover in folder.parent.glob(f".{folder.name}.*.partial"):
        shutil.rmtree(leftover, ignore_errors=True)
    partial = folder.parent / f".{folder.name}.{os.getpid()}.partial"
    partial.mkdir()
    try:
        _run_export(name, source, partial)
        if folder.exists():
            folder.rename(partial / "replaced")
        partial.rename(folder)
        shutil.rmtree(folder / "replaced", ignore_errors=True)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _run_export(name: str, source: str, folder: Path) -> None:
    finished = subprocess.run(  # noqa: S603 - our own module, no shell
        torch_command(EXPORT_MODULE, name, source, str(folder)),
        env=torch_environment(source),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode != 0:
        said = finished.stderr.strip().rpartition("\n")[2] or f"exit code {finished.returncode}"
        raise SetupError(
            what=f"The model {name} cannot be exported ({said}).",
            fix="Check WARMLINE_EMBEDDING_MODEL, or set WARMLINE_EMBEDDING_ENGINE to sentence-transformers.",
        )
