"""Sealing: texts and objects, with one key, with two, with none, and with the wrong one."""

import hashlib

import pytest

from warmline_memory.errors import SetupError
from warmline_memory.storage.sealing import Sealer, new_key

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw — ключ"


def test_what_is_sealed_shows_nothing_and_opens_again() -> None:
    sealer = Sealer(new_key())
    sealed = sealer.seal(SECRET)
    assert SECRET not in sealed
    assert sealer.open(sealed) == SECRET


def test_the_same_text_is_never_sealed_twice_the_same() -> None:
    sealer = Sealer(new_key())
    assert sealer.seal(SECRET) != sealer.seal(SECRET)


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    old, new = new_key(), new_key()
    sealed = Sealer(old).seal(SECRET)
    both = Sealer(f"{new}, {old}")
    assert both.open(sealed) == SECRET
    assert Sealer(new).open(both.seal(SECRET)) == SECRET


def test_objects_are_sealed_whole() -> None:
    sealer, answer = Sealer(new_key()), {"secret": SECRET, "nested": {"list": [1, None, True]}}
    sealed = sealer.seal_json(answer)
    assert SECRET not in str(sealed)
    assert sealer.open_json(sealed) == answer


def test_what_was_stored_before_there_was_a_key_is_read_as_it_is() -> None:
    sealer = Sealer(new_key())
    assert sealer.open(Sealer("").seal(SECRET)) == SECRET
    assert sealer.open_json({"id": 1}) == {"id": 1}


def test_a_hash_with_a_key_is_no_plain_one_and_is_known_again_after_a_rotation() -> None:
    old, new = new_key(), new_key()
    stored = Sealer(old).hashes(b"1234")[0]
    assert stored not in Sealer(new).hashes(b"1234")
    assert stored in Sealer(f"{new},{old}").hashes(b"1234")
    assert stored not in Sealer(old).hashes(b"1235")


def test_what_was_hashed_before_there_was_a_key_is_known_again() -> None:
    plain = Sealer("").hashes(b"1234")
    assert plain == [hashlib.sha256(b"1234").hexdigest()]
    assert plain[0] == Sealer(new_key()).hashes(b"1234")[-1]


@pytest.mark.parametrize("keys", ["", new_key()], ids=["none", "another"])
def test_a_key_that_is_missing_is_said_in_a_sentence(keys: str) -> None:
    sealed = Sealer(new_key()).seal(SECRET)
    with pytest.raises(SetupError, match="WARMLINE_ENCRYPTION_KEYS"):
        Sealer(keys).open(sealed)


@pytest.mark.parametrize("keys", ["short", "c" * 43 + "=,x"])
def test_what_is_no_key_is_refused(keys: str) -> None:
    with pytest.raises(SetupError, match="no key"):
        Sealer(keys)
