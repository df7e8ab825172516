"""Passwords: kept as Argon2 hashes, and none that is quickly guessed. To make a hash or to compare with one takes a
tenth of a second and 64 MiB: never inside a transaction, and one at a time (``warmline_api.lines``).
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from warmline_memory.errors import WeakPassword

# The library's own parameters are those of RFC 9106 for machines with little memory; they are part of each hash, so a
# later version may choose others.
# One lane instead of four: a hash then takes one core, and leaves the others to requests.
_argon2 = PasswordHasher(parallelism=1)
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=1$EB19lFccWfrbFt7EGzaz5Q$V/AnC/4PFKQ2QVc5a04GQsfJdPxqKc53YyZukkykT5E"
"""A hash of a password that nobody knows: what is compared with where nobody has a name."""

LOOKED_AT = 72
"""So many characters of a password are looked at for what makes it weak: zxcvbn's time grows with their square."""
SAFE_SCORE = 3
"""zxcvbn's mark from which a password withstands 10^8 guesses at its hash (Wheeler, USENIX Security 2016). Its lists
hold the 30,000 most frequent passwords of public leaks, beside names, words, rows of keys and dates."""
KNOWN = ("warmline",)
"""Words that whoever guesses tries at once here."""


def hashed(password: str, *known: str) -> str:
    """What is kept of a new password: its Argon2id hash with salt and parameters.

    Raises ``WeakPassword`` for what is quickly guessed: passwords of leaks, rows of keys, and what is ``known`` of its
    owner, such as their name, with little else.
    """
    # Its lists of words take 13 MB, which a platform where nobody sets a password has better use for.
    from zxcvbn import zxcvbn

    found = zxcvbn(password[:LOOKED_AT], user_inputs=[*KNOWN, *known])
    if found["score"] < SAFE_SCORE:
        why = found["feedback"]["warning"] or "It is among the first that are tried."
        raise WeakPassword(why=why, field="body.password")
    return _argon2.hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one that a hash was made of. Without a hash it takes as long, and the answer is no."""
    try:
        # Without a hash there is nothing to check, but the time must not tell that the name is unknown.
        return _argon2.verify(kept or _NOBODYS, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
