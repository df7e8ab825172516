"""Urgency by what is said, where nobody said how urgent it is."""

from dataclasses import replace

import pytest

from tests.builders.briefs import a_brief, a_memory, a_source, agent, texts, user
from warmline_memory import briefs
from warmline_memory.briefs import withdrawing
from warmline_schemas.briefs import SectionName
from warmline_schemas.handoffs import Urgency


@pytest.mark.parametrize(
    "said",
    [
        "the server room is on fire",
        "my flight leaves in 20 minutes",
        "Mein Kind hat Fieber und bekommt keine Luft",
        "J'ai une douleur dans la poitrine et le bras gauche engourdi",
        "El ascensor se ha parado y hay gente dentro",
        "我的孩子发高烧，呼吸困难",
        "O meu bebé engoliu uma pilha",
        "Пахнет газом в подъезде",
        "Het ruikt naar gas in de hal",
        "Samolot odlatuje za pół godziny, a nie mogę się odprawić",
        "Die Pumpe ist ausgefallen und das Wasser steigt",
        "Ransomware is encrypting our file server at this moment",
    ],
)
def test_words_of_danger_or_of_little_time_make_a_handoff_urgent_and_are_quoted(said: str) -> None:
    brief = a_brief(user("Hello"), agent("How can I help?"), user(said))
    assert brief.pressing is not None
    assert brief.pressing.text == f"high (“{said}”)"
    assert [memory_id.int for memory_id in brief.pressing.memory_ids] == [3]
    assert f"urgency: high (“{said}”)" in brief.text


@pytest.mark.parametrize(
    "said",
    [
        "I need this asap, thanks lol",
        "urgent!!! need help with my subscription pls",
        "HELP",
        "Bitte um schnelle Rückmeldung!",
        "快点，谢谢",
        "Necesito la factura cuanto antes",
        "Je voudrais un remboursement immédiat svp",
        "My flight leaves in three weeks",
        "The fire alarm needs a new battery",
        "I have been waiting for two weeks for my parcel",
        "This is ridiculous, I want my money back",
        "Eyes are the mirror of the heart!",
        "Sorry, our parrot walked over the keys!",
        "the last three digits are 655",
        "I would kill for a window seat",
        "Ich lach mich tot",
        "Nos morimos de hambre, ¿qué hay para cenar?",
        "腹が減って死にそうだよ",
        "我高兴得快疯了",
    ],
)
def test_impatience_alone_and_figures_of_speech_make_nothing_urgent(said: str) -> None:
    assert a_brief(user(said)).pressing is None


def test_what_the_request_says_stays() -> None:
    source = a_source(user("the server room is on fire"))
    asked = replace(source, request=replace(source.request, urgency=Urgency.LOW))
    assert briefs.write(asked).pressing is None


def test_an_agents_own_words_make_nothing_urgent() -> None:
    assert a_brief(user("Where is my parcel 77421?"), agent("If you smell gas, leave the house.")).pressing is None


def test_what_was_pressing_long_ago_is_not_any_more() -> None:
    calm = [user(f"My order number {number} should be sent to another address") for number in range(15)]
    assert a_brief(user("my flight leaves in 20 minutes"), *calm).pressing is None


def test_a_secret_among_pressing_words_is_hidden() -> None:
    brief = a_brief(user("My flight leaves in 20 minutes and my password is Hunter2go"))
    assert brief.pressing is not None
    assert "Hunter2go" not in brief.pressing.text


def test_without_its_memory_a_brief_does_not_say_why_it_is_urgent() -> None:
    brief = a_brief(user("my flight leaves in 20 minutes"))
    assert brief.pressing is not None
    left = withdrawing.withdraw(brief, brief.pressing.memory_ids, {}).brief
    assert (left.pressing, "20 minutes" in left.model_dump_json()) == (None, False)


def test_feelings_are_told_only_where_words_show_them() -> None:
    assert texts(a_brief(user("my flight leaves in 20 minutes")), SectionName.MOOD) == []
    assert texts(a_brief(a_memory("The server room is on fire")), SectionName.MOOD) == []
