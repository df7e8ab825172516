"""The side panel, as a browser without JavaScript has it in the frame of a desk's page."""

import re
from dataclasses import dataclass

import httpx

from tests.builders.console import Browser, a_browser, csrf_of, tenant_name
from tests.builders.requests import patch
from tests.conftest import Api

DESK = "https://desk.example"


@dataclass
class Panel:
    """A frame that keeps its cookie, which the browser sends here alone."""

    http: httpx.Client
    tenant: str
    cookie: str = ""

    @property
    def address(self) -> str:
        return f"/console/panel/{self.tenant}"

    def get(self, path: str = "") -> httpx.Response:
        answer = self.http.get(f"{self.address}{path}", headers=self._headers())
        # By hand, since the client sends no cookie that it was given by hand to where it is sent on.
        return self.http.get(answer.headers["location"], headers=self._headers()) if answer.is_redirect else answer

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Post a form and stay where its answer is."""
        answer = self.http.post(f"{self.address}{path}", data=fields, headers=self._headers())
        for cookie in answer.headers.get_list("set-cookie"):
            found = re.match(r"warmline_panel=([^;]*)", cookie)
            self.cookie = found[1] if found else self.cookie
        return answer

    def submit(self, path: str, **fields: str) -> httpx.Response:
        """Post a form that carries the token of its page."""
        return self.post(path, csrf=csrf_of(self.get().text), **fields)

    def sign_in(self, code: str, **fields: str) -> httpx.Response:
        return self.post("/sign-in", code=code, **fields)

    def _headers(self) -> dict[str, str]:
        # By hand: a cookie that is marked as secure is kept by no client of a test without TLS.
        return {"Cookie": f"warmline_panel={self.cookie}"} if self.cookie else {}


def code_for(browser: Browser) -> str:
    """The code that an operator takes from the console."""
    page = browser.submit("/panel-code").text
    found = re.search(r'data-copy="([^"]+)"', page)
    assert found, page
    return found[1]


def a_panel(api: Api, tenant: str | None = None) -> Panel:
    """A panel in which nobody is signed in."""
    return Panel(a_browser(api.url).http, tenant or tenant_name(api))


def a_panel_of(api: Api, browser: Browser, *, origins: tuple[str, ...] = (DESK,)) -> Panel:
    """A panel in which the operator of a browser has signed in."""
    patch(api, "preferences", {"panel_origins": list(origins)})
    panel = a_panel(api)
    assert panel.sign_in(code_for(browser)).status_code == 303
    return panel
