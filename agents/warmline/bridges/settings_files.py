"""Settings files: the settings of a bridge are one TOML file. Secrets can stand in the environment instead."""

import os
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from warmline.errors import NotConfigured

VARIABLE = "env:"
"""What begins with this names a variable of the environment that holds the value."""


class Part(BaseModel):
    """Settings of a bridge, or a part of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Shape = TypeVar("Shape", bound=Part)


def read(path: Path, shape: type[Shape], *, page: str) -> Shape:
    """Read the settings from a file. Raises ``NotConfigured``, which names each field that is wrong."""
    try:
        found = tomllib.loads(path.read_text())
    except FileNotFoundError as error:
        raise NotConfigured(f"There is no file {path}: write one as {page} shows, or name it with --config.") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise NotConfigured(f"{path} cannot be read: {error}.") from error
    try:
        return shape.model_validate(found)
    except ValidationError as error:
        faults = "; ".join(f"`{'.'.join(map(str, one['loc']))}`: {one['msg']}" for one in error.errors())
        # The error itself holds the values, among them tokens.
        raise NotConfigured(f"{path} is not as it should be. {faults}.") from None


def looked_up(value: Any, field: str) -> Any:
    """Return a value, or that of the variable that it names. Raises ``ValueError`` where there is no such variable."""
    if not isinstance(value, str) or not value.startswith(VARIABLE):
        return value
    name = value.removeprefix(VARIABLE)
    if not os.environ.get(name):
        raise ValueError(f"the variable {name}, which {field} names, is not set")
    return os.environ[name]


def looked_up_each(value: Any, field: str) -> Any:
    """Return a list of such values, of one alone too."""
    return [looked_up(one, field) for one in ([value] if isinstance(value, str) else value)]
