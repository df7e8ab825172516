"""The words of e-mails to operators."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from warmline_memory.mailing.writing import Addressee, Item, write
from warmline_schemas.operators import MailAbout

CONSOLE = "https://warmline.example/console"
AT = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)


def an_item(about: MailAbout = MailAbout.WAITING, **changes: Any) -> Item:
    given: dict[str, Any] = {
        "notice": uuid4(),
        "about": about,
        "path": "handoffs/1",
        "by": None,
        "promise": None,
        "queue": "Billing",
        "urgency": "high",
        "reason": "other",
        "since": AT,
        "until": None,
        "customer": None,
        "ask": None,
    }
    return Item(**{**given, **changes})


def written(*items: Item, zone: str = "Europe/Berlin", limit: int | None = None) -> tuple[str, str]:
    return write(Addressee("Ines Weber", zone, limit), items, CONSOLE)


def test_times_are_those_of_the_reader() -> None:
    _, text = written(an_item())
    assert "It waits since Thu 02 Jul, 00:30." in text
    _, text = written(an_item(), zone="Asia/Kolkata")
    assert "It waits since Thu 02 Jul, 04:00." in text


def test_what_others_wrote_stays_on_its_line() -> None:
    subject, text = written(an_item(customer="Dave\r\nBcc: all@acme.example", ask="Where\n\nis it?\u202e"))
    assert subject == "Dave Bcc: all@acme.example waits for you (Billing, high)"
    assert "  Asked first: Where is it?\n" in text


def test_a_subject_is_no_longer_than_a_line() -> None:
    subject, _ = written(an_item(customer="D" * 500))
    assert len(subject) == 120


def test_several_things_are_counted_in_the_subject_and_told_one_by_one() -> None:
    subject, text = written(an_item(), an_item(MailAbout.LATE, promise="accept"), an_item(path="handoffs/2"))
    assert subject == "Warmline: 2 waiting, 1 late"
    assert [text.count(f"{CONSOLE}/handoffs/{number}\n") for number in (1, 2)] == [2, 1]


def test_a_last_email_of_the_hour_says_so() -> None:
    assert "no more than 6 an hour" in written(an_item(), limit=6)[1]
    assert "no more than" not in written(an_item())[1]
