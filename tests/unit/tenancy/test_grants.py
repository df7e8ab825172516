"""Grants: which names fit a pattern, and which grant covers another one."""

import pytest

from warmline_memory.storage.grants import EVERYTHING, Grant, fits
from warmline_schemas.keys import SCOPES, KeyKind, Scope


@pytest.mark.parametrize(
    ("pattern", "name"),
    [("*", ""), ("tier1-*", "tier1-bot"), ("*-bot", "tier1-bot"), ("a*b*c", "a-b-b-c"), ("acme/*/x", "acme/a/b/x")],
)
def test_a_star_stands_for_any_characters_or_none(pattern: str, name: str) -> None:
    assert fits(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("tier1-bot", "tier1-bot2"),
        ("tier1-*", "tier2-bot"),
        ("ab*ba", "aba"),
        ("a*b*c", "a-c"),
        ("a?", "ab"),
        ("a*", "*"),
    ],
)
def test_nothing_else_fits(pattern: str, name: str) -> None:
    assert not fits(pattern, name)


@pytest.mark.parametrize(
    ("wide", "narrow"), [("*", "a*"), ("a*", "ab*"), ("a*", "a*c"), ("*-bot", "tier1-*-bot"), ("a*", "a*")]
)
def test_a_wider_pattern_covers_a_narrower_one(wide: str, narrow: str) -> None:
    assert Grant(frozenset(), agents=(wide,)).covers(Grant(frozenset(), agents=(narrow,)))


@pytest.mark.parametrize(("narrow", "wide"), [("a*", "*"), ("ab*", "a*"), ("a*c", "a*"), ("a", "a*"), ("a*b*c", "a*c")])
def test_a_narrower_pattern_does_not_cover_a_wider_one(narrow: str, wide: str) -> None:
    assert not Grant(frozenset(), namespaces=(narrow,)).covers(Grant(frozenset(), namespaces=(wide,)))


def test_a_grant_covers_no_scope_that_it_lacks() -> None:
    bot = Grant(frozenset(SCOPES[KeyKind.BOT]))
    assert EVERYTHING.covers(bot)
    assert not bot.covers(Grant(frozenset({Scope.DESK})))


def test_a_bot_never_acts_as_a_person() -> None:
    bot = Grant(frozenset(SCOPES[KeyKind.BOT]), agents=("*", "human:*"))
    assert (bot.may_act_as("tier1-bot"), bot.may_act_as("human:ines")) == (True, False)


def test_the_desk_acts_as_people_within_its_binding() -> None:
    desk = Grant(frozenset(SCOPES[KeyKind.DESK]), agents=("human:ines",))
    assert (desk.may_act_as("human:ines"), desk.may_act_as("human:boss")) == (True, False)
