"""E-mails to operators: each is told once of what they chose, in their words and not the customer's, by a job of its
own."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.customers import a_customer
from tests.builders.handoffs import ANN, BOB, accept, act, claim, waiting
from tests.builders.mail_servers import PASSWORD, USER, MailServer, a_mail_server
from tests.builders.operators import an_operator, revised
from tests.builders.queues import a_queue
from tests.builders.requests import Json, get
from tests.builders.sessions import a_session
from tests.builders.tls import a_certificate
from tests.builders.waits import eventually
from tests.conftest import Api, TenantKey
from warmline_local.commands.doctor import diagnoses
from warmline_memory import jobs
from warmline_memory.errors import MailServerFails
from warmline_memory.messaging import open_celery
from warmline_memory.platform import Platform, open_platform
from warmline_memory.settings import MailSecurity, Settings
from warmline_memory.storage.database import Database

pytestmark = pytest.mark.usefixtures("worker")

EVERYTHING = ["waiting", "late", "offered", "mentioned"]
DAVE = "Dave Miller"
send_mails = jobs.SWEEPS["send mails"]


@pytest.fixture(scope="module")
def opened(settings: Settings) -> Iterator[Platform]:
    """The run's platform, which has no mail server."""
    with open_platform(settings, open_celery(settings), weighs=False) as platform:
        yield platform


@pytest.fixture
def server() -> Iterator[MailServer]:
    with a_mail_server() as server:
        yield server


def mailing(opened: Platform, port: int, **changes: Any) -> Platform:
    """The platform with a mail server at a port."""
    given = {
        "smtp_host": "127.0.0.1",
        "smtp_port": port,
        "smtp_security": MailSecurity.NONE,
        "smtp_from": "Warmline <warmline@acme.example>",
        "public_url": "https://warmline.example",
        **changes,
    }
    return replace(opened, settings=opened.settings.model_copy(update=given))


@pytest.fixture
def platform(opened: Platform, server: MailServer) -> Platform:
    return mailing(opened, server.port)


def told(api: Api, platform: Platform, name: str = "ann", about: list[str] = EVERYTHING, **changes: Any) -> str:
    """The address of an operator who is told by e-mail of what happens from now on."""
    address = f"{name}-{uuid4().hex}@acme.example"
    an_operator(api, name, zone="Europe/Berlin", **changes)
    revised(api, name, email=address, mail_about=about)
    send_mails(platform)
    return address


def words(message: EmailMessage) -> str:
    body = message.get_content()
    assert isinstance(body, str)
    return body


def test_who_may_take_what_waits_is_told_once_and_nobody_else(api: Api, platform: Platform, server: MailServer) -> None:
    ann = told(api, platform)
    eve = told(api, platform, "eve", queues=["fraud"])
    bob = told(api, platform, "bob", ["late"])
    handoff = waiting(api, urgency="high", reason_code="complex_billing_dispute")
    send_mails(platform)
    send_mails(platform)
    [message] = server.to(ann)
    assert message["Subject"] == "A case waits for you (billing, high)"
    assert f"https://warmline.example/console/handoffs/{handoff['id']}" in words(message)
    assert "complex billing dispute" in words(message)
    assert "Europe/Berlin" in words(message)
    assert (message["Auto-Submitted"], message["From"]) == ("auto-generated", "Warmline <warmline@acme.example>")
    assert (server.to(eve), server.to(bob)) == ([], [])


def test_no_words_of_a_customer_stand_in_an_email_unless_the_tenant_wants_that(
    api: Api, platform: Platform, server: MailServer
) -> None:
    ann = told(api, platform)
    dave = a_customer(api, display_name=DAVE)
    for name_cases in (False, True):
        api.http.patch("/v1/preferences", json={"mails_name_cases": name_cases}).raise_for_status()
        waiting(api, a_session(api, "Where is my lamp?", namespace=dave["namespace"]), reason="Lamp of Dave Miller")
        send_mails(platform)
    silent, open_hearted = server.to(ann)
    assert [one for one in ("Dave", "lamp", "Lamp") if one in f"{silent['Subject']}{words(silent)}"] == []
    assert open_hearted["Subject"] == f"{DAVE} waits for you (billing, normal)"
    assert "Where is my lamp?" in words(open_hearted)


def test_a_name_that_the_tenant_hides_stands_in_no_email(api: Api, platform: Platform, server: MailServer) -> None:
    ann = told(api, platform)
    hidden = {"mails_name_cases": True, "pii": ["person_name"]}
    api.http.patch("/v1/preferences", json=hidden).raise_for_status()
    waiting(api, a_session(api, namespace=a_customer(api, display_name=DAVE)["namespace"]))
    send_mails(platform)
    [message] = server.to(ann)
    assert "Dave" not in f"{message['Subject']}{words(message)}"


def test_what_somebody_took_meanwhile_is_not_told(api: Api, platform: Platform, server: MailServer) -> None:
    ann = told(api, platform)
    claim(api, waiting(api), BOB)
    send_mails(platform)
    assert server.to(ann) == []


def test_what_is_given_back_before_it_was_told_is_told_then(api: Api, platform: Platform, server: MailServer) -> None:
    ann = told(api, platform)
    handoff = waiting(api)
    token = claim(api, handoff, BOB)
    send_mails(platform)
    act(api, handoff, "release", token=token)
    send_mails(platform)
    assert len(server.to(ann)) == 1


def test_an_offer_is_told_to_whom_it_is_made_and_to_others_once_it_is_over(
    api: Api, platform: Platform, server: MailServer, database: Database, tenant: TenantKey
) -> None:
    a_queue(api, assigning="offer", offer_seconds=600)
    ann = told(api, platform)
    bob = told(api, platform, "bob", presence="away")
    handoff = waiting(api)
    send_mails(platform)
    [message] = server.to(ann)
    assert message["Subject"].startswith("A case is offered to you until ")
    assert server.to(bob) == []
    act(api, handoff, "decline", agent=ANN)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("UPDATE mail_notices SET due_at = now() WHERE due_at IS NOT NULL"))
    send_mails(platform)
    assert [one["Subject"] for one in server.to(bob)] == ["A case waits for you (billing, normal)"]


def test_what_is_late_is_told_to_who_has_it(
    api: Api, platform: Platform, server: MailServer, database: Database, tenant: TenantKey
) -> None:
    a_queue(api, promises={"resolve_seconds": 3600})
    ann, bob = told(api, platform, about=["late"]), told(api, platform, "bob", ["late"])
    handoff = waiting(api)
    accept(api, handoff)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        late = "UPDATE handoffs SET resolve_due_at = now() - interval '1 minute', alarm_at = now() WHERE id = :id"
        db.execute(text(late), {"id": handoff["id"]})
    eventually(lambda: get(api, "events", types="handoff.breached")["items"], seconds=60)
    send_mails(platform)
    assert [one["Subject"] for one in server.to(ann)] == ["A case is late: it is not resolved (billing, normal)"]
    assert server.to(bob) == []


def a_note(api: Api, browser: Browser, said: str, name: str = "ann") -> Json:
    """A note that an operator leaves in a case that they have."""
    warm = accept(api, waiting(api), f"human:{name}")
    browser.done(f"/conversations/{warm['session']['id']}/say", text=said, **{"as": "note"})
    return warm


def test_whom_a_note_mentions_is_told_and_only_who_may_see_the_case(
    api: Api, platform: Platform, server: MailServer
) -> None:
    ann = signed_in(api)
    bob, eve = told(api, platform, "bob", ["mentioned"]), told(api, platform, "eve", ["mentioned"], queues=["fraud"])
    warm = a_note(api, ann, "Ask @bob, or @eve. Mail goes to info@bob.example; @nobody knows.")
    [event] = get(api, "events", types="operator.mentioned")["items"]
    assert (event["actor"], event["facts"]["operator"]) == (ANN, BOB)
    send_mails(platform)
    [message] = server.to(bob)
    assert message["Subject"].startswith("ann named you in a note")
    assert f"/console/handoffs/{warm['handoff']['id']}" in words(message)
    assert "Ask" not in words(message)
    assert server.to(eve) == []


def later(database: Database, tenant: TenantKey) -> None:
    """Let an hour pass for what was mailed and for what waits for that."""
    an_hour = "mailed_at = mailed_at - interval '61 minutes', due_at = due_at - interval '61 minutes'"
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text(f"UPDATE mail_notices SET {an_hour}"))


def test_what_goes_beyond_the_hours_number_comes_together_once_the_hour_has_room(
    api: Api, platform: Platform, server: MailServer, database: Database, tenant: TenantKey
) -> None:
    ann = told(api, platform)
    revised(api, "ann", mails_an_hour=1)
    for _ in range(3):
        waiting(api)
        send_mails(platform)
    assert len(server.to(ann)) == 1
    assert "no more than one an hour" in words(server.to(ann)[0])
    later(database, tenant)
    send_mails(platform)
    assert [one["Subject"] for one in server.to(ann)[1:]] == ["Warmline: 2 waiting"]
    assert words(server.to(ann)[1]).count("https://warmline.example/console/handoffs/") == 2


def test_a_mail_server_that_is_away_is_told_and_nothing_is_lost(api: Api, opened: Platform) -> None:
    with a_mail_server() as server:
        away = mailing(opened, server.port)
        ann = told(api, away)
        waiting(api)
    with pytest.raises(MailServerFails, match="takes no connection"):
        send_mails(away)
    with a_mail_server() as back:
        send_mails(mailing(opened, back.port))
        assert len(back.to(ann)) == 1


def test_an_address_that_is_refused_keeps_nobody_else_waiting(api: Api, platform: Platform, server: MailServer) -> None:
    ann, bob, eve = (told(api, platform, name) for name in ("ann", "bob", "eve"))
    server.refuses = {ann: "550 5.1.1 No such user", bob: "450 4.2.0 Try again later"}
    waiting(api)
    send_mails(platform)
    assert len(server.to(eve)) == 1
    server.refuses = {}
    send_mails(platform)
    # The one is over, the other waits its time.
    assert (server.to(ann), server.to(bob)) == ([], [])


def test_several_workers_send_each_email_once(api: Api, platform: Platform, server: MailServer) -> None:
    people = [told(api, platform, f"p{number}") for number in range(4)]
    waiting(api)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send_mails, [platform] * 4))
    assert [len(server.to(one)) for one in people] == [1] * 4


def test_an_email_whose_outcome_was_lost_comes_again_with_the_same_id(
    api: Api, platform: Platform, server: MailServer, database: Database, tenant: TenantKey
) -> None:
    ann = told(api, platform)
    waiting(api)
    send_mails(platform)
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        db.execute(text("UPDATE mail_notices SET mailed_at = NULL, due_at = now()"))
    send_mails(platform)
    first, again = server.to(ann)
    assert first["Message-ID"] == again["Message-ID"]


def test_it_signs_in_over_tls_and_says_what_is_wrong(
    api: Api, opened: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls, certificate = a_certificate(tmp_path)
    with a_mail_server(tls) as server:
        with_tls = {"smtp_security": MailSecurity.STARTTLS, "smtp_user": USER, "smtp_password": SecretStr(PASSWORD)}
        strange = mailing(opened, server.port, **with_tls)
        assert "no TLS could be agreed on" in mail_part(strange.settings)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert "takes e-mails" in mail_part(strange.settings)
        wrong = mailing(opened, server.port, **{**with_tls, "smtp_password": SecretStr("guessed")})
        assert "does not take WARMLINE_SMTP_USER" in mail_part(wrong.settings)
        ann = told(api, strange)
        waiting(api)
        send_mails(strange)
        assert len(server.to(ann)) == 1


def test_a_server_without_tls_gets_nothing_where_tls_is_wanted(opened: Platform, server: MailServer) -> None:
    wants_tls = mailing(opened, server.port, smtp_security=MailSecurity.STARTTLS)
    assert "WARMLINE_SMTP_SECURITY" in mail_part(wants_tls.settings)


def mail_part(settings: Settings) -> str:
    """What the doctor says of the mail server."""
    return next(one.sentence for one in diagnoses(settings) if one.part == "mail")


def test_a_password_without_tls_and_an_address_that_is_none_are_refused(settings: Settings) -> None:
    with pytest.raises(ValidationError, match="WARMLINE_SMTP_FROM"):
        Settings(smtp_host="mail.example")
    with pytest.raises(ValidationError, match="in the clear"):
        Settings(smtp_host="m", smtp_from="a@b.example", smtp_user="me", smtp_security=MailSecurity.NONE)


def test_an_operator_sets_their_emails_up_in_their_profile(api: Api) -> None:
    ann = signed_in(api)
    assert "no mail server" in text_of(ann.page("/settings"))
    ann.done("/settings/mail", email="ann@acme.example", mail_about="late", mails_an_hour="3")
    mine = next(one for one in get(api, "operators")["items"] if one["name"] == "ann")
    assert (mine["email"], mine["mail_about"], mine["mails_an_hour"]) == ("ann@acme.example", ["late"], 3)
    wrong = ann.refused("/settings/mail", 422, email="ann", mail_about="late", mails_an_hour="3")
    assert 'value="ann"' in wrong
    assert "Fill this in" in ann.refused("/settings/mail", 422, email="", mail_about="late", mails_an_hour="3")
    ann.done("/settings/mail", email="", mails_an_hour="3")
    assert get(api, "operators")["items"][0]["email"] is None
