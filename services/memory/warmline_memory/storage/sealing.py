"""Sealing: what the database must not give away by itself is encrypted before it is stored.

The secrets of webhooks, second factors and clients at identity providers, and the answers that are kept for
Idempotency-Keys, are sealed with Fernet (AES-128 in CBC mode with an HMAC, of the library ``cryptography``). The first
of the keys seals, and each of them opens, so that keys can be rotated: put a new one first, run ``warmline sealing
renew``, take the old one away.
"""

import hashlib
import hmac
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from warmline_memory.errors import SetupError

PREFIX = "sealed:"
"""What is sealed begins so. What does not was stored when there was no key, and is read as it is."""

HASHING = b"warmline:hashing"

SEALED = "sealed"
"""The one field of an object that is sealed."""


class Sealer:
    """Seals and opens texts with the platform's keys; without a key it leaves them as they are."""

    def __init__(self, keys: str) -> None:
        """``keys`` are Fernet keys (32 bytes in URL-safe base64), separated by commas. Raises ``SetupError``."""
        try:
            written = [key.strip() for key in keys.split(",") if key.strip()]
            held = [Fernet(key) for key in written]
        except ValueError as error:
            raise SetupError(
                what="WARMLINE_ENCRYPTION_KEYS holds something that is no key.",
                fix="Give keys that `warmline sealing new-key` made, separated by commas.",
            ) from error
        self._keys = MultiFernet(held) if held else None
        # One key has one purpose: what hashes is another one than what encrypts.
        self._hashing = [hmac.digest(key.encode(), HASHING, hashlib.sha256) for key in written]

    @property
    def has_keys(self) -> bool:
        """Whether anything is sealed."""
        return self._keys is not None

    def seal(self, text: str) -> str:
        """A text as it may be stored."""
        return text if self._keys is None else PREFIX + self._keys.encrypt(text.encode()).decode()

    def open(self, stored: str) -> str:
        """A stored text as it was. Raises ``SetupError`` where none of the keys opens it."""
        if not stored.startswith(PREFIX):
            return stored
        try:
            if self._keys is None:
                raise InvalidToken
            return self._keys.decrypt(stored.removeprefix(PREFIX)).decode()
        except InvalidToken as error:
            raise SetupError(
                what="The database holds what was sealed with a key that is not there.",
                fix="Give the key with which it was sealed in WARMLINE_ENCRYPTION_KEYS, after the new ones.",
            ) from error

    def hashes(self, text: bytes) -> list[str]:
        """What a text can be known by again: the first one is to be stored, and a stored one may be any of them.

        With keys it is an HMAC. A plain hash, which is the last one, can be computed for one guess after the other by
        whoever reads the database; it is what was stored when there was no key.
        """
        keyed = [hmac.digest(key, text, hashlib.sha256).hex() for key in self._hashing]
        return [*keyed, hashlib.sha256(text).hexdigest()]

    def seal_json(self, answer: dict[str, Any]) -> dict[str, Any]:
        """An object as it may be stored in a column of JSON."""
        return answer if self._keys is None else {SEALED: self.seal(json.dumps(answer))}

    def open_json(self, stored: dict[str, Any]) -> dict[str, Any]:
        """A stored object as it was."""
        opened: dict[str, Any] = json.loads(self.open(stored[SEALED])) if set(stored) == {SEALED} else stored
        return opened


def new_key() -> str:
    """A new key, as ``WARMLINE_ENCRYPTION_KEYS`` takes it."""
    return Fernet.generate_key().decode()
