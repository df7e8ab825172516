"""What a real language model's lines come to: how many are kept, dropped, or called supported by the record.

    python -m bench.summaries.real_model CASES … --url http://127.0.0.1:8799/v1 [--count 20] [--timeout 180]

The cases are played over HTTP on a stack of the benchmark's own whose summariser is that endpoint; `llama_server.py`
beside this file can be one. A line that stands as supported is looked at once more, without the platform's checks: a
word with a digit that no memory it cites has is printed, for a person to judge. The program prints JSON lines, and
exits with 1 where there is such a line, or where no call came to an answer.
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.briefs import playing
from bench.briefs.playing import Unplayed
from bench.briefs.recorded import read_recorded
from bench.figures import Figures
from bench.stacks import own_stack
from warmline import Warmline
from warmline_schemas.briefs import Brief, BriefLine, Origin, Support
from warmline_schemas.tenancy import SummariserName

WITH_DIGIT = re.compile(r"\w*\d[\w.,:/-]*")
PART_OF_LEASE = 0.8
"""The part of a brief's lease that a call may take, as the platform checks it at its start."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play and print; 1 where something unverified stands as supported, or nothing was answered."""
    options = _options(arguments)
    cases = [case for path in options.cases for case in read_recorded(path)][:: options.every][: options.count]
    figures, counted, problems = Figures(), Counter[str](), 0
    llm = {"llm_url": options.url, "llm_model": options.model, "llm_retries": 0}
    times = {"llm_timeout_seconds": options.timeout, "brief_lease_seconds": options.timeout / PART_OF_LEASE + 1}
    with own_stack(**llm, **times) as stack, Warmline(stack.url, stack.api_key, timeout=60) as client:
        client.revise_preferences(summariser=SummariserName.LLM)
        # One after the other: a small machine's model answers one call at a time.
        for case, brief in playing.play_all(client, cases, clients=1):
            row = Counter(unplayed=1) if isinstance(brief, Unplayed) else _counted(brief)
            figures.add(case=case.id, **row)
            counted += row
            for line, value in () if isinstance(brief, Unplayed) else unverified(client, brief):
                problems += 1
                figures.add(case=case.id, unverified=value, line=line.text)
    figures.add(cases=len(cases), unverified=problems, **counted)
    figures.print_tables()
    return int(problems > 0 or not counted["answered"])


def unverified(client: Warmline, brief: Brief) -> Iterator[tuple[BriefLine, str]]:
    """The model's lines that stand as supported and have a word with a digit which no memory they cite has."""
    for line in (line for line in _of_model(brief) if line.support in (None, Support.SUPPORTED)):
        cited = " ".join(client.memories.get(memory_id).content for memory_id in line.memory_ids).casefold()
        for value in (hit.group().rstrip(".,:-").casefold() for hit in WITH_DIGIT.finditer(line.text)):
            if value not in cited:
                yield line, value


def _counted(brief: Brief) -> Counter[str]:
    """What came of one call."""
    report = brief.summary
    if report is None:
        return Counter(not_asked=1)
    counted = Counter(kept=report.kept, tokens_out=report.tokens_out, seconds=round(report.seconds))
    counted += Counter({f"dropped_{why}": number for why, number in report.dropped.items()})
    counted += Counter(f"line_{line.support or 'unmarked'}" for line in _of_model(brief))
    # A model that was heard but of whose lines none was kept did answer.
    why = report.fell_back_because
    counted += Counter([f"fell_back_{why}"] if why else ["written_with_model"])
    return counted + Counter(answered=int(report.tokens_out > 0))


def _of_model(brief: Brief) -> list[BriefLine]:
    return [line for section in brief.sections for line in section.lines if line.origin is Origin.MODEL]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.summaries.real_model",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("cases", nargs="+", type=Path, metavar="CASES", help="files of cases")
    parser.add_argument("--url", required=True, help="the endpoint, such as http://127.0.0.1:8799/v1")
    parser.add_argument("--model", default="local", help="the model's name there")
    parser.add_argument("--count", type=int, default=20, help="so many cases")
    parser.add_argument("--every", type=int, default=1, help="every so manyth case")
    parser.add_argument("--timeout", type=float, default=180.0, help="seconds for a call")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
