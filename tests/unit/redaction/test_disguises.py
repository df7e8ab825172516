"""Secrets and personal data that are told in disguise: with something unseen inside, or in other signs."""

import pytest
from hypothesis import given, settings, strategies as st

from tests.builders.briefs import a_brief, agent, user
from warmline_memory.redaction import HIDDEN, find, scrub
from warmline_schemas.tenancy import PiiClass

CARD = "4929 1234 5678 9010"
UNSEEN = ["\u200b", "\u00ad", "\u034f", "\ufe0f", "\u2060", "\ufeff", "\u3164", "\U000e0061", "\u200d"]


def bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii())


@pytest.mark.parametrize("unseen", UNSEEN)
def test_something_unseen_inside_of_a_card_number_does_not_save_it(unseen: str) -> None:
    told = f"My card is {unseen.join(CARD)}, thanks"
    assert scrub(told) == f"My card is {HIDDEN}, thanks"


@pytest.mark.parametrize("unseen", UNSEEN)
def test_something_unseen_inside_of_a_name_or_a_password_does_not_save_it(unseen: str) -> None:
    told = f"my p{unseen}ass{unseen}word is Falcon{unseen}$Winter19"
    assert "Falcon" not in scrub(told)


@pytest.mark.parametrize(
    "digits", ["４９２９ １２３４ ５６７８ ９０１０", "𝟺𝟿𝟸𝟿 𝟷𝟸𝟹𝟺 𝟻𝟼𝟽𝟾 𝟿𝟶𝟷𝟶", "4929\u00a01234\u20095678\u30009010"]
)
def test_a_card_number_in_other_signs_is_hidden(digits: str) -> None:
    assert scrub(f"card number: {digits}!") == f"card number: {HIDDEN}!"


def test_a_secret_that_was_told_plainly_is_hidden_where_it_is_told_again_in_disguise() -> None:
    secrets = find([agent("What is your PIN?"), user("77\u200b19")])
    assert scrub("it was 7719", secrets) == scrub("it was 7\u00ad719", secrets) == f"it was {HIDDEN}"


def test_personal_data_in_disguise_is_hidden() -> None:
    pii = frozenset({PiiClass.EMAIL})
    secrets = find([user("bob@exa\u200bmple.com")], pii)
    assert scrub("write to bob@exa\u2060mple.com", secrets) == "write to [e-mail]"


def test_a_brief_shows_no_disguised_card() -> None:
    brief = a_brief(user(f"My card is {chr(0x200B).join(CARD)} and I want a refund"))
    assert "9010" not in bare(brief.text)


@given(st.text(max_size=40), st.text(max_size=40))
@settings(deadline=None)
def test_what_stands_around_a_secret_stays_as_it_was(before: str, behind: str) -> None:
    token = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    told = scrub(f"{before} {token} {behind}")
    assert token not in told


@given(st.text(max_size=200))
@settings(deadline=None)
def test_a_text_without_secrets_stays_as_it_is(text: str) -> None:
    shown = scrub(text)
    assert shown == text or HIDDEN in shown
