"""The operators API: the people who take handoffs over."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from warmline.asynchronous.transport import AsyncTransport
from warmline.calls import build
from warmline_schemas.operators import CreateOperator, Operator, OperatorHeartbeat, ReviseOperator
from warmline_schemas.wire import Page

PATH = "/v1/operators"


class AsyncOperators:
    """``client.operators``. Operators are named without ``human:``. Every method raises the errors of
    ``warmline.errors``.
    """

    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(self, name: str, *, idempotency_key: str | None = None, **fields: Any) -> Operator:
        """Add an operator, who works as ``human:NAME``. With a ``password``, the operator can sign in to the console.

        ``fields``: ``queues``, ``skills``, ``languages`` and the other fields of ``CreateOperator``. Raises
        ``NameTaken``.
        """
        ask = build(CreateOperator, name=name, **fields)
        return await self._transport.post(Operator, PATH, ask, idempotency_key)

    def list(self, *, queue: str | None = None, page_size: int | None = None) -> AsyncIterator[Operator]:
        """Iterate over operators, newest first. With ``queue``, only those who work that queue."""
        return self._transport.pages(Page[Operator], PATH, {"queue": queue, "limit": page_size})

    async def get(self, name: str) -> Operator:
        """Read one operator, with the number of handoffs that they have now."""
        return await self._transport.get(Operator, _path(name))

    async def revise(self, name: str, *, if_unchanged: Operator | str | None = None, **fields: Any) -> Operator:
        """Change an operator. Fields that are left out stay, and lists are replaced as a whole.

        ``fields``: ``presence``, ``capacity``, ``disabled`` and the other fields of ``ReviseOperator``.
        ``if_unchanged``: the operator as they were read. Raises ``ChangedMeanwhile`` where they were changed since.
        """
        return await self._transport.patch(Operator, _path(name), build(ReviseOperator, **fields), if_unchanged)

    async def delete(self, name: str) -> None:
        """Delete an operator. What they hold goes on to others; nobody gets their name, which stays in the records."""
        await self._transport.delete(_path(name))

    async def heartbeat(self, name: str) -> Operator:
        """Say that an operator is still working. After ten minutes without a heartbeat they count as away."""
        return await self._transport.post(Operator, f"{_path(name)}/heartbeat", OperatorHeartbeat())


def _path(name: str) -> str:
    # People copy ``human:NAME`` from a handoff; the path has the bare name.
    return f"{PATH}/{quote(name.removeprefix('human:'), safe='')}"
