"""What every engine that computes embeddings must do, asked of each of them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

from tests.builders.compared_texts import check_texts
from warmline_memory.embedding import Embedder, MicroBatcher, ensure_exported, open_embedder
from warmline_memory.embedding.model_sources import model_source
from warmline_memory.embedding.sentence_transformers_engine import SentenceTransformersEmbedder
from warmline_memory.errors import SetupError, Unavailable
from warmline_memory.settings import EmbeddingEngine, Settings

ENGINES = ["onnx", "onnx in little memory", "sentence-transformers", "micro-batches over onnx"]
TOLERANCE = 1e-5
LONG = "The invoice of March is wrong and the customer wants the difference back. " * 400
UNICODE = [
    "Die Kundin möchte ihr Geld zurück: 299,00 €",
    "请求退款一百美元",
    "العميل يطلب استرداد المبلغ",
    "🙏🏽👩‍👩‍👧‍👦",
    "cafe\u0301",
]


def open_engine(engine: str) -> Embedder:
    if engine == "sentence-transformers":
        return open_embedder(Settings(embedding_engine=EmbeddingEngine.SENTENCE_TRANSFORMERS))
    settings = Settings(embedding_engine=EmbeddingEngine.ONNX)
    ensure_exported(settings)
    if engine == "onnx in little memory":
        return open_embedder(settings.model_copy(update={"embedding_threads": 1}))
    onnx = open_embedder(settings)
    return onnx if engine == "onnx" else MicroBatcher(onnx)


@pytest.fixture(scope="module", params=ENGINES)
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    with closing(open_engine(request.param)) as opened:
        yield opened


def cosine(embedder: Embedder, one: str, other: str) -> float:
    first, second = embedder.embed([one, other])
    return float(first @ second)


def test_a_text_becomes_one_row_of_float32_numbers(embedder: Embedder) -> None:
    vectors = embedder.embed(["charged $299", "plan is $199/mo", "refund"])
    assert vectors.shape == (3, embedder.dimension)
    assert vectors.dtype == np.float32


def test_the_model_has_its_own_name_and_dimension(embedder: Embedder) -> None:
    assert (embedder.name, embedder.dimension) == ("all-MiniLM-L6-v2", 384)


def test_every_vector_has_length_one(embedder: Embedder) -> None:
    lengths = np.linalg.norm(embedder.embed(["", " ", "a", LONG, *UNICODE]), axis=1)
    assert lengths == pytest.approx(np.ones(len(lengths)), abs=TOLERANCE)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimension)


def test_the_same_texts_give_the_same_vectors(embedder: Embedder) -> None:
    texts = ["charged twice", LONG, *UNICODE]
    assert embedder.embed(texts) == pytest.approx(embedder.embed(texts), abs=1e-6)


def test_a_batch_gives_what_each_text_alone_gives_in_the_same_order(embedder: Embedder) -> None:
    texts = check_texts()[::6]
    alone = np.concatenate([embedder.embed([text]) for text in texts])
    assert embedder.embed(texts) == pytest.approx(alone, abs=TOLERANCE)


def test_any_sequence_of_texts_is_taken(embedder: Embedder) -> None:
    assert embedder.embed(("one", "two")) == pytest.approx(embedder.embed(["one", "two"]), abs=1e-6)


def test_what_a_model_cannot_read_to_its_end_is_cut(embedder: Embedder) -> None:
    assert cosine(embedder, LONG, LONG + "Something else entirely.") == pytest.approx(1.0, abs=TOLERANCE)


def test_half_a_character_harms_neither_its_text_nor_the_others(embedder: Embedder) -> None:
    vectors = embedder.embed(["charged \ud83d twice", "refund"])
    assert vectors == pytest.approx(embedder.embed(["charged ? twice", "refund"]), abs=TOLERANCE)


@pytest.mark.parametrize(
    ("text", "like", "unlike"),
    [
        ("charged $299 but plan is $199", "billing discrepancy on the invoice", "the printer has a paper jam"),
        ("database latency is above target", "slow queries in production", "customer prefers e-mail"),
        ("wants to cancel the subscription", "asks to end the contract", "deployed version 4.2 to staging"),
    ],
)
def test_texts_of_like_meaning_are_nearer(embedder: Embedder, text: str, like: str, unlike: str) -> None:
    assert cosine(embedder, text, like) > cosine(embedder, text, unlike) + 0.1


def test_many_threads_each_get_their_own_vectors(embedder: Embedder) -> None:
    asked = [[f"order {number}", f"ticket {number} " * (1 + number % 7)] for number in range(24)]
    with ThreadPoolExecutor(8) as threads:
        together = list(threads.map(embedder.embed, asked))
    alone = [embedder.embed(texts) for texts in asked]
    assert np.concatenate(together) == pytest.approx(np.concatenate(alone), abs=TOLERANCE)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_closed_engine_says_so_and_leaves_no_thread(engine: str) -> None:
    threads = set(threading.enumerate())
    embedder = open_engine(engine)
    embedder.embed(["charged twice", "refund", LONG])
    embedder.close()
    embedder.close()
    with pytest.raises(Unavailable, match=r"all-MiniLM-L6-v2 cannot be reached\. It was closed"):
        embedder.embed(["too late"])
    assert set(threading.enumerate()) == threads


def vectors_of(engine: str) -> NDArray[np.float32]:
    with closing(open_engine(engine)) as embedder:
        return embedder.embed(check_texts())


def test_both_engines_agree() -> None:
    cosines = np.sum(vectors_of("onnx") * vectors_of("sentence-transformers"), axis=1)
    assert cosines.min() >= 0.9999


def test_what_takes_little_memory_gives_the_very_same_vectors() -> None:
    assert np.abs(vectors_of("onnx in little memory") - vectors_of("onnx")).max() <= 1e-6


def test_an_unknown_engine_is_refused_with_the_names_of_those_there_are() -> None:
    settings = Settings().model_copy(update={"embedding_engine": "word2vec"})
    with pytest.raises(SetupError, match=r"no embedding engine word2vec.* onnx or sentence-transformers"):
        open_embedder(settings)


def test_opening_the_default_engine_loads_neither_torch_nor_transformers() -> None:
    ensure_exported(Settings(embedding_engine=EmbeddingEngine.ONNX))
    script = """
import sys
from warmline_memory.embedding import MicroBatcher, ensure_exported, open_embedder
from warmline_memory.settings import Settings
ensure_exported(Settings())
embedder = MicroBatcher(open_embedder(Settings()))
embedder.embed(["refund"])
embedder.close()
print({"torch", "transformers", "sentence_transformers"} & set(sys.modules))
"""
    environment = {**os.environ, "WARMLINE_EMBEDDING_ENGINE": "onnx"}
    printed = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert printed.stdout == "set()\n"


def open_sentence_transformers(model: str, device: str = "cpu") -> SentenceTransformersEmbedder:
    settings = Settings(embedding_model=model, embedding_device=device)
    return SentenceTransformersEmbedder(settings)


def test_sentence_transformers_takes_a_folder_and_its_path_is_the_name() -> None:
    folder = model_source("all-MiniLM-L6-v2")
    with closing(open_sentence_transformers(folder)) as embedder:
        assert (embedder.name, embedder.embed(["refund"]).shape) == (folder, (1, 384))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"There is no model folder .*/nowhere\. Set WARMLINE_EMBEDDING_MODEL"):
        open_sentence_transformers(str(tmp_path / "nowhere"))


def test_a_model_that_cannot_be_loaded_is_told_in_one_sentence() -> None:
    with pytest.raises(SetupError, match=r"cannot be loaded \(.*abacus.*WARMLINE_EMBEDDING_DEVICE\.") as raised:
        open_sentence_transformers("all-MiniLM-L6-v2", device="abacus")
    assert "\n" not in str(raised.value)


def test_a_child_that_died_makes_the_engine_unavailable() -> None:
    with closing(open_sentence_transformers("all-MiniLM-L6-v2")) as embedder:
        os.kill(embedder.child_id, signal.SIGKILL)
        with pytest.raises(Unavailable, match="has died"):
            embedder.embed(["refund"])


def test_a_child_ends_when_its_parent_is_killed() -> None:
    script = """
import time
from warmline_memory.embedding import open_embedder
from warmline_memory.settings import Settings
print(open_embedder(Settings()).child_id, flush=True)
time.sleep(600)
"""
    environment = {**os.environ, "WARMLINE_EMBEDDING_ENGINE": "sentence-transformers"}
    with subprocess.Popen([sys.executable, "-c", script], env=environment, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        child = int(parent.stdout.readline())
        parent.kill()
    assert ends_within(child, seconds=60)


def ends_within(process: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not has_ended(process) and time.monotonic() < deadline:
        time.sleep(0.05)
    return has_ended(process)


def has_ended(process: int) -> bool:
    try:
        return psutil.Process(process).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_words_behind_a_very_long_one_are_read_too(embedder: Embedder) -> None:
    # No word has that many letters, so that the model knows neither of the first ones.
    asked = "the customer wants a refund of the second invoice"
    assert cosine(embedder, f"{'x' * 6_000} {asked}", f"{'x' * 200} {asked}") == pytest.approx(1, abs=TOLERANCE)


def test_only_as_much_of_a_text_is_read_as_the_model_takes(embedder: Embedder) -> None:
    assert cosine(embedder, LONG, f"{LONG} Never mind, it was paid.") == pytest.approx(1, abs=TOLERANCE)
