"""Catalogues: a text in the language that is spoken, from the ``.po`` file of that language.

A file is read when its language is first spoken. There is nothing to compile, so that it is the same from a wheel, in
the image and in a checkout; and whoever speaks English reads none.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from warmline_api.console.languages import choosing


def _(message: str, /, **facts: object) -> str:
    """A text in the language that is spoken; ``{name}`` in it stands for the fact of that name."""
    found = _spoken().gettext(message)
    return found.format_map(facts) if facts else found


def ngettext(one: str, many: str, n: int, /, **facts: object) -> str:
    """A text about ``n`` things, which ``{n}`` in it stands for, in the form that the number takes in the language."""
    return _spoken().ngettext(one, many, n).format_map({"n": n, **facts})


def in_context(context: str, message: str, /, **facts: object) -> str:
    """A text that could mean several things, with which of them it means here. What has no translation stays as it
    is: a code that a tenant made up."""
    found = _spoken().pgettext(context, message)
    return found.format_map(facts) if facts else found


def marked(message: str) -> str:
    """A text that is looked up later, as it is; the mark has it among the texts that are translated."""
    return message


def plural_forms(one: str, many: str) -> Mapping[str, str]:
    """Every form of a text about a number, by CLDR's name of the form: `one`, `few`, `other` and so on."""
    found: dict[str, str] = {}
    category = choosing.locale().plural_form
    # Every form of every language that CLDR knows has a whole number below 200 but for the French millions, which take
    # the form of `other` in all the texts here.
    for n in range(200):
        found.setdefault(category(n), _spoken().ngettext(one, many, n))
    return found


def template_functions() -> Mapping[str, Callable[..., str]]:
    """What Jinja's extension for texts calls; it fills in the facts itself."""
    return {
        "gettext": lambda message: _spoken().gettext(message),
        "ngettext": lambda one, many, n: _spoken().ngettext(one, many, n),
        "pgettext": lambda context, message: _spoken().pgettext(context, message),
        "npgettext": lambda context, one, many, n: _spoken().npgettext(context, one, many, n),
    }


def _spoken() -> NullTranslations:
    return translations(choosing.current())


@lru_cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; of the source language an empty one, by which texts stay as they are."""
    if language == choosing.SOURCE:
        return NullTranslations()
    with (choosing.FOLDER / f"{language}.po").open("rb") as file:
        catalogue: Any = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
