"""Mailing: operators get by e-mail what they want to be told, from a job of its own that keeps nothing else waiting."""

import logging
from uuid import UUID

from warmline_memory import mailing, metrics
from warmline_memory.errors import MailRefused, MailServerFails
from warmline_memory.mailing import Mailer
from warmline_memory.platform import Platform

log = logging.getLogger(__name__)

MAY_PASS_SECONDS = 300.0
"""A mailbox that takes nothing at the moment is asked again after so long."""


def send_mails(platform: Platform) -> int:
    """Tell operators by e-mail what happened since the last round; how many e-mails were sent.

    Raises ``MailServerFails``, after which the next round tries again. Nothing happens where no mail server is set.
    """
    settings = platform.settings
    if not settings.smtp_host:
        return 0
    for tenant_id in mailing.tenants(platform.database):
        try:
            with platform.database.transaction(tenant_id=tenant_id) as db:
                mailing.look_through(db)
        # One tenant with a fault in it must not keep the others' operators from being told.
        except Exception:
            log.exception(
                "Tenant %s: what operators are to be told is not known; the next round looks again", tenant_id
            )
    with Mailer(settings) as mailer:
        return sum(_send(platform, mailer, *one) for one in mailing.due(platform.database))


def _send(platform: Platform, mailer: Mailer, tenant_id: UUID, operator_id: UUID) -> bool:
    """Send an operator what is due of theirs; whether there was something, and it was taken."""
    database = platform.database
    with database.transaction(tenant_id=tenant_id) as db:
        letter = mailing.take(db, operator_id, f"{platform.settings.address}/console")
    if letter is None:
        return False
    try:
        mailer.send(letter)
    except MailRefused as refusal:
        metrics.mails.labels("refused").inc()
        log.warning("Operator %s: an e-mail was refused: %s", operator_id, refusal.facts["why"])
        with database.transaction(tenant_id=tenant_id) as db:
            if refusal.facts["may_pass"]:
                mailing.put_back(db, letter, MAY_PASS_SECONDS)
            else:
                mailing.note_refused(db, letter)
        return False
    except MailServerFails:
        metrics.mails.labels("failed").inc()
        with database.transaction(tenant_id=tenant_id) as db:
            mailing.put_back(db, letter)
        raise
    with database.transaction(tenant_id=tenant_id) as db:
        mailing.note_sent(db, letter)
    metrics.mails.labels("sent").inc()
    return True
