"""Charts: where things stand on a drawing, and what is said of them."""

import pytest

from warmline_api.console.analytics.charts import HEIGHT, WIDTH, Chart, Form, Series


def a_chart(*values: float | None, form: Form = Form.BARS, labels: int | None = None, **more: list[float]) -> Chart:
    names = [f"{day} Nov" for day in range(1, (labels or len(values)) + 1)]
    series = [Series("requested", values), *(Series(name, rest) for name, rest in more.items())]
    return Chart("handoffs", "Handoffs", "", form, names, series)


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (1, ["0", "0.25", "0.5", "0.75", "1"]),
        (7, ["0", "2", "4", "6", "8"]),
        (10, ["0", "2.5", "5", "7.5", "10"]),
        (100, ["0", "25", "50", "75", "100"]),
        (4_200, ["0", "2,000", "4,000", "6,000"]),
    ],
)
def test_the_axis_ends_at_the_first_round_step_over_the_highest_value(highest: float, ticks: list[str]) -> None:
    assert [tick.label for tick in a_chart(0, highest).y_ticks] == ticks


def test_everything_stands_inside_of_the_drawing() -> None:
    chart = a_chart(3, 9, 0, 5, resolved=[1, 2, 0, 9])
    left, top, right, bottom = chart.plot
    for bar in (bar for one in chart.drawn for bar in one.bars):
        assert left <= bar.x <= bar.x + bar.width <= right <= WIDTH
        assert top <= bar.y <= bar.y + bar.height <= bottom <= HEIGHT


def test_a_higher_value_makes_a_higher_bar_and_zero_makes_none() -> None:
    [drawn] = a_chart(2, 0, 4).drawn
    assert [round(bar.height) for bar in drawn.bars] == [round(drawn.bars[1].height / 2), round(drawn.bars[1].height)]


def test_bars_of_two_series_stand_side_by_side() -> None:
    first, second = a_chart(2, 3, resolved=[1, 2]).drawn
    assert first.bars[0].x + first.bars[0].width == pytest.approx(second.bars[0].x, abs=0.2)


def test_a_line_breaks_where_nothing_is_known() -> None:
    [drawn] = a_chart(1, 2, None, 4, 5, form=Form.LINES).drawn
    assert ([len(line.split()) for line in drawn.lines], len(drawn.dots)) == ([2, 2], 4)


def test_a_lone_point_is_a_dot_without_a_line() -> None:
    [drawn] = a_chart(None, 2, None, form=Form.LINES).drawn
    assert (drawn.lines, [dot.says for dot in drawn.dots]) == ([], ["2 Nov, requested: 2"])


def test_a_long_period_has_few_labels() -> None:
    assert len(a_chart(*[1.0] * 90).x_ticks) <= 6


def test_the_drawing_is_said_in_a_sentence_and_as_a_table() -> None:
    chart = a_chart(1, None, 30, form=Form.LINES)
    assert chart.says == "Handoffs, 1 Nov to 3 Nov: requested up to 30."
    assert chart.rows == [("1 Nov", ["1"]), ("2 Nov", ["–"]), ("3 Nov", ["30"])]


def test_a_chart_of_nothing_knows_it() -> None:
    assert [a_chart(0, 0).is_empty, a_chart(None, form=Form.LINES).is_empty, a_chart(0, 1).is_empty] == [
        True,
        True,
        False,
    ]
