"""Where the client finds its platform."""

import json
from pathlib import Path

import pytest

from warmline import NotConfigured
from warmline.local import Endpoint, find_endpoint

LOCAL = Endpoint("http://127.0.0.1:8420", "wk-local")


def a_home(tmp_path: Path, stack: str | None = None) -> dict[str, str]:
    if stack is not None:
        (tmp_path / "stack.json").write_text(stack, encoding="utf-8")
    return {"WARMLINE_HOME": str(tmp_path)}


def a_running_stack(tmp_path: Path) -> dict[str, str]:
    return a_home(tmp_path, json.dumps({"url": LOCAL.url, "api_key": LOCAL.api_key, "pid": 7}))


def test_what_the_caller_says_comes_first(tmp_path: Path) -> None:
    environ = {"WARMLINE_URL": "http://elsewhere", "WARMLINE_API_KEY": "wk-other", **a_running_stack(tmp_path)}
    assert find_endpoint("https://mine/", "wk-mine", environ) == Endpoint("https://mine", "wk-mine")


def test_the_environment_comes_before_the_local_stack(tmp_path: Path) -> None:
    environ = {"WARMLINE_URL": "http://elsewhere", "WARMLINE_API_KEY": "wk-other", **a_running_stack(tmp_path)}
    assert find_endpoint(environ=environ) == Endpoint("http://elsewhere", "wk-other")


def test_a_running_local_stack_is_found_by_itself(tmp_path: Path) -> None:
    assert find_endpoint(environ=a_running_stack(tmp_path)) == LOCAL


def test_the_local_stacks_key_serves_its_own_url(tmp_path: Path) -> None:
    assert find_endpoint("http://127.0.0.1:8420/", environ=a_running_stack(tmp_path)) == LOCAL


def test_the_local_stacks_key_is_never_sent_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="no API key for http://elsewhere"):
        find_endpoint("http://elsewhere", environ=a_running_stack(tmp_path))


def test_a_key_alone_is_for_the_local_stack(tmp_path: Path) -> None:
    environ = {"WARMLINE_API_KEY": "wk-mine", **a_running_stack(tmp_path)}
    assert find_endpoint(environ=environ) == Endpoint(LOCAL.url, "wk-mine")


def test_nothing_to_talk_to_is_one_sentence_with_the_mend(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="`warmline up`, or set WARMLINE_URL and WARMLINE_API_KEY"):
        find_endpoint(environ=a_home(tmp_path))


@pytest.mark.parametrize("broken", ["", "[]", '{"url": "http://127.0.0.1:8420"}'])
def test_a_broken_stack_file_is_named(tmp_path: Path, broken: str) -> None:
    with pytest.raises(NotConfigured, match=r"stack\.json cannot be read"):
        find_endpoint(environ=a_home(tmp_path, broken))


def test_a_url_without_its_scheme_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match=r"'localhost:8420' is not the URL of a Warmline"):
        find_endpoint("localhost:8420", "wk-mine", a_home(tmp_path))


def test_white_space_around_a_key_is_forgiven(tmp_path: Path) -> None:
    assert find_endpoint("http://mine", " wk-mine\n", a_home(tmp_path)).api_key == "wk-mine"


@pytest.mark.parametrize("mangled", ["wk-mi\nne", "wk-mïne"])
def test_a_mangled_key_is_refused_without_showing_it(tmp_path: Path, mangled: str) -> None:
    with pytest.raises(NotConfigured) as refused:
        find_endpoint("http://mine", mangled, a_home(tmp_path))
    assert mangled not in str(refused.value)


def test_a_key_does_not_show_in_a_printed_endpoint() -> None:
    assert "wk-local" not in repr(LOCAL)
