"""How much of what a receiver needs briefs say, through the running platform, beside simple briefs. JSON lines.

make bench-briefs CASES="star.jsonl sgd.jsonl" [HOPS=10] [SHOW=10], or
python -m bench.briefs CASES … [--hops 10] [--show 10 --to docs/briefs] [--limit N] [--clients 4]

Every case is a recorded conversation up to its handoff, with the answer key. It is played over HTTP, on a stack of its
own, as its agents would have. With --hops the conversations are joined to chains of so many, and scored is what is left
of them at the last hop. At the end the time that the writer takes for long sessions. Leaves with 1 where a case failed.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import briefs_chains, briefs_scoring, briefs_shown, briefs_writing
from bench.briefs_scoring import AnswerKey, Told
from bench.figures import Figures
from bench.stacks import own_stack
from warmline import Warmline
from warmline.recorded_cases import Case, Unplayed, a_run_id, play_all, read_cases

PAGES = Path("docs/briefs")


@dataclass(frozen=True)
class CaseSet:
    """The cases of a file with their answer keys, and what their collection is called."""

    name: str
    cases: Sequence[Case]
    keys: Sequence[AnswerKey]

    @classmethod
    def read(cls, path: Path, limit: int | None) -> "CaseSet":
        """Read a file, the first ``limit`` cases of it; raises ``ValueError`` where it holds none."""
        keys = briefs_scoring.read_keys(path, limit)
        if not keys:
            raise ValueError(f"{path} holds no case")
        return cls(keys[0].source, read_cases(path, limit), keys)


def replay(client: Warmline, one: CaseSet, clients: int) -> dict[str, Told]:
    """Play every case, and answer what the platform told its receiver; a case that failed told nothing."""
    told = {}
    for played in play_all(client, one.cases, run=a_run_id(), concurrency=clients):
        if isinstance(played, Unplayed):
            print(f"case {played.case_id}: {played.problem}", file=sys.stderr)
        else:
            actions = frozenset((action["name"], action["status"]) for action in played.actions)
            told[played.case_id] = Told(played.text, actions)
    return told


def report(figures: Figures, one: CaseSet, told: dict[str, Told]) -> None:
    """Print what the platform's briefs say of a set, and what simple ones do."""
    by_brief = {"warmline": told}
    for case in one.cases:
        for name, text in briefs_scoring.baselines(case).items():
            by_brief.setdefault(name, {})[case.id] = Told(text)
    references = {key.id: Told(key.reference_summary) for key in one.keys if key.reference_summary}
    if references:
        by_brief["reference summary"] = references
    for name, briefs in by_brief.items():
        figures.add(brief=name, set=one.name, cases=len(one.cases), **briefs_scoring.score(one.keys, briefs))


def report_chains(figures: Figures, client: Warmline, one: CaseSet, hops: int, clients: int) -> None:
    """Print what is left of joined conversations at their last hop; nothing where there are too few."""
    chains = briefs_chains.joined(one.cases, hops)
    if chains:
        arrived = list(briefs_chains.travel(client, chains, clients))
        keys = briefs_chains.joined(one.keys, hops)
        scores = briefs_chains.score(keys, arrived)
        figures.add(brief="warmline", set=one.name, hops=hops, chains=len(chains), **scores)


def show(one: CaseSet, told: dict[str, Told], count: int, folder: Path) -> None:
    """Write some of a set's briefs as a page, ``star.md`` for STAR."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = briefs_shown.chosen([case for case in one.cases if case.id in told], count)
    page = briefs_shown.page(one.name, cases, told)
    (folder / f"{one.name.lower()}.md").write_text(page, encoding="utf-8")


def main() -> int:
    """Measure and print; 1 where a case failed."""
    options = _options()
    sets = [CaseSet.read(path, options.limit) for path in options.cases]
    figures = Figures()
    failed = 0
    with own_stack() as stack, Warmline(stack.url, stack.api_key, timeout=60) as client:
        for one in sets:
            told = replay(client, one, options.clients)
            failed += len(one.cases) - len(told)
            report(figures, one, told)
            if options.show:
                show(one, told, options.show, options.to)
        for one in sets if options.hops else ():
            report_chains(figures, client, one, options.hops, options.clients)
        for events in briefs_writing.ROUNDS:
            figures.add(set=sets[0].name, events=events, **briefs_writing.measure(client, sets[0].cases, events))
    figures.tell()
    return int(failed > 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", nargs="+", type=Path, metavar="CASES", help="cases with answer keys, one a line")
    parser.add_argument("--hops", type=int, default=0, help="join the conversations by so many; 0 for not at all")
    parser.add_argument("--show", type=int, default=0, help="write so many briefs of each set as a page")
    parser.add_argument("--to", type=Path, default=PAGES, help="the folder of these pages")
    parser.add_argument("--limit", type=int, help="only the first so many cases of each file")
    parser.add_argument("--clients", type=int, default=4, help="so many cases at once")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
