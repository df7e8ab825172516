"""The clock: one moment for everything that a transaction does, by the database."""

from datetime import datetime

from sqlalchemy import func, select

from warmline_memory.storage.transactions import Transaction


def now(db: Transaction) -> datetime:
    """The moment at which the transaction began, with its zone, by the clock of the database's server.

    The clocks of the processes may differ, so nothing that is compared with stored times asks them
    (docs/decisions/0014).
    """
    return db.scalars(select(func.now())).one()
