"""Asks the questions, ranks what comes, and prints."""

import argparse
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean

import psycopg
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from bench import sentences
from bench.figures import Figures
from bench.recall import __doc__ as about, baselines, locomo
from bench.recall.locomo import CATEGORIES, Conversation, Question, recall_at
from bench.stacks import own_stack, owner_url
from warmline import Warmline
from warmline_memory.embedding import Embedder, open_embedder

# Recall brings ten memories by default; half and twice as many show how much depends on that number.
DEPTHS = (5, 10, 20)
# Somebody who asks for an identifier looks at the first results only.
FIRST = 3
# The API takes at most this many memories in one call.
BATCH = 1_000
SEED = 4521
NEAREST = "SELECT id FROM memories WHERE namespace = 'errands' ORDER BY embedding <=> %s LIMIT %s"
"""The memories nearest in meaning, exactly: no index is over the embeddings as they are."""

Ranked = dict[str, list[str]]
"""For each ranking the ids of the turns it brings, best first."""


def remember(client: Warmline, conversation: Conversation) -> dict[str, list[str]]:
    """Keep a conversation as an agent would that listened to it; the ids of the turns by the id of their memory."""
    turns_of: dict[str, list[str]] = defaultdict(list)
    for sitting in conversation.sittings:
        with client.session(agent="listener", namespace=conversation.id) as session:
            said = [{"content": turn.as_text, "event_time": sitting.at} for turn in sitting.turns]
            for turn, memory in zip(sitting.turns, session.remember_many(said), strict=True):
                turns_of[str(memory.id)].append(turn.id)
    return turns_of


def warmline(client: Warmline, namespace: str, question: str, turns_of: Mapping[str, Sequence[str]]) -> list[str]:
    """The turns that Warmline recalls."""
    found = client.memories.recall(question, namespace=namespace, top_k=max(DEPTHS)).results
    return [turn for one in found for turn in turns_of[str(one.memory.id)]]


def rank(
    client: Warmline, connection: psycopg.Connection, embedder: Embedder, conversation: Conversation
) -> Iterator[tuple[Question, Ranked]]:
    """What each ranking brings for each question of a conversation."""
    turns_of = remember(client, conversation)
    ids, texts = [turn.id for turn in conversation.turns], [turn.as_text for turn in conversation.turns]
    # The plain rankings have the same texts and the same model as Warmline, so that only the ranking differs.
    vectors = embedder.embed(texts)
    bm25 = baselines.Bm25.over([baselines.lexemes(connection, text) for text in texts])
    full_text = baselines.FullText(connection, texts)
    for question in conversation.questions:
        by_cosine = baselines.by_cosine(vectors, embedder.embed([question.text])[0], len(texts))
        by_bm25 = bm25.rank(baselines.lexemes(connection, question.text))
        rows = {
            "cosine": by_cosine,
            "ts_rank_cd": full_text.rank(question.text),
            "bm25": by_bm25,
            "rrf": baselines.fused([by_cosine, by_bm25], max(DEPTHS)),
        }
        others = {name: [ids[row] for row in ranking[: max(DEPTHS)]] for name, ranking in rows.items()}
        yield question, {"warmline": warmline(client, conversation.id, question.text, turns_of), **others}


def measure_conversations(
    figures: Figures, client: Warmline, connection: psycopg.Connection, embedder: Embedder, path: Path
) -> None:
    """Report recall at each depth, over all questions and by category."""
    scores: dict[str, list[tuple[int, list[float]]]] = defaultdict(list)
    for conversation in locomo.load(path):
        for question, ranked in rank(client, connection, embedder, conversation):
            for name, turns in ranked.items():
                at_depths = [recall_at(depth, turns, question.evidence) for depth in DEPTHS]
                scores[name].append((question.category, at_depths))
    for name, scored in scores.items():
        figures.add(ranking=name, **mean([score for _, score in scored]), questions=len(scored))
    for name, scored in scores.items():
        for number, category in CATEGORIES.items():
            chosen = [score for of, score in scored if of == number]
            if chosen:
                figures.add(ranking=name, category=category, **mean(chosen), questions=len(chosen))


def mean(scores: Sequence[Sequence[float]]) -> dict[str, float]:
    """The mean of each column."""
    return {f"r{depth}": fmean(column) for depth, column in zip(DEPTHS, zip(*scores, strict=True), strict=True)}


def measure_identifiers(
    figures: Figures, client: Warmline, connection: psycopg.Connection, embedder: Embedder, asked: int, memories: int
) -> None:
    """Report how many identifiers bring their memory among the first three, in one namespace of so many memories."""
    rng = random.Random(SEED)
    errands = sentences.errands(rng, memories)
    texts = [errand.memory for errand in errands]
    ids: list[str] = []
    for start in range(0, memories, BATCH):
        batch = [{"namespace": "errands", "content": text} for text in texts[start : start + BATCH]]
        ids += [str(memory.id) for memory in client.memories.remember_many(batch)]
    found = {"warmline": 0, "cosine": 0}
    for row in rng.sample(range(memories), asked):
        question = errands[row].question
        recalled = client.memories.recall(question, namespace="errands", top_k=FIRST).results
        found["warmline"] += ids[row] in [str(one.memory.id) for one in recalled]
        nearest = connection.execute(NEAREST, [HalfVector(embedder.embed([question])[0]), FIRST])
        found["cosine"] += ids[row] in [str(memory_id) for (memory_id,) in nearest]
    for name, count in found.items():
        figures.add(ranking=name, identifiers=asked, memories=memories, in_first_3=count / asked)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.recall", description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("conversations", nargs="?", type=Path, metavar="DATA", help="conversations in LoCoMo's form")
    parser.add_argument("--identifiers", type=int, default=500, help="how many to ask for; 0 for none")
    parser.add_argument("--memories", type=int, default=20_000, help="among so many memories")
    options = parser.parse_args()
    figures = Figures()
    with (
        own_stack() as stack,
        Warmline(stack.url, stack.api_key, timeout=60) as client,
        psycopg.connect(owner_url(stack), autocommit=True) as connection,
    ):
        register_vector(connection)
        embedder = open_embedder(stack.settings)
        if options.conversations:
            measure_conversations(figures, client, connection, embedder, options.conversations)
        if options.identifiers:
            measure_identifiers(figures, client, connection, embedder, options.identifiers, options.memories)
    figures.print_tables()


if __name__ == "__main__":
    main()
