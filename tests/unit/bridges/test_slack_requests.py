"""Requests of Slack: their signatures, and what they hold."""

import json
from urllib.parse import urlencode

import pytest

from warmline.bridges.slack.gate import SlackGate, signature, verify
from warmline.bridges.slack.pages import escaped, form
from warmline.errors import InvalidSignature

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
MOMENT = "1531420618"
SIGNED = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
"""The example of Slack's own documentation."""


def headers(moment: str = MOMENT, signed: str = SIGNED) -> dict[str, str]:
    return {"x-slack-request-timestamp": moment, "x-slack-signature": signed}


def test_a_request_is_signed_as_slack_signs_it() -> None:
    assert signature(SECRET, MOMENT, BODY) == SIGNED
    verify(["an older one", SECRET], headers(), BODY, now=1531420618 + 299)


@pytest.mark.parametrize("now", [1531420618 + 301, 1531420618 - 301])
def test_a_request_of_another_time_is_refused(now: float) -> None:
    with pytest.raises(InvalidSignature, match="too long ago"):
        verify([SECRET], headers(), BODY, now=now)


@pytest.mark.parametrize("wrong", [headers(signed="v0=00"), headers(moment="now"), headers(moment="²"), {}])
def test_a_request_with_another_signature_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidSignature):
        verify([SECRET], wrong, BODY, now=1531420618)


@pytest.mark.parametrize("body", [b"payload=", b"payload=%5B1%5D", b"{", b"[]", b"payload=\xff", b""])
def test_what_is_no_object_is_not_read(body: bytes) -> None:
    assert SlackGate([SECRET]).read(body) is None


def test_a_question_whether_this_is_the_address_is_answered_and_not_kept() -> None:
    gate = SlackGate([SECRET])
    asked = gate.read(b'{"type": "url_verification", "challenge": "3eZbrw1a"}')
    assert asked is not None
    assert gate.take({}, asked) is None
    assert gate.answer(asked, is_new=False) == {"challenge": "3eZbrw1a"}


def test_a_form_that_is_sent_again_is_the_same_and_one_that_was_corrected_is_not() -> None:
    gate = SlackGate([SECRET])

    def key(hash: str) -> str:
        view = {"id": "V1", "hash": hash, "private_metadata": '{"handoff":"h-1"}'}
        read = gate.read(urlencode({"payload": json.dumps({"type": "view_submission", "view": view})}).encode())
        assert read is not None
        taken = gate.take({}, read)
        assert taken is not None
        assert taken.conversation == "h-1"
        return taken.key

    assert key("1.a") == key("1.a") != key("2.b")


def test_nothing_of_a_text_is_a_link_or_calls_anybody() -> None:
    assert escaped("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"


@pytest.mark.parametrize("name", ["take", "reply", "consult", "return", "resolve"])
def test_a_form_is_within_slacks_limits(name: str) -> None:
    made = form(name, {"handoff": "0" * 36}, "x" * 900)
    assert len(made["title"]["text"]) <= 24
    assert len(made["submit"]["text"]) <= 24
    assert all(len(one["label"]["text"]) <= 2000 and one["element"]["max_length"] <= 3000 for one in made["blocks"])
