"""Webhooks: adding, changing, removing the endpoints that a tenant's events are sent to, and their secrets.

A secret is needed to sign, so it is stored sealed (``storage.sealing``), not as a hash. It is shown once, and only
transactions of its tenant can read it.
"""

import base64
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import func, select, text, update

from warmline_memory import events, tenancy
from warmline_memory.errors import NotFound, TooManyWebhooks, WebhookRefused
from warmline_memory.storage import tables
from warmline_memory.storage.pages import read_page
from warmline_memory.storage.transactions import Transaction
from warmline_memory.webhooks.addresses import AllowedAddresses
from warmline_schemas.events import EventType
from warmline_schemas.webhooks import (
    MOST_WEBHOOKS,
    OLD_SECRET_HOURS,
    SECRET_PREFIX,
    AddWebhook,
    DeliveryState,
    ReviseWebhook,
    Webhook,
    WebhookWithSecret,
)
from warmline_schemas.wire import Page

SECRET_BYTES = 32
"""The length of a secret; Standard Webhooks asks for 24 to 64 bytes."""
BY_CALLER = "Somebody disabled it."

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended(warmline_tenant()::text, 1752131435))")
"""Held while an endpoint is added, so that two additions at once cannot pass the limit together. The number keeps this
lock apart from the other advisory locks of a tenant."""


def add(db: Transaction, ask: AddWebhook, allowed: AllowedAddresses) -> WebhookWithSecret:
    """Add an endpoint; the answer alone holds its secret. Raises ``WebhookRefused`` and ``TooManyWebhooks``."""
    _check(ask.url, allowed)
    db.execute(_ONE_AT_A_TIME)
    if db.scalars(select(func.count()).select_from(tables.WebhookEndpoint)).one() >= MOST_WEBHOOKS:
        raise TooManyWebhooks(most=MOST_WEBHOOKS)
    secret = _new_secret()
    row = tables.WebhookEndpoint(url=ask.url, types=ask.types, description=ask.description, with_deeds=ask.with_deeds)
    row.secret = db.sealer.seal(secret)
    db.add(row)
    db.flush()
    db.refresh(row)
    _audit(db, "add-webhook", row)
    return _with_secret(row, secret)


def list_endpoints(db: Transaction, *, limit: int, cursor: str | None = None) -> Page[Webhook]:
    """Endpoints, the oldest first. Raises ``InvalidCursor``."""
    row = tables.WebhookEndpoint
    return read_page(db, select(row), row.id, Webhook.model_validate, limit=limit, cursor=cursor, oldest_first=True)


def get(db: Transaction, endpoint_id: UUID) -> Webhook:
    """One endpoint. Raises ``NotFound``."""
    return Webhook.model_validate(find(db, endpoint_id))


def find(db: Transaction, endpoint_id: UUID, *, locked: bool = False) -> tables.WebhookEndpoint:
    """One endpoint's row, locked where its state is about to change. Raises ``NotFound``."""
    row = db.find(tables.WebhookEndpoint, endpoint_id, with_for_update={"key_share": True} if locked else None)
    if row is None:
        raise NotFound(noun="webhook", id=endpoint_id)
    return row


def revise(db: Transaction, endpoint_id: UUID, ask: ReviseWebhook, allowed: AllowedAddresses) -> Webhook:
    """Change the fields that are given. An endpoint that is enabled again gets what happens from now on;
    ``deliveries.replay_failed`` sends what failed before.

    Raises ``NotFound`` and ``WebhookRefused``.
    """
    row = find(db, endpoint_id, locked=True)
    if ask.url is not None:
        _check(ask.url, allowed)
        row.url, row.failing_since = ask.url, None  # the failures were those of the old URL
    if ask.types is not None:
        row.types = list(ask.types)
    if ask.with_deeds is not None:
        row.with_deeds = ask.with_deeds
    if "description" in ask.model_fields_set:
        row.description = ask.description
    if ask.enabled:
        row.disabled_at, row.disabled_why, row.failing_since = None, None, None
    db.flush()
    if ask.enabled is False:
        disable(db, row, BY_CALLER)
    db.refresh(row)
    _audit(db, "revise-webhook", row, changed=sorted(ask.model_fields_set))
    return Webhook.model_validate(row)


def remove(db: Transaction, endpoint_id: UUID) -> None:
    """Remove an endpoint with its deliveries and their log. Raises ``NotFound``."""
    row = find(db, endpoint_id)
    _audit(db, "remove-webhook", row)
    # Whoever writes events takes the tenant's counter first and then its endpoints, so the counter is taken first here.
    tenancy.write_audit(db)
    db.delete(row)
    db.flush()


def rotate(db: Transaction, endpoint_id: UUID) -> WebhookWithSecret:
    """Make a new secret. For ``OLD_SECRET_HOURS`` the one before signs, too. Raises ``NotFound``."""
    row = find(db, endpoint_id, locked=True)
    row.old_secret, row.old_secret_until = row.secret, func.now() + timedelta(hours=OLD_SECRET_HOURS)
    secret = _new_secret()
    row.secret = db.sealer.seal(secret)
    db.flush()
    db.refresh(row)
    _audit(db, "rotate-webhook-secret", row)
    return _with_secret(row, secret)


def disable(db: Transaction, row: tables.WebhookEndpoint, why: str) -> None:
    """Send nothing more to an endpoint, and give up what was due to it. May be repeated.

    What is given up can be replayed once the endpoint is enabled again.
    """
    if row.disabled_at is not None:
        return
    row.disabled_at, row.disabled_why = func.now(), why
    delivery = tables.Delivery
    db.execute(
        update(delivery)
        .where(delivery.endpoint_id == row.id, delivery.due_at.is_not(None))
        .values(state=DeliveryState.FAILED, due_at=None, problem=f"Given up: {why}"),
        execution_options={"synchronize_session": False},
    )
    events.record(db, EventType.WEBHOOK_DISABLED, webhook_id=str(row.id), why=why)


def renew_seals(db: Transaction) -> int:
    """Seal every tenant's secrets with the first key, as the administrator; how many endpoints there are."""
    rows = db.scalars(select(tables.WebhookEndpoint).with_for_update(key_share=True)).all()
    for row in rows:
        row.secret = db.sealer.seal(db.sealer.open(row.secret))
        if row.old_secret is not None:
            row.old_secret = db.sealer.seal(db.sealer.open(row.old_secret))
    db.flush()
    return len(rows)


def _with_secret(row: tables.WebhookEndpoint, secret: str) -> WebhookWithSecret:
    return WebhookWithSecret(**Webhook.model_validate(row).model_dump(), secret=secret)


def _audit(db: Transaction, verb: str, row: tables.WebhookEndpoint, **details: Any) -> None:
    # The host alone: the path of a URL is often what lets in whoever knows it.
    tenancy.record_audit(db, verb, None, {"webhook_id": str(row.id), "host": urlsplit(row.url).hostname, **details})


def _check(url: str, allowed: AllowedAddresses) -> None:
    parts = urlsplit(url)
    why = allowed.refusal(parts.scheme, parts.hostname or "")
    if why is not None:
        raise WebhookRefused(why=why)


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
