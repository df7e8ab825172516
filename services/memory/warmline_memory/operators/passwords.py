"""Passwords: kept as Argon2 hashes. To make or to check one takes tens of milliseconds: never inside a transaction."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_argon2 = PasswordHasher()


def hashed(password: str) -> str:
    """What is kept of a password: its Argon2id hash with salt and parameters."""
    return _argon2.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one that a hash was made of. Without a hash it takes as long, and the answer is no."""
    try:
        return _argon2.verify(kept or _nobodys(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return hashed("nobody's password")
