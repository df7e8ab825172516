"""Templates: the kinds of briefs that come with the platform, each a TOML file, and how such a file is read."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from pydantic import ValidationError

from warmline_schemas.briefs import SectionName
from warmline_schemas.templates import Template, WriteTemplate

SUPPORT = "support"
ENDING = ".toml"

WIDER = {
    SectionName.SEVERITY: SectionName.FACTS,
    SectionName.FIGURES: SectionName.FACTS,
    SectionName.ENVIRONMENT: SectionName.FACTS,
    SectionName.EXPECTED_OUTCOME: SectionName.ASK,
    SectionName.IF_THEN: SectionName.SITUATION,
    SectionName.RULES: SectionName.SITUATION,
    SectionName.SAID: SectionName.SITUATION,
}
"""Where lines go in a template that has no section of their own for them."""

WHAT_TO_DO = {"extra_forbidden": "a template has no such field; take it out", "missing": "it is needed; add it"}


def read(text: str, name: str) -> Template:
    """The template that a TOML file describes.

    Raises `ValueError` whose message names each field that is wrong and how to fix it.
    """
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"template {name} is no TOML: {error}; write it as TOML 1.0") from error
    try:
        known = WriteTemplate.model_validate(written)
        return Template.model_validate({"name": name, **known.model_dump()})
    except ValidationError as error:
        raise ValueError(f"template {name}: {'; '.join(map(_mend, error.errors()))}") from error


def home(template: Template, name: SectionName) -> SectionName | None:
    """Where lines of a section stand in the briefs of a template: in it, else in the wider one, else nowhere."""
    own = {section.name for section in template.sections}
    places = (name, WIDER.get(name))
    return next((place for place in places if place in own), None)


def _mend(error: Mapping[str, object]) -> str:
    place = error["loc"]
    path = ".".join(map(str, place)) if isinstance(place, tuple) else ""
    said = WHAT_TO_DO.get(str(error["type"])) or str(error["msg"]).removeprefix("Value error, ")
    return f"{path}: {said}" if path else said


def _built_in() -> Mapping[str, Template]:
    found = (file for file in files(__name__).iterdir() if file.name.endswith(ENDING))
    read_in = {file.name.removesuffix(ENDING): file.read_text("utf-8") for file in found}
    return {name: read(read_in[name], name).model_copy(update={"built_in": True}) for name in sorted(read_in)}


BUILT_IN: Mapping[str, Template] = MappingProxyType(_built_in())
"""The templates that come with the platform, by name."""
