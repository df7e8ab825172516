"""Sealed columns: what of a value is sealed, and what the database must still find in it."""

import json
import os
from binascii import a2b_base64
from typing import Any
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag

from warmline_memory.storage.contents import ContentKey
from warmline_memory.storage.sealed_columns import MARK, SealedJson, SealedMember, SealedText, SealedTree
from warmline_memory.storage.tables import BRIEF
from warmline_schemas.briefs import (
    Brief,
    BriefAction,
    BriefLine,
    BriefQuality,
    BriefSection,
    Finding,
    SummaryReport,
)


class OneKey:
    """A content key that was never stored."""

    def __init__(self, *, seals: bool = True) -> None:
        self.seals = seals
        self._key = ContentKey(uuid4(), 1, os.urandom(32))

    def seal(self, text: str, place: str) -> str:
        return self._key.seal(text, place)

    def open(self, sealed: str, place: str) -> str:
        return self._key.open(a2b_base64(sealed), place)


TREE = SealedTree("t.tree", plain=frozenset({"ids"}), within=frozenset({"lines", "head"}))
VALUE = {
    "head": {"text": "said", "ids": ["1"], "arguments": {"deep": [1, "said"]}, "none": None, "number": 7},
    "lines": [{"text": "said", "ids": []}, {"text": "", "ids": ["2"]}],
    "new_member": "said",
}


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (SealedText("t.text"), "said"),
        (SealedJson("t.json"), {"z": ["said", None], "a": {"said": "ümlaut"}}),
        (SealedJson("t.json"), "said"),
        (SealedMember("t.slot", "value"), {"name": "account", "value": "said"}),
        (TREE, VALUE),
    ],
)
def test_what_is_sealed_holds_no_word_and_opens_as_it_was(type_: Any, value: Any) -> None:
    contents = OneKey()
    sealed = json.loads(json.dumps(type_.sealed(value, contents)))
    assert ("said" in json.dumps(sealed), type_.is_sealed(sealed)) == (False, True)
    opened = type_.opened(sealed, contents)
    assert json.dumps(opened) == json.dumps(value)


@pytest.mark.parametrize("seals", [True, False])
@pytest.mark.parametrize("text", [f"{MARK}AAAA", "\x02", "\x02\x02said", "said"])
def test_a_text_that_looks_like_something_sealed_comes_back_as_it_was(text: str, seals: bool) -> None:
    contents = OneKey(seals=seals)
    tree = {"new_member": text, "lines": [{"text": text}]}
    for type_, value in ((SealedText("t.text"), text), (SealedJson("t.json"), text), (TREE, tree)):
        stored = type_.sealed(value, contents)
        assert type_.is_sealed(stored) is seals
        assert type_.opened(stored, contents) == value


def test_what_is_looked_for_in_a_tree_stays_and_a_part_of_it_opens_by_itself() -> None:
    contents = OneKey()
    sealed = TREE.sealed(VALUE, contents)
    assert (sealed["head"]["ids"], sealed["lines"][1]["ids"], sealed["head"]["none"]) == (["1"], ["2"], None)
    assert TREE.opened(sealed["lines"], contents) == VALUE["lines"]
    assert TREE.opened(sealed["head"], contents) == VALUE["head"]


def test_an_object_without_the_member_that_is_sealed_is_neither() -> None:
    facts = SealedMember("events.facts", "reason")
    for plain in ({"state": "ready"}, {"state": "ready", "reason": None}):
        assert (facts.sealed(plain, OneKey()), facts.is_sealed(plain)) == (plain, None)


def test_what_was_sealed_for_one_column_opens_in_no_other() -> None:
    contents = OneKey()
    sealed = SealedText("t.text").sealed("said", contents)
    with pytest.raises(InvalidTag):
        SealedText("t.other").opened(sealed, contents)


def test_no_member_of_a_brief_that_holds_words_is_left_plain() -> None:
    shapes = (Brief, BriefLine, BriefSection, BriefAction, BriefQuality, Finding, SummaryReport)
    texts = {name for shape in shapes for name, field in shape.model_fields.items() if "str" in repr(field.annotation)}
    # The name of a tool, and what says how the brief was written.
    assert texts & BRIEF.plain == {"name", "template", "language", "written_by"}
    assert texts & BRIEF.within == set()
