"""Choosing: in which language a request is answered: the operator's, else the browser's, else English."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale

SOURCE = "en"
"""The language in which the texts are written, which has no catalogue."""
COOKIE = "warmline_language"
FOLDER = Path(__file__).parent / "texts"
LANGUAGES = (SOURCE, *sorted(path.stem for path in FOLDER.glob("*.po")))
"""Those that can be chosen: a catalogue in the folder is a language."""
LOCALES = {SOURCE: "en_001"}
"""The locale of a language, where it is another than the language itself: English as most of the world writes dates."""
ACCEPTED = re.compile(r"\s*([a-zA-Z]{2,8})(?:-[a-zA-Z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*")
"""An entry of `Accept-Language` (RFC 9110, 12.5.4): a language, whatever is said of its region, and its weight."""


@dataclass
class _Choice:
    language: str


# The request sets the variable once, before threads take copies of it; what they share is the choice in it. So who is
# signed in, which a thread finds out, changes the language of all that follows.
_choice: ContextVar[_Choice | None] = ContextVar("warmline_language", default=None)


@contextmanager
def answering(cookies: Mapping[str, str], accepted: str) -> Iterator[None]:
    """Answer a request in the language that its browser chose or accepts, until somebody is found to be signed in."""
    token = _choice.set(_Choice(_asked(cookies, accepted)))
    try:
        yield
    finally:
        _choice.reset(token)


def use(language: str | None) -> None:
    """Speak this language from now on in this request; what is no language of the console changes nothing."""
    choice = _choice.get()
    if choice is not None and language in LANGUAGES:
        choice.language = language


def current() -> str:
    """The language that is spoken."""
    choice = _choice.get()
    return choice.language if choice else SOURCE


def locale() -> Locale:
    """How the language that is spoken writes dates and numbers."""
    return _locale(current())


def direction() -> str:
    """How the language that is spoken is written: ``ltr`` or ``rtl``."""
    return locale().text_direction


def own_name(language: str) -> str:
    """What a language calls itself: `Deutsch`."""
    name = _locale(language).get_language_name(language) or language
    return f"{name[:1].upper()}{name[1:]}"


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES.get(language, language))


def _asked(cookies: Mapping[str, str], accepted: str) -> str:
    chosen = cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    return next((one for one in _in_order(accepted) if one in LANGUAGES), SOURCE)


def _in_order(accepted: str) -> list[str]:
    found = [match for entry in accepted.split(",") if (match := ACCEPTED.fullmatch(entry))]
    weighed = [(float(match[2] or 1), match[1].lower()) for match in found]
    return [language for weight, language in sorted(weighed, key=lambda one: -one[0]) if weight > 0]
