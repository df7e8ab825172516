"""The errors of the memory service: each is drawn in the tree at the head of the module, and says what to do."""

from collections.abc import Iterator

import pytest

from warmline_memory import errors
from warmline_memory.errors import WarmlineError


def below(error: type[WarmlineError]) -> Iterator[type[WarmlineError]]:
    for one in error.__subclasses__():
        yield one
        yield from below(one)


OWN = {error for error in below(WarmlineError) if error.__module__ == errors.__name__}
"""The API has a few errors of its own, which are no part of this tree."""


@pytest.mark.parametrize("error", sorted(OWN, key=lambda one: one.__name__))
def test_every_error_is_drawn_in_the_tree(error: type[WarmlineError]) -> None:
    assert error.__name__ in (errors.__doc__ or "").replace(",", "").split()


def test_a_message_is_the_docstring_with_the_facts_of_the_case() -> None:
    assert str(errors.NotFound(noun="handoff", id=7)) == "There is no handoff 7."
