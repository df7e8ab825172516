"""Single keys of the console: turned off, and others chosen in their place."""

import pytest

from tests.builders.console import Browser, text_of
from tests.builders.handoffs import waiting
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


def test_a_key_that_was_chosen_stands_everywhere_in_the_place_of_the_other(api: Api, ann: Browser) -> None:
    address = f"/handoffs/{waiting(api)['id']}"
    assert 'data-key="c"' in ann.page(address)
    ann.done("/keys", **{"choose": "true", "key-c": "H", "key-?": "ñ", "next": "/console/settings"})
    page = ann.page(address)
    assert 'data-key="h" aria-keyshortcuts="h"' in page
    assert 'data-key="c"' not in page
    assert "<kbd>h</kbd>" in page
    assert "<kbd>ñ</kbd>" in page


def test_a_key_that_stands_twice_is_refused(ann: Browser) -> None:
    for wrong in ({"key-c": "a"}, {"key-c": "ab"}):
        said = text_of(ann.refused("/keys", 422, choose="true", **wrong))
        assert "Each needs one letter, digit or sign of its own" in said
    assert "&#34;c&#34;" not in ann.page("/mine")


def test_two_keys_can_change_places(api: Api, ann: Browser) -> None:
    ann.done("/keys", **{"choose": "true", "key-c": "a", "key-a": "c"})
    assert 'data-key="a" aria-keyshortcuts="a">Hold it while you read' in ann.page(f"/handoffs/{waiting(api)['id']}")


def test_what_was_chosen_stays_while_keys_are_off_and_goes_when_it_is_reset(ann: Browser) -> None:
    ann.done("/keys", **{"choose": "true", "key-c": "h"})
    ann.done("/keys", keys="off")
    assert "data-keys" not in ann.page("/mine")
    ann.done("/keys", keys="on")
    assert "<kbd>h</kbd>" in ann.page("/mine")
    ann.done("/keys", reset="true")
    assert "<kbd>c</kbd>" in ann.page("/mine")


def test_a_cookie_that_says_anything_is_read_as_far_as_it_makes_sense(ann: Browser) -> None:
    ann.http.cookies.set("warmline_keys", "on.c-hh.zz-q.%3F.-.a-%22", path="/console")
    page = ann.page("/mine")
    assert "<kbd>c</kbd>" in page
    assert "<kbd>&#34;</kbd>" in page
