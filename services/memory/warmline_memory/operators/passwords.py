"""Passwords: kept as Argon2 hashes. To make or to check one takes tens of milliseconds: never inside a transaction."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# The library's own parameters are those of RFC 9106 for machines with little memory; they are part of each hash, so a
# later version may choose others.
_argon2 = PasswordHasher()


def hashed(password: str) -> str:
    """What is kept of a password: its Argon2id hash with salt and parameters."""
    return _argon2.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one that a hash was made of. Without a hash it takes as long, and the answer is no."""
    try:
        # Without a hash there is nothing to check, but the time must not tell that the name is unknown.
        return _argon2.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    # Made when it is first needed: it takes as long as any, and most processes sign nobody in.
    return hashed("nobody's password")
