"""Turns: changes of one named thing that wait for each other, whether it has a row yet or not."""

from sqlalchemy import Text, cast, func, select

from warmline_memory.storage.transactions import Transaction


def take_turn(db: Transaction, name: str) -> None:
    """Wait until nobody else of the tenant changes the thing of this name, and keep it until the transaction ends."""
    turn = func.hashtextextended(func.concat(func.warmline_tenant(), " turn ", name), 0)
    db.execute(select(cast(func.pg_advisory_xact_lock(turn), Text)))
