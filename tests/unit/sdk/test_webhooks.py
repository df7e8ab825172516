"""Receivers of webhooks check who sent a message, as the specification's own library does."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from warmline import InvalidSignature, UnexpectedAnswer
from warmline.webhooks import TOLERANCE_SECONDS, verify

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
NOW = datetime(2026, 3, 1, 10, 5, tzinfo=UTC)
EVENT = {
    "id": "01978f6e-7c1a-7000-8000-000000000009",
    "sequence": 41,
    "type": "handoff.claimed",
    "at": "2026-03-01T10:05:00Z",
    "actor": "human:zoë",
    "namespace": None,
    "chain_id": None,
    "handoff_id": None,
    "queue": None,
    "facts": {},
}
BODY = json.dumps({"type": EVENT["type"], "timestamp": EVENT["at"], "data": EVENT}, ensure_ascii=False)


def headers(secret: str = SECRET, body: str = BODY, **other: str) -> dict[str, str]:
    """A message's headers, signed by the specification's own library."""
    signature = Webhook(secret).sign("msg_1", NOW, body)
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(NOW.timestamp())),
        "Webhook-Signature": signature,
        **other,
    }


def check(given: dict[str, str], body: str | bytes = BODY, *, after: float = 0.0, secret: str = SECRET) -> Any:
    return verify(secret, given, body, now=NOW.timestamp() + after)


@pytest.mark.parametrize("body", [BODY, BODY.encode()])
def test_a_signed_message_is_read(body: str | bytes) -> None:
    assert check(headers(), body).actor == "human:zoë"


def test_one_signature_of_several_is_enough() -> None:
    assert check(headers(**{"Webhook-Signature": f"v1a,x v1 v1,zz {headers()['Webhook-Signature']}"})).sequence == 41


@pytest.mark.parametrize(
    "given",
    [
        {},
        headers("whsec_" + base64.b64encode(b"other").decode()),
        headers(body=BODY + " "),
        headers(**{"Webhook-Id": "msg_2"}),
        headers(**{"Webhook-Timestamp": str(int(NOW.timestamp()) + 1)}),
        headers(**{"Webhook-Timestamp": "soon"}),
        headers(**{"Webhook-Signature": "v1,ééé"}),
        headers(**{"Webhook-Signature": headers()["Webhook-Signature"].replace("v1,", "v2,")}),
    ],
)
def test_what_was_not_signed_so_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidSignature):
        check(given)


@pytest.mark.parametrize("after", [TOLERANCE_SECONDS + 1, -TOLERANCE_SECONDS - 1])
def test_an_old_message_is_refused_and_so_is_one_of_the_future(after: float) -> None:
    with pytest.raises(InvalidSignature, match="too long ago"):
        check(headers(), after=after)


def test_a_body_that_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidSignature):
        check(headers(), b"\xff\xfe")


def test_a_secret_that_is_none_is_named() -> None:
    with pytest.raises(InvalidSignature, match="whsec_"):
        check(headers(), secret="whsec_not base64")


def test_a_signed_message_of_another_kind_is_named() -> None:
    with pytest.raises(UnexpectedAnswer):
        check(headers(body='{"type": "party"}'), '{"type": "party"}')
