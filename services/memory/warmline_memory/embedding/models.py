"""Which model the stored embeddings were made with. A platform that is set to another model does not start.

Cosines of vectors of two models mean nothing, and would be wrong without any sign of it.
"""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from warmline_memory.embedding import Embedder
from warmline_memory.errors import SetupError
from warmline_memory.storage.tables import EmbeddingModel
from warmline_memory.storage.transactions import Transaction


def use(db: Transaction, embedder: Embedder) -> int:
    """The id of the database's current model, which must be the embedder's; a new database records the embedder's.

    Raises ``SetupError`` where the stored embeddings come from another model.
    """
    db.execute(
        insert(EmbeddingModel)
        .values(name=embedder.name, dimension=embedder.dimension, is_current=True)
        .on_conflict_do_nothing()
    )
    current = db.scalars(select(EmbeddingModel).where(EmbeddingModel.is_current)).one()
    if (current.name, current.dimension) != (embedder.name, embedder.dimension):
        raise SetupError(
            what=f"The stored embeddings were made with {current.name} ({current.dimension} dimensions), but the "
            f"settings ask for {embedder.name} ({embedder.dimension}).",
            fix=f"Set WARMLINE_EMBEDDING_MODEL to {current.name}, or run `warmline reembed` to make them anew.",
        )
    return current.id


def record(db: Transaction, embedder: Embedder) -> int:
    """The id of the embedder's model, current or not."""
    name, dimension = embedder.name, embedder.dimension
    db.execute(insert(EmbeddingModel).values(name=name, dimension=dimension).on_conflict_do_nothing())
    wanted = select(EmbeddingModel.id).where(EmbeddingModel.name == name, EmbeddingModel.dimension == dimension)
    return db.scalars(wanted).one()


def make_current(db: Transaction, model_id: int) -> None:
    """Make a model the one that the platform works with."""
    # In this order: an index of the database lets one model at most be the current one.
    db.execute(update(EmbeddingModel).where(EmbeddingModel.is_current).values(is_current=False))
    db.execute(update(EmbeddingModel).where(EmbeddingModel.id == model_id).values(is_current=True))
