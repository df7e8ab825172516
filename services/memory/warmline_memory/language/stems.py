"""Stems: the same for words that say the same in a conversation."""

from warmline_memory.language import terms
from warmline_memory.language.one_reading import read_once

PASTS = """
    bought:buy paid:pay sent:send gave:give given:give ran:run left:leave lost:lose told:tell went:go gone:go made:make
    took:take taken:take found:find spent:spend kept:keep met:meet flew:fly flown:fly stole:steal stolen:steal
    broke:break broken:break drove:drive said:say sold:sell built:build wrote:write written:write put:put set:set
    reset:reset withdrew:withdraw withdrawn:withdraw began:begin begun:begin chose:choose chosen:choose held:hold
    thought:think felt:feel spoke:speak spoken:speak got:get
    """
IRREGULAR = dict(pair.split(":") for pair in PASTS.split())
ALIKE = (
    "refund reimburse", "purchase buy order", "phone telephone cell mobile", "email mail", "price cost fee",
    "begin start", "finish end", "person people guest party", "schedule book reserve reservation booking appointment",
    "change modify update switch", "trip travel journey ride", "wrong incorrect", "urgent quick fast asap soon",
    "flight plane fly", "movie film", "child kid", "doctor physician dr", "cancel terminate", "photo picture",
    "search look find", "company business firm", "colleague coworker", "rent hire", "reply answer respond",
    "problem trouble", "address location place", "contact reach call",
)  # fmt: skip
"""Words that say the same in a conversation of this sort, a group each."""


@read_once
def stem(word: str) -> str:
    """A word's stem, the same for words that say the same."""
    found = terms.read(IRREGULAR.get(word.lower(), word))
    return _ALIKE.get(found[0], found[0]) if found else ""


_ALIKE = {term: terms.read(group)[0] for group in ALIKE for term in terms.read(group)}
