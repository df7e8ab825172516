"""Headings of an account: which section of a brief a heading stands for, in any language.

A catalogue of English names, and for all others the nearest of them by meaning: the embedder places the same words of
different languages side by side.
"""

import re
from functools import cached_property

import numpy as np

from warmline_memory.briefs import wording
from warmline_memory.salience import Vectors, vectors
from warmline_schemas.briefs import SectionName

# Our own section titles, and what headings of handoff notes, SBAR and I-PASS sheets, and pull requests are called.
CATALOGUE = {
    SectionName.ASK: "ask; the request; wanted; customer request; what the customer wants; customer wish; "
    "what the user asked for",
    SectionName.SEVERITY: "severity; urgency; priority; impact; illness severity",
    SectionName.IDENTIFIERS: "identifiers; identity; customer details; who the customer is; account and order numbers",
    SectionName.FACTS: "facts; known facts; key facts; details; what we know",
    SectionName.FIGURES: "figures; numbers; metrics; measurements; test results; results",
    SectionName.DONE: "done; completed; finished; what was done; actions taken; completed work; progress; changes made",
    SectionName.FAILED: "failed; what did not work; failures; errors; failed attempts; blocked; blockers",
    SectionName.PROMISED: "promised; promises; commitments; what we promised the customer",
    SectionName.DECIDED: "decided; decisions; decisions made; customer decisions; decided by the customer",
    SectionName.OPEN_QUESTIONS: "open questions; questions; unanswered questions; unresolved questions; unclear",
    SectionName.NEXT_STEPS: "next steps; next; to do; todo; open tasks; remaining work; action items; pending tasks",
    SectionName.IF_THEN: "contingencies; if something happens; what to do if; fallback plan",
    SectionName.ENVIRONMENT: "environment; setup; configuration; commands; how to run",
    SectionName.EXPECTED_OUTCOME: "expected outcome; goal; success criteria; acceptance criteria; objective",
    SectionName.SITUATION: "situation; background; context; summary; overview; current state; status; problem; issue",
    SectionName.MOOD: "mood; customer sentiment; tone",
    SectionName.RULES: "rules; constraints; restrictions; warnings; mind; take care; important",
    SectionName.SAID: "said; quotes; in the customer's words",
}
NAMES = {name: section for section, names in CATALOGUE.items() for name in names.split("; ")}
# What is common in other languages and lies elsewhere by its meaning, or nowhere: of 171 such headings in fifteen
# languages these. 決まり, which is a rule, is near to what was decided; and a customer alone is near to their mood.
ELSEWHERE = {
    SectionName.IDENTIFIERS: "customer; the customer; caller; kunde; kundin; client; cliente; klant; klient; клиент; "
    "müşteri; العميل; ग्राहक; 客户; 顾客; お客様; 顧客; 고객",
    SectionName.DONE: "klaar; 한 일; पूर्ण",
    SectionName.FAILED: "gescheitert; échecs; ce qui n'a pas marché; fallos; falhas",
    SectionName.DECIDED: "beschlüsse; acuerdos; scelte; ustalenia",
    SectionName.NEXT_STEPS: "noch offen; reste à faire; pendiente; pendientes; pendências; что осталось; осталось; "
    "yapılacaklar; अगले कदम",
    SectionName.RULES: "決まり; きまり; 約束事; vorgaben; nicht anfassen; contraintes; consignes; prohibido; "
    "proibições; vincoli; divieti; zasady; zakazy; запреты; нельзя; kısıtlar; yasaklar; niet doen; 제약; "
    "الممنوعات; नियम; सीमाएँ",
}
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
ASIDE = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
# Of 97 headings in eleven languages 88 lie nearest to a name of their section, at .41 to .93; of 16 that are none of a
# brief's, such as `Pizza` or `Medication`, none came above .49 (tests/unit/briefs/test_accounts.py holds some of both).
ALIKE = 0.52
"""The cosine from which a heading is taken for the name that it is nearest to."""


def section_of(heading: str) -> SectionName | None:
    """The section that a heading stands for; None where it stands for none of them."""
    # A plain heading of a brief, in any of its languages, is what it says; likeness is for all others.
    if (exact := wording.section_of(heading)) is not None:
        return exact
    plain = _plain(heading)
    if plain in KNOWN or not plain:
        return KNOWN.get(plain)
    likeness = _NAMES.meanings @ vectors([_without_asides(heading)])[0]
    best = int(np.argmax(likeness))
    return list(NAMES.values())[best] if likeness[best] >= ALIKE else None


def _plain(heading: str) -> str:
    return " ".join(WORD.findall(_without_asides(heading).casefold()))


def _without_asides(heading: str) -> str:
    """A heading without what stands in brackets in it, where that is not all: `Decided (by the customer)`."""
    left = ASIDE.sub(" ", heading).strip()
    return left if WORD.search(left) else heading


KNOWN = NAMES | {_plain(name): section for section, names in ELSEWHERE.items() for name in names.split("; ")}


class _Names:
    @cached_property
    def meanings(self) -> Vectors:
        """The embeddings of the catalogue's names."""
        return vectors(list(NAMES))


_NAMES = _Names()
