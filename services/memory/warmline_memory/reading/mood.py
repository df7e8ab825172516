"""Mood: sentiment and urgency, always with the words that show them."""

import re
from collections.abc import Sequence

from warmline_memory.language.words import clip, sentences
from warmline_memory.reading.lines import Draft
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Role

# Words by which customers show a feeling, the strongest feeling first. Only the customer's own turns are searched; a
# brief quotes the words, so that a wrong guess can be seen.
FEELINGS = (
    (
        "angry",
        r"angry|furious|outraged|ridiculous|unacceptable|terrible|horrible|awful|worst|scam|lawyer"
        r"|sue|complain\w*|damn|hell no|wtf|disgust\w*|rude",
    ),
    (
        "frustrated",
        r"frustrat\w*|annoy\w*|upset|disappoint\w*|fed up|sick of|tired of|again and again"
        r"|still (?:not|no|waiting)|already told|third time|not enough|unfair|waste of|why (?:can't"
        r"|won't)|useless",
    ),
    ("worried", r"worried|worry|nervous|anxious|scared|afraid|stress\w*|panic\w*|concerned|desperate|robbed|stolen"),
    ("sad", r"passed away|died|death|funeral|grie\w+|heartbroken"),
)
POLITE = re.compile(r"\b(?:please|thank|thanks|appreciate|kindly|sorry to|merci)\b", re.I)
URGENT = re.compile(
    r"\b(?:urgent\w*|asap|immediately|emergency|right away|as soon as possible|hurry"
    r"|straight away|deadline|stranded|before it's too late)\b",
    re.I,
)
# What an agent's note says of the mood goes before what the words show.
TOLD = re.compile(r"\b(?:tone|mood|sentiment|urgency|emotion)\b\s*(?:is|was|[:=])\s*(.+)", re.I)
FEELING = re.compile("|".join(rf"\b(?:{words})\b" for _, words in FEELINGS), re.I)
DENIED = re.compile(
    rf"(?:\b(?:not|never)|n't)\b(?: (?:at all|too|very|really|so|that|particularly))? (?:{FEELING.pattern})", re.I
)
"""A feeling that is named to say that it is not there: `I am not too worried`."""
COMPILED = tuple((name, re.compile(rf"\b(?:{words})\b", re.I)) for name, words in FEELINGS)


def read(memories: Sequence[SourceMemory]) -> list[Draft]:
    """The lines on mood: what a note says of it, else what the user's own words show."""
    told = [_told(memory) for memory in memories if memory.role is not Role.USER]
    noted = [draft for draft in told if draft]
    return noted[-1:] or [draft for draft in (_feeling(memories), _urgency(memories)) if draft]


def _told(memory: SourceMemory) -> Draft | None:
    for sentence in sentences(memory.content):
        hit = TOLD.search(sentence)
        if hit:
            return Draft(SectionName.MOOD, clip(hit.group(1).rstrip("."), 15), (memory.id,))
    return None


def _feeling(memories: Sequence[SourceMemory]) -> Draft | None:
    spoken = [memory for memory in memories if memory.role is Role.USER]
    polite = any(POLITE.search(memory.content) for memory in spoken[-4:])
    for memory in reversed(spoken):
        for sentence in sentences(memory.content):
            felt = DENIED.sub("", sentence)
            name = next((name for name, pattern in COMPILED if pattern.search(felt)), None)
            if name:
                text = f"{name} but polite" if polite and name in ("angry", "frustrated") else name
                return Draft(SectionName.MOOD, f"{text}: “{clip(sentence, 14)}”", (memory.id,))
    return None


def _urgency(memories: Sequence[SourceMemory]) -> Draft | None:
    for memory in reversed(memories):
        if memory.role is Role.AGENT or memory.action:
            continue
        for sentence in sentences(memory.content):
            if URGENT.search(sentence):
                return Draft(SectionName.MOOD, f"urgent: “{clip(sentence, 14)}”", (memory.id,), weight=1.0)
    return None
