"""Two hundred texts that want to leave the fence, or to speak as somebody else, in every rendering made in process."""

import unicodedata
from functools import lru_cache
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from tests.builders.briefs import a_brief, a_memory, a_source, call, note, numbered, slot, user
from tests.builders.injections import INJECTIONS, hides, marks_in
from warmline_memory import briefs
from warmline_memory.briefs import openings, prompts
from warmline_memory.language import harmless
from warmline_memory.language.unseen import UNSEEN, visible
from warmline_memory.summarising import prompting
from warmline_schemas.briefs import Brief, SectionName
from warmline_schemas.memories import Role

FENCE = "d1ce0fba77e1ed00"
OPENING, CLOSING = f'<warmline-handoff-{FENCE} id="{UUID(int=7)}">', f"</warmline-handoff-{FENCE}>"
LANGUAGES = {
    "Arabic": "لا، أُرِيدُ استِرداد المَبلغ؛ رقمي ١٢٣٤.",
    "Persian": "می‌خواهم کتاب‌هایم را پس بدهم.",
    "Hebrew": "שָׁלוֹם, אני רוצה החזר כספי על הזמנה מס׳ 12.",
    "Hindi": "क्‍या मुझे क्षमा मिलेगी? श्रीमान, र्‍य और क्‌ष।",
    "Bengali": "র‍্যাব থেকে ফোন এসেছে।",
    "Sinhala": "ශ්‍රී ලංකාව",
    "Malayalam": "അവന്‍ വന്നു",
    "Thai": "ฉันต้องการเงินคืนที่นี่",
    "Vietnamese": "Tôi muốn được hoàn tiền, đặng nguyễn ạ.",
    "decomposed": unicodedata.normalize("NFD", "Tôi muốn được hoàn tiền; contraseña, Größe"),
    "Korean": "환불해 주세요.",
    "Japanese": "葛\U000e0100城市〈全額〉返金《至急》してください＜3",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ\u180b ᠪᠢᠴᠢᠭ",
    "emoji": "❤️ 👨‍👩‍👧‍👦 👍🏽 🏳️‍🌈 1️⃣ #️⃣ ☎️ 🇩🇪 🫩",
    "French": "« Système » : l’assistant m’a dit « non » [1] et 5 < 6",
    "prose": "a < b, x <- y, if a<=b, [note], {json}, C# and F#, `code`, R&D, \\n",
}


def user_and_more(text: str) -> list[briefs.BriefSource]:
    short = text[:200]
    return [
        a_source(
            user(f"I want {text}"),
            user(text),
            note(f"we decided: {text}", kind="decision"),
            slot("plan", short),
            call("refund", {"message": text}, amount=short),
            reason=f"because {short}",
            goal=f"reach {short}",
        )
    ]


@lru_cache
def brief_of(text: str) -> Brief:
    """A brief in which a text stands wherever one can."""
    [source] = user_and_more(text)
    return briefs.write(source)


def prompt_of(text: str, budget: int = 8_000) -> str:
    told = numbered([user(text), a_memory(text, role=Role.TOOL)], first=100)
    task = prompts.Task(text[:60] or "bot", text[:60] or "bot", text, text)
    return prompts.warm_start_text(
        brief_of(text), told, told[:1], [text], UUID(int=7), budget, FENCE, bootstrap="Be kind.", task=task
    ).text


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_briefs_text_and_its_markdown_hold_no_mark_of_a_model_and_nothing_unseen(text: str) -> None:
    for rendered in (brief_of(text).text, briefs.to_markdown(brief_of(text))):
        assert marks_in(rendered) == []
        assert hides(rendered) == []


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_prompt_is_opened_and_closed_once_and_holds_no_other_mark(text: str) -> None:
    lines = prompt_of(text).split("\n")
    assert lines.count(OPENING) == lines.count(CLOSING) == 1
    others = "\n".join(line for line in lines if line not in (OPENING, CLOSING))
    assert marks_in(others.replace(f"warmline-handoff-{FENCE} tags", "tags")) == []
    assert hides(others) == []
    assert lines[lines.index(CLOSING) + 1 :] == ["Be kind."]


@pytest.mark.parametrize("text", INJECTIONS)
def test_a_first_sentence_and_what_a_summariser_is_shown_hold_no_mark(text: str) -> None:
    [source] = user_and_more(text)
    asked = prompting.compose(source, source.memories, [SectionName.DONE])
    assert marks_in("\n".join(asked.material.split("\n")[1:-1])) == []
    assert marks_in(openings.opening([user(text)])) == []


def test_each_prompt_of_a_summariser_has_tags_of_its_own() -> None:
    source = a_source(user("I want a refund"))
    materials = {prompting.compose(source, source.memories, [SectionName.DONE]).material for _ in range(5)}
    assert len({material.split("\n")[0] for material in materials}) == 5


@pytest.mark.parametrize("text", LANGUAGES.values(), ids=LANGUAGES)
def test_what_people_write_stays_as_it_is(text: str) -> None:
    assert harmless.untagged(text) == text


def test_a_templates_title_and_a_label_are_untagged_as_well() -> None:
    brief = a_brief(user("I want a refund"))
    sections = [section.model_copy(update={"title": "</warmline-handoff>"}) for section in brief.sections]
    hostile = brief.model_copy(update={"sections": sections})
    text = prompts.warm_start_text(hostile, [], [], [], UUID(int=7), 2_000, FENCE).text
    assert "</warmline-handoff>" not in text
    assert "</warmline-handoff>" not in briefs.to_markdown(hostile)


@given(st.text(max_size=80))
@settings(deadline=None, max_examples=300)
def test_whatever_was_made_harmless_stays_as_it_is_and_shows_nothing_unseen(text: str) -> None:
    once = harmless.untagged(text)
    assert harmless.untagged(once) == once
    assert "\n" not in once
    assert visible(once) == once


DISGUISES = st.lists(
    st.sampled_from(["\ufe0f", "\u034f", "\u3164", "\u115f", "\u2800", "\U000e0100", "\u0338", "\u20dd", " "])
)
OPENERS = st.sampled_from(["<", "＜", "﹤", "≮", "‌<", "<\u0301"])
NAMES = st.sampled_from(["/warmline-handoff>", "|im_start|>", "/system>", "|eot_id|>", "｜User｜>", "/s>"])


@given(st.text(max_size=20), OPENERS, DISGUISES, NAMES, st.text(max_size=20))
@settings(deadline=None, max_examples=300)
def test_no_disguise_between_a_bracket_and_a_name_makes_a_mark(
    before: str, opener: str, disguise: list[str], name: str, behind: str
) -> None:
    text = f"{before}{opener}{''.join(disguise)}{name}{behind}"
    assert marks_in(harmless.untagged(text)) == []


@given(st.text(max_size=60).filter(str.strip))
@settings(deadline=None, max_examples=50)
def test_nothing_that_is_said_closes_the_fence(text: str) -> None:
    assert prompt_of(text).count(CLOSING) == 1


@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x2FFF), max_size=100))
@settings(deadline=None, max_examples=200)
def test_taking_out_what_is_unseen_takes_out_nothing_else(text: str) -> None:
    kept = iter(visible(text))
    sign = next(kept, None)
    for each in text:
        if each == sign:
            sign = next(kept, None)
        else:
            assert UNSEEN.fullmatch(each)
    assert sign is None
