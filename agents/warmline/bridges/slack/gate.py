"""The gate: requests of Slack pass it when they are signed, and signed lately."""

import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from warmline.bridges.desk import Taken, read_json
from warmline.errors import InvalidSignature

PATH = "/slack/interactive"
"""Where Slack sends what people press and fill in."""
EVENTS = "/slack/events"
"""Where Slack sends events, to an app that has any; only its question whether somebody is there is answered."""
TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
"""The headers, in lower case."""
TOLERANCE_SECONDS = 300.0
PAYLOAD = "payload"
CONFIRM, SIGN, SIGN_ANYWAY = AT_ONCE = ("confirm", "sign", "sign_anyway")
"""The buttons that do something at once; the others open a form."""


class SlackGate:
    """What Slack's requests pass before they are taken in."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = secrets

    def check(self, path: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether there is such a path. Raises ``InvalidSignature``."""
        if path.rstrip("/") not in {PATH, EVENTS}:
            return False
        verify(self._secrets, headers, body)
        return True

    def read(self, body: bytes) -> Mapping[str, Any] | None:
        """Return what a request holds: JSON, or JSON in a form's field."""
        if not body.startswith(b"payload="):
            return read_json(body)
        try:
            form = parse_qs(body.decode())
        except UnicodeDecodeError:
            return None
        return read_json(form.get(PAYLOAD, [""])[0].encode())

    def take(self, headers: Mapping[str, str], body: Mapping[str, Any]) -> Taken | None:  # noqa: ARG002 (the port's)
        """Return what was pressed or filled in; None for anything else.

        A request that Slack sends again, since its answer was late, has the key of the first one.
        """
        if body.get("type") == "view_submission":
            view = body.get("view") or {}
            about = read_json(str(view.get("private_metadata", "")).encode()) or {}
            # What a view is given back as a second time, after a fault, has another hash.
            return Taken(f"view:{view.get('id')}:{view.get('hash')}", str(about.get("handoff")))
        if body.get("type") == "block_actions" and body.get("actions"):
            key, action = f"press:{body.get('trigger_id')}", body["actions"][0]
            # A form must open within three seconds: it waits behind nothing else that is done for its case.
            facts = read_json(str(action.get("value", "")).encode()) or {}
            return Taken(key, _about(facts) if action.get("action_id") in AT_ONCE else key)
        return None

    def answer(self, body: Mapping[str, Any], *, is_new: bool) -> Mapping[str, Any] | None:  # noqa: ARG002 (the port's)
        """Answer nothing, which closes a form; to Slack's question whether this is its address, what it wants."""
        return {"challenge": body.get("challenge")} if body.get("type") == "url_verification" else None


def _about(facts: Mapping[str, Any]) -> str:
    """What a button is about: a case, by its handoff, or a sheet."""
    sheet = facts.get("sheet")
    return str(facts.get("handoff")) if sheet is None else f"sheet:{sheet}"


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> None:
    """Raise ``InvalidSignature`` unless a request was signed with one of the secrets, and lately.

    ``headers`` have names in lower case.
    """
    moment, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if not moment or not given:
        raise InvalidSignature("The request has no signature of Slack.")
    clock = time.time() if now is None else now
    if not (moment.isascii() and moment.isdigit()) or abs(clock - int(moment)) > TOLERANCE_SECONDS:
        raise InvalidSignature("The request was signed too long ago, or a clock is wrong.")
    # The same time for every wrong one, so that nobody can guess it byte by byte.
    if not any(hmac.compare_digest(signature(one, moment, body).encode(), given.encode()) for one in secrets):
        raise InvalidSignature("The request was not signed with this signing secret.")


def signature(secret: str, moment: str, body: bytes) -> str:
    """The signature of a request as Slack writes it, in its version 0."""
    return f"v0={hmac.digest(secret.encode(), f'v0:{moment}:'.encode() + body, hashlib.sha256).hex()}"


def written(facts: Mapping[str, Any]) -> str:
    """What a form or a button carries, as the text in which Slack gives it back."""
    return json.dumps(facts, separators=(",", ":"), ensure_ascii=False)
