"""The codes that an app shows for a secret."""

import time
from base64 import b32decode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP_SECONDS = 30


def code_of(secret: str, steps_ahead: int = 0) -> str:
    """The code of now, or of so many half minutes later."""
    totp = TOTP(b32decode(secret), 6, SHA1(), STEP_SECONDS)
    return totp.generate(int(time.time()) + steps_ahead * STEP_SECONDS).decode()
