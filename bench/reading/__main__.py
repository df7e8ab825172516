"""The three steps of a reading: draw, compare, shares."""

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from bench.briefs.recorded import Event, Recorded, read_recorded
from bench.figures import Figures
from bench.reading import __doc__ as about, sheets
from bench.reading.sheets import MARKS, QUESTIONS, Entry, NotReady


def main(arguments: Sequence[str] | None = None) -> int:
    """Do a step; 1 where the sheet is not ready for it."""
    options = _options(arguments)
    try:
        if options.step == "draw":
            _draw(options)
        elif options.step == "compare":
            _compare(options)
        else:
            _shares(options)
    except NotReady as problem:
        print(f"{options.sheet}: {problem}", file=sys.stderr)
        return 1
    return 0


def _draw(options: argparse.Namespace) -> None:
    """Write the form, which has the briefs, and the empty sheet."""
    drawn = sheets.draw(options.briefs, options.count, options.salt)
    options.form.write_text(form(drawn), encoding="utf-8")
    sheets.write(options.sheet, [entry for entry, _ in drawn])


def _compare(options: argparse.Namespace) -> None:
    """Print each conversation beside the answers, and seal the answers."""
    entries = sheets.seal(sheets.read(options.sheet))
    cases = {case.id: case for path in options.cases for case in read_recorded(path)}
    unknown = [entry.id for entry in entries if entry.id not in cases]
    if unknown:
        raise NotReady(f"no case of these ids was given: {', '.join(unknown)}")
    sheets.write(options.sheet, entries)
    print("\n".join(comparison(number, entry, cases[entry.id]) for number, entry in enumerate(entries, start=1)))


def _shares(options: argparse.Namespace) -> None:
    """Print the shares of the marks as JSON lines."""
    figures = Figures()
    for row in sheets.shares(sheets.read(options.sheet)):
        figures.add(**row)
    figures.print_tables()


def form(drawn: Sequence[tuple[Entry, str]]) -> str:
    """The briefs with the questions, in Markdown: all that a reader sees before answering."""
    questions = "".join(f"* `{name}`: {question}\n" for name, question in QUESTIONS.items())
    asked = f"Answer from the brief alone, in the sheet; `-` where it does not say.\n\n{questions}"
    numbered = enumerate(drawn, start=1)
    briefs = "\n".join(f"## {number}. {entry.id}\n\n{_code(text)}\n" for number, (entry, text) in numbered)
    return f"# {len(drawn)} briefs\n\n{asked}\n{briefs}"


def comparison(number: int, entry: Entry, case: Recorded) -> str:
    """A conversation and what was answered without it, in Markdown."""
    hops = {hop.before: f"(handed to {hop.to}: {hop.reason})" for hop in case.handoffs}
    lines = []
    for place, event in enumerate(case.events):
        lines += [hops[place]] if place in hops else []
        lines.append(_line(event))
    answers = "".join(f"* `{name}` {entry.answers[name]}\n" for name in QUESTIONS)
    return f"## {number}. {entry.id}\n\n{_code(chr(10).join(lines))}\n\n{answers}\nMark each {' / '.join(MARKS)}.\n"


def _line(event: Event) -> str:
    if event.role != "tool":
        who = event.kind if event.note else event.role
        return f"{who}: {event.text}"
    arguments = json.dumps(event.arguments, ensure_ascii=False)
    return f"tool: {event.name}({arguments}) → {json.dumps(event.result, ensure_ascii=False)} [{event.status}]"


def _code(text: str) -> str:
    return textwrap.indent(text, "    ", lambda _: True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.reading", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    steps = parser.add_subparsers(dest="step", required=True)
    draw = steps.add_parser("draw", help="draw briefs, and write the form and an empty sheet")
    draw.add_argument("briefs", nargs="+", type=Path, metavar="BRIEFS", help="briefs, one a line with `id` and `text`")
    draw.add_argument("--count", type=int, default=40, help="so many of all files together (40)")
    draw.add_argument("--salt", required=True, help="any word; another one draws other briefs")
    draw.add_argument("--form", type=Path, required=True, help="the briefs in Markdown; not for a repository")
    draw.add_argument("--sheet", type=Path, required=True, help="where answers and marks are written down")
    compare = steps.add_parser("compare", help="show the conversations beside the answers, and seal the answers")
    compare.add_argument("sheet", type=Path)
    compare.add_argument("--cases", nargs="+", type=Path, required=True, help="the cases that the briefs are of")
    shares = steps.add_parser("shares", help="print the shares of the marks")
    shares.add_argument("sheet", type=Path)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
