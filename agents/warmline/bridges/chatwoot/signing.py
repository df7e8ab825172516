"""Signatures of Chatwoot: who sent a webhook, and that nobody sends an old one again."""

import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence

from warmline.errors import InvalidSignature

TIMESTAMP, SIGNATURE, DELIVERY = "x-chatwoot-timestamp", "x-chatwoot-signature", "x-chatwoot-delivery"
"""The headers, in lower case."""
TOLERANCE_SECONDS = 300.0
"""Chatwoot signs each attempt anew, so that none is older than a clock can be wrong."""


def verify(
    secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, allow_unsigned: bool, now: float | None = None
) -> None:
    """Raise ``InvalidSignature`` unless a webhook was signed with one of the secrets, and lately.

    A sender without a secret is believed where unsigned webhooks are allowed. ``headers`` have names in lower case.
    """
    if not secrets:
        if allow_unsigned:
            return
        raise InvalidSignature("No secret of this sender is set: copy it from Chatwoot into `secrets`.")
    moment, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if not moment or not given:
        raise InvalidSignature("The webhook has no signature: Chatwoot signs from 4.13 on.")
    clock = time.time() if now is None else now
    if not (moment.isascii() and moment.isdigit()) or abs(clock - int(moment)) > TOLERANCE_SECONDS:
        raise InvalidSignature("The webhook was signed too long ago, or a clock is wrong.")
    # The same time for every wrong one, so that nobody can guess it byte by byte.
    if not any(hmac.compare_digest(signature(one, moment, body).encode(), given.encode()) for one in secrets):
        raise InvalidSignature("The webhook was not signed with this secret.")


def signature(secret: str, moment: str, body: bytes) -> str:
    """The signature of a webhook as Chatwoot writes it."""
    signed = hmac.digest(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"sha256={signed.hex()}"
