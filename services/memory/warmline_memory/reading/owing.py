"""Owing: who is to do a step or keep a promise, and until when, where it was said."""

import re
from dataclasses import replace

from warmline_memory.language.values import MONTH
from warmline_memory.language.words import STOP, contains
from warmline_memory.reading.lines import Draft
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import SectionName

OWED = (SectionName.NEXT_STEPS, SectionName.PROMISED, SectionName.IF_THEN)
OWNER_KEYS = ("owner", "assignee", "assigned_to", "who")
DUE_KEYS = ("due", "due_by", "deadline", "until")
# A person by one or two names with capitals, a target such as `human:ann`, or an agent that is called bot, agent or
# team.
WHO = r"[A-Z][a-z]+(?: [A-Z][a-z]+)?|[a-z]+:[\w.-]+|[a-z][a-z0-9]*(?:-[a-z0-9]+)*-(?:bot|agent|team)"
DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|tonight|tomorrow|noon|midnight"
# What people name as a deadline: a day with or without a time, a date, the end of a day, week, month or shift.
MOMENT = (
    rf"(?:(?:{DAY})(?: (?:at )?\d{{1,2}}(?::\d{{2}})?(?: ?[ap]m)?)?|\d{{1,2}}:\d{{2}}(?: ?[ap]m)?(?: (?:UTC|{DAY}))?"
    rf"|\d{{1,2}} ?[ap]m(?: (?:{DAY}))?"
    rf"|\d{{4}}-\d{{2}}-\d{{2}}(?: \d{{1,2}}:\d{{2}})?|{MONTH} \d{{1,2}}(?:st|nd|rd|th)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? {MONTH}"
    r"|(?:the )?end of (?:the )?(?:day|week|month|shift)|EOD|next (?:week|shift|month))"
)
DUE = re.compile(rf"\b(?:by|until|before|due(?: on| at| by)?|no later than|deadline:?) ({MOMENT})\b", re.I)
WITHIN = re.compile(
    r"\b(within (?:the next )?(?:\d+(?:\s?[-–]\s?\d+)?|an?|one|two|three|few) "
    r"(?:business |working )?(?:minute|hour|day|week)s?)\b",
    re.I,
)
# How checklists note owner and deadline, at the end of a line: `(Ann, by Friday)`.
BY_IN_BRACKETS = re.compile(r"\((?:[^(),]+, )?by ([^()]+)\)\.?$")
IN_BRACKETS = re.compile(rf"\((?:owner: ?)?({WHO})(?:, (?:by |due )?[^()]+)?\)\.?$")
ASSIGNED = re.compile(rf"\b(?:owner:? |assigned to )({WHO})\b|(?<!\w)@([A-Za-z][\w-]*)")
ACT = (
    r"add|answer|approve|ask|bring|build|call|check|close|confirm|contact|create|deliver|deploy|document|draw|escalate|fix"
    r"|follow|give|hand|investigate|look|measure|merge|monitor|move|open|order|pay|pick|prepare|push|raise|refund|remove"
    r"|repeat|replace|report|reset|restart|restore|review|roll|run|schedule|send|sign|take|tell|test|update|verify|watch"
    r"|write"
)
"""What people do, so that a thing that `arrives by Friday` is nobody's step."""
# A step is somebody's where the sentence begins with them and goes on with a verb of ``ACT``.
SUBJECT = re.compile(
    rf"^({WHO})(?: will| to| has to| must| should| needs to| is going to) (?:{ACT})\b|^({WHO}) (?:{ACT}|verifi)e?s\b"
)
SOMEBODY = re.compile(rf"^((?:An?|The|Our) [a-z]+(?: [a-z]+)?) will (?:{ACT}|email|reach|get back)\b", re.I)


def noted(memory: SourceMemory, text: str) -> str:
    """A step with the owner and the time that its memory's metadata name, where its text does not: `(Ana, by 6 pm)`."""
    owner, due = (_named(memory, keys) for keys in (OWNER_KEYS, DUE_KEYS))
    missing = [owner] if owner and not contains(text, owner) else []
    missing += [f"by {due}"] if due and not contains(text, due) else []
    return f"{text.rstrip('.')} ({', '.join(missing)})" if missing else text


def is_owed(sentence: str) -> bool:
    """Whether a sentence says who does something, and until when."""
    return bool(
        (SUBJECT.match(sentence) or ASSIGNED.search(sentence)) and (DUE.search(sentence) or WITHIN.search(sentence))
    )


def owed(draft: Draft) -> Draft:
    """A step or a promise with its owner and its time, as far as its words tell them."""
    if draft.section not in OWED:
        return draft
    due = BY_IN_BRACKETS.search(draft.text) or DUE.search(draft.text) or WITHIN.search(draft.text)
    return replace(draft, owner=draft.owner or _owner(draft.text), due=draft.due or (due.group(1) if due else None))


def _owner(text: str) -> str | None:
    for pattern in (IN_BRACKETS, ASSIGNED, SUBJECT):
        hit = pattern.search(text)
        name = next(filter(None, hit.groups()), "") if hit else ""
        if name and name.split()[0].lower() not in STOP:
            return name
    somebody = SOMEBODY.match(text)
    return somebody.group(1) if somebody else None


def _named(memory: SourceMemory, keys: tuple[str, ...]) -> str | None:
    found = (str(memory.metadata.get(key) or "").strip() for key in keys)
    return next(filter(None, found), None)
