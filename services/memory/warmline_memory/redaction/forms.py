"""The regular expressions of forms.toml, compiled, by the module that looks for them; and the texts of JSON values."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

PART = re.compile(r"<<(\w+)>>")
ALL = tomllib.loads(files(__package__).joinpath("forms.toml").read_text("utf-8"))


def read(section: str, **parts: str) -> Mapping[str, re.Pattern[str]]:
    """The expressions of a section, by name. Where one has `<<name>>`, the expression or part of that name stands."""
    written = dict(parts)
    for name, pattern in ALL[section].items():
        written[name] = PART.sub(lambda hit: written[hit.group(1)], pattern)
    return {name: re.compile(rule) for name, rule in written.items() if name in ALL[section]}


def leaves(tree: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """The texts and whole numbers of a JSON value as texts, each with the name that it is the value of."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from leaves(value, str(key))
    elif isinstance(tree, list | tuple):
        for item in tree:
            yield from leaves(item, name)
    elif isinstance(tree, str | int) and not isinstance(tree, bool):
        yield name, str(tree)
