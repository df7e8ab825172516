"""How texts of concurrent callers come together, with an engine whose vectors are easy to foresee."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.builders.waits import eventually
from warmline_memory.embedding import MicroBatcher, Prompts
from warmline_memory.embedding.micro_batches import LONG_CHARS
from warmline_memory.errors import Unavailable


class LetterEmbedder:
    """A text's vector is its length and its first letter. It can be held up, and it refuses texts that begin with !."""

    name = "letters"
    dimension = 2
    prompts = Prompts()

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.threads: list[int] = []
        self.closed = False
        self.may_work = threading.Event()
        self.may_work.set()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.batches.append(list(texts))
        self.threads.append(threading.get_ident())
        self.may_work.wait(10)
        if any(text.startswith("!") for text in texts):
            raise RuntimeError("cannot read !")
        return np.array([vector_of(text) for text in texts], np.float32)

    def close(self) -> None:
        self.closed = True


def vector_of(text: str) -> list[int]:
    return [len(text), ord(text[0])]


@pytest.fixture
def engine() -> LetterEmbedder:
    return LetterEmbedder()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(40) as pool:
        yield pool


def ask_while_busy(
    batcher: MicroBatcher, engine: LetterEmbedder, threads: ThreadPoolExecutor, calls: Sequence[list[str]]
) -> list[Future[NDArray[np.float32]]]:
    """Make all the calls while a first batch is under way, in this order; then let the engine work."""
    engine.may_work.clear()
    first = threads.submit(batcher.embed, ["first"])
    eventually(lambda: engine.batches == [["first"]])
    answers = []
    for texts in calls:
        answers.append(threads.submit(batcher.embed, texts))
        eventually(lambda: batcher.waiting == len(answers))
    engine.may_work.set()
    first.result(10)
    return answers


def test_texts_that_wait_are_embedded_together(engine: LetterEmbedder, threads: ThreadPoolExecutor) -> None:
    with closing(MicroBatcher(engine)) as batcher:
        answers = ask_while_busy(batcher, engine, threads, [["a"], ["b"], ["c"]])
        assert [answer.result(10).tolist() for answer in answers] == [[vector_of(text)] for text in "abc"]
    assert engine.batches == [["first"], ["a", "b", "c"]]


def test_no_batch_is_larger_than_allowed(engine: LetterEmbedder, threads: ThreadPoolExecutor) -> None:
    with closing(MicroBatcher(engine, max_batch=4)) as batcher:
        for answer in ask_while_busy(batcher, engine, threads, [["a"]] * 10):
            answer.result(10)
    assert [len(batch) for batch in engine.batches] == [1, 4, 4, 2]


def test_a_batch_ends_with_the_text_that_fills_it(engine: LetterEmbedder) -> None:
    with closing(MicroBatcher(engine, max_chars=100)) as batcher:
        batcher.embed(["a" * 60] * 5)
    assert [len(batch) for batch in engine.batches] == [2, 2, 1]


def test_a_call_of_many_texts_keeps_their_order(engine: LetterEmbedder) -> None:
    texts = [chr(97 + number % 26) * (1 + number * 7 % 31) for number in range(300)]
    with closing(MicroBatcher(engine)) as batcher:
        assert batcher.embed(texts).tolist() == [vector_of(text) for text in texts]


def test_a_batch_holds_texts_of_like_length(engine: LetterEmbedder) -> None:
    with closing(MicroBatcher(engine, max_batch=2)) as batcher:
        batcher.embed(["aaaa", "b", "cccc", "d"])
    assert sorted(map(sorted, engine.batches)) == [["aaaa", "cccc"], ["b", "d"]]


def test_a_short_query_passes_a_long_import(engine: LetterEmbedder, threads: ThreadPoolExecutor) -> None:
    with closing(MicroBatcher(engine, max_batch=8)) as batcher:
        for answer in ask_while_busy(batcher, engine, threads, [["import"] * 100, ["query"]]):
            answer.result(10)
    assert "query" in engine.batches[1]


def test_tenants_take_turns_however_many_calls_one_of_them_has(
    engine: LetterEmbedder, threads: ThreadPoolExecutor
) -> None:
    engine.may_work.clear()
    with closing(MicroBatcher(engine, max_batch=1)) as batcher:
        answers = [threads.submit(batcher.embed, ["first"], "greedy")]
        eventually(lambda: engine.batches == [["first"]])
        for number, whose in enumerate(["greedy", "greedy", "greedy", "modest"], 1):
            answers.append(threads.submit(batcher.embed, [f"{whose} {number}"], whose))
            eventually(lambda number=number: batcher.waiting == number)
        engine.may_work.set()
        for answer in answers:
            answer.result(10)
    assert engine.batches == [["first"], ["greedy 1"], ["modest 4"], ["greedy 2"], ["greedy 3"]]


def test_a_short_text_waits_for_no_long_one_that_is_under_way(threads: ThreadPoolExecutor) -> None:
    class SlowWithLongTexts(LetterEmbedder):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            if len(texts[0]) <= LONG_CHARS:
                return np.array([vector_of(text) for text in texts], np.float32)
            return super().embed(texts)

    engine = SlowWithLongTexts()
    engine.may_work.clear()
    with closing(MicroBatcher(engine)) as batcher:
        long = threads.submit(batcher.embed, ["x" * (LONG_CHARS + 1)])
        eventually(lambda: len(engine.batches) == 1)
        assert batcher.embed(["short"]).tolist() == [vector_of("short")]
        assert not long.done()
        engine.may_work.set()
        long.result(10)


def test_whoever_is_embedded_waits_for_no_further_batch(threads: ThreadPoolExecutor) -> None:
    class Stepping(LetterEmbedder):
        steps = threading.Semaphore(0)

        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            self.batches.append(list(texts))
            self.steps.acquire(timeout=60)
            return np.array([vector_of(text) for text in texts], np.float32)

    engine = Stepping()
    with closing(MicroBatcher(engine, max_batch=2)) as batcher:
        answers = [threads.submit(batcher.embed, ["first"])]
        eventually(lambda: engine.batches == [["first"]])
        for number, text in enumerate("abcd", 1):
            answers.append(threads.submit(batcher.embed, [text]))
            eventually(lambda number=number: batcher.waiting == number)
        engine.steps.release(2)
        eventually(lambda: engine.batches == [["first"], ["a", "b"], ["c", "d"]])
        assert [answer.result(60).tolist() for answer in answers[:3]] == [[vector_of(x)] for x in ("first", "a", "b")]
        assert not any(answer.done() for answer in answers[3:])
        engine.steps.release()
        assert [answer.result(60).tolist() for answer in answers[3:]] == [[vector_of(text)] for text in "cd"]


def test_a_caller_that_is_interrupted_while_it_embeds_leaves_nobody_waiting(threads: ThreadPoolExecutor) -> None:
    class Interrupted(LetterEmbedder):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            vectors = super().embed(texts)
            if texts == ["first"]:
                raise KeyboardInterrupt
            return vectors

    engine = Interrupted()
    engine.may_work.clear()
    with closing(MicroBatcher(engine)) as batcher:
        first = threads.submit(batcher.embed, ["first"])
        eventually(lambda: engine.batches == [["first"]])
        second = threads.submit(batcher.embed, ["a"])
        eventually(lambda: batcher.waiting == 1)
        engine.may_work.set()
        assert isinstance(first.exception(60), KeyboardInterrupt)
        assert second.result(60).tolist() == [vector_of("a")]


def test_a_lone_caller_waits_for_no_other_thread(engine: LetterEmbedder) -> None:
    with closing(MicroBatcher(engine)) as batcher:
        batcher.embed(["alone"])
    assert engine.threads == [threading.get_ident()]


def test_no_texts_give_no_rows_and_no_batch(engine: LetterEmbedder) -> None:
    with closing(MicroBatcher(engine)) as batcher:
        assert batcher.embed([]).shape == (0, 2)
    assert engine.batches == []


def test_a_failure_reaches_every_caller_of_its_batch(engine: LetterEmbedder, threads: ThreadPoolExecutor) -> None:
    with closing(MicroBatcher(engine)) as batcher:
        answers = ask_while_busy(batcher, engine, threads, [["a"], ["!"], ["c"]])
        assert [str(answer.exception(10)) for answer in answers] == ["cannot read !"] * 3


def test_a_failure_ends_its_call_and_no_later_one(engine: LetterEmbedder) -> None:
    with closing(MicroBatcher(engine, max_batch=2)) as batcher:
        with pytest.raises(RuntimeError, match="cannot read !"):
            batcher.embed(["!!!!"] + ["a"] * 50)
        assert batcher.embed(["b"]).tolist() == [vector_of("b")]
    assert [len(batch) for batch in engine.batches] == [2, 1]


def test_an_engine_that_loses_rows_is_found_out() -> None:
    class Careless(LetterEmbedder):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            return super().embed(texts)[1:]

    with closing(MicroBatcher(Careless())) as batcher, pytest.raises(ValueError, match="shorter"):
        batcher.embed(["a", "b"])


def test_closing_closes_the_engine(engine: LetterEmbedder) -> None:
    MicroBatcher(engine).close()
    assert engine.closed


def test_a_lone_call_is_embedded_by_its_own_thread(engine: LetterEmbedder) -> None:
    before = threading.active_count()
    with closing(MicroBatcher(engine)) as batcher:
        batcher.embed(["alone"])
        assert threading.active_count() == before


def test_a_closed_batcher_refuses_even_no_texts(engine: LetterEmbedder) -> None:
    batcher = MicroBatcher(engine)
    batcher.close()
    with pytest.raises(Unavailable, match="letters cannot be reached"):
        batcher.embed([])


def test_closing_finishes_the_batch_under_way_and_refuses_the_rest(
    engine: LetterEmbedder, threads: ThreadPoolExecutor
) -> None:
    batcher = MicroBatcher(engine, max_batch=1)
    engine.may_work.clear()
    under_way = threads.submit(batcher.embed, ["a"])
    eventually(lambda: engine.batches == [["a"]])
    waiting = threads.submit(batcher.embed, ["b"])
    eventually(lambda: batcher.waiting == 1)
    closed = threads.submit(batcher.close)
    eventually(lambda: batcher._closed)
    engine.may_work.set()
    closed.result(10)
    assert under_way.result(10).tolist() == [vector_of("a")]
    assert isinstance(waiting.exception(10), Unavailable)
