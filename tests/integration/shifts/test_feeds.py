"""Rotas that follow a calendar at an address: read as a file is, within limits, and what is wrong is told."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest

from tests.builders.console import signed_in, text_of
from tests.builders.operators import an_operator
from tests.builders.requests import Json, get, post, put, refusal
from tests.builders.shifts import a_calendar
from tests.builders.waits import eventually
from tests.conftest import Api, Run
from warmline import Warmline
from warmline_local.servers import EmbeddedPostgres
from warmline_memory import jobs
from warmline_memory.platform import Platform
from warmline_memory.settings import Settings
from warmline_memory.shifts import Feed, NotFetched
from warmline_worker.fetching import Fetcher

LONG = 60.0


@dataclass
class Calendars:
    """A server of calendars: what it answers, and the headers with which it was asked."""

    url: str = ""
    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def serving() -> Iterator[Calendars]:
    calendars = Calendars()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given = {name.lower(): value for name, value in self.headers.items()}
            calendars.asked.append(given)
            is_known = (
                calendars.headers.get("ETag") is not None and given.get("if-none-match") == calendars.headers["ETag"]
            )
            self.send_response(304 if is_known else calendars.status)
            body = b"" if is_known else calendars.content
            for name, value in {"Content-Length": str(len(body)), **calendars.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        calendars.url = f"http://127.0.0.1:{server.server_port}/on-call.ics"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield calendars
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def calendars() -> Iterator[Calendars]:
    with serving() as calendars:
        yield calendars


@pytest.fixture
def read(platform: Platform, settings: Settings, api: Api) -> Callable[[Callable[[Json], object]], Json]:
    """Reads what is due, and waits until what the platform says of the rota holds: a worker may have been first."""

    def read_until(holds: Callable[[Json], object]) -> Json:
        jobs.read_calendars(platform, Fetcher(settings).fetch)
        return eventually(lambda: {**get(api, "rotas/nights"), **get(api, "rotas/nights/on")}, holds, seconds=LONG)

    return read_until


def follow(api: Api, url: str, **people: str) -> Json:
    an_operator(api, "ines", display_name="Ines Weber")
    put(api, "rotas/nights", {})
    return post(api, "rotas/nights/changes", {"feed": {"url": url, "people": people}})


def due_again(postgres: EmbeddedPostgres, url: str, *names: str) -> None:
    """Let the time pass after which a calendar is read again."""
    with psycopg.connect(postgres.url) as connection:
        for name in names or ("at",):
            long_ago = (
                "UPDATE rotas SET written = jsonb_set(written, ARRAY['feed_state', %s], to_jsonb(%s::text))"
                " WHERE written #>> '{feed,url}' = %s"
            )
            connection.execute(long_ago, [name, "2000-01-01T00:00:00+00:00", url])


def operators_of(rota: Json) -> list[str]:
    return [shift["operator"] for shift in rota["shifts"]]


def test_the_events_of_a_calendar_at_an_address_are_the_shifts(
    api: Api, calendars: Calendars, read: Any, postgres: EmbeddedPostgres
) -> None:
    calendars.content = a_calendar("On call: Ines Weber").encode()
    assert follow(api, calendars.url)["feed"]["url"] == calendars.url
    assert read(operators_of)["feed_problem"] is None
    an_operator(api, "mei", display_name="Mei Chen")
    calendars.content = a_calendar("Mei Chen").encode()
    due_again(postgres, calendars.url)
    read(lambda rota: operators_of(rota) == ["mei"])


def test_it_is_read_once_an_hour_and_not_sent_again_where_it_has_not_changed(
    api: Api, calendars: Calendars, read: Any, platform: Platform, settings: Settings, postgres: EmbeddedPostgres
) -> None:
    calendars.content, calendars.headers = a_calendar("Ines Weber").encode(), {"ETag": '"one"'}
    follow(api, calendars.url)
    read(operators_of)
    jobs.read_calendars(platform, Fetcher(settings).fetch)
    assert len(calendars.asked) == 1
    due_again(postgres, calendars.url)
    read(lambda _: len(calendars.asked) == 2)
    assert calendars.asked[1]["if-none-match"] == '"one"'
    assert operators_of(get(api, "rotas/nights")) == ["ines"]
    # Once a day it is read whole: what comes again in it is taken for half a year only.
    due_again(postgres, calendars.url, "at", "read_at")
    read(lambda _: len(calendars.asked) == 3)
    assert "if-none-match" not in calendars.asked[2]


def test_a_name_that_nobody_has_is_told_and_taken_once_somebody_has_it(
    api: Api, calendars: Calendars, read: Any, postgres: EmbeddedPostgres
) -> None:
    lead = signed_in(api, role="admin")
    calendars.content, calendars.headers = a_calendar("Bob Stone").encode(), {"ETag": '"one"'}
    follow(api, calendars.url)
    assert "“Bob Stone”" in read(lambda rota: rota["feed_problem"])["feed_problem"]
    shown = text_of(lead.page("/shifts/rotas/nights"))
    assert "The calendar could not be taken; the shifts stay as they were." in shown
    assert "“Bob Stone”" in shown
    post(api, "rotas/nights/changes", {"feed": {"url": calendars.url, "people": {"Bob Stone": "ines"}}})
    assert operators_of(read(operators_of)) == ["ines"]
    assert "could not be taken" not in text_of(lead.page("/shifts/rotas/nights"))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"status": 404}, "It answered 404. Look whether the calendar is still shared"),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1/"}}, "a redirect; none is followed"),
        ({"content": b"hello"}, "no iCalendar file"),
        ({"content": b"x" * 800_001}, "longer than 800,000 characters"),
    ],
)
def test_what_cannot_be_taken_is_told_and_leaves_the_shifts_as_they_are(
    api: Api, calendars: Calendars, read: Any, postgres: EmbeddedPostgres, answer: Json, says: str
) -> None:
    calendars.content = a_calendar("Ines Weber").encode()
    follow(api, calendars.url)
    read(operators_of)
    for name, value in answer.items():
        setattr(calendars, name, value)
    due_again(postgres, calendars.url)
    told = read(lambda rota: rota["feed_problem"])
    assert says in told["feed_problem"]
    assert operators_of(told) == ["ines"]


def test_a_private_address_is_not_connected_to(calendars: Calendars, settings: Settings) -> None:
    from_inside = Fetcher(settings.model_copy(update={"webhook_allow_private": ""}))
    with pytest.raises(NotFetched, match="private or unknown"):
        from_inside.fetch(Feed("nights", calendars.url, None, None))
    assert calendars.asked == []


def test_an_address_that_is_none_is_refused_with_the_field(api: Api) -> None:
    put(api, "rotas/nights", {})
    refused = refusal(api, "rotas/nights/changes", {"feed": {"url": "calendar.example"}}, 422)
    assert "feed.url" in str(refused)


def test_a_lead_has_a_calendar_followed_on_the_rotas_page_and_ends_it(api: Api, calendars: Calendars) -> None:
    lead = signed_in(api, role="admin")
    put(api, "rotas/nights", {})
    lead.done(
        "/shifts/rotas/nights/calendar", verb="follow", **{"feed-url": calendars.url, "feed-people": "I. W. = ines"}
    )
    assert get(api, "rotas/nights")["feed"] == {"url": calendars.url, "people": {"I. W.": "ines"}}
    assert "It follows a calendar at 127.0.0.1" in text_of(lead.page("/shifts/rotas/nights"))
    lead.done("/shifts/rotas/nights/calendar", verb="unfollow")
    assert get(api, "rotas/nights")["feed"] is None


def test_the_client_and_the_command_line_follow_and_end_it(
    api: Api, client: Warmline, run: Run, calendars: Calendars
) -> None:
    put(api, "rotas/nights", {})
    followed = client.rotas.follow_calendar("nights", calendars.url, people={"I. W.": "ines"})
    assert followed.feed is not None
    assert followed.feed.people == {"I. W.": "ines"}
    assert client.rotas.follow_calendar("nights", None).feed is None
    run("rotas", "follow-calendar", "nights", calendars.url)
    assert client.rotas.get("nights").feed is not None
    run("rotas", "follow-calendar", "nights", "--stop")
    assert client.rotas.get("nights").feed is None
