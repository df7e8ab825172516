"""How far the verification of accounts can be trusted: accounts with planted lies, and true entries beside them.

    python -m bench.accounts FILE.jsonl ... [--accounts 500] [--seed 14] [--show 10] [--half 0|1]
    python -m bench.accounts --trades

FILEs hold handoff cases (`events`); own conversations with entries by hand are read besides. `--trades` checks those of
`trades.jsonl` and `everyday.jsonl` alone: lies of values and words that nearly all stand in the record. Prints JSON.
"""

import argparse
import json
import random
import sys
from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any

from bench.accounts.lies import Claim, claims_of, memories_of
from warmline_memory.briefs.accounts.evidence import Record
from warmline_memory.briefs.accounts.verifying import verify
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.briefs import Support

OWN = Path(__file__).with_name("conversations.jsonl")
TRADES = [Path(__file__).with_name(name) for name in ("trades.jsonl", "everyday.jsonl")]


def main() -> None:
    """Read the cases, make accounts of them, verify each entry, and print what was told as what."""
    arguments = _arguments()
    by_hand = TRADES if arguments.trades else [] if arguments.no_own else [OWN]
    accounts = [_by_hand(case) for case in _cases(by_hand)]
    cases = sorted(_cases(arguments.files), key=lambda case: sha256(f"{arguments.seed}{case['id']}".encode()).digest())
    if arguments.half is not None:
        cases = [case for case in cases if sha256(str(case["id"]).encode()).digest()[0] % 2 == arguments.half]
    for case in cases:
        claims = claims_of(case["events"], random.Random(f"{arguments.seed}{case['id']}"))
        if len(accounts) < arguments.accounts and claims:
            accounts.append((case, claims))
    told: Counter[tuple[str, str]] = Counter()
    wrong: list[dict[str, Any]] = []
    for case, claims in accounts:
        record = Record(memories_of(case["events"]))
        for claim in claims:
            verdict = verify(claim.entry, record)
            told[claim.lie or "true", verdict.support.value] += 1
            if (claim.lie is None) != (verdict.support is Support.SUPPORTED):
                wrong.append(
                    {
                        "id": case["id"],
                        "lie": claim.lie,
                        "support": verdict.support,
                        "section": claim.entry.section,
                        "text": claim.entry.text,
                        "against": verdict.against,
                    }
                )
    random.Random(arguments.seed).shuffle(wrong)
    for one in sorted(wrong, key=lambda one: one["lie"] is None)[: arguments.show]:
        print(json.dumps(one, ensure_ascii=False), file=sys.stderr)
    print(json.dumps(_figures(told, len(accounts)), indent=1, ensure_ascii=False))


def _figures(told: Counter[tuple[str, str]], accounts: int) -> dict[str, Any]:
    kinds = {
        kind: {sort.value: told[kind, sort.value] for sort in Support if told[kind, sort.value]}
        for kind, _ in sorted(told)
    }
    lies = sum(number for (kind, _), number in told.items() if kind != "true")
    true = sum(number for (kind, _), number in told.items() if kind == "true")
    believed = sum(number for (kind, sort), number in told.items() if kind != "true" and sort == "supported")
    return {
        "accounts": accounts,
        "lies": lies,
        "lies told as supported": believed,
        "true entries": true,
        "share of true entries supported": round(told["true", "supported"] / max(1, true), 4),
        "share of true entries contradicted": round(told["true", "contradicted"] / max(1, true), 4),
        "by kind": kinds,
    }


def _by_hand(case: dict[str, Any]) -> tuple[dict[str, Any], list[Claim]]:
    true = [Claim(AccountEntry.model_validate({"section": section, "text": text})) for section, text in case["true"]]
    lies = [
        Claim(AccountEntry.model_validate({"section": section, "text": text}), f"by hand: {kind}")
        for kind, section, text in case["lies"]
    ]
    return case, [*true, *lies]


def _cases(files: list[Path]) -> list[dict[str, Any]]:
    return [
        json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.accounts", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, help="files of handoff cases")
    parser.add_argument("--accounts", type=int, default=500)
    parser.add_argument("--seed", type=int, default=14)
    parser.add_argument("--show", type=int, default=0, help="how many wrong verdicts are shown on stderr")
    parser.add_argument("--half", type=int, choices=(0, 1), help="only one half of the cases, to tune on the other")
    parser.add_argument(
        "--trades", action="store_true", help="the lies of trades and of everyday life alone, without FILEs"
    )
    parser.add_argument("--no-own", action="store_true", help="without the conversations of this folder")
    return parser.parse_args()


if __name__ == "__main__":
    main()
