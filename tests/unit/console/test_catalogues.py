"""The catalogues: nothing is missing in any language, and what stands in a text stands in its translations."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

import warmline_api
import warmline_memory
from tests.catalogues import CONSOLE, catalogue, messages_of, texts
from warmline_api.console import languages
from warmline_api.console.languages import choosing, platform_sentences
from warmline_api.console.languages.catalogues import translations

TRANSLATED = [one for one in languages.LANGUAGES if one != languages.SOURCE]
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{[a-z_]+(?:![a-z])?\}")
TAG = re.compile(r"<[^<>]*>")
NUMBERS = {"%(num)s", "{n}"}
"""A form for one thing, or for none, may say the number as a word, or leave it out."""

JINJA = re.compile(r"(\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\})", re.DOTALL)
SHOWN_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|alt|data-label)="([^"]*)"')
NOT_SHOWN = re.compile(r"<(code|kbd|style|script)\b[^>]*>.*?</\1>|<!doctype[^>]*>|<[^>]*>", re.DOTALL)
ADDRESS = re.compile(r"\S*[/=]\S*")
"""A macro may write an address or an attribute."""
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = {"Warmline"}


LOOKED_UP = {"_", "marked", "ngettext", "in_context", "plural_forms", "error", "warning", "info"}
TEXT = re.compile(r"[A-Z“][^/=]* \w")
TEXT_AND_FACTS = re.compile(r"[A-Za-z]{2,} ?\{|\} [a-z]{2,}")
NO_TEXTS = {
    "API key",  # names of what is not found, which are looked up where they are said
    "Ctrl Enter",  # keys
    "Ctrl K",
    "EEE {}",  # a format of a date
    "Redis, which this way of signing in takes,",  # the platform's own words, which are looked up by template
    "Try again when it is back.",
    "Value error, ",
    "frame-ancestors {}",
    "{} called it off",  # kept with the handoff, as whoever reads it by the API finds it
}
PUT_TOGETHER = {
    "It needs the skills {skills}.",
    "nobody took it over in time",
    "nobody took it over in time, though {holder} had claimed it",
    "the agent {name} did not take it over in time",
    "the agent {name} did not take it over in time, though {holder} had claimed it",
    "Nobody is on by rota {rota} now.",
    "Nobody would be on when this shift ends.",
}
"""Sentences of the platform that stand in its code in pieces."""


def forms_of(message: Message) -> list[str]:
    return list(message.string) if isinstance(message.string, tuple | list) else [message.string or ""]


def sources_of(message: Message) -> list[str]:
    return list(message.id) if isinstance(message.id, tuple | list) else [message.id]


def key_of(message: Message) -> tuple[str | None, str]:
    return message.context, sources_of(message)[0]


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_in_every_catalogue(language: str) -> None:
    wanted = {key_of(message) for message in messages_of(texts())}
    there = {key_of(message) for message in messages_of(catalogue(language)) if all(forms_of(message))}
    assert sorted(wanted - there, key=str) == [], "python -m tests.catalogues adds them; then translate them"
    assert sorted(there - wanted, key=str) == [], "python -m tests.catalogues takes them out"


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for message in messages_of(catalogue(language)) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_facts_of_its_text(language: str) -> None:
    wrong = []
    for message in messages_of(catalogue(language)):
        wanted = set(PLACEHOLDER.findall(sources_of(message)[-1]))
        for form in forms_of(message):
            found = set(PLACEHOLDER.findall(form))
            may_lack = NUMBERS if len(forms_of(message)) > 1 else set()
            if not found <= wanted or not wanted - may_lack <= found:
                wrong.append(form)
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_tags_of_its_text_and_no_other(language: str) -> None:
    wrong = [
        form
        for message in messages_of(catalogue(language))
        for form in forms_of(message)
        if Counter(TAG.findall(form)) != Counter(TAG.findall(sources_of(message)[-1]))
    ]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_ends_an_attribute(language: str) -> None:
    texts_alone = [TAG.sub("", form) for message in messages_of(catalogue(language)) for form in forms_of(message)]
    assert [text for text in texts_alone if '"' in text or "<" in text] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_number_has_its_form(language: str) -> None:
    with languages.answering({choosing.COOKIE: language}, ""):
        plural_form = choosing.locale().plural_form
        forms = languages.plural_forms("{n} new", "{n} new")
        assert set(forms) == {plural_form(n) for n in range(200)}
        for n in (0, 1, 2, 3, 11, 100, 101, 111):
            assert forms[plural_form(n)] == translations(language).ngettext("{n} new", "{n} new", n)


@pytest.mark.parametrize("path", sorted((CONSOLE / "templates").rglob("*.html")), ids=lambda path: path.stem)
def test_a_template_says_nothing_but_by_the_catalogues(path: Path) -> None:
    written = JINJA.sub("", path.read_text())
    attributes = [said for said in SHOWN_ATTRIBUTE.findall(written) if WORD.search(said)]
    shown = ADDRESS.sub(" ", NOT_SHOWN.sub(" ", written))
    assert (attributes, [word for word in WORD.findall(shown) if word not in NAMES]) == ([], [])


def test_the_code_says_nothing_but_by_the_catalogues() -> None:
    written = [one for path in sorted(CONSOLE.rglob("*.py")) for one in _said(ast.parse(path.read_text()))]
    assert sorted(set(written) - NO_TEXTS) == []


def _said(tree: ast.AST) -> Iterator[str]:
    """The strings of a piece of code that read like a text, but for docstrings, the log, and what is looked up."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in LOOKED_UP:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and TEXT.match(node.value):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            said = "".join(one.value if isinstance(one, ast.Constant) else "{}" for one in node.values)
            yield from [said] if TEXT_AND_FACTS.search(said) and not re.search("[/=]", said) else []
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield from _said(node)


def test_what_the_platform_is_taken_to_say_it_says() -> None:
    folders = [Path(module.__file__).parent for module in (warmline_memory, warmline_api)]
    own = Path(platform_sentences.__file__)
    code = "\n".join(path.read_text() for folder in folders for path in folder.rglob("*.py") if path != own)
    whole = [one for one in platform_sentences.TEMPLATES if one not in PUT_TOGETHER]
    longest = [max(re.split(r"\{\w+\}", template), key=len).strip(" .;,") for template in whole]
    assert [part for part in longest if part not in code] == []
