"""What tests of the console begin with: an operator who is signed in, as a browser without JavaScript."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import httpx

from tests.builders.operators import an_operator
from tests.builders.requests import Json
from tests.conftest import Api

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Browser:
    """A browser that keeps cookies, posts forms with the page's CSRF token, and goes where it is sent."""

    http: httpx.Client

    def get(self, path: str) -> httpx.Response:
        return self.http.get(f"/console{path}", follow_redirects=True)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def submit(self, path: str, **fields: object) -> httpx.Response:
        """Post a form and stay where its answer is."""
        typed = {"csrf": csrf_of(self.page("/mine")), **{name: str(value) for name, value in fields.items()}}
        return self.http.post(f"/console{path}", data=typed)

    def done(self, path: str, **fields: object) -> str:
        """Post a form that works; the page after it."""
        answer = self.submit(path, **fields)
        assert answer.status_code == 303, answer.text
        return self.http.get(answer.headers["location"], follow_redirects=True).text

    def refused(self, path: str, status: int = 409, **fields: object) -> str:
        """Post a form that is refused; the page that says why."""
        answer = self.submit(path, **fields)
        assert answer.status_code == status, (answer.status_code, answer.headers, answer.text)
        return answer.text


def a_browser(api_url: str) -> Browser:
    """A browser that keeps no connection open, and so needs no closing."""
    return Browser(httpx.Client(base_url=api_url, timeout=30, limits=httpx.Limits(max_keepalive_connections=0)))


def tenant_name(api: Api) -> str:
    return str(api.http.get("/v1/whoami").json()["tenant"])


def an_operator_with_a_password(api: Api, name: str = "ann", **changes: object) -> Json:
    return an_operator(api, name, presence=None, password=PASSWORD, **changes)


def sign_in(browser: Browser, api: Api, name: str = "ann", password: str = PASSWORD, **more: str) -> httpx.Response:
    typed = {"name": f"{tenant_name(api)}/{name}", "password": password, **more}
    return browser.http.post("/console/sign-in", data=typed)


def signed_in(api: Api, name: str = "ann", **changes: object) -> Browser:
    """The browser of a new operator who has signed in."""
    an_operator_with_a_password(api, name, **changes)
    browser = a_browser(api.url)
    answer = sign_in(browser, api, name)
    assert answer.status_code == 303, answer.text
    return browser


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page
    return found.group(1)


def text_of(page: str) -> str:
    """What a page shows, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2])).split())


class Markup(HTMLParser):
    """The elements of a page with their attributes' names."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))
