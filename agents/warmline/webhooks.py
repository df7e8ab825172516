"""For programs that receive webhooks: ``verify`` checks that the platform sent a message, and returns its event."""

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping

from pydantic import ValidationError

from warmline.errors import InvalidSignature, UnexpectedAnswer
from warmline_schemas.events import Event
from warmline_schemas.webhooks import ID_HEADER, SECRET_PREFIX, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookMessage

TOLERANCE_SECONDS = 300.0
"""A message that was signed longer ago is refused: nobody can send an old one again (Standard Webhooks, 1.0)."""


def verify(secret: str, headers: Mapping[str, str], body: bytes | str, *, now: float | None = None) -> Event:
    """Check the signature of a message, and return its event. Raises ``InvalidSignature``.

    ``body`` is the body of the request, unchanged. ``headers`` are its headers, with names in any case. The same event
    can be sent more than once, always with the same ``id``. ``now`` is for tests: the time in seconds since 1970.
    """
    content = body.encode() if isinstance(body, str) else body
    # Header names have no case (RFC 9110, 5.1), and web frameworks deliver them in different ones.
    given = {name.lower(): value for name, value in headers.items()}
    message_id, moment, signatures = (given.get(name, "") for name in (ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER))
    if not (message_id and moment and signatures):
        raise InvalidSignature("The message has no signature.")
    clock = time.time() if now is None else now
    # ``int`` would also read signs, spaces and underscores, which no signature covers in that form.
    if not moment.isdecimal() or abs(clock - int(moment)) > TOLERANCE_SECONDS:
        raise InvalidSignature("The message was signed too long ago, or this machine's clock is wrong.")
    wanted = f"v1,{_signature(secret, f'{message_id}.{moment}.'.encode() + content)}"
    # After a rotation there are two signatures. The comparison takes the same time for every wrong one, so that nobody
    # can guess a signature byte by byte. It takes bytes, because it refuses text that is not ASCII.
    if not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in signatures.split()):
        raise InvalidSignature("The message was not signed with this secret.")
    try:
        return WebhookMessage.model_validate_json(content).data
    except ValidationError as error:
        raise UnexpectedAnswer(
            "The signature of the message is valid, but this version of the SDK cannot read it: update the SDK."
        ) from error


def _signature(secret: str, signed: bytes) -> str:
    """Return the HMAC-SHA256 in base64, as the Standard Webhooks specification defines it."""
    try:
        # Without ``validate``, wrong characters are skipped, and a damaged secret would only look like a wrong
        # signature.
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error as error:
        raise InvalidSignature("The secret is not valid: a secret is whsec_ and 44 characters of base64.") from error
    return base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
