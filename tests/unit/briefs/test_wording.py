"""Wording: what a brief says in its own words is there in every language, with the same values in it."""

import re
import tomllib
from importlib.resources import files

import pytest

from tests.builders.briefs import a_template
from warmline_memory.briefs import templates, wording
from warmline_schemas.briefs import FindingCode, SectionName, Support
from warmline_schemas.memories import Outcome

ENGLISH = wording.KNOWN["en"]
ASKED_FOR = {"en", "de", "es", "fr", "pt", "it", "nl", "pl", "tr", "ja", "zh", "ko", "ru", "ar", "hi"}


def values(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


def test_every_language_that_was_asked_for_is_there() -> None:
    assert set(wording.KNOWN) >= ASKED_FOR


@pytest.mark.parametrize("language", sorted(wording.KNOWN))
def test_every_file_has_every_text_and_no_other(language: str) -> None:
    raw = tomllib.loads((files(wording) / f"{language}.toml").read_text("utf-8"))
    assert {name: set(texts) for name, texts in raw.items()} == {
        name: set(texts) for name, texts in ENGLISH.tables.items()
    }


@pytest.mark.parametrize("language", sorted(wording.KNOWN))
def test_every_text_holds_the_same_values_as_in_english(language: str) -> None:
    for table, texts in wording.KNOWN[language].tables.items():
        for key, text in texts.items():
            assert values(text) == values(ENGLISH.tables[table][key]), (table, key)


def test_every_section_outcome_support_and_finding_has_a_text() -> None:
    assert set(ENGLISH.tables["sections"]) == set(SectionName)
    assert set(ENGLISH.tables["outcomes"]) == set(Outcome)
    assert set(ENGLISH.tables["support"]) == set(Support)
    assert set(ENGLISH.tables["agent"]) == set(ENGLISH.tables["reader"]) >= set(FindingCode)


@pytest.mark.parametrize("tag", ["de", "de-AT", "DE_ch", "de-Latn-DE"])
def test_the_first_part_of_a_tag_decides(tag: str) -> None:
    assert wording.of(tag).language == "de"


@pytest.mark.parametrize("tag", [None, "", "xx", "tlh-KX"])
def test_an_unknown_language_is_said_in_english(tag: str | None) -> None:
    assert wording.of(tag) is ENGLISH


def test_no_heading_names_two_sections() -> None:
    for one in wording.KNOWN.values():
        for section in SectionName:
            assert wording.section_of(one.title(section)) is section


@pytest.mark.parametrize("written", ["## Zu beachten:", "zu beachten", "RULES", "注意", "**Mind**"])
def test_a_heading_is_known_in_any_language_however_it_is_written(written: str) -> None:
    assert wording.section_of(written) is SectionName.RULES


def test_a_templates_own_title_names_its_section_before_a_plain_heading_does() -> None:
    template = a_template(sections=[{"name": "facts", "title": "Done"}, {"name": "ask", "title": "Wish"}])
    assert wording.section_of("Done", template) is SectionName.FACTS
    assert wording.section_of("Wish") is None


def test_titles_are_translated_only_where_the_template_is_built_in() -> None:
    own = a_template(sections=[{"name": "ask", "title": "Wish"}])
    assert wording.of("fr").heading(own, SectionName.ASK) == "Wish"
    assert wording.of("fr").heading(templates.BUILT_IN["support"], SectionName.ASK) == "Demande"


def test_values_are_filled_in_as_they_are() -> None:
    assert ENGLISH.word("was", value="{count}") == "was {count}"
    assert ENGLISH.support(Support.CONTRADICTED, "refund failed") == "contradicted: the record says “refund failed”"


def test_a_finding_is_written_for_whom_it_is_shown_to() -> None:
    assert "kind `todo`" in ENGLISH.finding("missing_section", for_agent=True, title="Next", form="kind `todo`")
    assert "kind" not in ENGLISH.finding("missing_section", for_agent=False, title="Next", form="kind `todo`")


def test_a_person_is_called_by_name() -> None:
    assert [wording.of("de").speaker(name) for name in ("note", "human:ana", "tier1-bot")] == [
        "Notiz",
        "ana",
        "tier1-bot",
    ]
