"""Plots of what the benchmarks printed, as SVG files that read well on light and on dark pages.

.venv/bench/bin/python -m bench.plots LINES.jsonl ... --to docs/plots
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Line = dict[str, Any]

INK = "#7a7a7a"
"""A grey that stands out from white and from black alike, 4.3 : 1 and 4.9 : 1 (WCAG 2.2, relative luminance)."""
OURS = "#d9730d"
OTHERS = ("#3b82c4", "#8a63c9", "#2f9e77", "#b5518f")
STYLE = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10,
    # Text stays text, in the reader's own font, and the same figures make the same file.
    "svg.fonttype": "none",
    "svg.hashsalt": "warmline",
}
DEPTHS = ("r5", "r10", "r20")


def draw_recall(axes: Axes, lines: Sequence[Line]) -> bool:
    """Recall at each depth, a group of bars for each; false where no line tells of it."""
    shown = [line for line in lines if "r5" in line and "category" not in line]
    if not shown:
        return False
    bars(axes, DEPTHS, {line["ranking"]: [line[depth] for depth in DEPTHS] for line in shown})
    axes.set_xticks(range(len(DEPTHS)), ["first 5", "first 10", "first 20"])
    axes.set_ylabel("share of the evidence found")
    axes.set_ylim(0, 1)
    return True


def draw_latency(axes: Axes, lines: Sequence[Line]) -> bool:
    """The median of each operation, a group of bars for each."""
    shown = [line for line in lines if "system" in line and "p50_ms" in line and line["operation"] != "explain"]
    if not shown:
        return False
    cases = list(dict.fromkeys((line["operation"], line["clients"], line["memories"]) for line in shown))
    values: dict[str, list[float]] = {line["system"]: [float("nan")] * len(cases) for line in shown}
    for line in shown:
        # A system that was not measured in a case keeps its gap, and the bars of the others keep their places.
        case = cases.index((line["operation"], line["clients"], line["memories"]))
        values[line["system"]][case] = line["p50_ms"]
    bars(axes, cases, values)
    axes.set_xticks(range(len(cases)), [case_name(*case) for case in cases])
    axes.set_ylabel("median, ms (log)")
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("")
    return True


def case_name(operation: str, clients: int, memories: int) -> str:
    """What stands below a group of bars."""
    among = f"\namong {memories:,}" if memories else ""
    return f"{operation}\n{clients} client{'s' * (clients > 1)}{among}"


def draw_scale(axes: Axes, lines: Sequence[Line]) -> bool:
    """The median of recall by the size of the namespace: one that is held, that is scanned, and that is indexed."""
    series: dict[tuple[str, str], list[tuple[int, float]]] = defaultdict(list)
    for line in lines:
        if line.get("measure") == "recall":
            series[line["how"], line["path"]].append((line["memories"], line["p50_ms"]))
    if not series:
        return False
    for (how, path), points in series.items():
        color = OURS if how == "held" else OTHERS[0]
        style, marker = "-" if path == "HTTP" else "--", "s" if how == "indexed" else "o"
        axes.plot(*zip(*sorted(points), strict=True), style, marker=marker, color=color, label=f"{how}, {path}")
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("memories in the namespace")
    axes.set_ylabel("median, ms")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return True


def bars(axes: Axes, groups: Sequence[object], values: dict[str, list[float]]) -> None:
    """A group of bars each, one bar of a colour for each name; ours is always the same colour."""
    width = 0.8 / max(len(values), 1)
    colors = iter(OTHERS)
    for number, (name, heights) in enumerate(values.items()):
        color = OURS if name == "warmline" else next(colors)
        places = [group + (number + 0.5) * width - 0.4 for group in range(len(groups))]
        drawn = axes.bar(places, heights, width * 0.9, label=name, color=color)
        axes.bar_label(drawn, fmt="%.3g", fontsize=7, color=INK)
    axes.legend(frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, 1.18))


PLOTS: dict[str, Callable[[Axes, Sequence[Line]], bool]] = {
    "recall": draw_recall,
    "latency": draw_latency,
    "scale": draw_scale,
}


def main() -> None:
    """Draw what the lines are enough for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", nargs="+", type=Path, help="what the benchmarks printed")
    parser.add_argument("--to", type=Path, default=Path("docs/plots"), help="the folder to draw into")
    options = parser.parse_args()
    lines = [json.loads(line) for path in options.lines for line in path.read_text(encoding="utf-8").splitlines()]
    options.to.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        for name, draw in PLOTS.items():
            figure = Figure(figsize=(8, 3.8), layout="constrained")
            if draw(figure.add_subplot(), lines):
                # No date, so that a plot only changes in Git when its figures do.
                figure.savefig(options.to / f"{name}.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()
