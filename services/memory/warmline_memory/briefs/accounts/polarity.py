"""Polarity: the words of a text, which of them are denied, and which of two words is the from and which the to."""

import re
from itertools import combinations

from warmline_memory.language.unseen import MARKS
from warmline_memory.language.words import word_set

# Words that deny, of the languages that briefs are tested in: those with the feature Polarity=Neg in the treebanks of
# Universal Dependencies, a closed class in every language; and `false`, with which a tool denies the name of a field.
DENIALS = word_set(
    """
    no not never none nothing nobody cannot neither nor without nicht kein keine keinen keiner nie niemals nichts
    ohne pas ne jamais rien aucun aucune sans nunca nada ningún ninguna sin non mai niente nessun nessuno senza não
    nem nenhum sem niet geen nooit zonder не нет ни никогда без değil yok hiç لا لم لن ليس دون नहीं मत tidak bukan
    inte ikke aldrig bez false
    """
)
DENIAL = re.compile(
    r"n['’]t\b|[不没沒未無无](?!\s*\?)|ない|(?<!少)なく(?!と)|ません|なかっ|않|못|없|\bun(?:able|paid|verified|resolved|available)\b"
    r"|\B[^\W\d_]{2}m(?:[ae](?:z(?:s[ıi]n|l[ae]r)?|d[ıi](?:m|n|k|l[ae]r|n[ıi]z)?|y[ae](?:c[ae][kğ]|n)\w*|m[ıi]ş\w*|m[ae]k)\b"
    r"|[ıiuü]yor)|\b[ao]lmaz\b"
)
"""What denies inside of a word, or without blanks; the last two lines are the negated verbs of Turkish."""
REFUSALS = word_set("declin refus rejec denie faile unabl impos")
"""English verbs of refusing, by their first letters: agents mostly write that somebody declined something."""
ANSWER = re.compile(r"(?:^|(?<=[,;:.!?“\"]))\s*(?:oh )?(?:no|nope|nein|non|нет|não)\s*(?=[,;.!?]|$)|\bno(?=,)")
"""A `no` that only answers denies nothing."""
# No sentence ends behind a sign, a day such as `12.` or `Dr.`. Signs are those of ``exact_values.plain``.
SENTENCE_END = re.compile(r"[;。!]\s*|(?<=\?)\s*|(?<!\b\w)(?<!(?<![:.,])\b\d\d)(?<!\b[A-Z][a-z])\.\s+(?=\S)")
CLAUSE_END = re.compile(rf"{SENTENCE_END.pattern}|[,:]\s+(?=\S+\s+\S)|,(?=[\u2e80-\u9fff])|[、،؛]|\s[–—-]\s")
JOINED = re.compile(r"\s(?:and|but|und|aber|et|mais|y|pero|e|ma|mas|en|maar|och|i|а|и|но|ve|ama|و)\s")
FEWEST_WORDS = 3
LETTERS = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}])*")
"""A word. The vowel signs of Indian scripts and the marks of Arabic and Thai are no letters to ``\\w``."""
TOKEN = re.compile(rf"(?!\W)[\u2e80-\u9fff\uac00-\ud7af]|[^\W_](?:[^\W_]|[{MARKS}])*")
# What an account reports in, rather than what it reports: whoever speaks, and that they did. By the first five letters.
REPORTING = word_set(
    """
    the and that custo user agent clien said says told wrote asked asks their they them from i'm i've i me my you
    your we our us am is are was has have 我 你 您 他 她 们 客 户
    """
)
SHORTENED = {"'m": " am", "'re": " are", "'ve": " have", "'d": " would", "'ll": " will", "can't": "can not",
             "cannot": "can not", "n't": " not"}  # fmt: skip
"""How English runs words together."""
NOT = "¬"
SUPPORTING = word_set("do does did")
"""English verbs that a denial brings with it."""
FEWEST_LETTERS, MOST_WORDS = 3, 80
# Short words are left out, but for what is written like a name: `Hotel G`, `Gate B`, `the UK`. English writes `I` so.
SHORT_NAME = re.compile(r"(?<=\w )(?!I\b)[^\W\d_]{1,2}\b")


def stems(text: str) -> frozenset[str]:
    """The words of a text by their first five letters, so that forms of one word agree; of scripts without blanks the
    pairs of signs."""
    found: set[str] = set()
    for hit in LETTERS.finditer(text):
        word = hit.group().casefold()
        if word[0] > "\u2e7f":
            found.update(word[place : place + 2] for place in range(max(1, len(word) - 1)))
        elif len(word) >= FEWEST_LETTERS:
            found.add(word[:5])
    found.update(hit.group().casefold() for hit in SHORT_NAME.finditer(text) if hit.group().isupper())
    return frozenset(found)


def told_words(text: str) -> tuple[str, ...]:
    """The words of a text in their order, without those of reporting; of scripts without blanks the signs. All that
    denies is one word, ``NOT``."""
    text = ANSWER.sub(" ", text.casefold().replace("’", "'"))
    for short, long in SHORTENED.items():
        text = text.replace(short, long)
    words = [word for word in TOKEN.findall(text) if word[:5] not in REPORTING | SUPPORTING]
    return tuple(NOT if word in DENIALS or word in "不没沒未無无" else word.removesuffix("s") for word in words)


def without_denials(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words but for what denies."""
    return tuple(word for word in words if word != NOT)


def clauses_of(text: str) -> list[str]:
    """The clauses of a statement. A part of less than three words belongs to the one before it."""
    clauses: list[list[str]] = []
    is_open = False
    for part in (part.strip() for long in CLAUSE_END.split(text) for part in JOINED.split(long)):
        if not re.search(r"\w", part):
            continue
        if clauses and (is_open or _is_short(part)):
            clauses[-1].append(part)
            is_open = is_open and _is_short(", ".join(clauses[-1]))
        else:
            clauses.append([part])
            is_open = _is_short(part)
    return [", ".join(parts) for parts in clauses]


def denies(text: str) -> bool:
    """Whether a text denies something, an odd number of times."""
    return denials(text) == 1


def denials(text: str) -> int:
    """0 for a text that denies nothing, 1 for one that denies an odd number of times, 2 for an even one."""
    text = ANSWER.sub(" ", text.casefold())
    words = LETTERS.findall(text)
    count = sum(word in DENIALS or word[:5] in REFUSALS for word in words) + len(DENIAL.findall(text))
    return 2 - count % 2 if count else 0


def denials_in(text: str, about: frozenset[str]) -> int:
    """How what a text says about something is denied, as ``denials`` has it: in any of its clauses of which half is
    about that, or in the one that is most about it."""
    shared = [(len(stems(clause) & about), len(stems(clause)), clause) for clause in clauses_of(text)]
    most = max((count for count, _, _ in shared), default=0)
    near = [clause for count, size, clause in shared if count == most or (count and 2 * count >= size)]
    return max(map(denials, near), default=0)


def is_turned_round(one: str, other: str) -> bool:
    """Whether two words stand behind each other's prepositions in two texts: `from A to B` and `from B to A`."""
    ours, theirs = _marks(one), _marks(other)
    for first, second in combinations(ours.keys() & theirs.keys(), 2):
        mine, his = ours[first] - ours[second], ours[second] - ours[first]
        if mine & (theirs[second] - theirs[first]) and his & (theirs[first] - theirs[second]):
            return True
    return False


def _marks(text: str) -> dict[str, frozenset[str]]:
    """The two words that stand right before each word of a text, where it stands first."""
    words = re.findall(r"\w+", text)[:MOST_WORDS]
    found: dict[str, frozenset[str]] = {}
    for place, word in enumerate(words):
        if len(word) >= FEWEST_LETTERS or word.isupper() or word.isdigit():
            before = words[max(0, place - 2) : place]
            found.setdefault(word.casefold(), frozenset(one.casefold() for one in before))
    return found


def _is_short(part: str) -> bool:
    # Of scripts without blanks two signs are about a word.
    return len(part.split()) < FEWEST_WORDS and (part < "\u2e80" or len(part) < 2 * FEWEST_WORDS)
