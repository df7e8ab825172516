"""How much a memory matters, estimated from the memory alone, in any language."""

import pytest
from hypothesis import given, settings, strategies as st

from warmline_memory import salience
from warmline_memory.salience import Kept, Speaker, importance

SPEAKERS = [None, *Speaker]


def estimate(text: str = "Hello", speaker: Speaker | None = None, kind: str = "message", *signs: str) -> float:
    return salience.estimates([Kept(text, speaker, kind, signs)])[0].value


@pytest.mark.parametrize(
    "text",
    [
        "Hello", "Thanks so much!", "ok", "Good morning, how are you?", "Great, bye", "Vielen Dank, tschüss!",
        "Merci beaucoup !", "Muchas gracias, buen día", "Grazie mille!", "obrigada, boa noite", "谢谢，再见",
        "ありがとうございました", "감사합니다, 좋은 하루 되세요", "धन्यवाद", "شكرا لك", "Спасибо большое!",
        "teşekkür ederim",
    ],
)  # fmt: skip
@pytest.mark.parametrize("speaker", [Speaker.CUSTOMER, Speaker.AGENT])
def test_small_talk_matters_little(text: str, speaker: Speaker) -> None:
    assert importance(text, speaker) <= 0.2


WEIGHTY = [
    "I am allergic to sesame", "There is smoke coming out of the fuse box", "My tram leaves in seven minutes",
    "Ich bin allergisch gegen Soja", "Im Heizungsraum brennt es!", "Je suis allergique au soja",
    "Mi autobús sale en ocho minutos", "Soy alérgico al sésamo", "Sono allergica al sesamo", "Sou alérgica a soja",
    "Ik ben allergisch voor soja", "地下室着火了", "我对芝麻过敏", "私は大豆アレルギーがあります",
    "저는 콩 알레르기가 있습니다", "لدي حساسية من السمسم", "У меня аллергия на сою", "Soyaya alerjim var",
]  # fmt: skip


def test_rules_and_what_is_urgent_matter_much_in_most_languages() -> None:
    found = {text: importance(text, Speaker.CUSTOMER) for text in WEIGHTY}
    assert all(value >= 0.5 for value in found.values()), found
    assert sum(value >= 0.65 for value in found.values()) >= 0.8 * len(found), found


@pytest.mark.parametrize(
    "text",
    [
        "I will call you back tomorrow at nine", "Ich rufe Sie morgen um neun zurück",
        "Le devolveremos el dinero en tres días", "我明天九点给您回电话", "明日の九時にお電話いたします",
    ],
)  # fmt: skip
def test_promises_matter_much_in_any_language(text: str) -> None:
    assert importance(text, Speaker.AGENT) >= 0.65


def test_a_language_that_the_encoder_did_not_learn_is_read_less_surely() -> None:
    assert importance("मुझे मूंगफली और सोया से एलर्जी है", Speaker.CUSTOMER) > 0.4
    assert importance("बहुत बहुत धन्यवाद", Speaker.CUSTOMER) < 0.3


@pytest.mark.parametrize(
    "text",
    [
        "The fridge stands next to the window", "Der Kühlschrank steht neben dem Fenster", "La nevera es blanca",
        "Le frigo est à côté de la fenêtre", "冰箱在窗户旁边", "冷蔵庫は窓の横にあります", "Холодильник стоит у окна",
    ],
)  # fmt: skip
def test_ordinary_facts_lie_between(text: str) -> None:
    assert 0.3 <= importance(text, Speaker.CUSTOMER) <= 0.65


def test_a_disputed_charge_with_its_account_matters_much() -> None:
    assert 0.75 <= importance("charged $299 but plan is $199, account ACC-4521", Speaker.CUSTOMER) < 1.0


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ("I want a refund for my order", "I want a refund for my order A-100234"),
        ("I want a refund for my order", "I want a refund of $50 for my order"),
        ("We meet in the office tomorrow", "I promise we will meet you in the office tomorrow"),
        ("The export runs on the server", "Never run the export on the server"),
        ("The export runs on the server", "I am terribly worried that the export runs on the server"),
    ],
)
def test_each_sign_adds(less: str, more: str) -> None:
    assert estimate(more) > estimate(less)


def test_a_change_matters_more_than_a_lookup_and_a_failure_more_than_a_success() -> None:
    lookup, change = estimate("call", None, "action", "lookup"), estimate("call", None, "action", "change")
    failure = estimate("call", None, "action", "change", "failure")
    assert lookup < change < failure


def test_a_named_value_matters_more_than_the_same_words_without() -> None:
    assert estimate("plan is Basic", None, "message", "slot") > estimate("plan is Basic")


def test_a_decision_matters_more_than_a_message() -> None:
    assert estimate("use Postgres for sessions", None, "decision") > estimate("use Postgres for sessions")


def test_an_estimate_says_what_it_rests_on() -> None:
    found = salience.estimates([Kept("I'm allergic to penicillin", Speaker.CUSTOMER)])[0]
    assert max(found.signs, key=lambda sign: found.signs[sign]) == "rule"


def test_a_batch_is_estimated_as_each_by_itself() -> None:
    texts = ["Hello", "My order is 88-1234", "明日の九時にお電話いたします"]
    together = salience.estimates([Kept(text, None) for text in texts])
    assert [one.value for one in together] == pytest.approx([estimate(text) for text in texts], abs=1e-3)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from(SPEAKERS), st.sampled_from(["message", "issue", "handoff"]))
def test_every_estimate_lies_between_small_talk_and_a_handoff(text: str, speaker: Speaker | None, kind: str) -> None:
    assert salience.SMALL_TALK <= estimate(text, speaker, kind) <= salience.HIGHEST < 1.0


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(SPEAKERS))
def test_a_slot_never_makes_a_memory_matter_less(text: str, speaker: Speaker | None) -> None:
    assert estimate(text, speaker, "message", "slot") >= estimate(text, speaker)
