"""Templates: which sections a brief has, in which order, and what is done where one is empty."""

import pytest

from tests.builders.briefs import SMALL, a_brief, a_template, note, slot, texts, user
from warmline_memory import briefs
from warmline_memory.briefs import templates
from warmline_schemas.briefs import SectionName
from warmline_schemas.templates import Template, WhenEmpty

BUILT_IN = sorted(templates.BUILT_IN)
WORK_TYPES = ("code", "testing", "documentation", "quality", "infrastructure", "planning")


def names(template: Template) -> set[SectionName]:
    return {section.name for section in template.sections}


def test_a_brief_is_written_after_the_support_template_unless_another_is_given() -> None:
    assert a_brief(user("I want a refund")).template == "support"


def test_sections_stand_in_the_order_of_the_template_under_its_headings() -> None:
    brief = a_brief(user("I want a refund"), note("Called the bank", kind="done"), template=a_template())
    assert [(section.name.value, section.title) for section in brief.sections] == [("done", "So far"), ("ask", "Wish")]


def test_an_empty_section_says_that_nothing_was_said_where_its_template_wants_that() -> None:
    template = a_template(
        sections=[{"name": "ask", "title": "Wish"}, {"name": "if_then", "title": "If, then", "when_empty": "not_said"}]
    )
    brief = a_brief(user("I want a refund"), template=template)
    assert brief.text.endswith("If, then\n  not said")
    assert "## If, then\n\nnot said\n" in briefs.to_markdown(brief)


def test_the_words_not_said_count_towards_the_length() -> None:
    template = templates.BUILT_IN["shift"].model_copy(update={"words": 60})
    brief = a_brief(*(note(f"Replica {number} lags", kind="status") for number in range(40)), template=template)
    assert brief.words <= 60


def test_a_template_may_state_its_own_length() -> None:
    talk = [note(f"Step {number} of the import is written", kind="todo") for number in range(80)]
    sections = [{"name": "next_steps", "title": "Next"}]
    assert a_brief(*talk, template=a_template(sections=sections, words=60)).words <= 60
    assert a_brief(*talk, template=a_template(sections=sections, words=400), max_words=60).words > 220


def test_what_is_kept_first_finds_room_before_what_is_read_first() -> None:
    sections = [{"name": "done", "title": "Done"}, {"name": "next_steps", "title": "Next"}]
    memories = [note(f"Area {number} was built and tested well", kind="done") for number in range(30)]
    kept = a_template(sections=sections, kept_first=["next_steps"])
    brief = a_brief(*memories, note("Write the changelog", kind="todo"), template=kept, max_words=60)
    assert texts(brief, SectionName.NEXT_STEPS) == ["Write the changelog"]


def test_a_section_leaves_room_for_others_where_it_has_a_share() -> None:
    sections = [{"name": "done", "title": "Done", "share": 0.2}, {"name": "next_steps", "title": "Next"}]
    memories = [note(f"Area {number} was built and tested well", kind="done") for number in range(30)]
    brief = a_brief(*memories, template=a_template(sections=sections), max_words=100)
    assert brief.words <= 35


def test_finer_sections_fall_back_to_the_wider_ones() -> None:
    memories = (
        slot("coverage", "71%"),
        note("Tests: `pytest tests/api`", kind="environment"),
        slot("severity", "SEV2"),
    )
    brief = a_brief(*memories)
    assert {"coverage: 71%", "severity: SEV2", "Tests: `pytest tests/api`"} == set(texts(brief, SectionName.FACTS))


@pytest.mark.parametrize("name", BUILT_IN)
def test_no_built_in_template_loses_lines(name: str) -> None:
    template = templates.BUILT_IN[name]
    lost = {section for section in SectionName if templates.home(template, section) is None}
    assert not lost
    assert template.built_in


@pytest.mark.parametrize("name", WORK_TYPES)
def test_every_work_type_wants_a_goal_that_can_be_checked_and_what_not_to_redo(name: str) -> None:
    template = templates.BUILT_IN[name]
    assert "vague_goal" in template.needs
    assert {SectionName.ASK, SectionName.DONE, SectionName.NEXT_STEPS, SectionName.EXPECTED_OUTCOME} <= names(template)


def test_a_shift_shows_what_is_empty_of_its_three_parts() -> None:
    shown = [one.name.value for one in templates.BUILT_IN["shift"].sections if one.when_empty is WhenEmpty.NOT_SAID]
    assert shown == ["severity", "next_steps", "if_then"]


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_built_in_template_tells_what_must_be_minded_and_what_was_said_in_the_order_of_all(name: str) -> None:
    order = [one.name for one in templates.BUILT_IN[name].sections]
    told = (SectionName.FAILED, SectionName.RULES, SectionName.PROMISED, SectionName.SAID, SectionName.OPEN_QUESTIONS)
    places = [order.index(one) for one in (*told, SectionName.ALSO_SAID)]
    assert places == sorted(places)


def test_working_sessions_have_more_words_than_a_conversation() -> None:
    words = {name: template.words for name, template in templates.BUILT_IN.items()}
    assert (words.pop("support"), words.pop("shift")) == (None, 300)
    assert all(count and 600 <= count <= 900 for count in words.values())


def test_a_template_of_ones_own_is_read_from_toml() -> None:
    template = templates.read(SMALL, "claims")
    assert (template.name, template.built_in, template.sections[0].title) == ("claims", False, "So far")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("about = ", "template claims is no TOML"),
        (SMALL.replace('"ask"', '"wish"'), "sections.1.name: Input should be 'ask'"),
        (SMALL + "bars = 1\n", "bars: a template has no such field; take it out"),
        (SMALL.replace("about", "# about"), "about: it is needed; add it"),
        (SMALL + 'kept_first = ["mood"]\n', "kept_first: mood is no section of this template; add it to sections"),
        (SMALL.replace('"ask"', '"done"'), "sections: name each section once"),
    ],
)
def test_what_is_wrong_with_a_template_is_told_with_its_mend(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="claims") as caught:
        templates.read(text, "claims")
    assert message in str(caught.value)


def test_a_templates_name_is_checked_too() -> None:
    with pytest.raises(ValueError, match="name: String should match pattern"):
        templates.read(SMALL, "My Claims")


SAID_TO_HAND_OFF = [
    "snapshot", "Snapshot!", "Say snapshot", "say “snapshot”.", "→", "->", "hand off", "Hand off.", "“handoff”.",
    "/handoff", "/handoff to the nurse",
]  # fmt: skip


@pytest.mark.parametrize("said", SAID_TO_HAND_OFF)
def test_a_trigger_asks_for_a_handoff(said: str) -> None:
    assert templates.BUILT_IN["continuation"].is_triggered_by(said)


@pytest.mark.parametrize(
    "said", ["How did the handoff go?", "Take a snapshot of the disk", "/help", "", "a → b", "a -> b", "Say hello"]
)
def test_to_talk_of_a_handoff_is_not_to_ask_for_one(said: str) -> None:
    assert not templates.BUILT_IN["continuation"].is_triggered_by(said)
