"""Storage: transactions inside one tenant, the tables, their migrations, pages of lists, and answers that are kept for
their Idempotency-Key. The other rooms import its modules; routes and pages import what is named here.
"""

from warmline_memory.storage.contents import renew_seals as renew_seals_of_content_keys
from warmline_memory.storage.database import Database, Role
from warmline_memory.storage.deadlocks import until_not_deadlocked
from warmline_memory.storage.idempotency import claim as claim_answer, record as record_answer
from warmline_memory.storage.pages import Many, Period
from warmline_memory.storage.replicas import Lag, diagnose_replica
from warmline_memory.storage.sealing import Sealer, new_key as new_sealing_key
from warmline_memory.storage.transactions import Signals, Transaction
from warmline_memory.storage.turns import take_turn
from warmline_memory.storage.urls import sqlalchemy_url
from warmline_memory.storage.wire import brief, handoff

__all__ = [
    "Database",
    "Lag",
    "Many",
    "Period",
    "Role",
    "Sealer",
    "Signals",
    "Transaction",
    "brief",
    "claim_answer",
    "diagnose_replica",
    "handoff",
    "new_sealing_key",
    "record_answer",
    "renew_seals_of_content_keys",
    "sqlalchemy_url",
    "take_turn",
    "until_not_deadlocked",
]
