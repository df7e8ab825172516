"""Deliveries: where events are sent, what became of each, and sending again."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from warmline_api.console import shell
from warmline_api.console.languages import _, marked
from warmline_api.console.shell import Posted, Signed, Visitor, require, require_reading
from warmline_memory import operators, webhooks
from warmline_memory.errors import WarmlineError
from warmline_memory.storage import Transaction
from warmline_memory.webhooks import AllowedAddresses
from warmline_schemas.events import EventType
from warmline_schemas.operators import OperatorRole
from warmline_schemas.webhooks import MOST_WEBHOOKS, AddWebhook, DeliveryState, ReviseWebhook

router = APIRouter()

SHOWN = 50
HERE = "/console/deliveries"
TITLE = marked("Webhooks")

Verb = Literal["enable", "disable", "with-deeds", "without-deeds", "ping", "remove", "rotate"]

CHANGES: dict[Verb, tuple[ReviseWebhook, str]] = {
    "enable": (ReviseWebhook(enabled=True), marked("It is sent what happens from now on.")),
    "disable": (ReviseWebhook(enabled=False), marked("It is sent nothing any more.")),
    "with-deeds": (ReviseWebhook(with_deeds=True), marked("Its messages bring what was said and done from now on.")),
    "without-deeds": (ReviseWebhook(with_deeds=False), marked("Its messages bring nothing of what was said and done.")),
}


@router.get("/deliveries")
def list_deliveries(
    visitor: Signed,
    webhook: Annotated[UUID | None, Query()] = None,
    state: Annotated[DeliveryState | None, Query()] = None,
    cursor: str | None = None,
) -> Response:
    """The webhooks of the tenant, and the log of what was sent to them."""
    require_reading(visitor, OperatorRole.LEAD)
    return shell.page(visitor, "settings/deliveries.html", title=_(TITLE), **_context(visitor, webhook, state, cursor))


@router.get("/deliveries/{delivery_id}")
def show_delivery(delivery_id: UUID, visitor: Signed) -> Response:
    """One delivery with the event and every attempt."""
    require_reading(visitor, OperatorRole.LEAD)
    with visitor.transaction() as db:
        delivery = webhooks.get_delivery(db, delivery_id, operators.sees_event(visitor.operator))
        endpoint = webhooks.get(db, delivery.webhook_id)
    return shell.page(visitor, "settings/delivery.html", title=_("Delivery"), delivery=delivery, endpoint=endpoint)


@router.post("/deliveries/{delivery_id}/replay")
def replay(delivery_id: UUID, visitor: Posted) -> Response:
    """Send one again."""
    require(visitor, OperatorRole.LEAD)
    with visitor.transaction() as db:
        webhooks.get_delivery(db, delivery_id, operators.sees_event(visitor.operator))
        webhooks.replay(db, delivery_id)
    return shell.done(f"{HERE}/{delivery_id}", _("It is being sent again."))


@router.post("/webhooks")
def add(visitor: Posted) -> Response:
    """Add a webhook. Its secret is shown on the page that follows, this once."""
    require(visitor, OperatorRole.ADMIN)
    try:
        ask = shell.read_form(AddWebhook, visitor.form, types=visitor.form.getlist("types"))
        with visitor.transaction() as db:
            made = webhooks.add(db, ask, _allowed(visitor))
    except WarmlineError as error:
        return shell.refused(visitor, error, "settings/deliveries.html", title=_(TITLE), **_context(visitor))
    return shell.page(visitor, "settings/webhook_made.html", title=_("Webhook added"), made=made, is_new=True)


@router.post("/webhooks/{webhook_id}/{verb}")
def act_on(webhook_id: UUID, verb: Verb, visitor: Posted) -> Response:
    """Enable, disable, test or remove a webhook, say whether it gets deeds, or give it a new secret."""
    require(visitor, OperatorRole.ADMIN)
    # The page with a new secret is answered to the POST itself, without a redirect: the secret must not be in an
    # address or a cookie, and is not stored in a form that could be shown again.
    with visitor.transaction() as db:
        if verb == "rotate":
            made = webhooks.rotate(db, webhook_id)
            return shell.page(visitor, "settings/webhook_made.html", title=_("New secret"), made=made, is_new=False)
        return _act(db, visitor, webhook_id, verb)


def _act(db: Transaction, visitor: Visitor, webhook_id: UUID, verb: Verb) -> Response:
    if verb == "ping":
        return shell.done(f"{HERE}/{webhooks.ping(db, webhook_id).id}", _("A test is on its way."))
    if verb == "remove":
        webhooks.remove(db, webhook_id)
        return shell.done(HERE, _("The webhook is gone, with the log of its deliveries."))
    change, message = CHANGES[verb]
    webhooks.revise(db, webhook_id, change, _allowed(visitor))
    return shell.done(HERE, _(message))


def _context(
    visitor: Visitor, webhook: UUID | None = None, state: DeliveryState | None = None, cursor: str | None = None
) -> dict[str, Any]:
    with visitor.transaction() as db:
        endpoints = webhooks.list_endpoints(db, limit=MOST_WEBHOOKS).items
        seen = operators.sees_event(visitor.operator)
        log = webhooks.list_deliveries(db, limit=SHOWN, cursor=cursor, endpoint_id=webhook, state=state, seen=seen)
    return {
        "endpoints": endpoints,
        "names": {endpoint.id: endpoint.description or shell.masked(endpoint.url) for endpoint in endpoints},
        "log": log,
        "webhook": webhook,
        "state": state,
        "states": list(DeliveryState),
        "types": list(EventType),
    }


def _allowed(visitor: Visitor) -> AllowedAddresses:
    return AllowedAddresses(visitor.platform.settings.webhook_allow_private)
