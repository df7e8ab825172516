"""Letters: all that is due of one operator as one e-mail, unless they had as many as they want in this hour.

A worker takes a letter for the length of a lease, sends it outside any transaction, and writes down what became of it.
Where it is killed in between, another one sends it after the lease: twice at worst, with the same Message-ID.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from warmline_memory import desk, operators, queues, tenancy
from warmline_memory.mailing import writing
from warmline_memory.mailing.writing import Item
from warmline_memory.storage import Database, Role, Transaction, clock, tables
from warmline_memory.storage.ids import among
from warmline_schemas.handoffs import HandoffState
from warmline_schemas.operators import MailAbout
from warmline_schemas.targets import name_of, of_operator
from warmline_schemas.tenancy import PiiClass

HOUR = timedelta(hours=1)
LEASE = timedelta(minutes=5)
"""Longer than an attempt with all its time-outs."""
LATER = timedelta(seconds=15)
"""So long a notice waits for what somebody else is offered."""
MOST_AT_ONCE = 200
"""One round sends at most this many e-mails; the next one takes the rest."""
MOST_NOTICES = 50
"""One e-mail tells of at most this many things."""
IN_ORDER = (MailAbout.OFFERED, MailAbout.LATE, MailAbout.WAITING, MailAbout.MENTIONED)
"""What is told of a handoff where there is more than one thing: what is said of one person alone goes first."""
PROMISED = {
    "accept": (*tables.WAITING,),
    "first_reply": (HandoffState.ACCEPTED,),
    "resolve": (*tables.WAITING, HandoffState.ACCEPTED),
}
"""In which states of a handoff a promise of it can still be kept, late as it is."""


@dataclass(frozen=True)
class Letter:
    """An e-mail to one operator, and the notices that it tells of."""

    operator_id: UUID
    notices: tuple[UUID, ...]
    to: str
    subject: str
    text: str


def due(database: Database) -> Sequence[tuple[UUID, UUID]]:
    """The tenant and the id of every operator for whom a notice is due, the longest waiting first."""
    row = tables.MailNotice
    waits = (
        select(row.tenant_id, row.operator_id)
        .where(row.due_at <= func.now())
        .group_by(row.tenant_id, row.operator_id)
        .order_by(func.min(row.due_at))
        .limit(MOST_AT_ONCE)
    )
    with database.transaction(role=Role.SWEEP) as db:
        return [(tenant_id, operator_id) for tenant_id, operator_id in db.execute(waits)]


def take(db: Transaction, operator_id: UUID, console: str) -> Letter | None:
    """What is due of an operator, as one letter to be sent now; None where nothing of it is to be told now."""
    row, now = tables.MailNotice, clock.now(db)
    of_person = select(row).where(row.operator_id == operator_id, row.due_at <= now).order_by(row.at, row.id)
    found = db.scalars(of_person.limit(MOST_NOTICES).with_for_update(skip_locked=True)).all()
    operator = db.find(tables.Operator, operator_id)
    if not found or operator is None:
        return None
    mailed = _mailed(db, operator_id, now)
    if len(mailed) >= operator.mails_an_hour:
        # What comes until then goes with it, as one e-mail.
        for one in found:
            one.due_at = min(mailed) + HOUR
        db.flush()
        return None
    items = list(_items(db, operator, found, now))
    db.flush()
    if not items or operator.email is None:
        return None
    is_last = len(mailed) + 1 >= operator.mails_an_hour
    addressee = writing.Addressee(operator.display_name, operator.zone, operator.mails_an_hour if is_last else None)
    subject, text = writing.write(addressee, items, console)
    return Letter(operator_id, tuple(one.notice for one in items), operator.email, subject, text)


def note_sent(db: Transaction, letter: Letter) -> None:
    """Note that a letter was sent."""
    _over(db, letter, mailed_at=func.now(), due_at=None)


def note_refused(db: Transaction, letter: Letter) -> None:
    """Note that a letter is never taken."""
    _over(db, letter, due_at=None)


def put_back(db: Transaction, letter: Letter, seconds: float = 0.0) -> None:
    """Let a letter that was not sent be tried again, after some seconds."""
    _over(db, letter, due_at=func.now() + timedelta(seconds=seconds))


def _over(db: Transaction, letter: Letter, **values: object) -> None:
    row = tables.MailNotice
    db.execute(update(row).where(among(row.id, letter.notices)).values(**values))


def _mailed(db: Transaction, operator_id: UUID, now: datetime) -> Sequence[datetime]:
    """When the operator got the e-mails of the last hour."""
    row = tables.MailNotice
    of_hour = select(row.mailed_at).where(row.operator_id == operator_id, row.mailed_at > now - HOUR).distinct()
    return [at for at in db.scalars(of_hour) if at is not None]


def _items(
    db: Transaction, operator: tables.Operator, found: Sequence[tables.MailNotice], now: datetime
) -> Iterator[Item]:
    """What is still to be told, each handoff once; the rest is over, or put off."""
    handoff = tables.Handoff
    ids = {one.handoff_id for one in found if one.handoff_id}
    rows = {row.id: row for row in db.scalars(select(handoff).where(among(handoff.id, ids)))}
    told: set[object] = set()
    words = _Words.read(db, ids)
    for one in sorted(found, key=lambda notice: IN_ORDER.index(MailAbout(notice.about))):
        row = rows.get(one.handoff_id) if one.handoff_id else None
        one.due_at = _due(operator, one, row, now)
        if one.due_at is not None and one.due_at > now:
            continue
        is_named = one.about == MailAbout.MENTIONED
        if one.due_at is None or (not is_named and one.handoff_id in told):
            one.due_at = None
            continue
        if not is_named:
            told.add(one.handoff_id)
        one.due_at = now + LEASE
        yield _item(one, row, words)


def _due(
    operator: tables.Operator, notice: tables.MailNotice, row: tables.Handoff | None, now: datetime
) -> datetime | None:
    """When a notice is to be told: now, later, or not at all, since it holds no longer."""
    about = MailAbout(notice.about)
    if about not in operator.mail_about or operator.email is None or operator.disabled_at is not None:
        return None
    if about is MailAbout.MENTIONED or row is None:
        return now if about is MailAbout.MENTIONED else None
    agent = of_operator(operator.name)
    if about is MailAbout.LATE:
        return now if row.state in PROMISED.get(notice.facts["promise"], ()) else None
    is_offered = row.offered_until is not None and row.offered_until > now
    if row.state != HandoffState.READY or (about is MailAbout.OFFERED and not (is_offered and row.offered_to == agent)):
        return None
    if about is MailAbout.WAITING and operators.may_take(operator, row) is not None:
        return None
    return now + LATER if is_offered and row.offered_to != agent else now


@dataclass(frozen=True)
class _Words:
    """What things are called in letters of a tenant, and what of its cases these may say."""

    titles: dict[str, str]
    cases: dict[UUID, desk.Summary]

    @classmethod
    def read(cls, db: Transaction, handoff_ids: set[UUID]) -> "_Words":
        prefers = tenancy.read_preferences(db)
        cases = desk.summaries(db, handoff_ids) if prefers.mails_name_cases else {}
        if PiiClass.PERSON_NAME in prefers.pii:
            cases = {one: desk.Summary(None, summary.ask) for one, summary in cases.items()}
        return cls({**queues.titles(db), **operators.display_names(db)}, cases)

    def called(self, target: str) -> str:
        """A queue or a person as people say it."""
        return self.titles.get(target) or name_of(target)


def _item(notice: tables.MailNotice, row: tables.Handoff | None, words: _Words) -> Item:
    about, case = MailAbout(notice.about), words.cases.get(notice.handoff_id) if notice.handoff_id else None
    page = f"handoffs/{notice.handoff_id}" if notice.handoff_id else f"conversations/{notice.facts.get('session_id')}"
    return Item(
        notice=notice.id,
        about=about,
        path=page,
        by=words.called(notice.facts["by"]) if about is MailAbout.MENTIONED else None,
        promise=notice.facts.get("promise"),
        queue=words.called(row.target) if row else None,
        urgency=row.urgency if row else None,
        reason=row.reason_code if row else None,
        since=(row.ready_at or row.requested_at) if row and about is not MailAbout.MENTIONED else notice.at,
        until=_until(about, row),
        customer=case.customer if case else None,
        ask=case.ask if case else None,
    )


def _until(about: MailAbout, row: tables.Handoff | None) -> datetime | None:
    """Until when something is offered, or when it is late or was."""
    if row is None:
        return None
    found = row.offered_until if about is MailAbout.OFFERED else row.breach_at
    return None if found is None else found.astimezone(UTC)
