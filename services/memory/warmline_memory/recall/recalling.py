"""Recall: scan the memories in question, score them by words, meaning and context, and pack the best ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from warmline_memory import memories, tenancy
from warmline_memory.embedding import Embeddings
from warmline_memory.language import terms
from warmline_memory.recall import answers, packing, scanning, scopes, scoring, weights_in_force
from warmline_memory.recall.cached_namespaces import CachedNamespaces
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.recall import Recall, Recollection
from warmline_schemas.wire import Metadata


@dataclass(frozen=True)
class Recalled:
    """What a recall found, as it is kept, and what hides its secrets, where the tenant wants that."""

    found: Recollection
    unhidden: memories.Unhidden | None

    def shown(self) -> Recollection:
        """The answer. It needs no database, and takes as long as its texts are long: for after the transaction."""
        if self.unhidden is None:
            return self.found
        pairs = zip(self.found.results, self.unhidden.hidden(), strict=True)
        results = [one.model_copy(update={"memory": memory}) for one, memory in pairs]
        return self.found.model_copy(update={"results": results})


def recall(
    db: Transaction,
    ask: Recall,
    query: Embeddings | None,
    cached: CachedNamespaces,
    any_of: Sequence[Metadata] = (),
) -> Recalled:
    """The memories of a namespace that matter to a query, best first.

    ``query`` is the embedding of the query, one row, or None for an empty one. With ``any_of`` the metadata of each
    memory has all members of one of these, beside what ``ask`` wants.

    It is read from the replica where there is one; ``db`` has changed nothing before that a recall reads.
    """
    made = db.read(lambda reader: _recalled(reader, ask, query, cached, any_of))
    reinforces = tenancy.signed_in(db).preferences.reinforce if ask.reinforce is None else ask.reinforce
    if reinforces:
        memories.count_recalls(db, [one.memory.id for one in made.found.results])
    return made


def _recalled(
    db: Transaction,
    ask: Recall,
    query: Embeddings | None,
    cached: CachedNamespaces,
    any_of: Sequence[Metadata],
) -> Recalled:
    """What a recall reads. Each module of the room is entered once, in the order of this function: which memories are
    asked about, what is known of them, what each is worth, and which of them are answered.
    """
    caller = tenancy.signed_in(db)
    weights = weights_in_force.resolve(caller.preferences.weights, ask.weights)
    words = terms.query(ask.query, terms.salt(caller.tenant_id, ask.namespace))
    scope = scopes.of(ask, caller.tenant_id, any_of)
    scanned = scanning.scan(db, scope, words, query, cached)
    scores = scoring.score(scanned, words if query else None, weights)
    packed = packing.pack(db, ask, scanned, scores.score)
    if scanned.needs_index:
        db.grown.add(ask.namespace)
    explanation = answers.explain(words, scanned, scores.found, weights, packed.left_out) if ask.explain else None
    answer = answers.answer(packed, scanned, scores, explanation)
    hides = caller.preferences.hide_secrets_in_recall
    return Recalled(answer, memories.to_hide(db, [one.memory for one in answer.results]) if hides else None)
