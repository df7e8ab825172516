"""The regular expressions of forms.toml, by the module that looks for them."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files

PART = re.compile(r"<<(\w+)>>")
_ALL = tomllib.loads(files(__package__).joinpath("forms.toml").read_text("utf-8"))


def read(module: str, **parts: str) -> Mapping[str, str]:
    """The expressions of a module of this room, by name. Where one has `<<name>>`, the expression or part of that name
    stands there."""
    found = dict(parts)
    for name, pattern in _ALL[module].items():
        found[name] = PART.sub(lambda hit: found[hit.group(1)], pattern)
    return found
