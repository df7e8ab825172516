"""The regular expressions of forms.toml, compiled, by the module that looks for them."""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files

PART = re.compile(r"<<(\w+)>>")
ALL = tomllib.loads(files(__package__).joinpath("forms.toml").read_text("utf-8"))


def read(section: str, **parts: str) -> Mapping[str, re.Pattern[str]]:
    """The expressions of a section, by name. Where one has `<<name>>`, the expression or part of that name stands."""
    written = dict(parts)
    for name, pattern in ALL[section].items():
        written[name] = PART.sub(lambda hit: written[hit.group(1)], pattern)
    return {name: re.compile(rule) for name, rule in written.items() if name in ALL[section]}
