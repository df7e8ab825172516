"""The tables. Each row carries its tenant; a transaction sees only the rows of the tenant that it has entered.

The rules that the database itself keeps are stated here and made by the migrations: no foreign key crosses tenants, a
chain has at most one open owner, a session at most one handoff under way, a handoff at most one remembered brief. A
test compares the two. Who may see which rows only the migrations say; ``storage/schema.sql`` shows everything.
"""

from warmline_memory.storage.tables.accounts import (
    ApiKey,
    AuditEntry,
    ContentKey,
    EmbeddingModel,
    IdempotentAnswer,
    Tenant,
)
from warmline_memory.storage.tables.attachments import Attachment
from warmline_memory.storage.tables.calls import SummaryCall
from warmline_memory.storage.tables.cases import CaseTag, SavedView
from warmline_memory.storage.tables.chains import BRIEF, Handoff, Session, in_state
from warmline_memory.storage.tables.customers import Customer, CustomerId
from warmline_memory.storage.tables.events import TROUBLE, Event, EventCounter
from warmline_memory.storage.tables.flags import Flag, Measure
from warmline_memory.storage.tables.inquiries import Inquiry
from warmline_memory.storage.tables.mails import MailCursor, MailNotice
from warmline_memory.storage.tables.memories import (
    BY_CHANGE,
    INDEXED_DIMENSIONS,
    MARK_LENGTH,
    Consolidation,
    Deletion,
    Memory,
    SecondEmbedding,
    Supersession,
    is_second_embedding,
    marked,
)
from warmline_memory.storage.tables.operators import (
    Identity,
    IdentityProvider,
    Operator,
    RecoveryCode,
    SecondFactor,
    SignIn,
)
from warmline_memory.storage.tables.queues import Queue
from warmline_memory.storage.tables.ratings import Rating
from warmline_memory.storage.tables.registry import Table
from warmline_memory.storage.tables.replies import Reply
from warmline_memory.storage.tables.saved_replies import SavedReply
from warmline_memory.storage.tables.shifts import CalendarLink, Rota, Sheet, SheetItem
from warmline_memory.storage.tables.states import HELD, OVER, TAKEN_OVER, UNDER_WAY, WAITING
from warmline_memory.storage.tables.templates import Template
from warmline_memory.storage.tables.webhooks import Delivery, DeliveryAttempt, WebhookEndpoint
from warmline_memory.storage.tables.workers import Worker

__all__ = [
    "BRIEF",
    "BY_CHANGE",
    "HELD",
    "INDEXED_DIMENSIONS",
    "MARK_LENGTH",
    "OVER",
    "TAKEN_OVER",
    "TROUBLE",
    "UNDER_WAY",
    "WAITING",
    "ApiKey",
    "Attachment",
    "AuditEntry",
    "CalendarLink",
    "CaseTag",
    "Consolidation",
    "ContentKey",
    "Customer",
    "CustomerId",
    "Deletion",
    "Delivery",
    "DeliveryAttempt",
    "EmbeddingModel",
    "Event",
    "EventCounter",
    "Flag",
    "Handoff",
    "IdempotentAnswer",
    "Identity",
    "IdentityProvider",
    "Inquiry",
    "MailCursor",
    "MailNotice",
    "Measure",
    "Memory",
    "Operator",
    "Queue",
    "Rating",
    "RecoveryCode",
    "Reply",
    "Rota",
    "SavedReply",
    "SavedView",
    "SecondEmbedding",
    "SecondFactor",
    "Session",
    "Sheet",
    "SheetItem",
    "SignIn",
    "SummaryCall",
    "Supersession",
    "Table",
    "Template",
    "Tenant",
    "WebhookEndpoint",
    "Worker",
    "in_state",
    "is_second_embedding",
    "marked",
]
