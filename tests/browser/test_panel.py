"""The side panel in a real browser, in a frame of another site that tells it the conversation as Chatwoot does."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import WAIT_MS, Desk, Visit, sign_in
from tests.browser.inspecting import violations_on
from tests.browser.working import OVERCHARGE, WRONG_REFUND
from warmline_schemas.handoffs import Handoff

NARROW = {"width": 360, "height": 900}
# A desk as Chatwoot is one: it answers a frame that asks, and tells of another conversation when one is opened.
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Desk</title></head>
<body><main><h1>Desk</h1><button id="other">Open 58</button>
<iframe title="Warmline" src="{panel}" width="340" height="800"></iframe></main><script>
let conversation = 57;
const frame = document.querySelector("iframe");
const tell = () => frame.contentWindow.postMessage(
  JSON.stringify({{ event: "appContext", data: {{ conversation: {{ id: conversation, account_id: 1 }} }} }}), "*");
addEventListener("message", ({{ data }}) => {{ if (data === "chatwoot-dashboard-app:fetch-info") tell(); }});
document.getElementById("other").onclick = () => {{ conversation = 58; tell(); }};
</script></body></html>"""

HEAR = """() => {
  window.heard = new Promise((done) => addEventListener("message", ({ data }) => data.event && setTimeout(done)));
}"""
# A frame beside the panel: its origin is the desk's, which may show the panel, and it is not the window around it.
STRANGER = """() => {
  const beside = document.createElement("iframe");
  const told = JSON.stringify({ event: "appContext", data: { conversation: { id: 59, account_id: 1 } } });
  beside.srcdoc = `<script>parent.frames[0].postMessage(${told}, "*")</` + "script>";
  document.body.append(beside);
}"""


@pytest.fixture
def desk_page(desk: Desk, api_url: str) -> Iterator[str]:
    """A desk's page with the panel of this test's tenant, at `localhost`: another site than the platform's address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_page = self.path == "/"
            panel = f"{api_url}/console/panel/{desk.tenant}?desk=chatwoot-1"
            self.send_response(200 if is_page else 204)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE.format(panel=panel).encode() if is_page else b"")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}"
        server.shutdown()


def escalate(desk: Desk, conversation: str) -> Handoff:
    """A bot at Chatwoot hands a billing dispute over."""
    about = {"bridge": "chatwoot-1", "conversation": conversation}
    session = desk.client.session(agent="tier1-bot", namespace=f"user-{conversation}", metadata=about)
    session.remember(f"{OVERCHARGE} ({conversation})", role="user", importance=0.9)
    session.remember("Disputed amount", slot=("disputed_amount", "$100"), kind="fact", importance=0.8)
    handoff = session.hand_off(to="queue:billing", reason="Refunds over $50 need a person")
    return desk.client.handoffs.wait(handoff.id)


def enter(page: Page, panel: FrameLocator, name: str) -> None:
    """Sign in to the panel with a code of the console, which the frame opens in a page of its own."""
    with page.expect_popup() as opening:
        panel.get_by_role("link", name="Get a code").click()
    console = opening.value
    console.get_by_label("Sign-in name").fill(name)
    console.get_by_label("Password").fill("a-long-password")
    console.get_by_role("button", name="Sign in").click()
    console.get_by_role("button", name="Show a code").click()
    code = console.locator(".panel-code strong").inner_text()
    console.close()
    panel.get_by_label("Code").fill(code)
    panel.get_by_role("button", name="Sign in").click()


def test_a_case_is_read_proved_and_taken_over_inside_the_desk(desk: Desk, desk_page: str, visit: Visit) -> None:
    first, second = escalate(desk, "57"), escalate(desk, "58")
    desk.client.revise_preferences(panel_origins=[desk_page])
    page = visit()
    page.goto(desk_page)
    panel = page.frame_locator("iframe")
    enter(page, panel, desk.hire("ines", queues=["billing"]))
    expect(panel.get_by_text("INV-2031").first).to_be_visible()
    panel.locator(".brief-part--ask a.proof").first.click()
    expect(panel.locator("#proof").get_by_text("(57)")).to_be_visible()
    panel.get_by_label("In one sentence").fill(WRONG_REFUND)
    panel.get_by_role("button", name="Take over").click()
    expect(panel.get_by_role("alert")).to_contain_text("brief")
    panel.get_by_label("In one sentence").fill("Refund $100 for invoice INV-2031")
    panel.get_by_role("button", name="Take over", exact=True).click()
    expect(panel.get_by_role("heading", name="It is yours")).to_be_visible()
    assert desk.client.handoffs.get(first.id).holder == "human:ines"
    page.get_by_role("button", name="Open 58").click()
    expect(panel.get_by_text("(58)").first).to_be_visible()
    assert desk.client.handoffs.get(second.id).holder is None


def test_it_follows_what_happens_while_it_is_open(desk: Desk, desk_page: str, visit: Visit) -> None:
    handoff = escalate(desk, "57")
    desk.client.revise_preferences(panel_origins=[desk_page])
    page = visit()
    page.goto(desk_page)
    panel = page.frame_locator("iframe")
    enter(page, panel, desk.hire("ines", queues=["billing"]))
    expect(panel.get_by_role("heading", name="Waiting")).to_be_visible()
    desk.hire("bob", queues=["billing"])
    desk.client.handoffs.claim(handoff.id, agent="human:bob")
    expect(panel.get_by_role("heading", name="bob has reserved it")).to_be_visible()


def test_a_page_that_is_not_named_does_not_show_it(desk: Desk, desk_page: str, chromium: Browser) -> None:
    desk.client.revise_preferences(panel_origins=["https://desk.example"])
    # Not `visit`: the browser complains of what it refuses.
    context = chromium.new_context()
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        page.goto(desk_page)
    expect(page.frame_locator("iframe").get_by_role("link", name="Get a code")).to_have_count(0)
    context.close()


def test_a_message_of_another_window_does_not_choose_what_is_shown(desk: Desk, desk_page: str, visit: Visit) -> None:
    for conversation in ("57", "58", "59"):
        escalate(desk, conversation)
    desk.client.revise_preferences(panel_origins=[desk_page])
    page, asked = visit(), list[str]()
    page.goto(desk_page)
    panel, frame = page.frame_locator("iframe").first, page.frames[1]
    enter(page, panel, desk.hire("ines", queues=["billing"]))
    expect(panel.get_by_text("(57)").first).to_be_visible()
    page.on("request", lambda request: asked.append(request.url))
    frame.evaluate(HEAR)
    page.evaluate(STRANGER)
    frame.evaluate("window.heard")
    page.get_by_role("button", name="Open 58").click()
    expect(panel.get_by_text("(58)").first).to_be_visible()
    assert any("conversation=58" in one for one in asked)
    assert not any("conversation=59" in one for one in asked)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_wrong_with_it(desk: Desk, visit: Visit, theme: str) -> None:
    handoff = escalate(desk, "57")
    page = visit(color_scheme=theme, viewport=NARROW)
    name, address = desk.hire("ines", queues=["billing"]), f"/console/panel/{desk.tenant}"
    page.goto(f"{address}/chains/{handoff.chain_id}")
    found = {"door": violations_on(page)}
    sign_in(page, name)
    page.goto("/console/panel-code")
    page.get_by_role("button", name="Show a code").click()
    code = page.locator(".panel-code strong").inner_text()
    found["code"] = violations_on(page)
    page.goto(f"{address}/chains/{handoff.chain_id}")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    page.locator("a.proof").first.click()
    expect(page.locator("#proof")).to_be_visible()
    found["case"] = violations_on(page)
    page.goto(address)
    found["nothing"] = violations_on(page)
    assert found == {name: [] for name in ("door", "code", "case", "nothing")}
    assert page.evaluate("document.scrollingElement.scrollWidth") <= NARROW["width"]
