"""Files in the web chat: visitors send them once and see those of their own case alone; what is wrong is refused."""

import httpx
import pytest

from tests.builders.attachments import HTML, PDF, a_png
from tests.builders.requests import Json, get
from tests.builders.web_chat import PATIENCE, Visitor, a_web_chat
from tests.conftest import Api
from warmline.web_chat import Chat

pytestmark = pytest.mark.usefixtures("worker")


def answer(chat: Chat) -> str:
    return f"Got {chat.text.partition(' (')[0]}"


def bring(visitor: Visitor, content: bytes, name: str = "photo.png", id: str = "file-0001") -> httpx.Response:
    asked = {"id": id, "name": name}
    url = f"{visitor.url}/chat/files"
    return httpx.post(url, params=asked, content=content, headers=visitor.headers, timeout=PATIENCE)


def load(visitor: Visitor, message_id: str) -> httpx.Response:
    return httpx.get(f"{visitor.url}/chat/files/{message_id}", headers=visitor.headers, timeout=PATIENCE)


def files_of(visitor: Visitor) -> list[Json]:
    return [one for one in visitor.messages if one["file"]]


def test_a_visitor_sends_a_file_once_and_gets_it_back_and_the_bot_hears_of_it(api: Api) -> None:
    picture = a_png()
    with a_web_chat(api, answer) as url:
        visitor = Visitor(url)
        sent = [bring(visitor, picture).json() for _ in range(2)]
        visitor.read_until("Got photo.png")
        [file] = files_of(visitor)
        loaded = load(visitor, file["id"])
    assert [one["repeated"] for one in sent] == [False, True]
    assert (file["id"], file["who"], file["written_as"]) == (sent[0]["id"], "visitor", "file-0001")
    assert (file["file"]["name"], file["file"]["type"]) == ("photo.png", "image/png")
    assert (loaded.content, loaded.headers["Content-Type"]) == (picture, "application/octet-stream")
    assert loaded.headers["Content-Security-Policy"].startswith("sandbox")
    assert len(get(api, "attachments")["items"]) == 1


@pytest.mark.parametrize(
    ("content", "name", "status"), [(HTML, "photo.png", 422), (b"", "a.txt", 422), (b"x" * 10_000_001, "a.txt", 413)]
)
def test_what_is_not_taken_is_refused_for_good(api: Api, content: bytes, name: str, status: int) -> None:
    with a_web_chat(api, answer) as url:
        assert bring(Visitor(url), content, name).status_code == status
    assert get(api, "attachments")["items"] == []


def test_nobody_loads_what_another_visitor_sent_nor_without_a_token(api: Api) -> None:
    with a_web_chat(api, answer) as url:
        visitor, other = Visitor(url), Visitor(url)
        sent = bring(visitor, PDF, "contract.pdf").json()["id"]
        other.write("Hello")
        assert [load(one, sent).status_code for one in (visitor, other)] == [200, 404]
        assert httpx.get(f"{url}/chat/files/{sent}", timeout=PATIENCE).status_code == 401
        assert load(visitor, "01978f6e-7c1a-7000-8000-000000000001").status_code == 404
        words = visitor.write("Hello")["id"]
        assert load(visitor, words).status_code == 404


def test_a_name_that_leads_elsewhere_is_a_name(api: Api) -> None:
    with a_web_chat(api, answer) as url:
        visitor = Visitor(url)
        bring(visitor, PDF, "../../etc/\u202epasswd")
        visitor.read_until("Got passwd.pdf")
