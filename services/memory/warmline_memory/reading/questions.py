"""Questions: whether a sentence asks, what it asks for, and which words of the reply answer it."""

import re

from warmline_memory.language.one_reading import read_once
from warmline_memory.language.words import STOP, content_words, count, label_of, word_set

# A question mark is the surest sign, and often missing: so are an auxiliary or question word at the beginning with a
# mark later, and requests without one (`please provide …`, `I need your …`).
ASKS = re.compile(
    r"\?[\"')]*\s*$|^(?:and |so |ok,? |okay,? |sure,? |please |right, )*(?:can|could|would|will"
    r"|may|do|does|did|is|are|have|has|what|which|"
    r"when|where|who|whom|how|why|should|shall)\b.*\?|\bplease (?:provide|tell|confirm|give"
    r"|share|specify|let me know|enter)\b|"
    r"\b(?:i(?:'ll| will)? (?:also )?need (?:your|the|an?|some|more|you|to (?:know|ask|have|see))\b"
    r"|let me know|tell me|provide me with)\b",
    re.I,
)
BARE_REQUEST = re.compile(r"\bplease[.!]*$", re.I)
AUX = r"(?:is|are|was|were|will|would|should|do|does|did|can|could|may|shall|have|has|'s)"
# What a question asks for is read from its grammar, the surest construction first: `what is your X`, `which X`, `how
# many X`, `can I have your X`, `when`, and last yes-or-no questions. X then loses what ``CUT`` and ``LEADING``
# describe, and is the label of the answer.
WHAT = re.compile(
    r"\b(?:what|which)(?:'s| is| was| are| were)(?: going to be)? (?!you\b|we\b|i\b"
    r"|they\b)(?:your |the |their |his |her )?(.+)",
    re.I,
)
WHAT_NOUN = re.compile(rf"\b(?:what|which) ((?:[a-z'-]+ ){{0,3}}?[a-z'-]+)(?:\s+{AUX}\b|\s*[?]\s*$)", re.I)
MANY = re.compile(rf"\bhow many ((?:[a-z'-]+ ){{0,2}}?[a-z'-]+)(?:\s+{AUX}\b|[?,]|$)", re.I)
REQUEST = re.compile(
    r"\b(?:have|get|know|give|provide|tell|share|confirm|specify|need|describe|state|enter"
    r"|ask(?: for)?)(?: me| us)?(?: with)?(?: about)? "
    r"((?:your|the|a|an) .+?)(?= (?:and|or) (?:what|when|where|how|could|can)\b|$)",
    re.I,
)
WHEN_WHERE = re.compile(r"\b(when|where|who|whom|how long|how much)\b(.*)", re.I)
YES_NO = re.compile(
    r"\b(?:do|does|did|are|is|was|were|will|would|have|has|should|can|could) (?:you|your|i|we|it|they|he|she|there"
    r"|the \w+)\b(?: already| also)? (.+)",
    re.I,
)
# The label ends here: at punctuation, at a clause or at a phrase of place or purpose.
CUT = re.compile(
    r"\s*(?:[?!.;:(]|,| please\b| so (?:i|we|that)\b| for (?!how)| and (?:the|your)\b| that\b"
    r"| which\b| to (?!from)| you(?:'d|'re)?\b| today\b| now\b| as well\b| with\b| at\b"
    r"| in mind\b"
    r"| (?:in|on) (?:the|your|a|my|any|this|that|which|what|case)\b| before\b| when\b| where\b"
    r"| under\b| i\b| we\b| associated\b).*$",
    re.I,
)
LEADING = re.compile(
    r"^(?:(?:your|the|a|an|my|any|some|exact|preferred|desired|current|detailed|particular|specific|also|and) )+", re.I
)
OWNER = re.compile(r"^(.+?)s? of (?:the |your |my )(.+)$", re.I)
WANTING = re.compile(
    r"^(?:(?:like|want|wish|need|have|prefer|require|be|planning|looking|interested|going"
    r"|currently|expect|get|take|currently|bringing)\b ?(?:to |for |in |with |by )?)+(?:(?:any|a"
    r"|an|the|your|some|to) )*",
    re.I,
)
DETERMINER = re.compile(r"^(?:(?:any|a|an|the|your|some|it|this|that)\b\s*)+", re.I)
# `Shall I …` and `is that OK` want a confirmation and no value, although they are questions. A question that names
# alternatives wants one of them.
OFFER = re.compile(
    r"\b(?:should|shall|can|could|may|do you want me to|would you like me to|want me to"
    r"|would you (?:like|want) (?:to|me)|do you want to|(?:interested in|ready for|okay with|happy with) \w+ing\b|"
    r"is \w+ (?:ok|okay|right|correct|fine|good|alright)|correct\?|right\?"
    r"|how (?:about|does)|what about|sound|(?:will|would|does) (?:\w+ ){1,3}(?:do|work|suit|be))",
    re.I,
)
CHOICE = re.compile(
    r"\b(?:do you want|would you (?:like|prefer)|do you prefer|are you|will you be)(?: to)? ([^?]*\bor\b[^?]*)\?", re.I
)
OPINION = re.compile(
    r"\bwhat do you think\b|\byour opinion\b|\bhow does (?:that|this|it)\b|\bhow about\b|\bwhat about\b", re.I
)
WH = re.compile(r"^(?:[\w']+[ ,]+){0,3}?(?:what|which|when|where|who|whom|how (?:many|much|long))\b(?! about)", re.I)
REQUEST_FOR_VALUE = re.compile(
    r"\b(?:have|get|know|give|provide|tell|share|specify|describe|state|enter)(?: me"
    r"| us)?(?: with)? (?:your|the name|a detailed)\b",
    re.I,
)
# Questions that every conversation has and nobody answers with a value.
ANYTHING_ELSE = re.compile(
    r"\b(?:anything|something) else\b|\bhow (?:can|may|could) i (?:further |also )?(?:help|assist)"
    r"|\b(?:more|further|other|additional) (?:help|assistance)\b"
    r"|\bassist you (?:with|in|further|today)|\bwhat'?s up\b|\bcan i help you\b"
    r"|anything more\b",
    re.I,
)
# A reply that says that it gives no answer.
EVASION = re.compile(
    r"\b(?:don'?t (?:know|remember|recall|have)|do not (?:know|remember|recall|have)"
    r"|can'?t (?:remember|recall)|cannot (?:remember|recall)|"
    r"forgot|forgotten|no idea|not sure|why do you need|none of your)\b",
    re.I,
)
# What people say before the value itself. Any number of these may follow each other: `Oh sure, um, it's …`.
LEAD_IN = re.compile(
    r"^(?:(?:oh|ok|okay|um+|uh+|hmm+|well|yes|yeah|yep|yup|sure|so|and|please|hi|hello|hey"
    r"|of course|thanks|thank you|merci|great|right|alright|actually|sorry|just|i think|maybe"
    r"|probably|about|around|at|on|for|to|in|from|it's|its|it is|it was|that's|that is|this is|"
    r"that would be|it would be|i(?:'m| am|'ll be| will be|'ll| will) (?:\w+ing )?(?:to|in|at"
    r"|from|on)\b|(?:my|his|her|our|the|their) (?:[\w']+ ){1,3}(?:is|are|was|will be|would be)"
    r"|(?:go|going|depart|departing|leave|leaving|travel|travelling|traveling|head|heading|headed) (?:to|from)"
    r"|visiting\b"
    r"|(?:my|his|her|the) name's|name is|name's|i'm|i am|i'd like|i would like|i want|i'll take"
    r"|let's (?:do|go with|say|make it)|make it|how about|the|an?(?= \w))\b[\s,.!:-]*)+",
    re.I,
)
# What people say behind the value itself.
TAIL = re.compile(
    r"[\s,.!]*\b(?:please|thanks|thank you|for now|would be (?:great|fine|good|ok|okay)"
    r"|sounds (?:good|great|fine)|(?:is|should be|will be) (?:fine|good)|(?:should|will|would) (?:do|work)"
    r"|works(?: for me)?)\b[\s.!]*$",
    re.I,
)
PLEASANT = word_set(
    """
    thanks thank thx very much so hi hello hey there good morning afternoon evening bye goodbye great awesome perfect ok
    okay cool nice no nope that's thats all that this is it's it for now you too have a day lot merci bonjour your help
    will be amazing wonderful fantastic excellent appreciate beaucoup sounds sound like to know well fine works work can
    out seems winner yes yeah yep sure right correct i we me my the and with lovely oh ah see alright then of course
    love really super welcome please
    """
)
BEGINS_CLAUSE = re.compile(rf"{AUX}\b", re.I)
NO_LABEL = word_set("please i we you following correct confirm it this that")
"""Words that no label begins with: what follows them is a sentence."""
MAX_LABEL_WORDS = 4


@read_once
def asks(sentence: str) -> bool:
    """Whether a sentence asks for something."""
    return ASKS.search(sentence) is not None or (count(sentence) <= 8 and BARE_REQUEST.search(sentence) is not None)


def offers(sentence: str) -> bool:
    """Whether a question proposes a step or wants a confirmation: `Shall I book it?`"""
    if OPINION.search(sentence):
        return True
    if _choice(sentence):
        return False
    return OFFER.search(sentence) is not None and not WH.search(sentence) and not REQUEST_FOR_VALUE.search(sentence)


def wants_yes_or_no(question: str) -> bool:
    """Whether a question can be answered by yes or no: `Do you require parking?`"""
    return YES_NO.search(question) is not None and not (
        WH.search(question) or REQUEST.search(question) or _choice(question)
    )


def is_courtesy(sentence: str) -> bool:
    """Whether a question only keeps the talk going: `Anything else?`"""
    return ANYTHING_ELSE.search(sentence) is not None


def is_pleasant(text: str) -> bool:
    """Whether a text is nothing but thanks, greetings and agreement."""
    words = [word.strip(".,!?:;()").lower() for word in text.split()]
    return all(word in PLEASANT for word in words if word)


def evades(reply: str) -> bool:
    """Whether a reply says that it does not answer."""
    return EVASION.search(reply) is not None


def label(question: str) -> str | None:
    """What a question asks for, in at most four words, by its grammar; `None` where that stays unclear.

    `May I have your name?` → `name`; `How many guests will you bring?` → `guests`; `When are you arriving?` → `when
    arriving`.
    """
    text = " ".join(question.split())
    for reading in (_choice, _what, _what_noun, _many, _requested, _when_where, _yes_no, _fragment):
        found = reading(text)
        if found:
            return None if found.split()[0] in NO_LABEL else found
    return None


def answer(reply: str) -> str:
    """A reply without its lead-in and courtesies: `It's Angela.` → `Angela`."""
    text = TAIL.sub("", without_lead_in(reply)).strip(" .!,;")
    return text or " ".join(reply.split()).strip(" .!,;")


def without_lead_in(reply: str) -> str:
    """A reply without `well`, `it's`, `I think` and the like at its beginning."""
    text = " ".join(reply.split())
    return LEAD_IN.sub("", text) or text


def _choice(text: str) -> str | None:
    """The alternatives of `Do you want to drive, walk, or use public transit?`, where each is at most three words."""
    hit = CHOICE.search(text)
    parts = [part.strip() for part in re.split(r",\s*(?:or\s+)?|\s+or\s+", hit.group(1))] if hit else []
    return "/".join(parts).lower() if len(parts) > 1 and all(1 <= len(part.split()) <= 3 for part in parts) else None


def _what_noun(text: str) -> str | None:
    hit = WHAT_NOUN.search(text)
    return _noun_phrase(hit.group(1)) if hit else None


def _many(text: str) -> str | None:
    hit = MANY.search(text)
    return _noun_phrase(hit.group(1)) if hit else None


def _what(text: str) -> str | None:
    hit = WHAT.search(text)
    return _noun_phrase(hit.group(1)) if hit else None


def _requested(text: str) -> str | None:
    hit = REQUEST.search(text)
    return _noun_phrase(hit.group(1)) if hit else None


def _when_where(text: str) -> str | None:
    hit = WHEN_WHERE.search(text)
    if not hit:
        return None
    rest = [
        word
        for word in content_words(re.split(r"[?,]", hit.group(2))[0])
        if word not in STOP | {"planning", "expect", "currently"}
    ]
    return " ".join([hit.group(1).lower(), *rest[:1]])


def _yes_no(text: str) -> str | None:
    hit = YES_NO.search(text)
    return _noun_phrase(DETERMINER.sub("", WANTING.sub("", hit.group(1)))) if hit else None


def _fragment(text: str) -> str | None:
    if BEGINS_CLAUSE.match(text):
        return None
    words = text.rstrip("?").split(",")[-1 if text.lower().startswith(("right", "and", "ok")) else 0]
    return _noun_phrase(words) if count(CUT.sub("", words)) <= 6 else None


def _noun_phrase(words: str) -> str | None:
    """The head of a noun phrase as a label; `name of the host` becomes `host name`."""
    text = LEADING.sub("", words.strip())
    owner = OWNER.match(re.split(r"[?,.]", text)[0])
    if owner:
        text = f"{LEADING.sub('', CUT.sub('', owner.group(2)))} {owner.group(1)}"
    text = CUT.sub("", text).strip(" '\"").lower()
    parts = text.split()
    if not parts or all(part in STOP for part in parts):
        return None
    short = " ".join(parts if " and " in text and len(parts) <= 6 else parts[:MAX_LABEL_WORDS])
    return short if "'" in short else label_of(short)
