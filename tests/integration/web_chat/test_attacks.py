"""Visitors are strangers to each other, whatever one of them sends."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx
import pytest

from tests.builders.requests import get
from tests.builders.web_chat import PATIENCE, Visitor, a_web_chat
from tests.conftest import Api
from warmline.web_chat import app
from warmline.web_chat.visitors import Visitors

SHOP = "https://shop.example"
SECRET_WORDS = "My order is ORD-4471"


@pytest.fixture
def chat(api: Api) -> Iterator[str]:
    """The service, for the pages of a shop, with a bot that is silent."""
    with a_web_chat(api, lambda _: None, origins=[SHOP]) as url:
        yield url


def post(url: str, path: str, token: str = "", **more: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}  # type: ignore[dict-item]
    return httpx.post(f"{url}{path}", headers=headers, timeout=PATIENCE, **more)  # type: ignore[arg-type]


def changed(token: str, part: int, to: str) -> str:
    parts = token.split(".")
    parts[part] = to
    return ".".join(parts)


def forgeries(url: str) -> dict[str, str]:
    mine, other = Visitor(url).token, Visitor(url).token
    return {
        "no token": "x",
        "another visitor's id": changed(mine, 0, other.split(".")[0]),
        "another visitor's signature": changed(mine, 2, other.split(".")[2]),
        "another day": changed(mine, 1, "99999"),
        "no signature": ".".join(mine.split(".")[:2]) + ".",
        "another secret": Visitors("a guess").welcome(mine.split(".")[0]),
    }


def test_a_forged_token_opens_nothing(chat: str) -> None:
    answers = {
        name: {
            post(chat, "/chat/messages", token, json={"id": "message-1", "text": "x"}).status_code,
            post(chat, "/chat/seen", token, json={"ids": [], "state": "read"}).status_code,
            post(chat, "/chat/typing", token).status_code,
            post(chat, "/chat/visitors", token).status_code,
            httpx.get(f"{chat}/chat/stream", headers={"Authorization": f"Bearer {token}"}).status_code,
        }
        for name, token in forgeries(chat).items()
    }
    assert set().union(*answers.values()) == {401}, answers


def test_a_token_that_is_renewed_names_the_same_visitor_and_no_key(api: Api, chat: str) -> None:
    mine = Visitor(chat)
    renewed = post(chat, "/chat/visitors", mine.token).json()["token"]
    assert renewed.split(".")[0] == mine.token.split(".")[0]
    assert api.key not in renewed


def test_one_visitor_sees_nothing_of_another(chat: str) -> None:
    mine, other = Visitor(chat), Visitor(chat)
    mine.write(SECRET_WORDS)
    mine.read_until(SECRET_WORDS)
    other.write("Hello")
    other.read_until("Hello")
    assert other.said == [("visitor", "Hello")]


def test_the_same_message_id_of_two_visitors_is_two_messages(chat: str) -> None:
    mine, other = Visitor(chat), Visitor(chat)
    mine.write(SECRET_WORDS, id="guessed-id")
    assert not other.write("Hello", id="guessed-id")["repeated"]
    assert other.read_until("Hello").said == [("visitor", "Hello")]


def test_nobody_reports_what_another_one_was_told(api: Api, chat: str) -> None:
    mine, other = Visitor(chat), Visitor(chat)
    mine.write(SECRET_WORDS)
    mine.read_until(SECRET_WORDS)
    other.write("Hello")
    answer = post(chat, "/chat/seen", other.token, json={"ids": [mine.messages[0]["id"]], "state": "read"})
    assert answer.status_code == 204
    assert get(api, "events", types="message.delivery")["items"] == []


def test_a_page_of_another_site_is_refused_and_the_shops_is_not(chat: str) -> None:
    def answered(origin: str) -> tuple[int, str | None]:
        answer = post(chat, "/chat/visitors", headers={"Origin": origin, "Authorization": ""}, json={})
        return answer.status_code, answer.headers.get("access-control-allow-origin")

    assert answered("https://evil.example") == (403, None)
    assert answered("null") == (403, None)
    assert answered(f"{SHOP}.evil.example") == (403, None)


def test_the_shops_pages_are_let_in(chat: str) -> None:
    answer = httpx.post(f"{chat}/chat/visitors", headers={"Origin": SHOP})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, SHOP)
    asked = {"Origin": SHOP, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    assert httpx.options(f"{chat}/chat/messages", headers=asked).status_code == 200
    assert (
        httpx.options(f"{chat}/chat/messages", headers={**asked, "Origin": "https://evil.example"}).status_code == 400
    )


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        (b"x" * 70_000, 413, "bytes"),
        (b"no json", 422, "body"),
        (b"[]", 422, "body"),
        (b'{"id": "message-1", "text": " "}', 422, "text"),
        (b'{"id": "message-1", "text": "' + b"x" * 8_001 + b'"}', 422, "text"),
        (b'{"id": "../../x", "text": "x"}', 422, "id"),
        (b'{"id": "message-1", "text": "x", "language": "../en"}', 422, "language"),
        (b'{"id": "message-1", "text": "x", "agent": "human:ann"}', 422, "agent"),
        (b'{"id": "message-1", "text": "x", "chain_id": "01978f6e-7c1a-7000-8000-000000000001"}', 422, "chain_id"),
    ],
)
def test_what_is_no_message_is_refused_and_says_why(chat: str, body: bytes, status: int, named: str) -> None:
    answer = post(chat, "/chat/messages", Visitor(chat).token, content=body)
    assert answer.status_code == status
    assert named in answer.json()["error"]


def test_a_stream_begins_at_a_number(chat: str) -> None:
    headers = {**Visitor(chat).headers, "Last-Event-ID": "1 or 1=1"}
    assert httpx.get(f"{chat}/chat/stream", headers=headers).status_code == 422


def test_whoever_writes_too_much_waits_and_others_do_not(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "MESSAGES_A_MINUTE", 2)
    with a_web_chat(api, lambda _: None) as url:
        mine, other = Visitor(url), Visitor(url)
        answers = [
            post(url, "/chat/messages", mine.token, json={"id": f"message-{number}", "text": "x"})
            for number in range(3)
        ]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 31
        other.write("Hello")


def test_reports_of_what_was_shown_are_counted_one_by_one(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "REPORTS_A_MINUTE", 2)
    with a_web_chat(api, lambda _: None) as url:
        seen = {"ids": [str(uuid4()), str(uuid4())], "state": "read"}
        answers = [post(url, "/chat/seen", Visitor(url).token, json=seen).status_code for _ in range(2)]
        assert answers == [204, 429]


def test_that_somebody_types_is_taken_so_often_and_begins_no_case(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "TYPING_A_MINUTE", 2)
    with a_web_chat(api, lambda _: None) as url:
        mine, other = Visitor(url), Visitor(url)
        answers = [post(url, "/chat/typing", mine.token).status_code for _ in range(3)]
        assert answers == [204, 204, 429]
        assert post(url, "/chat/typing", other.token).status_code == 204
        assert get(api, "sessions")["items"] == []


def test_html_stays_text_on_its_way(chat: str) -> None:
    evil = '<img src=x onerror="alert(1)">\n\nevent: case\ndata: {"closed": true}'
    visitor = Visitor(chat)
    visitor.write(evil)
    visitor.read_until(evil)
    assert visitor.said == [("visitor", evil)]
    assert visitor.case["closed"] is False


def test_no_file_beside_the_chats_own_is_served(chat: str) -> None:
    for name in ("..%2fapp.py", "%2e%2e/app.py", "texts.js", "etc/passwd"):
        assert httpx.get(f"{chat}/{name}").status_code == 404


def test_the_key_is_in_nothing_that_a_browser_gets(api: Api, chat: str) -> None:
    for name in ("", "web-chat.js", "web-chat.css", "page.css", "health"):
        answer = httpx.get(f"{chat}/{name}")
        assert answer.status_code == 200
        assert api.key not in answer.text


def test_the_bot_is_nobody_that_a_visitor_can_be(api: Api, chat: str) -> None:
    visitor = Visitor(chat)
    received = visitor.write("Hello")
    memory = get(api, f"memories/{UUID(received['id'])}")
    assert (memory["role"], memory["namespace"]) == ("user", f"chat/{visitor.token.split('.')[0]}")
