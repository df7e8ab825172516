"""Contents: what people said is sealed with a key of its tenant, where the platform wants it (``seal_content``).

Envelope encryption. Each tenant has a content key, a random one, which is stored sealed with the platform's keys
(``sealing``). What was said is sealed with the content key by AES-256-GCM, of the library ``cryptography``, for its
tenant and its column: what is moved to another tenant's row, or to another column, does not open. So the platform's
keys are rotated by sealing a row for each tenant anew, and a tenant whose content key is destroyed has said nothing
that anybody could read.
"""

import base64
import hashlib
import hmac
import os
import time
from binascii import a2b_base64
from collections.abc import Callable
from contextlib import AbstractContextManager
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.engine import Connection

from warmline_memory.errors import SetupError, UnstorableText
from warmline_memory.storage.connections import driver
from warmline_memory.storage.sealing import Sealer

HELD_SECONDS = 60.0
"""A process holds an opened content key for so long: to read it takes a statement, and one that was destroyed must not
live on in a process."""
MOST_HELD = 10_000
"""So many tenants' keys are held by a process, about a kilobyte each."""
NUMBER_BYTES, NONCE_BYTES = 2, 12
HEAD_BYTES = NUMBER_BYTES + NONCE_BYTES
_READ = "SELECT number, sealed FROM content_keys WHERE tenant_id = %s"
_MAKE = "INSERT INTO content_keys (tenant_id, number, sealed) VALUES (%s, 1, %s) ON CONFLICT DO NOTHING"
_RENEW = "UPDATE content_keys SET sealed = %s WHERE tenant_id = %s AND number = %s"
_ENTERED = "SELECT warmline_tenant()"


class ContentKey:
    """A tenant's key. One key has one purpose: what seals is another one than what stands for fingerprints."""

    def __init__(self, tenant_id: UUID, number: int, secret: bytes) -> None:
        self.number = number
        self._seals = AESGCM(hmac.digest(secret, b"warmline:contents", hashlib.sha256))
        self._fingerprints = hmac.digest(secret, b"warmline:fingerprints", hashlib.sha256)
        self._number = number.to_bytes(NUMBER_BYTES)
        self._bound = tenant_id.bytes + self._number

    def seal(self, text: str, place: str) -> str:
        """A text sealed for a place: the key's number, a nonce, the ciphertext and its tag, in Base64."""
        # Nonces are drawn. After four thousand million texts of one key two of them might be the same.
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._seals.encrypt(nonce, text.encode(), self._bound + place.encode())
        return base64.b64encode(self._number + nonce + sealed).decode()

    def open(self, sealed: bytes, place: str) -> str:
        """What ``seal`` made, without its Base64. Raises ``InvalidTag``."""
        nonce, rest = sealed[NUMBER_BYTES:HEAD_BYTES], sealed[HEAD_BYTES:]
        return self._seals.decrypt(nonce, rest, self._bound + place.encode()).decode()

    def fingerprint(self, plain: bytes) -> bytes:
        """What stands for a fingerprint, 16 bytes too: nobody without the key can tell what was said by trying."""
        # One block under a key of its own: a permutation, by which equal fingerprints stay equal and others differ.
        return Cipher(algorithms.AES(self._fingerprints), modes.ECB()).encryptor().update(plain)  # noqa: S305

    def plain_fingerprint(self, stored: bytes) -> bytes:
        """The fingerprint for which that stands."""
        return Cipher(algorithms.AES(self._fingerprints), modes.ECB()).decryptor().update(stored)  # noqa: S305


Keys = dict[int, ContentKey]
"""A tenant's keys by their numbers. The one with the highest number seals, each of them opens."""


class Connected(Protocol):
    """A transaction."""

    def connection(self) -> Connection:
        """Its connection."""


class ContentKeys:
    """The content keys that a process holds, and whether what is written is sealed with them."""

    def __init__(
        self, sealer: Sealer, transaction: Callable[..., AbstractContextManager[Connected]], *, seals: bool
    ) -> None:
        self.sealer, self.seals = sealer, seals
        self._transaction = transaction
        self._held: dict[UUID, tuple[float, Keys]] = {}
        self._making = Lock()

    def of(self, tenant_id: UUID, connection: Connection) -> Keys:
        """A tenant's keys. Raises ``SetupError`` where the platform's keys do not open them."""
        until, held = self._held.get(tenant_id, (0.0, Keys()))
        return held if until > time.monotonic() else self.read(tenant_id, connection)

    def read(self, tenant_id: UUID, connection: Connection) -> Keys:
        """A tenant's keys as the database has them now."""
        keys = self._stored(tenant_id, connection)
        if len(self._held) >= MOST_HELD:
            self._held.clear()
        # Whether a first key was made meanwhile must be looked for each time.
        if keys:
            self._held[tenant_id] = time.monotonic() + HELD_SECONDS, keys
        return keys

    def make(self, tenant_id: UUID) -> Keys:
        """Make a tenant's first key, unless another process was quicker; the tenant's keys. Raises ``SetupError``."""
        self.check_sealer()
        secret = self.sealer.seal(base64.b64encode(os.urandom(32)).decode())
        # In a transaction of its own, and not held before it is committed: what is sealed with a key must never be
        # stored without the key. One at a time, since each takes a second connection while its request has one.
        with self._making, self._transaction(tenant_id=tenant_id) as db:
            connection = db.connection()
            driver(connection).cursor().execute(_MAKE, [tenant_id, secret])
            return self._stored(tenant_id, connection)

    def check_sealer(self) -> None:
        """Raise ``SetupError`` where contents are to be sealed and there is no key to seal their keys with."""
        if self.seals and not self.sealer.has_keys:
            raise SetupError(
                what="WARMLINE_SEAL_CONTENT is set, and WARMLINE_ENCRYPTION_KEYS is not.",
                fix="Give a key that `warmline sealing new-key` made, and keep it apart from the database's backups.",
            )

    def _stored(self, tenant_id: UUID, connection: Connection) -> Keys:
        rows = driver(connection).cursor().execute(_READ, [tenant_id]).fetchall()
        return {number: ContentKey(tenant_id, number, self._secret(sealed)) for number, sealed in rows}

    def _secret(self, sealed: str) -> bytes:
        return base64.b64decode(self.sealer.open(sealed))


def renew_seals(db: Connected, sealer: Sealer) -> int:
    """Seal the content keys of all tenants with the first of the platform's keys; how many these are. Of what they
    seal nothing need be touched."""
    cursor = driver(db.connection()).cursor()
    rows = cursor.execute("SELECT tenant_id, number, sealed FROM content_keys FOR UPDATE").fetchall()
    for tenant_id, number, sealed in rows:
        cursor.execute(_RENEW, [sealer.seal(sealer.open(sealed)), tenant_id, number])
    return len(rows)


class Contents:
    """Seals and opens what one tenant's people said, in one transaction."""

    def __init__(self, keys: ContentKeys, connection: Connection, tenant_id: Callable[[], UUID | None]) -> None:
        self._keys, self._connection, self._tenant_id = keys, connection, tenant_id

    @property
    def seals(self) -> bool:
        """Whether what is written is sealed."""
        return self._keys.seals

    @property
    def has_keys(self) -> bool:
        """Whether anything of the tenant may be sealed."""
        return bool(self._reading())

    def of(self, tenant_id: UUID) -> "Contents":
        """The same for a tenant, in a transaction of an administrator, who has entered none."""
        return Contents(self._keys, self._connection, lambda: tenant_id)

    def seal(self, text: str, place: str) -> str:
        """A text as it is stored. ``place`` is the column that it is for. Raises ``UnstorableText`` for what cannot be
        stored in clear either, and ``SetupError``."""
        if "\x00" in text:
            raise UnstorableText()
        keys = self._writing()
        return keys[max(keys)].seal(text, place)

    def open(self, sealed: str, place: str) -> str:
        """What was sealed for that place. Raises ``SetupError``."""
        try:
            read = a2b_base64(sealed, strict_mode=True)
            return self._numbered(int.from_bytes(read[:NUMBER_BYTES])).open(read, place)
        except (ValueError, InvalidTag) as error:
            raise SetupError(
                what=f"The database holds something in {place} that was not sealed there, or not for this tenant.",
                fix="Somebody changed it past Warmline. Find out who, and restore the database from a backup.",
            ) from error

    def fingerprint(self, plain: bytes | None) -> bytes | None:
        """A fingerprint as it is stored with what is written now."""
        return plain if plain is None or not self.seals else _first(self._writing()).fingerprint(plain)

    def plain_fingerprint(self, stored: bytes | None) -> bytes | None:
        """The fingerprint of something that was stored sealed."""
        return None if stored is None else _first(self._reading()).plain_fingerprint(stored)

    def _writing(self) -> Keys:
        return self._reading() or self._keys.make(self._tenant())

    def _reading(self) -> Keys:
        return self._keys.of(self._tenant(), self._connection)

    def _numbered(self, number: int) -> ContentKey:
        found = self._reading().get(number) or self._keys.read(self._tenant(), self._connection).get(number)
        if found is None:
            raise SetupError(
                what="The database holds content that was sealed with a key which is not there.",
                fix="It was destroyed, or the content is of another tenant: restore the database from a backup.",
            )
        return found

    def _tenant(self) -> UUID:
        tenant_id: Any = self._tenant_id()
        if tenant_id is None:
            ((tenant_id,),) = driver(self._connection).cursor().execute(_ENTERED).fetchall()
        if tenant_id is None:
            raise RuntimeError("contents are sealed and opened inside a tenant")
        return UUID(str(tenant_id))


def _first(keys: Keys) -> ContentKey:
    # The same one for ever: by another key equal fingerprints would differ.
    return keys[min(keys)]
