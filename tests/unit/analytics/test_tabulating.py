"""A cell of a CSV is never a formula."""

import pytest

from warmline_memory.analytics.tabulating import cell


@pytest.mark.parametrize(
    "value", ["=1+1", "＝1+1", "\u200b=1", "\ufeff\u00ad@SUM(A1)", "＋1", "－1", "＠x", "\t=1", " =1", "\u2060-1"]
)
def test_acell_that_a_spreadsheet_could_run_is_led_by_an_apostrophe(value: str) -> None:
    assert cell(value) == f"'{value}"


@pytest.mark.parametrize("value", ["billing", "a=b", "queue:billing", "é", "1-2", ""])
def test_any_other_text_stays(value: str) -> None:
    assert cell(value) == value
