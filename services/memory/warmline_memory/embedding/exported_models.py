"""Models exported for ONNX Runtime: one folder each below ``model_dir``, made once and never changed."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warmline_memory.embedding.manifests import read_manifest
from warmline_memory.embedding.model_sources import model_folder
from warmline_memory.embedding.onnx_engine import OnnxEmbedder
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings

LOCK_TIMEOUT_SECONDS = 600.0
"""How long to wait for another process that exports the same model, in seconds. The bundled model takes a second or
two; one that is downloaded takes as long as that does."""


def ensure_exported(settings: Settings) -> Path:
    """Export the model that ``embedding_model`` names, unless that was done before; the folder it is in.

    Processes that come at the same time wait for the first one's export. It takes about three times the model's size
    of memory for a moment, so no server calls this. Raises ``SetupError`` where the model is not there, is of a kind
    that cannot be exported, or where the folder cannot be written.
    """
    name, folder = settings.embedding_model, _folder(settings)
    if read_manifest(folder, name):
        return folder
    with _alone_in(folder):
        if not read_manifest(folder, name):
            _export(name, folder)
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


def _export(name: str, folder: Path) -> None:
    """Export into a folder beside the final one, then rename it: nobody ever sees half an export."""
    for leftover in folder.parent.glob(f".{folder.name}.*.partial"):
        shutil.rmtree(leftover, ignore_errors=True)
    partial = folder.parent / f".{folder.name}.{os.getpid()}.partial"
    partial.mkdir()
    try:
        _fill(name, partial)
        if folder.exists():
            folder.rename(partial / "replaced")
        partial.rename(folder)
        shutil.rmtree(folder / "replaced", ignore_errors=True)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _fill(name: str, folder: Path) -> None:
    from warmline_memory.embedding.export import export

    try:
        with model_folder(name) as source:
            export(name, source, folder)
    except SetupError:
        raise
    except Exception as error:  # the hub's library and those that read weights raise errors of many kinds
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SetupError(
            what=f"The model {name} cannot be exported ({reason[:300]}).",
            fix="Check WARMLINE_EMBEDDING_MODEL, or set WARMLINE_EMBEDDING_ENGINE to sentence-transformers.",
        ) from error
