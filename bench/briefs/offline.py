"""What briefs keep of recorded conversations, written in this very process: seconds instead of minutes.

    python -m bench.briefs.offline CASES … [--words 60 120] [--by kind] [--out DIR]
                                           [--only ID …] [--accounts FILE] [--failures N] [--show N]

Each case's memories are built as the platform keeps them, and its brief is written as the worker writes it, from the
session and the brief before. Files of cases with a `must` are scored as expectations, all others against their answer
keys. The program prints JSON lines: the figures first, then the cases that were asked for.

With ``--accounts`` the cases that a file names are handed off with their accounts, which are checked against the record
as the worker does it. Each of its lines has an ``id`` and an ``account``, as entries or as Markdown.
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter

from bench.briefs import expectations, scoring
from bench.briefs.case_sets import CaseSet
from bench.briefs.expectations import Verdict
from bench.briefs.in_process import brief_of
from bench.briefs.recorded import Recorded
from bench.briefs.scoring import AnswerKey, Shown
from bench.figures import Figures
from warmline_schemas.accounts import Account, AnyAccount
from warmline_schemas.briefs import Brief

GROUPS = ("use", "kind", "language", "length")


class Accounted(BaseModel):
    """What the agent of a case says of its work, as a line of a file of accounts has it."""

    id: str
    account: AnyAccount


ACCOUNTED = TypeAdapter(Accounted)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write, score and print."""
    options = _options(arguments)
    figures = Figures()
    details: list[dict[str, Any]] = []
    accounts = _accounts(options.accounts) if options.accounts else {}
    for path in options.cases:
        one = CaseSet.read(path, only=options.only or list(accounts))
        began = time.process_time()
        written = {case.id: brief_of(case, accounts.get(case.id)) for case in one.cases}
        spent = 1000 * (time.process_time() - began) / max(len(written), 1)
        shown = {id: Shown.of(brief) for id, brief in written.items()}
        if written:
            _report(figures, one, path.stem, shown, options)
            figures.add(set=path.stem, cpu_ms_a_brief=spent)
            details += _chosen(_details(one, shown, max(options.words)), written, options)
        if options.out:
            _keep(options.out / f"{path.stem}.briefs.jsonl", one.cases, written)
    figures.print_tables()
    for detail in details:
        text = detail.pop("brief")
        print(json.dumps(detail, ensure_ascii=False), text, "", sep="\n")


def _accounts(path: Path) -> dict[str, Account | str]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {one.id: one.account for one in map(ACCOUNTED.validate_json, lines)}


def _report(figures: Figures, one: CaseSet, name: str, shown: Mapping[str, Shown], options: argparse.Namespace) -> None:
    if options.by and one.expected:
        for group, verdicts in expectations.grouped(one.verdicts(shown), options.by).items():
            figures.add(set=name, by=options.by, group=group, **expectations.figures(verdicts))
    figures.add(set=name, **one.figures(shown, options.words))


def _details(one: CaseSet, shown: Mapping[str, Shown], depth: int) -> list[tuple[bool, dict[str, Any]]]:
    """Of each case, whether nothing is wrong with its brief, and what is."""
    judged = [(verdict.passed, _of_verdict(verdict)) for verdict in one.verdicts(shown)]
    return judged + [_of_key(key, shown[key.id], depth) for key in one.keys]


def _chosen(
    judged: Sequence[tuple[bool, dict[str, Any]]], written: Mapping[str, Brief], options: argparse.Namespace
) -> list[dict[str, Any]]:
    """The cases that were asked for, with their briefs."""
    failing = [detail for passed, detail in judged if not passed][: options.failures]
    first = [detail for _, detail in judged][: len(judged) if options.only else options.show]
    chosen = [*first, *(one for one in failing if one not in first)]
    return [{**detail, **_described(written[detail["id"]])} for detail in chosen]


def _described(brief: Brief) -> dict[str, Any]:
    quality = brief.quality.score if brief.quality else None
    return {"template": brief.template, "words": brief.words, "quality": quality, "brief": brief.text}


def _of_verdict(verdict: Verdict) -> dict[str, Any]:
    found = {"missed": verdict.missed, "shown": verdict.shown, "misplaced": verdict.misplaced}
    known = verdict.key.model_dump(include={"id", *GROUPS, "why"})
    return {**known, "passed": verdict.passed, **found, "too_long": verdict.too_long}


def _of_key(key: AnswerKey, shown: Shown, depth: int) -> tuple[bool, dict[str, Any]]:
    read = scoring.first_words(shown.text, depth)
    found = {
        "missed": [f"{one.name}: {one.value}" for one in key.must_know if not scoring.states(read, one.value)],
        "leaked": [f"{one.name}: {one.value}" for one in key.must_not_leak if scoring.states(shown.text, one.value)],
        "stale": [f"{one.old} → {one.current}" for one in key.superseded if scoring.is_stale(shown.text, one)],
        "actions": [f"{one.name}: {one.status}" for one in key.actions if (one.name, one.status) not in shown.actions],
    }
    return not any(found.values()), {"id": key.id, **found}


def _keep(path: Path, cases: Sequence[Recorded], written: Mapping[str, Brief]) -> None:
    """Write the briefs of a file of cases, one a line, as `warmline replay` does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as lines:
        for case in cases:
            brief = written[case.id]
            actions = [{"name": name, "status": status} for name, status in sorted(Shown.of(brief).actions)]
            line = {"id": case.id, "text": brief.text, "actions": actions, "template": brief.template}
            lines.write(json.dumps(line, ensure_ascii=False) + "\n")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.briefs.offline",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cases", nargs="+", type=Path, metavar="CASES", help="cases with answer keys, one a line")
    parser.add_argument("--words", nargs="+", type=int, default=scoring.DEPTHS, help="count the first so many words")
    parser.add_argument("--by", choices=GROUPS, help="the figures of expectations also by this")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write the briefs into this folder")
    parser.add_argument("--only", nargs="+", default=[], metavar="ID", help="only these cases, and show them")
    parser.add_argument("--accounts", type=Path, metavar="FILE", help="accounts by case; only their cases are written")
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="show the first that fail of each file")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="show the first cases of each file")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
