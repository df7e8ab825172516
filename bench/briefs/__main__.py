"""Plays the cases, scores the briefs, and prints."""

import argparse
import sys
from pathlib import Path

from bench.briefs import __doc__ as about, pages, playing, scoring, writing
from bench.briefs.case_sets import CaseSet
from bench.briefs.playing import Unplayed
from bench.briefs.scoring import Shown
from bench.figures import Figures
from bench.stacks import own_stack
from warmline import Warmline

PAGES = Path("docs/briefs")


def replay(client: Warmline, one: CaseSet, clients: int) -> dict[str, Shown]:
    """Play every case, and answer what the platform showed its receiver; a case that failed is left out."""
    shown = {}
    for case, brief in playing.play_all(client, one.cases, clients):
        if isinstance(brief, Unplayed):
            print(f"case {case.id}: {brief.problem}", file=sys.stderr)
        else:
            shown[case.id] = Shown.of(brief)
    return shown


def report(figures: Figures, one: CaseSet, shown: dict[str, Shown]) -> None:
    """Print what the platform's briefs are worth on a set, and what simple ones are."""
    by_brief = {"warmline": shown}
    for case in one.cases:
        for name, text in scoring.baselines(case).items():
            by_brief.setdefault(name, {})[case.id] = Shown(text)
    references = {key.id: Shown(key.reference_summary) for key in one.keys if key.reference_summary}
    if references:
        by_brief["reference summary"] = references
    for name, briefs in by_brief.items():
        figures.add(brief=name, set=one.name, **one.figures(briefs))


def show(one: CaseSet, shown: dict[str, Shown], count: int, folder: Path) -> None:
    """Write some of a set's briefs as a page, ``star.md`` for STAR."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = pages.chosen([case for case in one.cases if case.id in shown], count)
    page = pages.page(one.name, cases, shown)
    (folder / f"{one.name.lower()}.md").write_text(page, encoding="utf-8")


def main() -> int:
    """Measure and print; 1 where a case failed."""
    options = _options()
    sets = [CaseSet.read(path, options.limit) for path in options.cases]
    figures = Figures()
    failed = 0
    with own_stack() as stack, Warmline(stack.url, stack.api_key, timeout=60) as client:
        for one in sets:
            shown = replay(client, one, options.clients)
            # A failed case also counts as an empty brief in the scores, so it cannot make them better.
            failed += len(one.cases) - len(shown)
            report(figures, one, shown)
            if options.show:
                show(one, shown, options.show, options.to)
    for events in writing.ROUNDS:
        figures.add(set=sets[0].name, events=events, **writing.measure(sets[0].cases, events))
    figures.print_tables()
    return int(failed > 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.briefs", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="+", type=Path, metavar="CASES", help="cases with answer keys, one a line")
    parser.add_argument("--show", type=int, default=0, help="write so many briefs of each set as a page")
    parser.add_argument("--to", type=Path, default=PAGES, help="the folder of these pages")
    parser.add_argument("--limit", type=int, help="only the first so many cases of each file")
    parser.add_argument("--clients", type=int, default=4, help="so many cases at once")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
