"""A real Chromium for the tests: a context of its own for every page, and no complaint of the browser is overlooked."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, expect

from bench.console.chromium import open_chromium
from warmline import Warmline
from warmline_local.sample import Place, seed_sample
from warmline_memory.settings import Settings

PASSWORD = "a-long-password"
WEEKS = 2
"""Of history in the sample; a person who fills a stack gets six."""
WAIT_MS = 60_000
LEFT = {"eventsource", "fetch", "image", "other"}
"""What a browser may break off where a page is left, which says nothing against the page; a page's icon is `other`."""

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run."""
    with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures go: docs/screenshots where that was asked for, else a folder of the run."""
    asked = os.environ.get("WARMLINE_SCREENSHOTS")
    folder = Path(asked) if asked else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass
class Complaints:
    """What the browser found wrong with the pages of one test."""

    heard: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        """Hear all that goes wrong on a page. A page that refuses something says so itself, with a status of 4xx."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.heard.append(f"script: {error}"))
        page.on("requestfailed", self._on_failed)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self.heard.append(f"{message.type}: {message.text} ({message.location})")

    def _on_failed(self, request: Request) -> None:
        if request.resource_type not in LEFT or "ERR_ABORTED" not in str(request.failure):
            self.heard.append(f"{request.method} {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        is_page = response.request.resource_type == "document"
        if response.status >= (500 if is_page else 400):
            self.heard.append(f"{response.request.method} {response.url}: {response.status}")


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, api_url: str) -> Iterator[Visit]:
    """Opens a page in a context of its own, with the options of Playwright's ``new_context``."""
    complaints, contexts = Complaints(), []

    def open_page(**options: Any) -> Page:
        context = chromium.new_context(base_url=api_url, **({"reduced_motion": "reduce"} | options))
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        complaints.listen(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints.heard == []


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Sign an operator in, whose name is `tenant/operator`."""
    page.goto("/console/")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()


@dataclass(frozen=True)
class Desk:
    """A desk of one test's own: its client, and what its operators sign in with."""

    client: Warmline
    tenant: str

    def hire(self, name: str, **fields: Any) -> str:
        """Add an operator who is available: the name to sign in with."""
        operator = self.client.operators.create(name, password=PASSWORD, **fields)
        self.client.operators.revise(operator.name, presence="available")
        return f"{self.tenant}/{name}"


@pytest.fixture
def desk(client: Warmline, worker: None) -> Desk:
    """This test's own tenant, with a worker behind it."""
    return Desk(client, client.whoami().tenant)


@dataclass(frozen=True)
class Sample:
    """The sample tenant, as the run filled it once."""

    client: Warmline
    sign_in_name: str


@pytest.fixture(scope="session")
def sample(api_url: str, settings: Settings, worker: None) -> Iterator[Sample]:
    """The sample tenant on the run's API and worker."""
    made = seed_sample(Place(api_url, settings, settings.database_url), password=PASSWORD, weeks=WEEKS)
    assert made is not None
    with Warmline(api_url, str(made["api key"])) as client:
        yield Sample(client, str(made["sign in as"]))
