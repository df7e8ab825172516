"""Customers: make or find one, list, change, forget; and who is meant by a namespace."""

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from warmline_memory import tenancy
from warmline_memory.errors import NotFound, OfAnotherNamespace, SeveralCustomers, TakenByCustomer
from warmline_memory.storage import tables, take_turn
from warmline_memory.storage.ids import among
from warmline_memory.storage.pages import read_page
from warmline_memory.storage.transactions import Transaction
from warmline_schemas.customers.customers import ChannelId, Customer, MakeCustomer, ReviseCustomer
from warmline_schemas.wire import Page

ABOUT = ("display_name", "language", "time_zone")


def make(db: Transaction, ask: MakeCustomer) -> tuple[Customer, bool]:
    """The customer who has one of the ids or the namespace, and whether they were known; a new one where nobody has.

    Raises ``SeveralCustomers`` where that is more than one, ``OfAnotherNamespace``, ``TakenByCustomer``, and
    ``NamespaceNotBound``.
    """
    # A channel's first two messages come at once: the second one finds whom the first one made.
    for name in sorted({f"{one.channel} {one.id}" for one in ask.ids}):
        take_turn(db, f"customer {name}")
    row = _known(db, ask)
    is_known = row is not None
    if row is None:
        customer_id = uuid7()
        row = _added(db, customer_id, ask, ask.namespace or f"customer/{customer_id.hex}")
        is_known = row.id != customer_id
    elif ask.namespace not in {None, row.namespace}:
        raise OfAnotherNamespace(customer_id=row.id, namespace=row.namespace)
    if is_known:
        _set(row, {name: getattr(ask, name) for name in ABOUT if getattr(row, name) is None})
    _add_ids(db, row, ask.ids)
    db.flush()
    db.refresh(row)
    if not is_known:
        tenancy.record_audit(db, "make-customer", row.namespace, {"customer_id": str(row.id)})
    return _answer(db, [row])[0], is_known


def get(db: Transaction, customer_id: UUID) -> Customer:
    """One customer. Raises ``NotFound``."""
    return _answer(db, [_find(db, customer_id)])[0]


def of_namespace(db: Transaction, namespace: str) -> Customer | None:
    """The customer whose namespace it is, if any."""
    row = db.scalars(select(tables.Customer).where(tables.Customer.namespace == namespace)).one_or_none()
    return None if row is None else _answer(db, [row])[0]


def names_of(db: Transaction, namespaces: Collection[str]) -> dict[str, str]:
    """The names of the customers of some namespaces, where they are known."""
    row = tables.Customer
    named = select(row.namespace, row.display_name).where(row.namespace.in_(namespaces))
    return {namespace: name for namespace, name in db.execute(named) if name} if namespaces else {}


def language_of(db: Transaction, namespace: str) -> str | None:
    """The language of a namespace's customer, where it is known."""
    return db.scalar(select(tables.Customer.language).where(tables.Customer.namespace == namespace))


def list_page(db: Transaction, *, limit: int, cursor: str | None, search: str | None = None) -> Page[Customer]:
    """Customers, the newest first. ``search`` is a part of a name, a whole id in any channel, or a namespace."""
    row, known = tables.Customer, tables.CustomerId
    rows = select(row)
    if search is not None:
        having = select(known.customer_id).where(known.external_id == search.strip())
        named = row.folded_name.contains(_folded(search), autoescape=True)
        rows = rows.where(named | row.id.in_(having) | (row.namespace == search.strip()))
    found = read_page(db, rows, row.id, lambda one: one, limit=limit, cursor=cursor)
    return Page[Customer](items=_answer(db, found.items), next_cursor=found.next_cursor)


def revise(db: Transaction, customer_id: UUID, ask: ReviseCustomer) -> Customer:
    """Change what is given of a customer; the audit names it. Raises ``NotFound`` and ``TakenByCustomer``."""
    row = lock(db, customer_id)
    given = ask.model_fields_set
    _set(row, {name: getattr(ask, name) for name in ABOUT if name in given})
    if "ids" in given:
        db.execute(delete(tables.CustomerId).where(tables.CustomerId.customer_id == row.id))
        _add_ids(db, row, ask.ids)
    db.flush()
    about = {"customer_id": str(row.id), "changed": sorted(given)}
    tenancy.record_audit(db, "revise-customer", row.namespace, about)
    return _answer(db, [row])[0]


def lock(db: Transaction, customer_id: UUID) -> tables.Customer:
    """A customer's row, locked until the transaction ends: of two first messages one begins the case. Raises
    ``NotFound``."""
    return _find(db, customer_id, populate_existing=True, with_for_update=True)


def hold(db: Transaction, namespace: str) -> None:
    """Lock the customer of a namespace, if any. Whoever locks sessions too locks this first."""
    db.execute(select(tables.Customer.id).where(tables.Customer.namespace == namespace).with_for_update())


def forget(db: Transaction, namespace: str) -> int:
    """Forget the customer of a namespace, with their name and what channels call them. The answer is how many."""
    row = tables.Customer
    return len(db.scalars(delete(row).where(row.namespace == namespace).returning(row.id)).all())


def _find(db: Transaction, customer_id: UUID, **how: bool) -> tables.Customer:
    row = db.find(tables.Customer, customer_id, **how)
    if row is None:
        raise NotFound(noun="customer", id=customer_id)
    return row


def _known(db: Transaction, ask: MakeCustomer) -> tables.Customer | None:
    row, known = tables.Customer, tables.CustomerId
    pairs = [(one.channel, one.id) for one in ask.ids]
    having = select(known.customer_id).where(tuple_(known.channel, known.external_id).in_(pairs))
    found = db.scalars(select(row).where(row.id.in_(having) | (row.namespace == ask.namespace)).limit(2)).all()
    if len(found) > 1:
        raise SeveralCustomers(customer_ids=[str(one.id) for one in found])
    return found[0] if found else None


def _added(db: Transaction, customer_id: UUID, ask: MakeCustomer, namespace: str) -> tables.Customer:
    """A new customer, or whoever somebody else made for the namespace at this moment."""
    tenancy.check_namespace(db, namespace)
    row = tables.Customer
    about = {name: getattr(ask, name) for name in ABOUT} | {"folded_name": _folded(ask.display_name)}
    db.execute(insert(row).values(id=customer_id, namespace=namespace, **about).on_conflict_do_nothing())
    return db.scalars(select(row).where(row.namespace == namespace)).one()


def _add_ids(db: Transaction, row: tables.Customer, ids: Sequence[ChannelId]) -> None:
    """Say what channels call a customer. Raises ``TakenByCustomer`` where one of them calls somebody else so."""
    if not ids:
        return
    known = tables.CustomerId
    # In one order, so that two who add the same wait for each other instead of in a circle.
    pairs = sorted({(one.channel, one.id) for one in ids})
    theirs = {"customer_id": row.id, "namespace": row.namespace}
    added = [{"channel": channel, "external_id": own_id, **theirs} for channel, own_id in pairs]
    db.execute(insert(known).values(added).on_conflict_do_nothing())
    of_these = tuple_(known.channel, known.external_id).in_(pairs)
    held = {(one.channel, one.external_id): one.customer_id for one in db.scalars(select(known).where(of_these))}
    for channel, own_id in pairs:
        # One of a namespace that the key does not reach is not seen here, and is taken all the same.
        if held.get((channel, own_id)) != row.id:
            raise TakenByCustomer(id=own_id, channel=channel, customer_id=held.get((channel, own_id)))


def _set(row: tables.Customer, about: dict[str, str | None]) -> None:
    for name, value in about.items():
        setattr(row, name, value)
    row.folded_name = _folded(row.display_name)


def _folded(text: str | None) -> str | None:
    """A name as it is looked for: whether in large or small letters, and however its characters are put together."""
    return None if text is None else unicodedata.normalize("NFKC", text.strip()).casefold()


def _answer(db: Transaction, rows: Iterable[tables.Customer]) -> list[Customer]:
    rows = list(rows)
    known = tables.CustomerId
    ids: dict[UUID, list[ChannelId]] = {row.id: [] for row in rows}
    ordered = select(known).where(among(known.customer_id, ids)).order_by(known.channel, known.external_id)
    for one in db.scalars(ordered):
        ids[one.customer_id].append(ChannelId(channel=one.channel, id=one.external_id))
    return [
        Customer(
            id=row.id,
            namespace=row.namespace,
            display_name=row.display_name,
            ids=ids[row.id],
            language=row.language,
            time_zone=row.time_zone,
            created_at=row.created_at,
        )
        for row in rows
    ]
