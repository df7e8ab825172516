"""What is read of a text is kept while one brief or one request is worked on, and nowhere behind it."""

import ast
import gc
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest

from tests.builders.briefs import START, a_source, agent, call, slot, user
from warmline_memory import briefs
from warmline_memory.briefs import prompts, templates, work_types
from warmline_memory.handoffs import read_backs
from warmline_memory.language.one_reading import one_reading, read_once
from warmline_memory.redaction import scrubbing
from warmline_schemas.tenancy import PiiClass

MEMORY = Path(__file__).parents[3] / "services/memory/warmline_memory"
TEXT_ROOMS = ("language", "redaction", "salience", "reading", "briefs", "summarising", "recall", "handoffs/read_backs")
FOREVER = ("lru_cache", "cache")


def secrets_of_nobody_else() -> tuple[str, str, str]:
    """A PIN, a password and a maiden name that stand nowhere in the code: each is put together where it is used."""
    return "".join(("9048", "1736")), "".join(("hunt", "ress", "xyz", "9")), "".join(("Quill", "featherby"))


def counting(calls: list[str]) -> Callable[[str], str]:
    """A function of a text that notes each of its calls."""

    @read_once
    def read(text: str) -> str:
        calls.append(text)
        return text.upper()

    return read


def test_a_text_is_read_once_in_one_reading() -> None:
    calls: list[str] = []
    read = counting(calls)
    with one_reading():
        assert [read("hello"), read("hello")] == ["HELLO", "HELLO"]
    assert calls == ["hello"]


def test_nothing_is_kept_outside_of_a_reading() -> None:
    calls: list[str] = []
    read = counting(calls)
    assert [read("hello"), read("hello")] == ["HELLO", "HELLO"]
    assert calls == ["hello", "hello"]


def test_two_functions_of_one_text_do_not_share_results() -> None:
    with one_reading():
        assert [read_once(str.upper)("Hello"), read_once(str.lower)("Hello")] == ["HELLO", "hello"]


def test_a_reading_inside_of_another_shares_what_it_keeps() -> None:
    calls: list[str] = []
    read = counting(calls)
    with one_reading():
        with one_reading():
            read("hello")
        read("hello")
    read("hello")
    assert calls == ["hello", "hello"]


def test_a_reading_ends_with_its_fault() -> None:
    calls: list[str] = []
    read = counting(calls)
    with pytest.raises(ZeroDivisionError), one_reading():
        read("hello")
        raise ZeroDivisionError
    read("hello")
    assert calls == ["hello", "hello"]


def test_a_fault_is_not_kept() -> None:
    answers = iter([ZeroDivisionError(), None])

    @read_once
    def read(text: str) -> str:
        fault = next(answers)
        if fault:
            raise fault
        return text

    with one_reading():
        with pytest.raises(ZeroDivisionError) as caught:
            read("hello")
        assert caught.value.__context__ is None
        assert read("hello") == "hello"


def test_a_thread_shares_no_reading_with_the_one_that_started_it() -> None:
    calls: list[str] = []
    read = counting(calls)
    with one_reading():
        read("hello")
        other = Thread(target=read, args=("hello",))
        other.start()
        other.join()
        read("hello")
    assert calls == ["hello", "hello"]


def test_no_secret_is_left_in_the_process_after_its_brief() -> None:
    write_and_forget()
    gc.collect()
    assert list(found_anywhere(secrets_of_nobody_else())) == []


def write_and_forget() -> None:
    """Whatever is made of a conversation with secrets: brief, prompt, work type, read-back, the secrets themselves."""
    pin, password, maiden_name = secrets_of_nobody_else()
    source = a_source(
        agent("What is your mother's maiden name?"),
        user(f"It is {maiden_name}. My PIN is {pin} and my password is {password}, please refund order 7731924."),
        user(f"As I said, {maiden_name}, and {pin}! Sorry, order {pin}-B."),
        slot("wifi_password", password),
        call("verify_account", {"note": f"the customer typed {password}"}, pin=pin, name=maiden_name),
    )
    source = replace(source, pii=frozenset(PiiClass))
    brief = briefs.write(source)
    assert pin not in brief.text
    prompts.warm_start_text(
        brief, source.memories, [], [f"{pin} {password}"], UUID(int=1), 4_000, "f", None, source.pii
    )
    work_types.detect(source.memories, templates.BUILT_IN.values())
    read_backs.check(f"{maiden_name} wants order {pin}-B refunded, password {password}", brief)
    secrets = scrubbing.find(source.memories, source.pii)
    assert scrubbing.scrub(f"{maiden_name} {pin} {password}", secrets) == " ".join(["[redacted]"] * 3)
    assert source.cut_at == START


def found_anywhere(secrets: tuple[str, ...]) -> Iterator[str]:
    """Where a secret stands in what the garbage collector knows, and in the strings and containers that it does not."""
    looked_at: set[int] = {id(secrets), id(sys._getframe())}
    left = [thing for thing in gc.get_objects() if id(thing) not in looked_at]
    while left:
        thing = left.pop()
        for held in gc.get_referents(thing):
            text = held.pattern if isinstance(held, re.Pattern) else held
            text = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
            if isinstance(text, str):
                if any(secret.lower() in text.lower() for secret in secrets):
                    yield f"{type(thing).__name__} holds a {type(held).__name__} of {len(text)} signs"
            elif not gc.is_tracked(held) and id(held) not in looked_at:
                looked_at.add(id(held))
                left.append(held)


OF_OUR_OWN = {
    "character": "language/terms makes its patterns of two classes of characters, when it is loaded",
    "form": "language/date_words makes its patterns of dates.toml, redaction/naming of naming.toml",
    "rule": "redaction compiles the rules of forms.toml, and of tokens.toml when a text needs one",
}
"""Names of what patterns may be made of though it is no constant, and why."""
SEARCHED = sorted(path for room in TEXT_ROOMS for path in (MEMORY / room).rglob("*.py"))


def a_name(path: Path) -> str:
    return str(path.relative_to(MEMORY))


@pytest.mark.parametrize("path", SEARCHED, ids=a_name)
def test_no_function_of_a_text_room_is_cached_for_the_life_of_the_process(path: Path) -> None:
    assert list(cached_for_ever(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize("path", SEARCHED, ids=a_name)
def test_no_pattern_is_made_of_what_somebody_said(path: Path) -> None:
    assert list(patterns_of_texts(ast.parse(path.read_text()))) == []


@pytest.mark.parametrize("code", ["from functools import lru_cache", "import functools", "from functools import cache"])
def test_a_cache_is_noticed(code: str) -> None:
    assert list(cached_for_ever(ast.parse(code)))


def test_what_takes_a_text_may_not_be_cached_and_what_takes_nothing_may() -> None:
    imported = "from functools import cache\n@cache\n"
    assert list(cached_for_ever(ast.parse(f"{imported}def vector(text): ...")))
    assert list(cached_for_ever(ast.parse(f"{imported}def vectors(*texts): ...")))
    assert list(cached_for_ever(ast.parse(f"{imported}def model(): ...\nremembered = cache(vector)")))
    assert not list(cached_for_ever(ast.parse(f"{imported}def model(): ...")))


@pytest.mark.parametrize("pattern", ['rf"\\b{said}"', "re.escape(said)", "said"])
def test_a_pattern_of_a_text_is_noticed(pattern: str) -> None:
    assert list(patterns_of_texts(ast.parse(f"def find(said):\n    return re.search({pattern}, WHERE)")))


def cached_for_ever(module: ast.Module) -> Iterator[str]:
    """The caches of `functools` in a module, but those of functions without arguments: such a one keeps what was loaded
    from the package, such as a model. All else that these rooms read is content."""
    harmless = [
        decorator
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef) and not ast.unparse(node.args)
        for decorator in node.decorator_list
    ]
    kept = {part for decorator in harmless for part in ast.walk(decorator)}
    imported = {
        one.asname or one.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and node.module == "functools"
        for one in node.names
        if one.name in FOREVER
    }
    used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name) and node not in kept} & imported
    named = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
    yield from used | (imported - named)
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name == "functools")


def patterns_of_texts(module: ast.Module) -> Iterator[str]:
    """What a module's functions make patterns of, where it is no constant: `re` keeps all that it compiled lately."""
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    for node in (node for function in functions for node in ast.walk(function) if isinstance(node, ast.Call)):
        asked = node.func
        if isinstance(asked, ast.Attribute) and isinstance(asked.value, ast.Name) and asked.value.id == "re":
            names = {part.id for part in ast.walk(node.args[0]) if isinstance(part, ast.Name)}
            yield from (name for name in names if not name.isupper() and name not in OF_OUR_OWN)
