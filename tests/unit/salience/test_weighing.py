"""Weighing statements: what stands out, and what the answer's form is."""

from hypothesis import given, settings, strategies as st

from warmline_memory.salience import Speaker, Turn, Weights, vectors, weigh

CUSTOMER, AGENT = Speaker.CUSTOMER, Speaker.AGENT
CALL = [
    Turn(AGENT, "Good morning, you're speaking to the water company."),
    Turn(CUSTOMER, "Hello. My meter 77-4410 in Mill Lane drips, please send a plumber."),
    Turn(AGENT, "One moment. I will send Tom tomorrow at nine."),
    Turn(CUSTOMER, "Great, thanks! Oh, and never ring the bell, my baby sleeps."),
    Turn(AGENT, "You're welcome, bye."),
]


def weights(turns: list[Turn], part: str) -> Weights:
    return next(found for one, found in weigh(turns) if part in one.text)


def test_statements_are_verbatim_and_in_order() -> None:
    found = [one for one, _ in weigh(CALL)]
    assert all(one.text == CALL[one.turn].text[one.start : one.end] for one in found)
    assert [(one.turn, one.start) for one in found] == sorted((one.turn, one.start) for one in found)


def test_what_carries_a_value_is_kept_before_small_talk() -> None:
    assert weights(CALL, "77-4410").keep > max(weights(CALL, "welcome").keep, weights(CALL, "Good morning").keep)


def test_each_statement_shows_what_it_does() -> None:
    assert weights(CALL, "send a plumber").wish > 0.5
    assert weights(CALL, "send Tom").promise > 0.5
    assert weights(CALL, "never ring").rule > 0.5
    assert weights(CALL, "thanks").filler > 0.5


def test_a_value_that_a_tool_used_is_weighed_higher() -> None:
    turns = [
        Turn(CUSTOMER, "It is about Harbour Street."),
        Turn(CUSTOMER, "Or was it Mill Lane."),
        Turn(AGENT, "Fine."),
    ]
    plain, used = weigh(turns), weigh(turns, ["Mill Lane"])
    assert used[1][1].keep > plain[1][1].keep


def test_an_empty_conversation_has_no_statements() -> None:
    assert weigh([]) == []
    assert weigh([Turn(CUSTOMER, " ... ")]) == []


def test_vectors_have_length_one_and_know_a_sentence_in_another_language() -> None:
    english, german, other = vectors(["Where is my parcel?", "Wo ist mein Paket?", "The soup needs salt."])
    assert abs(float(english @ english) - 1.0) < 1e-3
    assert english @ german > 0.5 > english @ other


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Speaker), st.text(max_size=80)), max_size=6))
def test_every_weight_is_a_probability(said: list[tuple[Speaker, str]]) -> None:
    for _, found in weigh([Turn(speaker, text) for speaker, text in said]):
        assert all(0.0 <= getattr(found, name) <= 1.0 for name in Weights.__slots__)
