"""Terms: a text as the word stems and identifiers that a lexical search compares.

The hashes of terms are stored with every memory. Whatever changes what ``read`` or ``hashes`` gives, a newer major
version of the stemmer included, calls for reading every memory anew: raise ``VERSION`` with it.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from uuid import UUID

import numpy as np
import Stemmer  # type: ignore[import-not-found]
from numpy.typing import NDArray

from warmline_memory.language.unseen import normalized
from warmline_memory.language.words import word_set

VERSION = 1
"""Grows with every change of what a text is read as."""
QUERY_TERMS = 32
"""A query is searched by at most this many different terms."""
STEMMED_CHARS = 40
"""What is longer is no word of any language, and not stemmed."""
NUMBER_DIGITS = 7
"""Groups of digits with blanks between them are read as one number where they have this many digits together, as
telephone numbers have."""

STOP = word_set(
    """
    a about above after again against all also am an and any are arent as at be because been before being below
    between both but by can cannot cant could couldnt did didnt do does doesnt doing done dont down during each
    else even ever every for from get go going got had hadnt has hasnt have havent having he hello her here
    heres hers herself hes hey hi him himself his how hows i id if im in into is isnt it its itself ive just let
    lets many may me might more most much must my myself no nor not now of off oh ok okay on once one only or
    other our ours out over please really shall she shes should shouldnt so some still such sure than thank
    thanks that thats the their theirs them then there theres these they theyd theyll theyre theyve this those
    through to too under until up us very was wasnt we well were werent weve what whats when whens where wheres
    which while who whom whos whose why will with wont would wouldnt yeah yes yet you youd youll your youre
    yours youve
    """
)
"""English words that build a sentence or greet, and say nothing of what it is about; question words are among them."""

MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u065f\u0670]+")
"""Accents, and the vowel points that Hebrew and Arabic leave out as often as not."""
GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
"""The comma of 1,299."""
JOINTS = re.compile(r"[^\w.@]+|_+")
"""What different hands write differently inside an identifier, or leave out."""
VERSION_SIGN = re.compile(r"^v(?=\d+\.)")
"""The v of v2.13.0."""
LABELLED = re.compile(r"([a-z]{2,})(\d{3,})")
"""A number with its label, such as acc4521."""
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts that write no blanks between words, and Hangul, whose words take endings: read as pairs of characters."""
STRETCHES = re.compile(f"([{UNSPACED}]+)|[^{UNSPACED}]+")


class _Patterns:
    """How words, compounds and numbers look, given what one character of a word is."""

    def __init__(self, character: str) -> None:
        self.word = re.compile(rf"{character}++(?:['’]{character}++)*+")
        self.compound = re.compile(rf"(?<!{character}){character}++(?:[-_.@:/#+&\\]++{character}++)++")
        self.number = re.compile(rf"(?<!{character})\d{{2,}}+(?:[ ()-]{{1,2}}+\d{{2,}}+)++(?!{character})")


ASCII = _Patterns("[a-z0-9]")
ANY = _Patterns("(?:[^\\W_]|[\u0900-\u0963\u0966-\u109f\u1780-\u17d3])")
"""In the scripts of South and South-East Asia vowel signs belong to words, though Python counts them as none."""


class _Stemmer(threading.local):
    """One stemmer per thread: it is not reentrant."""

    def __init__(self) -> None:
        # By default a stemmer remembers the 10,000 words that it met last, and these are customers' words. Without them
        # a word takes 0.4 instead of 0.14 µs: a hundredth of a millisecond for a long message.
        self._english = Stemmer.Stemmer("english", maxCacheSize=0)

    def stem(self, word: str) -> str:
        return str(self._english.stemWord(word)) if len(word) <= STEMMED_CHARS else word


_english = _Stemmer()


@dataclass(frozen=True)
class Query:
    """What a query asks for."""

    terms: tuple[str, ...]
    """Different terms, identifiers first."""
    hashes: NDArray[np.int64]
    """Their hashes, shape (terms,)."""
    identifiers: NDArray[np.bool_]
    """Which of them name one thing, shape (terms,)."""


def read(text: str) -> list[str]:
    """The terms of a text, as often as they occur; linear in its length.

    Case and accents are folded, stop words left out, words stemmed (English Snowball, M. Porter 2001). Identifiers are
    given whole as well as in parts, without the signs that one writes and another leaves out: ``ACC-4521`` gives
    ``acc4521``, ``acc`` and ``4521``. Scripts without blanks give pairs of neighbouring characters.
    """
    folded = _fold(text)
    look = ASCII if folded.isascii() else ANY
    terms: list[str] = []
    stem = _english.stem
    for word in look.word.findall(folded):
        if word.isalpha() and word.isascii():
            if word not in STOP:
                terms.append(stem(word))
        else:
            terms.extend(_unusual(word))
    terms.extend(_wholes(folded, look))
    return terms


def query(text: str, salt: bytes) -> Query:
    """The terms that a query is searched by: identifiers, then the longest words, which tend to be the rarest.

    At most ``QUERY_TERMS``, so that a query of any length costs the same. A query of stop words alone has no terms.
    """
    found = dict.fromkeys(read(text))
    terms = tuple(sorted(found, key=lambda term: (not is_identifier(term), -len(term)))[:QUERY_TERMS])
    named = np.fromiter((is_identifier(term) for term in terms), dtype=np.bool_, count=len(terms))
    return Query(terms, hashes(terms, salt), named)


def is_identifier(term: str) -> bool:
    """Whether a term names one thing: five signs or more, of which one is a digit, a full stop or an ``@``.

    So years and small numbers are none.
    """
    return len(term) >= 5 and not term.isalpha() and any(sign in ".@" or sign.isdigit() for sign in term)


def hashes(terms: Sequence[str], salt: bytes) -> NDArray[np.int64]:
    """A 64-bit hash per term, shape (terms,): BLAKE2b of the salt and the term, little-endian; the same for ever.

    The salt, of any length, says whose terms these are; under another salt the same term has another hash.
    """
    keyed = blake2b(digest_size=8, key=blake2b(salt, digest_size=32).digest())
    digests = []
    for term in terms:
        one = keyed.copy()
        one.update(term.encode())
        digests.append(one.digest())
    return np.frombuffer(b"".join(digests), dtype="<i8").astype(np.int64)


def salt(tenant_id: UUID, namespace: str) -> bytes:
    """The salt of a namespace's terms, so that an index that namespaces share keeps them apart."""
    return tenant_id.bytes + namespace.encode()


def stored(text: str, tenant_id: UUID, namespace: str) -> bytes:
    """The terms of a text as they are stored with a memory: 8 bytes each, little-endian, as often as they occur."""
    return hashes(read(text), salt(tenant_id, namespace)).astype("<i8").tobytes()


def _fold(text: str) -> str:
    if "," in text:
        text = GROUPED.sub("", text)
    if text.isascii():
        return text.lower()
    apart = normalized("NFKD", text.casefold())
    return normalized("NFC", MARKS.sub("", apart))


def _unusual(word: str) -> Iterable[str]:
    """What a word becomes that is not plain letters: one with an apostrophe, with digits, or of another script."""
    if "'" in word or "’" in word:
        plain = word.replace("’", "'").removesuffix("'s").replace("'", "")
        return () if plain in STOP else (_english.stem(plain),)
    if word.isascii():
        labelled = LABELLED.fullmatch(word)
        return (word, *labelled.groups()) if labelled else (word,)
    return _of_any_script(word)


def _of_any_script(word: str) -> Iterator[str]:
    for stretch in STRETCHES.finditer(word):
        signs = stretch.group()
        if stretch.group(1) is None:
            yield _english.stem(signs)
        elif len(signs) == 1:
            yield signs
        else:
            yield from (signs[at : at + 2] for at in range(len(signs) - 1))


def _wholes(folded: str, look: _Patterns) -> Iterator[str]:
    for compound in look.compound.findall(folded):
        yield VERSION_SIGN.sub("", JOINTS.sub("", compound))
    for number in look.number.findall(folded):
        digits = JOINTS.sub("", number)
        if " " in number and len(digits) >= NUMBER_DIGITS:
            yield digits
