"""Errors as an operator is told them."""

from string import Formatter
from types import SimpleNamespace
from typing import Any, cast

import pytest

from warmline_api.console.shell import MalformedForm, Visitor
from warmline_api.console.shell.plain_words import SENTENCES, in_words
from warmline_memory import errors
from warmline_memory.errors import WarmlineError


def a_visitor() -> Visitor:
    unused: Any = None
    operator = cast(Any, SimpleNamespace(zone="Europe/Berlin"))
    visitor = Visitor(unused, unused, b"", operator, unused, 0)
    vars(visitor)["names"] = {"human:tom": "Tom Baker"}
    return visitor


def facts_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def kinds_of(kind: type[WarmlineError]) -> list[type[WarmlineError]]:
    return [kind, *(one for child in kind.__subclasses__() for one in kinds_of(child))]


@pytest.mark.parametrize(
    "kind", sorted({one for kind in SENTENCES for one in kinds_of(kind)}, key=lambda one: one.__name__)
)
def test_a_sentence_needs_no_fact_that_its_error_does_not_have(kind: type[WarmlineError]) -> None:
    sentence = next(SENTENCES[one] for one in kind.mro() if one in SENTENCES)
    assert facts_in(sentence) <= facts_in(kind.__doc__ or "")


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            errors.HandoffClaimed(holder="human:tom", handoff_id=1, expires_at="2026-11-28T16:22:00+00:00"),
            "Tom Baker took this a moment ago (until 17:22).",
        ),
        (
            errors.PersonNeeded(why="human:tom goes.", field="to", verb="takes over"),
            "Tom Baker goes. Choose who takes over.",
        ),
        (errors.AgentNotBound(agent="human:tom"), str(errors.AgentNotBound(agent="Tom Baker"))),
    ],
)
def test_people_are_called_by_their_names(error: WarmlineError, sentence: str) -> None:
    assert in_words(error, a_visitor()) == sentence


def test_what_was_typed_is_quoted_as_it_was_typed() -> None:
    assert (
        in_words(MalformedForm(faults="To: “human:tom and I” is nobody."), a_visitor())
        == "To: “human:tom and I” is nobody."
    )
