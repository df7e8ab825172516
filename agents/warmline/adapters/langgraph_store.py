"""LangGraph's store (``BaseStore``): what graphs put aside for longer than a thread is kept as memories of a customer.

app = graph.compile(store=WarmlineStore(client, namespace="user-dave"))

So whoever takes a conversation over knows it too, recall finds it among everything else, and it is exported and
forgotten with the customer.
"""

import asyncio
import hashlib
import json
import operator
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from langgraph.store.base import (
    BaseStore,
    GetOp,
    Item,
    ListNamespacesOp,
    MatchCondition,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    get_text_at_path,
    tokenize_path,
)

from warmline.asynchronous.client import AsyncWarmline
from warmline.errors import NotFound
from warmline_schemas.memories import Memory
from warmline_schemas.wire import MAX_CONTENT_CHARS

Path = tuple[str, ...]
"""What LangGraph calls a namespace: names of folders in each other."""

KIND = "item"
STORED = "store"
"""Where the metadata of a memory say which item of a store it is."""
MOST_HITS = 200
"""How many memories one recall returns at most."""

COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "$eq": operator.eq,
    "$ne": operator.ne,
    "$gt": operator.gt,
    "$gte": operator.ge,
    "$lt": operator.lt,
    "$lte": operator.le,
}


class WarmlineStore(BaseStore):
    """A store in one namespace of Warmline, or for several customers, in one for each.

    - ``namespace``: whose memories the items are; or a function that says so of a path, where one graph serves many.
      Every search then begins with as much of a path as that function reads.
    - ``agent``: who keeps the items, for keys that are bound to an agent.
    - ``fields``: which fields of an item are its text, where a call does not say; without them, all are.

    An item is at most 64 kB, and a search with a query finds at most the best 200. Its time to live begins anew when it
    is put, not when it is read. Made in the event loop that ``client`` works in; other threads can use it as well.
    """

    supports_ttl = True
    __slots__ = ("_agent", "_client", "_fields", "_loop", "_namespace_of")

    def __init__(
        self,
        client: AsyncWarmline,
        *,
        namespace: str | Callable[[Path], str],
        agent: str | None = None,
        fields: Sequence[str] = (),
    ) -> None:
        self._client = client
        self._namespace_of = namespace if callable(namespace) else lambda _path: namespace
        self._agent = agent
        self._fields = fields
        self._loop = asyncio.get_running_loop()

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Do operations from another thread than that of the event loop, as functions of a graph run that do not await.

        Raises ``RuntimeError`` in the event loop itself, which would wait for itself.
        """
        if asyncio._get_running_loop() is self._loop:
            raise RuntimeError("In an event loop, await the store's aget, aput, asearch, adelete or alist_namespaces.")
        return asyncio.run_coroutine_threadsafe(self.abatch(ops), self._loop).result()

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """Do operations one after the other. Raises the errors of ``warmline.errors``."""
        return [await self._do(op) for op in ops]

    async def _do(self, op: Op) -> Result:
        match op:
            case GetOp(namespace=path, key=key):
                found = await self._find(path, key)
                return None if found is None else Item(**_item(found))
            case PutOp(value=None):
                await self._delete(op.namespace, op.key)
            case PutOp():
                await self._put(op)
            case SearchOp(query=None | ""):
                return [SearchItem(**_item(one)) async for one in self._listed(op)]
            case SearchOp():
                return await self._search(op)
            case ListNamespacesOp():
                return await self._paths(op)
        return None

    async def _find(self, path: Path, key: str) -> Memory | None:
        wanted = {**_within(path), "depth": len(path), "key": key}
        found = await self._recall(path, "", 1, wanted)
        return found[0][0] if found else None

    async def _put(self, op: PutOp) -> None:
        value = dict(op.value or {})
        texts = [] if op.index is False else _texts(value, op.index or self._fields)
        stored = {
            **_within(op.namespace),
            "depth": len(op.namespace),
            "key": op.key,
            "value": value,
            "searchable": op.index is not False,
            "updated_at": datetime.now(UTC).isoformat(),
        }
        content = "\n".join(text for text in texts if text.strip())[:MAX_CONTENT_CHARS] or op.key
        ttl_seconds = None if op.ttl is None else max(1, round(op.ttl * 60))
        kept = await self._client.memories.remember(
            content,
            namespace=self._namespace_of(op.namespace),
            agent=self._agent,
            kind=KIND,
            external_id=_id(op.namespace, op.key),
            metadata={STORED: stored},
            # Items that resemble each other are items still, which no other stands for.
            pinned=ttl_seconds is None,
            ttl_seconds=ttl_seconds,
        )
        if kept.metadata[STORED] != stored:  # it was there before
            await self._client.memories.revise(
                kept.id,
                content=content,
                metadata={STORED: stored},
                pinned=True if ttl_seconds is None else None,
                ttl_seconds=ttl_seconds,
            )

    async def _delete(self, path: Path, key: str) -> None:
        found = await self._find(path, key)
        if found is not None:
            try:
                await self._client.memories.forget(found.id)
            except NotFound:
                return  # somebody else was quicker

    async def _search(self, op: SearchOp) -> list[SearchItem]:
        same = {name: wanted for name, wanted in (op.filter or {}).items() if not _is_comparison(wanted)}
        most = MOST_HITS if op.filter else min(MOST_HITS, op.offset + op.limit)
        wanted = {**_within(op.namespace_prefix), "searchable": True, **({"value": same} if same else {})}
        hits = await self._recall(op.namespace_prefix, op.query or "", most, wanted)
        fitting = [SearchItem(**_item(memory), score=score) for memory, score in hits if _fits(memory, op)]
        return fitting[op.offset : op.offset + op.limit]

    async def _recall(self, path: Path, query: str, most: int, wanted: dict[str, Any]) -> list[tuple[Memory, float]]:
        recollection = await self._client.memories.recall(
            query,
            namespace=self._namespace_of(path),
            top_k=most,
            kinds=[KIND],
            metadata={STORED: wanted},
            reinforce=False,
        )
        return [(hit.memory, hit.score) for hit in recollection.results]

    async def _listed(self, op: SearchOp) -> AsyncIterator[Memory]:
        """The items that fit, the newest first."""
        place = 0
        async for memory in self._items(op.namespace_prefix):
            if not _fits(memory, op):
                continue
            if place >= op.offset + op.limit:
                return
            if place >= op.offset:
                yield memory
            place += 1

    async def _paths(self, op: ListNamespacesOp) -> list[Path]:
        conditions = op.match_conditions or ()
        prefix = next((tuple(one.path) for one in conditions if one.match_type == "prefix"), ())
        found = {_path(memory) async for memory in self._items(prefix)}
        paths = sorted(
            {path[: op.max_depth] for path in found if all(_matches(path, condition) for condition in conditions)}
        )
        return paths[op.offset : op.offset + op.limit]

    def _items(self, path: Path) -> AsyncIterator[Memory]:
        return self._client.memories.list(namespace=self._namespace_of(path), kind=KIND, page_size=MOST_HITS)


def _id(path: Path, key: str) -> str:
    """One external id for each item, so that two who put it at once do not keep it twice."""
    return "store:" + hashlib.sha256(json.dumps([*path, key]).encode()).hexdigest()[:32]


def _within(path: Path) -> dict[str, Any]:
    """Metadata that everything below a path has. The names have their places, as lists have none in a filter."""
    return {"path": {str(place): name for place, name in enumerate(path)}} if path else {}


def _path(memory: Memory) -> Path:
    stored = memory.metadata[STORED]
    return tuple(stored["path"][str(place)] for place in range(stored["depth"]))


def _item(memory: Memory) -> dict[str, Any]:
    stored = memory.metadata[STORED]
    return {
        "namespace": _path(memory),
        "key": stored["key"],
        "value": stored["value"],
        "created_at": memory.created_at,
        "updated_at": datetime.fromisoformat(stored["updated_at"]),
    }


def _texts(value: Mapping[str, Any], fields: Sequence[str]) -> list[str]:
    """What an item says: the words of its fields, or of all of them, each with its name."""
    if fields and "$" not in fields:
        return [text for field in fields for text in get_text_at_path(dict(value), tokenize_path(field))]
    return [f"{name}: {said if isinstance(said, str) else json.dumps(said)}" for name, said in value.items()]


def _fits(memory: Memory, op: SearchOp) -> bool:
    depth = len(op.namespace_prefix)
    value = memory.metadata[STORED]["value"]
    return _path(memory)[:depth] == op.namespace_prefix and all(
        _is(value.get(name), wanted) for name, wanted in (op.filter or {}).items()
    )


def _is(found: Any, wanted: Any) -> bool:
    if not _is_comparison(wanted):
        return bool(found == wanted)
    try:
        return all(COMPARED[sign](found, limit) for sign, limit in wanted.items())
    except TypeError:
        return False  # of two sorts, which cannot be compared


def _is_comparison(wanted: Any) -> bool:
    return isinstance(wanted, Mapping) and any(name.startswith("$") for name in wanted)


def _matches(path: Path, condition: MatchCondition) -> bool:
    wanted = tuple(condition.path)
    if len(path) < len(wanted):
        return False
    compared = path[: len(wanted)] if condition.match_type == "prefix" else path[len(path) - len(wanted) :]
    return all(name in ("*", there) for name, there in zip(wanted, compared, strict=True))
