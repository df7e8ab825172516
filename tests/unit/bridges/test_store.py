"""What a bridge keeps: each thing once, in the order of its conversation, for one process."""

from pathlib import Path

import pytest

from warmline.bridges.store import Case, Store
from warmline.errors import NotConfigured


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "bridge.sqlite3")


def taken(store: Store, *busy: str) -> str | None:
    item = store.next(set(busy))
    return None if item is None else str(item.body["n"])


def test_what_has_the_same_key_is_taken_in_once_also_after_it_was_done(store: Store) -> None:
    assert store.add("k", "desk", "57", '{"n": 1}')
    assert not store.add("k", "desk", "57", '{"n": 2}')
    item = store.next(set())
    assert item is not None
    store.done(item)
    assert not store.add("k", "desk", "57", '{"n": 3}')
    assert (store.next(set()), store.waiting(), store.given_up()) == (None, 0, 0)


def test_a_conversation_goes_on_in_its_order_and_does_not_wait_for_others(store: Store) -> None:
    for number, conversation in enumerate(("57", "57", "58")):
        store.add(f"k{number}", "desk", conversation, f'{{"n": {number}}}')
    assert taken(store, "57") == "2"
    first = store.next(set())
    assert first is not None
    store.postpone(first, 60, "later")
    assert taken(store) == "2"


def test_what_one_side_waits_for_does_not_stop_the_other(store: Store) -> None:
    store.add("k1", "desk", "57", '{"n": 1}')
    store.add("k2", "warmline", "57", '{"n": 2}')
    first = store.next(set())
    assert first is not None
    store.postpone(first, 60, "later")
    assert taken(store) == "2"


def test_everything_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "b")
    store.add("k", "desk", "57", '{"n": 1}')
    store.keep(Case("57", "c-1", {"held": {"token": 3}}))
    store.sending("m")
    store.set_place("events", 41)
    store.close()
    again = Store(tmp_path / "b")
    assert taken(again) == "1"
    assert again.case("57") == Case("57", "c-1", {"held": {"token": 3}})
    assert again.conversation_of("c-1") == (True, "57")
    assert again.place("events") == 41
    mark = again.mark("m")
    assert mark is not None
    assert mark[1] is None
    again.sent("m", "9001")
    again.not_sent("m")
    assert (again.mark("m") or (0, ""))[1] == "9001"
    again.close()


def test_two_bridges_never_have_the_same_file(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmline.bridges.store.PATIENCE", 0.1)
    with pytest.raises(NotConfigured, match="another bridge may run with it"):
        Store(tmp_path / "bridge.sqlite3")
    store.close()
    Store(tmp_path / "bridge.sqlite3").close()


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("no database" * 1000)
    with pytest.raises(NotConfigured, match="it is no file of a bridge"):
        Store(tmp_path / "x")
