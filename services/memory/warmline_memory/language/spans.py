"""Spans: where in a text something stands that may not be shown, and the text without it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from warmline_memory.language import phrases


@dataclass(frozen=True, slots=True)
class Span:
    """The characters from `start` to before `end`, and what they are."""

    label: str
    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters themselves."""
        return text[self.start : self.end]


def of_groups(label: str, pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Where the groups of a pattern match; the whole match for a pattern without groups."""
    for hit in pattern.finditer(text):
        for group in range(1, pattern.groups + 1) if pattern.groups else (0,):
            if hit.start(group) < hit.end(group):
                yield Span(label, *hit.span(group))


def of_values(label: str, values: Iterable[str], text: str) -> Iterator[Span]:
    """Where these values stand, each as a word or phrase of its own, whatever the case."""
    searched = phrases.folded(text)
    for value in values:
        phrase = phrases.folded(value)
        # Most values stand in no text, and the search for words of their own costs more.
        for start in phrases.places(searched, phrase) if phrase in searched else ():
            yield Span(label, start, start + len(value))


def without(text: str, spans: Iterable[Span], shown: Callable[[Span], str]) -> str:
    """A text with what is shown in place of each span; spans that touch or overlap become one, the first's."""
    parts: list[str] = []
    at = -1
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start > at:
            parts.extend((text[max(at, 0) : span.start], shown(span)))
        at = max(at, span.end)
    return "".join([*parts, text[max(at, 0) :]])
