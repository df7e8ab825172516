"""Permissions: what the one who opened a transaction may not do is refused here, with what is missing.

Row-level security keeps a bound key from rows of other namespaces, whatever a statement asks for. The checks here come
before it, because they can say what is wrong.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from sqlalchemy import func, select

from warmline_memory.errors import AgentNotBound, BoundKey, NamespaceNotBound, ScopeMissing
from warmline_memory.storage.grants import EVERYTHING, Grant
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.keys import Scope
from warmline_schemas.wire import Named, Request


def grant(db: Transaction) -> Grant:
    """What whoever acts in a transaction may do; the platform itself may do everything."""
    return EVERYTHING if db.signed_in is None else db.signed_in.grant


def require(db: Transaction, scope: Scope, *, whole_tenant: bool = False) -> None:
    """Raise ``ScopeMissing``; with ``whole_tenant``, ``BoundKey`` where only some namespaces are reached."""
    given = grant(db)
    if scope not in given.scopes:
        raise ScopeMissing(missing=f"scope:{scope}", scope=scope)
    if whole_tenant and not given.is_of_whole_tenant:
        raise BoundKey(missing="namespace:*")


def check_agent(db: Transaction, agent: str) -> None:
    """Raise ``AgentNotBound`` unless whoever acts may do so as this agent."""
    if not grant(db).may_act_as(agent):
        raise AgentNotBound(missing=f"agent:{agent}", agent=agent)


def check_party(db: Transaction, agent: str) -> None:
    """Raise ``AgentNotBound`` unless whoever acts may see to what is an agent's, such as its sessions and what it hands
    over or receives: as that agent, or as the desk."""
    if Scope.DESK not in grant(db).scopes:
        check_agent(db, agent)


def check_namespace(db: Transaction, namespace: str) -> None:
    """Raise ``NamespaceNotBound`` unless whoever acts reaches a namespace."""
    if not grant(db).reaches(namespace):
        raise NamespaceNotBound(missing=f"namespace:{namespace}", namespace=namespace)


def check_request(db: Transaction, ask: BaseModel) -> None:
    """Check every agent as which a request acts, and every namespace that it names; the types of its fields mark them.

    Raises ``AgentNotBound`` and ``NamespaceNotBound``.
    """
    for name, check in _checks(type(ask)):
        value = getattr(ask, name)
        if value is not None:
            check(db, value)
    # A batch holds requests of its own.
    for value in vars(ask).values():
        for one in value if isinstance(value, list) else ():
            if isinstance(one, Request):
                check_request(db, one)


@contextmanager
def counting_whole_tenant(db: Transaction) -> Iterator[None]:
    """Let the statements of a block see handoffs of every namespace, to count what is the tenant's as a whole: how much
    an operator holds, and how many wait in a queue. Nothing but numbers may leave the block."""
    if grant(db).is_of_whole_tenant:
        yield
        return
    setting = "warmline.namespaces"
    before = db.scalar(select(func.current_setting(setting)))
    db.execute(select(func.set_config(setting, "", True)))
    yield
    # Not in a ``finally``: after an error the transaction rolls back, and runs no statement any more.
    db.execute(select(func.set_config(setting, before, True)))


_CHECKS = {Named.ACTING_AGENT: check_agent, Named.NAMESPACE: check_namespace}


@cache
def _checks(shape: type[BaseModel]) -> list[tuple[str, Callable[[Transaction, str], None]]]:
    fields = shape.model_fields.items()
    return [(name, _CHECKS[mark]) for name, field in fields for mark in _marks(field) if isinstance(mark, Named)]


def _marks(field: FieldInfo) -> list[object]:
    # Where a field may be left out, its type is one part of a union, and keeps its marks to itself.
    parts = [mark for part in get_args(field.annotation) for mark in getattr(part, "__metadata__", ())]
    return [*field.metadata, *parts]
