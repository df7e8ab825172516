"""Whether secrets stay hidden and harmless words stay shown: `python -m bench.secrets [--failures]`.

234 secrets of 79 kinds and 334 harmless texts, in sixteen languages, each within a small conversation. Those of the
last part were written after the rules had been tuned, those of the third before their author had read the rules, and
those of the fourth are of coding sessions. A leak
is a piece of a secret that stands anywhere: in a scrubbed turn, in the brief in any form, or in the warm start's
prompt. Prints one JSON line for each part: leaks, harmless texts in which something was hidden, and milliseconds.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from warmline_memory import briefs
from warmline_memory.briefs import prompts
from warmline_memory.redaction import scrubbing
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.memories import Action, Role

HERE = Path(__file__).parent
PARTS = ("first", "last", "third", "coding")
DRAWN = {
    "{HEX}": "0f9a4c7be21d83560f9a4c7be21d8356",
    "{MIX}": "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "{UPPER}": "Q4ZX7M2N5B5V2C6K",
}
"""What tokens are made of, put in here so that no scanner takes the cases for leaks."""
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
TURN = re.compile(r"(?:^|\s)([UAT])> ")
ROLES = {"U": Role.USER, "A": Role.AGENT, "T": Role.TOOL}


@dataclass(frozen=True)
class Case:
    """A conversation, and the pieces of its secret; none where it is harmless."""

    name: str
    pieces: list[str]
    memories: list[SourceMemory]


def main() -> int:
    """Measure all parts. Exit status 1 where a secret leaked or more than one harmless text of a part lost a word."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--failures", action="store_true", help="also print what leaked or was hidden")
    show = options.parse_args().failures
    failed = False
    for part in PARTS:
        secret, harmless = list(_cases(part)), list(_cases(f"{part}-harmless"))
        begun = time.process_time()
        leaked = [(case, place) for case in secret for place in _leaks(case)[:1]]
        lost = [(case, text) for case in harmless for text in _shown(case) if scrubbing.HIDDEN in text]
        told = {
            "part": part,
            "kinds": len({case.name.split("|")[0] for case in secret}),
            "secrets": len(secret),
            "leaked": len(leaked),
            "harmless": len(harmless),
            "hidden": len({case.name for case, _ in lost}),
            "ms_a_case": round(1000 * (time.process_time() - begun) / max(1, len(secret) + len(harmless)), 1),
        }
        print(json.dumps(told))
        for case, text in [*leaked, *lost] if show else ():
            print(f"  {case.name}: {text[:300]}")
        failed = failed or bool(leaked) or len({case.name for case, _ in lost}) > 1
    return int(failed)


def _cases(part: str) -> Iterator[Case]:
    for number, line in enumerate((HERE / f"{part}.txt").read_text("utf-8").splitlines()):
        if not line or line.startswith("#"):
            continue
        whole = line
        for name, value in DRAWN.items():
            whole = whole.replace(name, value)
        *about, turns = whole.split("|", 1 if "harmless" in part else 3)
        pieces = about[2].split(";;") if len(about) > 2 else []
        yield Case("|".join([*about[:2], str(number)]), pieces, list(_memories(turns)))


def _memories(turns: str) -> Iterator[SourceMemory]:
    parts = TURN.split(turns)[1:]
    for number, (sign, said) in enumerate(zip(parts[::2], parts[1::2], strict=True), 1):
        fields: dict[str, Any] = {"content": said.strip().replace("\\n", "\n"), "kind": "message"}
        if sign == "T":
            arguments, result = said.strip().rsplit(" => ", 1)
            action = Action(name="run", arguments=json.loads(arguments), result=json.loads(result))
            fields = {"content": f"run({arguments}) → {result}", "kind": "action", "action": action}
        at = START + timedelta(minutes=number)
        yield SourceMemory(id=UUID(int=number), role=ROLES[sign], importance=0.5, event_time=at, **fields)


def _shown(case: Case) -> list[str]:
    """All that a receiver may see of a conversation: turns, brief, prompt."""
    secrets = scrubbing.find(case.memories)
    turns = [scrubbing.scrub(memory.content, secrets) for memory in case.memories]
    deeds = [memory.action for memory in case.memories if memory.action]
    told = [json.dumps(scrubbing.scrub_tree([one.arguments, one.result], secrets), ensure_ascii=False) for one in deeds]
    request = briefs.BriefRequest(source_agent="bot", to="human:ann", reason="needs help", namespace="user-1")
    brief = briefs.write(briefs.BriefSource(memories=case.memories, request=request, cut_at=START))
    prompt = prompts.warm_start_text(brief, case.memories, [], [], UUID(int=1), 4000, "f")
    return [*turns, *told, brief.text, brief.model_dump_json(), prompt.text]


def _leaks(case: Case) -> list[str]:
    shown = [(text, text.lower()) for text in _shown(case)]
    return [text for piece in case.pieces for text, lower in shown if piece.lower() in lower]


if __name__ == "__main__":
    sys.exit(main())
