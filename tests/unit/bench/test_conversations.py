"""Long conversations as the recall benchmark reads and scores them."""

from datetime import UTC, datetime
from typing import Any

from bench.recall.locomo import conversation, moment, recall_at, references


def a_sample(**changes: Any) -> dict[str, Any]:
    talk = {
        "speaker_a": "Ann",
        "session_10_date_time": "9:05 am on 2 June, 2023",
        "session_10": [{"speaker": "Ann", "dia_id": "D10:1", "text": "We moved to Leeds."}],
        "session_2_date_time": "1:56 pm on 8 May, 2023",
        "session_2": [{"speaker": "Bo", "dia_id": "D2:1", "text": "I paint."}],
    }
    return {"sample_id": "conv-1", "conversation": talk, "qa": [a_question()], **changes}


def a_question(**changes: Any) -> dict[str, Any]:
    return {"question": "Where does Ann live?", "category": 4, "evidence": ["D10:1"], **changes}


def test_sittings_come_in_the_order_of_their_numbers() -> None:
    assert [turn.id for turn in conversation(a_sample()).turns] == ["D2:1", "D10:1"]


def test_a_turn_is_searched_with_its_speaker() -> None:
    assert conversation(a_sample()).turns[0].as_text == "Bo: I paint."


def test_a_sitting_happens_when_its_date_says() -> None:
    assert conversation(a_sample()).sittings[0].at == datetime(2023, 5, 8, 13, 56, tzinfo=UTC)


def test_midnight_is_the_beginning_of_a_day() -> None:
    assert moment("12:09 am on 13 September, 2023") == datetime(2023, 9, 13, 0, 9, tzinfo=UTC)


def test_questions_without_an_answer_are_left_out() -> None:
    assert conversation(a_sample(qa=[a_question(category=5)])).questions == ()


def test_questions_without_evidence_in_the_conversation_are_left_out() -> None:
    unknown = [a_question(evidence=["D99:1"]), a_question(evidence=[])]
    assert conversation(a_sample(qa=unknown)).questions == ()


def test_one_reference_may_name_several_turns() -> None:
    assert references(["D8:6; D9:17", "D:11:26", "D30:05"]) == {"D8:6", "D9:17", "D11:26", "D30:5"}


def test_recall_is_the_share_of_the_evidence_among_the_first() -> None:
    ranked = ["a", "x", "b", "c"]
    assert [recall_at(k, ranked, frozenset("abc")) for k in (1, 2, 3, 4)] == [1 / 3, 1 / 3, 2 / 3, 1]
