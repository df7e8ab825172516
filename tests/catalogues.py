"""The texts of the console as catalogues: what must be translated, gathered from where it is written.

``python -m tests.catalogues`` brings every ``.po`` file up to date, or with languages theirs, and begins those that are
not there: new texts come untranslated, texts that are used no more go. ``test_catalogues.py`` says what is missing.
"""

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from warmline_api import console
from warmline_api.console import languages
from warmline_api.console.entrance import refusals as entrance
from warmline_api.console.shell import plain_words, refusals, titles
from warmline_api.identity import ProviderFailed
from warmline_memory import errors
from warmline_memory.errors import WarmlineError
from warmline_schemas.briefs import SectionName

CONSOLE = Path(console.__file__).parent
FOLDER = CONSOLE / "languages" / "texts"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS = {
    "_": None,
    "marked": None,
    "ngettext": (1, 2),
    "in_context": ((1, "c"), 2),
    "pgettext": ((1, "c"), 2),
    "plural_forms": (1, 2),
}
WIDTH = 110

NEVER_ON_A_PAGE = (
    errors.NotGranted,
    errors.SetupError,
    errors.Unauthenticated,
    errors.InvalidLine,
    errors.LineTooLong,
    errors.CannotSupersede,
    errors.BodyTooSlow,
    errors.Misdirected,
    errors.TooManyTemplates,
    errors.TooManyRotas,
    errors.NoOwnTemplate,
    errors.BotNeeded,
    errors.AttachmentNotSendable,
    errors.UnknownReasonCode,
    errors.KeyIsOver,
    errors.NamespaceMismatch,
    errors.MemoryProtected,
    errors.TokenNeeded,
    errors.MailServerFails,
    errors.MailRefused,
    errors.SeveralCustomers,
    errors.TakenByCustomer,
    errors.OfAnotherNamespace,
    errors.HandoffAccepted,
    errors.IdempotencyKeyReused,
    errors.ChangedMeanwhile,
    refusals.MalformedForm,
    *plain_words.SENTENCES,
)
ONLY_KINDS = {WarmlineError, errors.Forbidden, errors.Conflict, refusals.Refusal}
"""What is never raised itself."""
"""What only programs and whoever runs the platform are told."""


@cache
def texts() -> Catalog:
    """Every text of the console, with where it is used."""
    found = Catalog(charset="utf-8")
    for path, line, message, comments, context in extract_from_dir(CONSOLE, METHODS, OPTIONS, KEYWORDS):
        found.add(message, locations=[(path, line)], auto_comments=comments, context=context)
    for code in titles.CODES:
        found.add(code, context="code")
    for noun in plain_words.NOUNS:
        found.add(noun, context="noun")
    for section in SectionName:
        found.add(section.replace("_", " "), context="section")
    for kind in _errors():
        found.add(plain_words.message_of(kind), auto_comments=[kind.__name__])
    return found


def catalogue(language: str) -> Catalog:
    """The catalogue of a language, as its file has it."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def messages_of(found: Catalog) -> Iterator[Message]:
    """The texts of a catalogue, without its head."""
    return (message for message in found if message.id)


def update(language: str) -> list[Message]:
    """Write a language's file anew; the answer is what has no translation."""
    path = FOLDER / f"{language}.po"
    found = catalogue(language) if path.exists() else Catalog(locale=language, charset="utf-8")
    # The time of an update would be a difference in every file, and a conflict on every branch.
    begun = found.creation_date
    found.update(texts(), no_fuzzy_matching=True)
    found.creation_date = begun
    # What is used no more would otherwise stay as comments.
    found.obsolete.clear()
    # The time of writing would differ in every branch, and be a conflict in every merge.
    found.creation_date = found.revision_date
    with path.open("wb") as file:
        write_po(file, found, width=WIDTH, sort_output=True, no_location=True)
    return [message for message in messages_of(found) if not _is_translated(message)]


def _is_translated(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def _errors() -> Iterator[type[WarmlineError]]:
    """The errors whose own sentence a page may show."""
    own = (refusals, entrance)
    for kind in _kinds(WarmlineError):
        is_shown = kind.__module__ in {errors.__name__, *(module.__name__ for module in own)} or kind is ProviderFailed
        if is_shown and kind not in ONLY_KINDS and not issubclass(kind, NEVER_ON_A_PAGE):
            yield kind


def _kinds(kind: type[WarmlineError]) -> Iterator[type[WarmlineError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


def main() -> int:
    """Bring catalogues up to date, and name what has no translation."""
    for language in sys.argv[1:] or [one for one in languages.LANGUAGES if one != languages.SOURCE]:
        missing = update(language)
        sys.stdout.write(f"{language}: {len(missing)} without a translation\n")
        for message in missing:
            sys.stdout.write(f"  {message.id}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
