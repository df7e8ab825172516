"""Embedding: texts become vectors whose cosine says how near their meanings are.

Importing this package is cheap. ``onnxruntime`` is loaded where the ``onnx`` engine is opened; ``torch`` only ever in a
process of its own.
"""

from warmline_memory.embedding.embedder import Embedder
from warmline_memory.embedding.embeddings import Embeddings
from warmline_memory.embedding.exported_models import ensure_exported, open_exported
from warmline_memory.embedding.micro_batches import MicroBatcher
from warmline_memory.embedding.models import (
    make_current as make_model_current,
    record as record_model,
    use as use_model,
)
from warmline_memory.embedding.prompts import Prompts
from warmline_memory.embedding.retrying import Ready, until_embedded
from warmline_memory.embedding.sentence_transformers_engine import SentenceTransformersEmbedder
from warmline_memory.errors import SetupError
from warmline_memory.settings import EmbeddingEngine, Settings

__all__ = [
    "Embedder",
    "Embeddings",
    "MicroBatcher",
    "Prompts",
    "Ready",
    "ensure_exported",
    "make_model_current",
    "open_embedder",
    "record_model",
    "until_embedded",
    "use_model",
]


def open_embedder(settings: Settings) -> Embedder:
    """Open the engine that ``embedding_engine`` names, with the model that ``embedding_model`` names.

    Open it in the process that uses it: engines have threads, which a fork does not take along. Raises ``SetupError``
    where the engine is unknown, or where the model is missing, not exported, or cannot be loaded.
    """
    embedder = _open_engine(settings)
    query, text = settings.embedding_query_prompt, settings.embedding_text_prompt
    if text is not None and text != embedder.prompts.text:
        # Vectors of texts behind another prompt are those of another model: the database must tell them apart.
        embedder.name = f"{embedder.name} behind {text!r}"
    embedder.prompts = Prompts(
        query=embedder.prompts.query if query is None else query, text=embedder.prompts.text if text is None else text
    )
    return embedder


def _open_engine(settings: Settings) -> Embedder:
    match settings.embedding_engine:
        case EmbeddingEngine.ONNX:
            return open_exported(settings)
        case EmbeddingEngine.SENTENCE_TRANSFORMERS:
            return SentenceTransformersEmbedder(settings)
        case unknown:
            raise SetupError(
                what=f"There is no embedding engine {unknown}.",
                fix=f"Set WARMLINE_EMBEDDING_ENGINE to {' or '.join(EmbeddingEngine)}.",
            )
