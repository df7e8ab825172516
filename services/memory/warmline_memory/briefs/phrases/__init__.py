"""Phrases: what the platform itself says to receivers and customers, one TOML file for each language.

A file is named by its BCP 47 tag. What a language leaves out is said in English, which has everything.
"""

import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

ENGLISH = "en"
ENDING = ".toml"
QUOTES = str.maketrans(dict.fromkeys('“”„«»「」"', "'"))
"""What stands between quotation marks of a phrase has none of its own, or it would seem to end there."""


def phrase(part: str, name: str, language: str | None = None, **facts: str) -> str:
    """A phrase of a part of the catalogue (`opening`, `task`) with these facts put in, in the nearest language to a
    BCP 47 tag that has it: `pt-BR`, else `pt`, else English, which has all.
    """
    said = next(found[name] for tag in _nearest(language) if name in (found := CATALOGUE.get(tag, {}).get(part, {})))
    return str(said).format(**facts)


def _nearest(language: str | None) -> Iterator[str]:
    # The lookup of RFC 4647, 3.4: subtags are taken off from the right.
    subtags = (language or ENGLISH).split("-")
    yield from ("-".join(subtags[:count]) for count in range(len(subtags), 0, -1))
    yield ENGLISH


def _read_in() -> Mapping[str, Mapping[str, Any]]:
    found = sorted(
        (file for file in files(__name__).iterdir() if file.name.endswith(ENDING)), key=lambda file: file.name
    )
    return {file.name.removesuffix(ENDING): tomllib.loads(file.read_text("utf-8")) for file in found}


CATALOGUE: Mapping[str, Mapping[str, Any]] = MappingProxyType(_read_in())
"""The phrases by language, part and name."""
