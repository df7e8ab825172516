"""Showing: some briefs of a set as a page, as their receivers see them."""

import hashlib
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.briefs.recorded import Recorded
from bench.briefs.scoring import Shown

WIDTH = 100
CODE = "    "
"""What makes a line of Markdown code: nothing in it means anything."""


@dataclass(frozen=True)
class Collection:
    """Where recorded conversations come from, and under which licence they may be shown."""

    title: str
    address: str
    licence: str


MIT = "[MIT](https://opensource.org/license/mit)"
APACHE = "[Apache-2.0](https://www.apache.org/licenses/LICENSE-2.0)"
ATTRIBUTION = "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)"
CDLA = "[CDLA-Permissive-1.0](https://cdla.dev/permissive-1-0/)"
SHARE_ALIKE = "[CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/)"
COLLECTIONS = {
    "STAR": Collection("STAR", "https://github.com/RasaHQ/STAR", MIT),
    "SGD": Collection(
        "Schema-Guided Dialogue",
        "https://github.com/google-research-datasets/dstc8-schema-guided-dialogue",
        SHARE_ALIKE,
    ),
    "multiwoz": Collection("MultiWOZ", "https://github.com/budzianowski/multiwoz", MIT),
    "multidogo": Collection(
        "MultiDoGO", "https://github.com/awslabs/multi-domain-goal-oriented-dialogues-dataset", CDLA
    ),
    "visits": Collection("ACI-Bench", "https://github.com/wyim/aci-bench", ATTRIBUTION),
    "crosswoz": Collection("CrossWOZ", "https://github.com/thu-coai/CrossWOZ", APACHE),
    "tau-bench": Collection("tau-bench", "https://github.com/sierra-research/tau-bench", MIT),
}
"""The collections that the benchmark knows, by what their cases call them."""


def chosen(cases: Sequence[Recorded], count: int) -> list[Recorded]:
    """So many cases, picked by the BLAKE2 hash of their ids: nobody's taste, no file's order, the same every time."""
    return sorted(cases, key=lambda case: hashlib.blake2b(case.id.encode()).digest())[:count]


def page(source: str, cases: Sequence[Recorded], shown: Mapping[str, Shown]) -> str:
    """A page of briefs in Markdown, led by where their conversations come from."""
    head = (
        f"# {len(cases)} briefs of {source} conversations\n\n"
        "Picked by the hash of their ids, as their receivers see them; only long lines are wrapped. Warmline wrote "
        "them without a language model, and nobody has edited them.\n\n"
        f"{_origin(source)}\n"
    )
    return "\n".join([head, *(_shown(number, case, shown[case.id]) for number, case in enumerate(cases, start=1))])


def wrapped(text: str) -> str:
    """A brief with its long lines wrapped; what goes on is indented further than what begins."""
    return "\n".join(_wrapped(line) for line in text.splitlines())


def _origin(source: str) -> str:
    known = COLLECTIONS.get(source)
    if known is None:
        return f"The conversations are from {source}; the benchmark does not know under which licence they are."
    return (
        f"The conversations are from [{known.title}]({known.address}), licensed under {known.licence}. The briefs are "
        "excerpts of them, so this page is under the same licence."
    )


def _shown(number: int, case: Recorded, shown: Shown) -> str:
    return f"## {number}. {case.id}\n\n{textwrap.indent(wrapped(shown.text), CODE)}\n"


def _wrapped(line: str) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.fill(
        line.strip(),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        # Addresses and identifiers must stay whole to be read, and hyphens are part of many of them.
        break_long_words=False,
        break_on_hyphens=False,
    )
