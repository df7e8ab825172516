"""Operators: add, list, get, change, and hear that they are there."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import SecretStr

from warmline_api.answers import Answer, Routes, optional_body
from warmline_api.callers import Editor, Reader, Writer
from warmline_api.lines import Passwords
from warmline_api.queries import Cursor, Limit
from warmline_memory import desk, operators
from warmline_schemas.operators import CreateOperator, Operator, OperatorHeartbeat, OperatorName, ReviseOperator
from warmline_schemas.queues import QueueName
from warmline_schemas.wire import Page

router = Routes(prefix="/operators", tags=["operators"])

Named = Annotated[OperatorName, Path(description="The operator's name, such as `operator-7`.")]


@router.post("", status_code=201)
def create_operator(ask: CreateOperator, caller: Writer, passwords: Passwords) -> Answer[Operator]:
    """Add somebody who works handoffs, as `human:NAME`; with a password they sign in to the console."""
    caller.check()
    kept = _kept(passwords, ask.password, ask.name)
    return caller.once(ask, 201, lambda db: operators.create(db, ask, kept))


@router.get("")
def list_operators(
    caller: Reader,
    queue: Annotated[QueueName | None, Query(description="Only those who work this queue.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[Operator]:
    """Operators, newest first, disabled ones among them."""
    with caller.transaction() as db:
        return operators.list_page(db, limit=limit, cursor=cursor, queue=queue)


@router.get("/{name}")
def get_operator(name: Named, caller: Reader) -> Answer[Operator]:
    """One operator, and how much they hold."""
    with caller.transaction() as db:
        found = operators.get(db, operators.named(db, name).id)
    return Answer.versioned(found)


@router.patch("/{name}")
def revise_operator(name: Named, ask: ReviseOperator, caller: Editor, passwords: Passwords) -> Answer[Operator]:
    """Change an operator. A new password, or `disabled`, signs them out everywhere; what they hold stays theirs."""
    caller.check()
    kept = _kept(passwords, ask.password, name)
    with caller.editing(lambda db: operators.get(db, operators.named(db, name).id)) as db:
        made = operators.revise(db, operators.named(db, name).id, ask, kept)
    return Answer.versioned(made)


@router.delete("/{name}", status_code=204)
def delete_operator(name: Named, caller: Reader) -> None:
    """Delete an operator: what they hold goes on to others. Their name stays in records, and nobody gets it again."""
    with caller.transaction() as db:
        desk.dismiss(db, operators.named(db, name).id)


@router.post("/{name}/heartbeat")
def hear_operator(
    name: Named, caller: Writer, ask: Annotated[OperatorHeartbeat, optional_body(OperatorHeartbeat)]
) -> Answer[Operator]:
    """Say that an operator is there. One who is available, and is not heard of for ten minutes, counts as away."""
    return caller.once(ask, 200, lambda db: operators.heartbeat(db, operators.named(db, name).id))


# Argon2 takes tens of milliseconds on purpose. In a transaction it would hold a connection for that long.
def _kept(passwords: Passwords, password: SecretStr | None, name: str) -> str | None:
    """What is kept of a password; made before any transaction, for it takes a while."""
    return None if password is None else passwords.wait(operators.hash_password, password.get_secret_value(), name)
