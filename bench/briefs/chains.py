"""Chains: what is left of a first wish after ten hops, whether anything done is asked again, and what siblings leak.

    make bench-chains CASES="star.jsonl sgd.jsonl multiwoz.jsonl"
    python -m bench.briefs.chains CASES … [--hops 10] [--chains 300] [--started 300] [--show N]

A chain begins with a recorded conversation, whose wish stays open to the end. At every third hop the customer has
another errand, which is a part of another conversation and carried out there; at the others a few words are said, and
the work goes on. These briefs are written in process, each from its session and what came before.

Then as many chains are started on a stack of the benchmark's own: beside their line another session branches off, and
later they are rolled back. What the next one starts with must hold nothing of either. The program prints JSON lines.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from bench.briefs import siblings
from bench.briefs.case_sets import CaseSet
from bench.briefs.in_process import all_briefs, legs_of
from bench.briefs.joining import Chain, Placed, chains_of, errands_of
from bench.briefs.scoring import share, states
from bench.figures import Figures, Value
from bench.stacks import own_stack
from warmline import Warmline
from warmline_schemas.briefs import Brief, SectionName

ASKING = frozenset({SectionName.ASK, SectionName.NEXT_STEPS, SectionName.OPEN_QUESTIONS})
"""The sections whose lines say that something is still to do."""


def asks_for(brief: Brief, done: Placed, *, labelled: bool = True) -> bool:
    """Whether a brief says that something is still to do which is done; also under a label, where that counts."""
    asking = (line for section in brief.sections if section.name in ASKING for line in section.lines)
    for line in (line for line in asking if labelled or line.label is None):
        stated = sum(states(line.text, value) for value in done.values)
        # One value may be any other's too, such as a city; with a memory of the errand behind it, it is its own.
        if stated >= 1 and not done.ids.isdisjoint(line.memory_ids):
            return True
        if stated > 1:
            return True
    return False


def score(chains: Sequence[Chain], written: Sequence[Sequence[Brief]]) -> dict[str, Value]:
    """What the briefs of chains are worth. ``hop_1_needs``: the share of what the first receiver needed that the last
    brief states. ``hop_1_wish_asked``: of how many chains the last brief's ask rests on the first conversation.
    ``done_asked_again``: how many of the errands that were done a later hop's brief still asks for, and
    ``done_still_asked``: that of their own hop, where no label such as `carried out` says otherwise."""
    ends = [(chain, briefs[-1]) for chain, briefs in zip(chains, written, strict=True)]
    done = [(one, briefs) for chain, briefs in zip(chains, written, strict=True) for one in chain.done]
    return {
        "chains": len(chains),
        "hops": len(written[0]),
        "hop_1_needs": share(states(end.text, need.value) for chain, end in ends for need in chain.key.must_know),
        "hop_1_wish_asked": share(_asks_for(end, chain.opening) for chain, end in ends),
        "done": len(done),
        "done_asked_again": sum(any(asks_for(brief, one) for brief in briefs[one.hop :]) for one, briefs in done),
        "done_still_asked": sum(asks_for(briefs[one.hop - 1], one, labelled=False) for one, briefs in done),
        "leaks": share(
            any(states(brief.text, secret.value) for brief in briefs)
            for chain, briefs in zip(chains, written, strict=True)
            for secret in chain.key.must_not_leak
        ),
        "longest_brief_words": max(brief.words for briefs in written for brief in briefs),
    }


def _asks_for(brief: Brief, ids: frozenset[UUID]) -> bool:
    asks = [line for section in brief.sections if section.name is SectionName.ASK for line in section.lines]
    return any(not ids.isdisjoint(line.memory_ids) for line in asks)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where a chain could not be started."""
    options = _options(arguments)
    sets = [CaseSet.read(path) for path in options.cases]
    chains = chains_of(sets, options.hops, options.chains)
    written = [list(all_briefs(legs_of(chain.case))) for chain in chains]
    figures = Figures()
    for one in sets:
        own = [place for place, chain in enumerate(chains) if chain.case.source == one.name]
        if own:
            figures.add(openings=one.name, **score([chains[place] for place in own], [written[place] for place in own]))
    figures.add(openings="all", **score(chains, written))
    failed = 0
    if options.started:
        errands = [errand for one in sets for errand in errands_of(one)]
        with own_stack() as stack, Warmline(stack.url, stack.api_key, timeout=60) as client:
            lines = list(siblings.lines_of(chains[: options.started], errands))
            started = list(siblings.start_all(client, lines, options.clients))
        figures.add(**siblings.score(started))
        failed = sum(one.problem is not None for one in started)
    figures.print_tables()
    for chain, briefs in list(zip(chains, written, strict=True))[: options.show]:
        print(chain.case.id, [need.value for need in chain.key.must_know], chain.done, briefs[-1].text, "", sep="\n")
    return int(failed > 0)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.briefs.chains", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("cases", nargs="+", type=Path, metavar="CASES", help="cases with answer keys, one a line")
    parser.add_argument("--hops", type=int, default=10)
    parser.add_argument("--chains", type=int, default=300, help="chains whose briefs are written in process")
    parser.add_argument("--started", type=int, default=300, help="chains that are started over HTTP; 0 for none")
    parser.add_argument("--clients", type=int, default=4, help="so many of these at once")
    parser.add_argument("--show", type=int, default=0, help="show the last brief of so many chains")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
