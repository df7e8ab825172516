"""What benchmarks compute: percentiles, rankings to compare with, generated texts, layouts."""

import json
import random
from itertools import islice
from uuid import uuid4

import numpy as np
import pytest

from bench import sentences
from bench.figures import Figures, rounded
from bench.recall.baselines import Bm25, by_cosine, fused
from bench.scale.filling import namespaces, sizes
from bench.timing import Times, percentile, timed
from warmline_memory.language import terms


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.0, 1)])
def test_a_percentile_is_a_value_that_was_measured(share: float, value: int) -> None:
    assert percentile(range(100, 0, -1), share) == value


def test_nothing_has_no_percentile() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.5)


def test_times_of_several_rounds_add_up() -> None:
    times = Times([0.1], elapsed=0.1)
    times.add(Times([0.3, 0.2], elapsed=0.4))
    assert times.figures == {"p50_ms": 200.0, "p95_ms": 300.0, "per_second": 6.0}


def test_every_text_is_called_once() -> None:
    said: list[str] = []
    assert len(timed(said.append, ["a", "b", "c"], clients=2).calls) == 3
    assert sorted(said) == ["a", "b", "c"]


@pytest.mark.parametrize(("value", "told"), [(1234.56, 1235), (12.345, 12.3), (0.12345, 0.123), (0.00001, 0), (0, 0)])
def test_figures_keep_three_digits(value: float, told: float) -> None:
    assert rounded(value) == told


def test_a_figure_is_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    Figures().add(system="floor", p50_ms=1.23456)
    assert json.loads(capsys.readouterr().out) == {"system": "floor", "p50_ms": 1.23}


def test_bm25_prefers_the_rarer_word() -> None:
    texts = [["red", "car"], ["red", "bus"], ["red", "tram"], ["blue", "bus"]]
    assert Bm25.over(texts).rank(["red", "tram"])[0] == 2


def test_bm25_leaves_out_what_holds_no_word() -> None:
    assert Bm25.over([["red"], ["blue"]]).rank(["red"]) == [0]


def test_cosine_ranks_by_nearness() -> None:
    vectors = np.array([[1.0, 0.0], [0.6, 0.8], [0.0, 1.0]], dtype=np.float32)
    assert by_cosine(vectors, np.array([0.0, 1.0], dtype=np.float32), limit=2) == [2, 1]


def test_fusion_prefers_what_both_rankings_bring() -> None:
    assert fused([[0, 1], [2, 1]], limit=1) == [1]


def test_generated_identifiers_are_all_different() -> None:
    made = list(islice(sentences.identifiers(random.Random(1)), 6_000))
    assert len(set(made)) == len(made)


def test_generated_texts_are_the_same_for_the_same_seed() -> None:
    assert sentences.errands(random.Random(1), 10) == sentences.errands(random.Random(1), 10)


def test_an_errand_asks_for_what_its_memory_names() -> None:
    named = [
        {term for term in terms.read(errand.question) if terms.is_identifier(term)} & set(terms.read(errand.memory))
        for errand in sentences.errands(random.Random(3), 60)
    ]
    assert all(named)


@pytest.mark.parametrize("rows", [50_000, 1_000_000])
def test_a_world_is_as_large_as_was_asked(rows: int) -> None:
    assert sum(sizes(rows)) == rows


def test_a_million_memories_are_in_ten_thousand_namespaces() -> None:
    assert len(sizes(1_000_000)) == 10_000


def test_namespaces_are_given_to_tenants_in_turn() -> None:
    first, second = uuid4(), uuid4()
    assert [one.tenant_id for one in namespaces([first, second], [5, 5, 5])] == [first, second, first]
