"""Correcting a reply on the page of its case: the new words stand in its place, with what they replaced behind them."""

from collections.abc import Sequence

import pytest

from tests.builders.channels import write
from tests.builders.console import Browser, signed_in, text_of
from tests.builders.form_fields import fields_of
from tests.builders.handoffs import read, waiting
from tests.builders.requests import Json, get, post
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

ASK = "Please refund the $100 that account ACC-4521 was overcharged"
SAID, RIGHT, RIGHTER = "We refund you $700.", "We refund you $70.", "We refund you $70 on Monday."


def of(handoff: Json, verb: str = "") -> str:
    return f"/handoffs/{handoff['id']}" + (f"/{verb}" if verb else "")


def said_in(api: Api, handoff: Json) -> list[Json]:
    """The replies of a case, oldest first."""
    of_session = get(api, "memories", session_id=handoff["target_session_id"], kind="message")["items"]
    return [one for one in reversed(of_session) if one["role"] == "agent"]


def replied(api: Api, ann: Browser, *texts: str) -> Json:
    handoff = waiting(api, a_session(api, ASK))
    ann.done(of(handoff, "accept"))
    for text in texts or (SAID,):
        ann.done(of(handoff, "say"), text=text, **{"as": "reply"})
    return dict(read(api, handoff))


def correct(ann: Browser, handoff: Json, reply: Json, text: str) -> str:
    return ann.done(f"{of(handoff, 'say')}?corrects={reply['id']}", text=text)


def turns(page: str) -> Sequence[str]:
    """What each of the replies on a page says, with all that stands about it."""
    return [text_of(f"<main{one.partition('</li>')[0]}") for one in page.split('class="turn turn--agent')[1:]]


def test_the_new_words_stand_in_the_place_of_the_old_which_can_be_unfolded(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann)
    page = correct(ann, handoff, said_in(api, handoff)[0], RIGHT)
    assert "Corrected. The customer's channel delivers the new words." in text_of(page)
    [turn] = turns(page)
    shown, _, folded = turn.partition("Corrected at")
    assert RIGHT in shown
    assert SAID not in shown
    assert SAID in folded


def test_a_colleague_sees_the_same_and_cannot_correct_it(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann)
    reply = said_in(api, handoff)[0]
    correct(ann, handoff, reply, RIGHT)
    lea = signed_in(api, "lea", role="lead")
    page = lea.page(of(handoff))
    assert RIGHT in turns(page)[0]
    assert "corrects=" not in page
    assert "is answering" in text_of(
        lea.refused(f"{of(handoff, 'say')}?corrects={said_in(api, handoff)[1]['id']}", text=SAID)
    )
    assert len(said_in(api, handoff)) == 2


def test_the_field_begins_with_the_words_that_hold_and_nothing_else_can_be_sent_from_it(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann, SAID, "Anything else?")
    reply = said_in(api, handoff)[0]
    assert f"?corrects={reply['id']}#text" in ann.page(of(handoff))
    page = ann.page(f"{of(handoff)}?corrects={reply['id']}")
    assert fields_of(page, f"/console{of(handoff, 'say')}?corrects={reply['id']}")["text"] == SAID
    assert "Keep as a note" not in text_of(page)


def test_a_correction_is_corrected_and_all_that_was_said_before_stays(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann)
    correct(ann, handoff, said_in(api, handoff)[0], RIGHT)
    page = correct(ann, handoff, said_in(api, handoff)[1], RIGHTER)
    [turn] = turns(page)
    assert turn.index(RIGHTER) < turn.index(SAID) < turn.rindex(RIGHT)


def test_a_page_that_is_out_of_date_keeps_what_was_typed(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann)
    reply = said_in(api, handoff)[0]
    correct(ann, handoff, reply, RIGHT)
    page = ann.refused(f"{of(handoff, 'say')}?corrects={reply['id']}", text=RIGHTER)
    assert "This was corrected or withdrawn already, in another window." in text_of(page)
    assert f">{RIGHTER}</textarea>" in page


def test_the_same_form_sent_twice_corrects_once(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann)
    reply = said_in(api, handoff)[0]
    for _ in range(2):
        ann.done(f"{of(handoff, 'say')}?corrects={reply['id']}", text=RIGHT, once="7")
    assert [one["content"] for one in said_in(api, handoff)] == [SAID, RIGHT]


def test_what_is_hidden_does_not_become_the_words_of_a_correction(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann, "Your card 4242 4242 4242 4242 is charged.")
    reply = said_in(api, handoff)[0]
    begins = fields_of(
        ann.page(f"{of(handoff)}?corrects={reply['id']}"), f"/console{of(handoff, 'say')}?corrects={reply['id']}"
    )
    page = ann.refused(f"{of(handoff, 'say')}?corrects={reply['id']}", 422, text=begins["text"])
    assert "[redacted] stands for what is not shown" in text_of(page)
    assert len(said_in(api, handoff)) == 1


def test_nobody_corrects_what_a_bot_said_or_what_was_said_in_another_case(api: Api, ann: Browser) -> None:
    session = a_session(api, ASK)
    of_bot = write(api, session, SAID, agent="tier1-bot", deliver=True)
    handoff = waiting(api, session)
    ann.done(of(handoff, "accept"))
    elsewhere = said_in(api, replied(api, ann))[0]
    assert "corrects=" not in ann.page(of(handoff))
    for message in (of_bot, elsewhere):
        assert ann.get(f"{of(handoff)}?corrects={message['id']}").status_code == 404
        ann.refused(f"{of(handoff, 'say')}?corrects={message['id']}", 404, text=RIGHT)


def test_the_history_says_that_a_reply_was_corrected_and_what_is_found_is_the_place(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann)
    correct(ann, handoff, said_in(api, handoff)[0], RIGHT)
    page = ann.page(of(handoff))
    assert "corrected a reply" in text_of(page)
    assert f'id="m-{said_in(api, handoff)[1]["id"]}"' in page
    assert RIGHT in text_of(ann.page(f"{of(handoff)}?at={said_in(api, handoff)[1]['id']}"))


def withdraw(ann: Browser, handoff: Json, reply: Json) -> str:
    return ann.done(f"{of(handoff, 'say')}?corrects={reply['id']}", text=SAID, **{"as": "withdraw"})


def test_a_reply_that_no_channel_has_is_withdrawn_and_marked(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann)
    [reply] = said_in(api, handoff)
    assert "Withdraw it" in text_of(ann.page(f"{of(handoff)}?corrects={reply['id']}"))
    page = withdraw(ann, handoff, reply)
    assert "Withdrawn. No channel had it." in text_of(page)
    [turn] = turns(page)
    assert "withdrawn" in turn
    assert "corrects=" not in page
    assert "withdrew a reply" in text_of(page)
    assert "was withdrawn before a channel had it" not in text_of(page)


def test_what_a_channel_has_is_corrected_and_not_withdrawn(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann)
    [reply] = said_in(api, handoff)
    post(api, f"chains/{handoff['chain_id']}/messages/{reply['id']}/delivery", {"state": "sent"})
    assert "Withdraw it" not in text_of(ann.page(f"{of(handoff)}?corrects={reply['id']}"))
    page = ann.refused(f"{of(handoff, 'say')}?corrects={reply['id']}", text=SAID, **{"as": "withdraw"})
    assert "The channel has this by now" in text_of(page)


def test_that_a_channel_had_it_all_the_same_stands_beside_it(api: Api, ann: Browser) -> None:
    handoff = replied(api, ann)
    [reply] = said_in(api, handoff)
    withdraw(ann, handoff, reply)
    post(api, f"chains/{handoff['chain_id']}/messages/{reply['id']}/delivery", {"state": "delivered"})
    assert "The channel had it all the same." in turns(ann.page(of(handoff)))[0]
