"""Visitors: who writes in the web chat, known by a signed token in their browser."""

import base64
import hashlib
import hmac
import re
import secrets
import time

TOKEN_DAYS = 400
"""How long a token is valid. It is renewed whenever the chat is opened."""
DAY_SECONDS = 86_400
TOKEN = re.compile(r"([0-9a-f]{32})\.([0-9]{1,6})\.([A-Za-z0-9_-]{43})")


class Visitors:
    """Makes and checks tokens. Nothing is stored: whoever has the secret can check them, also after a restart."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(secret.encode()).digest()

    def welcome(self, visitor: str | None = None) -> str:
        """A token of a visitor, or of a new one."""
        named = f"{visitor or secrets.token_hex(16)}.{_today()}"
        return f"{named}.{self._signature(named)}"

    def known(self, token: str) -> str | None:
        """The visitor that a token names; None where it is forged, or too old."""
        found = TOKEN.fullmatch(token)
        if found is None:
            return None
        visitor, day, signature = found.groups()
        if not hmac.compare_digest(signature, self._signature(f"{visitor}.{day}")):
            return None
        return visitor if int(day) + TOKEN_DAYS >= _today() else None

    def _signature(self, text: str) -> str:
        signed = hmac.new(self._key, text.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(signed).decode().rstrip("=")


def secret_from(api_key: str) -> str:
    """A secret that stays the same as long as the API key does, where none was given."""
    return hmac.new(api_key.encode(), b"warmline web chat", hashlib.sha256).hexdigest()


def _today() -> int:
    return int(time.time() // DAY_SECONDS)
