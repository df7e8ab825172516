"""Wording: the headings, labels and findings of a brief in the reader's language, one TOML file each.

A language is a BCP 47 tag; its first part decides, so `pt-BR` reads `pt.toml`. What a file lacks is said in English.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType

from warmline_schemas.briefs import SectionName, Support
from warmline_schemas.memories import Outcome
from warmline_schemas.templates import Template

ENGLISH = "en"
ENDING = ".toml"


@dataclass(frozen=True, slots=True)
class Wording:
    """What a brief says in its own words, in one language. Texts of the same table share one mapping."""

    language: str
    tables: Mapping[str, Mapping[str, str]]

    def title(self, section: SectionName) -> str:
        """The plain heading of a section."""
        return self.tables["sections"][section]

    def heading(self, template: Template, section: SectionName) -> str:
        """The heading of a section in a template: its own, or the plain one where a built-in template is translated."""
        own = {one.name: one.title for one in template.sections}.get(section)
        is_own_word = not template.built_in or self.language == ENGLISH
        return own if own is not None and is_own_word else self.title(section)

    def speaker(self, name: str) -> str:
        """Who said something: `customer`, `agent`, `user`, `note` or `person` by its word, others by name.

        A person who is named, such as `human:ana`, is `ana`.
        """
        return self.tables["speakers"].get(name, name.partition(":")[2] or name)

    def support(self, support: Support, against: str | None = None) -> str:
        """What the record says of a line; `against` is its own words where it says otherwise."""
        return _filled(self.tables["support"][support], against=against or "?")

    def outcome(self, outcome: Outcome) -> str:
        """What is known about the effect of an action."""
        return self.tables["outcomes"][outcome]

    def word(self, key: str, **values: object) -> str:
        """A label such as `was`, `asked` or `not_said`, with its values filled in.

        Raises `KeyError` where no such label is known.
        """
        return _filled(self.tables["words"][key], **values)

    def finding(self, code: str, *, for_agent: bool, **values: object) -> str:
        """What is wrong with a brief, for the agent that can remember more, or for the person who reads it.

        Raises `KeyError` where no such code is known.
        """
        return _filled(self.tables["agent" if for_agent else "reader"][code], **values)


def of(language: str | None) -> Wording:
    """The wording of a language, English where it is unknown."""
    return KNOWN.get((language or ENGLISH).replace("_", "-").partition("-")[0].lower(), KNOWN[ENGLISH])


def section_of(title: str, template: Template | None = None) -> SectionName | None:
    """The section that a heading names: by a template's title, a plain heading in any language, or its own name.

    Case, punctuation at the ends and `_` for blanks do not count.
    """
    said = _plain(title)
    own = {_plain(one.title): one.name for one in template.sections} if template else {}
    return own.get(said) or SECTIONS.get(said)


def _plain(title: str) -> str:
    return " ".join(title.replace("_", " ").casefold().split()).strip(" #*:.：")


def _filled(text: str, **values: object) -> str:
    # A value is put in once and never read again: one that holds braces stays as it is.
    parts = text.split("{")
    rest = (part.partition("}") for part in parts[1:])
    return parts[0] + "".join(f"{values.get(name, '?')}{after}" for name, _, after in rest)


def _read() -> Mapping[str, Wording]:
    found = {
        file.name.removesuffix(ENDING): tomllib.loads(file.read_text("utf-8"))
        for file in files(__name__).iterdir()
        if file.name.endswith(ENDING)
    }
    english = found[ENGLISH]
    return {
        language: Wording(
            language, {name: MappingProxyType(table | own.get(name, {})) for name, table in english.items()}
        )
        for language, own in found.items()
    }


KNOWN: Mapping[str, Wording] = MappingProxyType(_read())
"""The wordings by language."""

# An English heading comes last, so that it wins where two languages use the same word for different sections.
SECTIONS: Mapping[str, SectionName] = MappingProxyType(
    {
        _plain(text): SectionName(name)
        for language in sorted(KNOWN, key=lambda language: language == ENGLISH)
        for name, text in [*KNOWN[language].tables["sections"].items(), *((name, name) for name in SectionName)]
    }
)
