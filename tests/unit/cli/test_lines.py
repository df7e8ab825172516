"""Lines of briefs as the command line prints them."""

import pytest

from tests.builders.brief_parts import a_line
from warmline.cli.handoffs.lines import label_of, on_one_line, told

QUOTE = a_line("Cancel it,\nplease.", 1, origin="quote", speaker="user")


def test_a_quote_has_who_said_it_for_its_label() -> None:
    assert (label_of(QUOTE), on_one_line(QUOTE)) == ("customer", "customer: “Cancel it, please.”")


def test_a_person_is_named() -> None:
    assert label_of(a_line("It is the pump.", 1, origin="quote", speaker="human:ana")) == "human:ana"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "It is paid"),
        ({"origin": "account", "support": "supported"}, "It is paid"),
        ({"origin": "account", "support": "unsupported"}, "It is paid (the agent's word)"),
        (
            {"origin": "account", "support": "contradicted", "against": "failed"},
            "It is paid (the record says “failed”)",
        ),
        ({"origin": "quote", "speaker": "user"}, "“It is paid”"),
    ],
)
def test_a_line_says_whose_word_it_is(fields: dict[str, str], words: str) -> None:
    assert told(a_line("It is paid", 1, **fields)) == words
