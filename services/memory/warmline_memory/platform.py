"""The platform as one process holds it: database, embedder and queue, opened in order and closed together."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from celery import Celery

from warmline_memory import embedding_models
from warmline_memory.database import Database
from warmline_memory.embedding import Embedder, MicroBatcher, open_embedder
from warmline_memory.memories import Embeddings
from warmline_memory.queue import Queue
from warmline_memory.settings import Settings


@dataclass(frozen=True)
class Platform:
    """What the API and the worker work with."""

    settings: Settings
    database: Database
    embedder: Embedder
    model_id: int
    queue: Queue

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Embed texts with the current model. Never inside a transaction: it takes milliseconds."""
        return Embeddings(self.model_id, self.embedder.embed(texts))


@contextmanager
def open_platform(settings: Settings, celery: Celery) -> Iterator[Platform]:
    """Open everything, or raise ``SetupError`` with the sentence that says what is missing."""
    with ExitStack() as stack:
        database = Database(settings)
        stack.callback(database.close)
        database.check()
        embedder = MicroBatcher(open_embedder(settings))
        stack.callback(embedder.close)
        with database.transaction() as db:
            model_id = embedding_models.use(db, embedder)
        queue = Queue(celery, settings.redis_url)
        stack.callback(queue.close)
        yield Platform(settings, database, embedder, model_id, queue)
