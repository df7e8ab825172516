"""Charts: bars and lines over a row of labels, laid out for one SVG drawing. Every chart is a table of figures, too.

Shapes carry classes only; the style sheet colours them, so that they fit both themes. Series differ by form as well as
by colour: filled or hollow bars, solid or dashed lines.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor, log10

from warmline_api.console.languages import _, decimal, list_of

WIDTH, HEIGHT = 560.0, 214.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 12.0, 12.0, 34.0
"""The margins of the plot: room for the labels of both axes."""
MOST_LABELS = 6
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
"""Axes are divided by these times a power of ten (Heckbert, Nice Numbers for Graph Labels, 1990, with 2.5)."""
# Four steps leave about 40 of the drawing's units between two labels of the vertical axis.
TICKS = 4
BAR_SHARE = 0.72


class Form(StrEnum):
    """How a chart shows its series."""

    BARS = "bars"
    LINES = "lines"


@dataclass(frozen=True)
class Series:
    """Values under a name, one for each label of its chart; None where nothing is known."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Bar:
    """A rectangle, with what it says."""

    x: float
    y: float
    width: float
    height: float
    says: str


@dataclass(frozen=True)
class Dot:
    """A point of a line, with what it says."""

    x: float
    y: float
    says: str


@dataclass(frozen=True)
class Drawn:
    """A series as it is drawn: bars, or lines with dots; a line breaks where a value is not known."""

    name: str
    bars: Sequence[Bar]
    lines: Sequence[str]
    dots: Sequence[Dot]


@dataclass(frozen=True)
class Tick:
    """A label on an axis, and where it stands along it."""

    at: float
    label: str


@dataclass(frozen=True)
class Chart:
    """A chart: its words, its figures, and where everything stands on a drawing of ``WIDTH`` × ``HEIGHT``."""

    key: str
    title: str
    unit: str
    form: Form
    labels: Sequence[str]
    series: Sequence[Series]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the drawing."""
        return WIDTH, HEIGHT

    @property
    def plot(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the plot."""
        return LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show: all values are zero or not known."""
        return not any(value for one in self.series for value in one.values)

    @property
    def says(self) -> str:
        """The chart in a sentence, for readers who do not see it."""
        peaks = [
            _("{name} up to {number}", name=one.name, number=f"{_number(max(_known(one)))}{self._unit}")
            for one in self.series
            if _known(one)
        ]
        said = list_of(peaks) or _("nothing")
        if not self.labels:
            return _("{title}, nothing: {peaks}.", title=self.title, peaks=said)
        first, last = self.labels[0], self.labels[-1]
        return _("{title}, {first} to {last}: {peaks}.", title=self.title, first=first, last=last, peaks=said)

    @property
    def rows(self) -> list[tuple[str, list[str]]]:
        """The figures of every label, as words; a dash where nothing is known."""
        return [
            (label, ["–" if one.values[at] is None else _number(one.values[at] or 0) for one in self.series])
            for at, label in enumerate(self.labels)
        ]

    @property
    def y_ticks(self) -> list[Tick]:
        """The labels of the vertical axis, from zero on."""
        step, top = self._scale()
        return [Tick(self._y(step * at, top), _number(step * at)) for at in range(round(top / step) + 1)]

    @property
    def x_ticks(self) -> list[Tick]:
        """At most six labels of the horizontal axis, evenly spread."""
        every = max(1, ceil(len(self.labels) / MOST_LABELS))
        return [Tick(self._x(at), label) for at, label in enumerate(self.labels) if at % every == 0]

    @property
    def drawn(self) -> list[Drawn]:
        """The series, drawn."""
        _, top = self._scale()
        return [self._draw(number, one, top) for number, one in enumerate(self.series)]

    @property
    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""

    def _draw(self, number: int, one: Series, top: float) -> Drawn:
        if self.form is Form.BARS:
            return Drawn(one.name, self._bars(number, one, top), (), ())
        return Drawn(one.name, (), self._lines(one, top), self._dots(one, top))

    def _bars(self, number: int, one: Series, top: float) -> list[Bar]:
        slot = (WIDTH - LEFT - RIGHT) / max(1, len(self.labels))
        width = slot * BAR_SHARE / len(self.series)
        bars = []
        for at, value in enumerate(one.values):
            if value:
                x, y = self._x(at) - slot * BAR_SHARE / 2 + number * width, self._y(value, top)
                says = self._says(at, one, value)
                bars.append(Bar(round(x, 1), y, round(width, 1), round(HEIGHT - BOTTOM - y, 1), says))
        return bars

    def _lines(self, one: Series, top: float) -> list[str]:
        lines: list[list[str]] = [[]]
        for at, value in enumerate(one.values):
            if value is None:
                lines.append([])
            else:
                lines[-1].append(f"{self._x(at)},{self._y(value, top)}")
        return [" ".join(points) for points in lines if len(points) > 1]

    def _dots(self, one: Series, top: float) -> list[Dot]:
        known = ((at, value) for at, value in enumerate(one.values) if value is not None)
        return [Dot(self._x(at), self._y(value, top), self._says(at, one, value)) for at, value in known]

    def _says(self, at: int, one: Series, value: float) -> str:
        return f"{self.labels[at]}, {one.name}: {_number(value)}{self._unit}"

    def _x(self, at: int) -> float:
        slot = (WIDTH - LEFT - RIGHT) / max(1, len(self.labels))
        return round(LEFT + slot * (at + 0.5), 1)

    def _y(self, value: float, top: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top, 1)

    def _scale(self) -> tuple[float, float]:
        """The step of the vertical axis, and its top: the first step at or over the highest value."""
        highest = max((value for one in self.series for value in _known(one)), default=0.0) or 1.0
        power = 10.0 ** floor(log10(highest / TICKS))
        step = next(power * times for times in STEPS if power * times * TICKS >= highest)
        # A highest value that is a whole number of steps may come out a little over it, and must not get one step more.
        return step, step * ceil(highest / step - 1e-9)


def _known(one: Series) -> list[float]:
    return [value for value in one.values if value is not None]


def _number(value: float) -> str:
    if abs(value) >= 10 or value == int(value):
        return decimal(value)
    return decimal(value, len(f"{value:.2g}".partition(".")[2]))  # two significant digits
