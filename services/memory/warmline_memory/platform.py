"""The platform as one process holds it: database, embedder and queue, opened in order and closed together."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from warmline_memory import embedding, salience
from warmline_memory.embedding import Embeddings, MicroBatcher, open_embedder
from warmline_memory.messaging import INDEX_NAMESPACE, Announcer, Nudges, Postbox, Queue
from warmline_memory.recall import CachedNamespaces
from warmline_memory.settings import Settings
from warmline_memory.storage.database import Database, open_replica
from warmline_memory.storage.transactions import Signals
from warmline_memory.summarising import Summariser, open_summariser

if TYPE_CHECKING:
    from celery import Celery


@dataclass(frozen=True)
class Platform:
    """What the API and the worker work with."""

    settings: Settings
    database: Database
    embedder: MicroBatcher
    model_id: int
    queue: Nudges
    summariser: Summariser
    cached_namespaces: CachedNamespaces

    def embed(self, texts: Sequence[str], whose: str = "") -> Embeddings:
        """Embed texts that are stored. Never inside a transaction: it takes milliseconds. Each ``whose``, such as a
        tenant's id, has its share of the model."""
        return self._embed(texts, self.embedder.prompts.text, whose)

    def embed_query(self, query: str, whose: str = "") -> Embeddings:
        """Embed one text that is looked for among those that are stored. Never inside a transaction."""
        return self._embed([query], self.embedder.prompts.query, whose)

    def _embed(self, texts: Sequence[str], prompt: str, whose: str) -> Embeddings:
        return Embeddings(self.model_id, self.embedder.embed([prompt + text for text in texts], whose))


@contextmanager
def open_platform(settings: Settings, nudged_by: "Celery | Nudges", *, weighs: bool = True) -> Iterator[Platform]:
    """Open everything, or raise ``SetupError`` with the sentence that says what is missing.

    ``nudged_by`` is how the worker is nudged: over Celery's broker, or otherwise where it is in this very process.
    ``weighs``: whether this process weighs memories, for which it holds a model of 131 MB.
    """
    # In the order of need: what is opened later uses what was opened before, and is closed before it. The cheapest
    # checks come first, so that a wrong setting is found before a model is loaded.
    with ExitStack() as stack:
        summariser = open_summariser(settings)
        queue = nudged_by if isinstance(nudged_by, Nudges) else Queue(nudged_by, settings)
        stack.callback(queue.close)
        announcer = Announcer(settings)
        stack.callback(announcer.close)
        signals = _signals(stack.enter_context(Postbox()), announcer, queue)
        database = Database(settings, signals=signals, replica=stack.enter_context(open_replica(settings, signals)))
        stack.callback(database.close)
        database.wait(settings.start_seconds)
        database.check()
        database.check_content_keys()
        database.check_replica()
        embedder = MicroBatcher(open_embedder(settings))
        stack.callback(embedder.close)
        # It takes a second and a half of the processor, which the first memory or brief would have to wait for.
        if weighs:
            salience.load()
        database.wait(settings.start_seconds)
        with database.transaction() as db:
            model_id = embedding.use_model(db, embedder)
        cached = CachedNamespaces(settings.resident_megabytes, database)
        stack.callback(cached.close)
        yield Platform(settings, database, embedder, model_id, queue, summariser, cached)


def _signals(postbox: Postbox, announcer: Announcer, queue: Nudges) -> Signals:
    """Signals that a thread of their own sends: a request waits for no Redis."""
    return Signals(
        news=lambda tenant_id: postbox.leave(partial(announcer.announce, tenant_id)),
        due=lambda tenant_id, handoff_id: postbox.leave(partial(queue.nudge, tenant_id, handoff_id)),
        grown=lambda tenant_id, namespace: postbox.leave(
            partial(queue.nudge_namespace, INDEX_NAMESPACE, tenant_id, namespace)
        ),
    )
