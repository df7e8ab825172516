"""mem0 on pgvector with ``infer=False``: texts are kept as they are, no language model is called. A rival process."""

import sys
from functools import cache
from pathlib import Path

from mem0 import Memory
from mem0.embeddings.base import EmbeddingBase
from mem0.utils.factory import EmbedderFactory

from bench.rivals.processes import serve
from bench.timing import TOP_K
from warmline_memory.embedding import Embedder, MicroBatcher, open_embedder
from warmline_memory.settings import Settings

CONNECTIONS = 16


@cache
def our_embedder() -> Embedder:
    """The embedder that every system of the benchmark uses."""
    return MicroBatcher(open_embedder(Settings()))


class OnnxEmbedding(EmbeddingBase):
    """That embedder as mem0 asks for vectors."""

    def embed(self, text: str, memory_action: str | None = None) -> list[float]:  # noqa: ARG002
        """The vector of a text."""
        vector: list[float] = our_embedder().embed([text])[0].tolist()
        return vector


class Mem0Store:
    """Texts as memories; a namespace is a user."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def store(self, namespace: str, text: str) -> None:
        """Keep one text."""
        self._memory.add(text, user_id=namespace, infer=False)

    def recall(self, namespace: str, query: str) -> object:
        """The texts of a user that suit a query best."""
        return self._memory.search(query, filters={"user_id": namespace}, top_k=TOP_K)


def main() -> None:
    """Serve on the database of the first argument, with files in the folder of the second."""
    url, folder = sys.argv[1], Path(sys.argv[2])
    # mem0 takes no embedder of one's own, only a provider by name; this replaces one of those.
    EmbedderFactory.provider_to_class["langchain"] = f"{OnnxEmbedding.__module__}.OnnxEmbedding"
    store = {"connection_string": url, "embedding_model_dims": our_embedder().dimension, "maxconn": CONNECTIONS}
    memory = Memory.from_config(
        {
            "vector_store": {"provider": "pgvector", "config": store},
            "embedder": {"provider": "langchain", "config": {}},
            # mem0 makes a client of a language model in any case; with `infer=False` it never calls it.
            "llm": {"provider": "openai", "config": {"api_key": "never used"}},
            "history_db_path": str(folder / "history.db"),
        }
    )
    serve(Mem0Store(memory))


if __name__ == "__main__":
    main()
