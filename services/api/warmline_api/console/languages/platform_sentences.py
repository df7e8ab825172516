"""Sentences of the platform's that pages show: written in English by whatever did something, and kept like that.

A sentence is known again by its template, and so said in the language that is spoken. One that is not here is shown as
it was written; a test holds the templates to what the platform writes.
"""

import re
from collections.abc import Iterator
from functools import cache
from string import Formatter

from warmline_api.console.languages import choosing
from warmline_api.console.languages.catalogues import _, marked

TEMPLATES = (
    # Why an operator may not take a handoff.
    marked("{name} is disabled."),
    marked("{name} is an auditor, and takes no work."),
    marked("It goes to {target}, which {name} does not work."),
    marked("It goes to {target}."),
    marked("It needs the skill {skills}."),
    marked("It needs the skills {skills}."),
    marked("It waits at level {level}; {name} works up to level {most}."),
    marked("It needs the language {language}."),
    # Why a handoff went up or on.
    marked("nobody is there"),
    marked("nobody took it over in time"),
    marked("nobody took it over in time, though {holder} had claimed it"),
    marked("the agent {name} did not take it over in time"),
    marked("the agent {name} did not take it over in time, though {holder} had claimed it"),
    marked("the claim of {name} ran out"),
    # What became of another case, and why one has no brief.
    marked("waits for {target}"),
    marked("{name} has it"),
    marked("resolved: {text}"),
    marked("resolved"),
    marked("nobody took it over"),
    marked("ended: {text}"),
    marked("ended"),
    marked("the brief is too vague: {findings}"),
    marked("the worker was lost each time it wrote this brief"),
    # Whom somebody may have meant.
    marked("Did you mean {names}?"),
    marked("Set it up first, or give one that is."),
    marked("Give one that has worked."),
    # Who goes, and who comes, when a shift ends.
    marked("No rota says who goes."),
    marked("Nobody is on by rota {rota} now."),
    marked("{names} is on by rota {rota} now."),
    marked("Nobody would be on when this shift ends."),
    marked("{names} would be on when this shift ends."),
    marked("{name} goes."),
    marked("goes"),
    marked("takes over"),
    # The parts of an item of a sheet.
    marked("How bad"),
    marked("What"),
    marked("Who does what by when"),
    marked("What if"),
    marked("Read back"),
    # Why a webhook, a provider or the platform cannot be used now.
    marked("It must begin with https://; http is for private networks alone, and none is allowed."),
    marked("It is no public address. Whoever runs this platform can allow its network in the settings."),
    marked("another provider answered"),
    marked("it let nobody in"),
    marked("it cannot be reached"),
    marked("its token was made for somebody else"),
    marked("The database"),
    marked("Redis, which this way of signing in takes,"),
    marked("Try again when it is back."),
    marked("every database connection is in use"),
    marked("Set a provider up first, and try it."),
    marked("Let operators sign in with a password first, in the preferences."),
    marked("It is among the first that are tried."),
)


def platform_said(sentence: str) -> str:
    """A sentence of the platform's in the language that is spoken; as it is, where it is not among the templates."""
    if choosing.current() == choosing.SOURCE:
        return sentence
    return next((_(template, **found) for template, found in _matching(sentence)), sentence)


def _matching(sentence: str) -> Iterator[tuple[str, dict[str, str]]]:
    for template, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found:
            yield template, found.groupdict()


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, re.compile(_pattern(template), re.DOTALL)) for template in TEMPLATES)


def _pattern(template: str) -> str:
    parts = Formatter().parse(template)
    return "".join(re.escape(text) + (f"(?P<{name}>.+?)" if name else "") for text, name, _spec, _kind in parts)
