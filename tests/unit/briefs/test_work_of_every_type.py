"""A session of each sort of work: its brief has what whoever goes on with it must know, each where it belongs."""

import tomllib
from pathlib import Path

import pytest

from tests.builders.coding_sessions import brief_of, plain, written
from warmline_schemas.briefs import Brief, SectionName

SESSIONS = Path(__file__).with_name("coding_sessions")
KEYS = tomllib.loads((SESSIONS / "work_types.toml").read_text("utf-8"))
MOST_WORDS = 350
OFFER = "If you want, I can add `page_size` as well."
FEATURE = """tool claude-code

> Add paging to the list of orders, with a cursor.

~ src/orders/list.py
~ src/orders/cursor.py

$ ruff check src
| src/orders/list.py:3:1: F401 unused import
| Found 1 error.
= 1

$ ruff check src
| All checks passed!

$ mypy src
| Success: no issues found in 41 source files

$ pytest tests/orders -q
| 14 passed in 1.20s

< The list takes a cursor now. Do you want a page size, too? OFFER
"""


@pytest.mark.parametrize("name", list(KEYS))
def test_a_brief_has_what_its_sort_of_work_needs(name: str, tmp_path: Path) -> None:
    brief = brief_of(*written(tmp_path, (SESSIONS / f"work_{name}.txt").read_text("utf-8")))
    said = {
        one.name: plain(" ".join(f"{line.label or ''} {line.text} {line.was or ''}" for line in one.lines))
        for one in brief.sections
    }
    absent = [
        (places, text)
        for places, texts in KEYS[name].items()
        for text in texts
        if not any(plain(text) in said.get(place, "") for place in places.split(", "))
    ]
    assert (brief.template, absent) == (name, []), brief.text
    assert brief.words <= MOST_WORDS


def of_feature(tmp_path: Path, last: str) -> Brief:
    return brief_of(*written(tmp_path, FEATURE.replace("OFFER", last)))


def told_if(brief: Brief) -> list[str]:
    return [line.text for one in brief.sections if one.name is SectionName.IF_THEN for line in one.lines]


@pytest.mark.parametrize(
    "offer",
    [
        OFFER,
        "Wenn du möchtest, ergänze ich noch `page_size`.",
        "Si lo deseas, añado también `page_size`.",
        "Caso queira, adiciono também `page_size`.",
        "Als je wilt, voeg ik ook `page_size` toe.",
        "Jeśli chcesz, dodam też `page_size`.",
        "Если хотите, добавлю и `page_size`.",
        "Eğer isterseniz `page_size` de eklerim.",
        "अगर आप चाहें तो मैं `page_size` भी जोड़ दूँगा।",
        "إذا أردت، أضيف `page_size` أيضا.",
        "如果你愿意，我也可以加上 `page_size`。",
        "もしよければ `page_size` も追加します。",
        "만약 원하시면 `page_size` 도 추가하겠습니다.",
    ],
)
def test_a_feature_whose_linter_was_run_is_code_and_an_offer_is_no_plan_for_a_case(offer: str, tmp_path: Path) -> None:
    brief = of_feature(tmp_path, offer)
    assert (brief.template, told_if(brief)) == ("code", [])


@pytest.mark.parametrize(
    "plan",
    [
        "If `deploy.sh` fails, run `rollback.sh`.",
        "Jeśli `deploy.sh` zawiedzie, uruchom `rollback.sh`.",
        "如果 `deploy.sh` 失败，运行 `rollback.sh`。",
        "もし `deploy.sh` が失敗したら、`rollback.sh` を実行してください。",
    ],
)
def test_what_to_do_if_something_fails_is_told_in_any_language(plan: str, tmp_path: Path) -> None:
    assert any("rollback.sh" in text for text in told_if(of_feature(tmp_path, plan)))
