"""Operators over the wire: the people who work handoffs."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from warmline.transport import Transport, build
from warmline_schemas.operators import CreateOperator, Operator, OperatorHeartbeat, ReviseOperator
from warmline_schemas.wire import Page

PATH = "/v1/operators"


class Operators:
    """``client.operators``. An operator's name is that without `human:`. Every method raises the tree of
    ``warmline.errors``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(self, name: str, *, idempotency_key: str | None = None, **fields: Any) -> Operator:
        """Add an operator, who works as ``human:NAME``; with a ``password`` also in the console.

        ``fields``: ``queues``, ``skills``, ``languages`` and what else ``CreateOperator`` has. Raises ``NameTaken``.
        """
        ask = build(CreateOperator, name=name, **fields)
        return self._transport.post(Operator, PATH, ask, idempotency_key)

    def list(self, *, queue: str | None = None, page_size: int | None = None) -> Iterator[Operator]:
        """Iterate over operators, newest first; over those of one queue where it is named."""
        return self._transport.pages(Page[Operator], PATH, {"queue": queue, "limit": page_size})

    def get(self, name: str) -> Operator:
        """Read one operator, and how much they hold."""
        return self._transport.get(Operator, _path(name))

    def revise(self, name: str, **fields: Any) -> Operator:
        """Change an operator; what is left out stays, lists are replaced as a whole.

        ``fields``: ``presence``, ``capacity``, ``disabled`` and what else ``ReviseOperator`` has.
        """
        return self._transport.patch(Operator, _path(name), build(ReviseOperator, **fields))

    def heartbeat(self, name: str) -> Operator:
        """Say that an operator is there; one who is not heard of for ten minutes counts as away."""
        return self._transport.post(Operator, f"{_path(name)}/heartbeat", OperatorHeartbeat())


def _path(name: str) -> str:
    return f"{PATH}/{quote(name.removeprefix('human:'), safe='')}"
