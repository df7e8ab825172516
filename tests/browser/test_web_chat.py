"""The web chat in a real browser: a customer, the bot and a person; on every screen, and in every language."""

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.browser.conftest import PASSWORD, WAIT_MS, Desk, Visit, sign_in
from tests.browser.inspecting import PHONE, STICKING_OUT, take_picture, violations_on
from tests.browser.working import Hands
from tests.builders.attachments import PDF, a_png
from tests.builders.shops import Shop, a_shop
from tests.builders.waits import eventually
from tests.builders.web_chat import a_web_chat
from tests.conftest import Api, serve
from warmline.web_chat.web import files
from warmline_memory.messaging import onlookers
from warmline_memory.settings import Settings
from warmline_schemas.handoffs import Handoff

MOST_BYTES = 30_000
THEMES = ("light", "dark")
BOTH: ViewportSize = {"width": 1440, "height": 860}
WINDOW = {"width": 480, "height": 720}
ZOOMED = {"width": 320, "height": 256}
"""A screen of 1280 × 1024 at 400 %."""
LEAST_TARGET = 44
BROKEN = "My lamp LAMP-77 came broken. I would like a new one."
WANTS_A_PERSON = "I want a person, please."
HERE = "Ines here. A new lamp is on its way; it comes on Thursday."
ON_MONDAY = "Ines here. A new lamp is on its way; it comes on Monday."
CORRECTS = "No, the lamp is LAMP-78. I read the wrong label."
IT_CAME = "It came, and it works. Thank you!"
SMALL = """
root => [...root.querySelectorAll("button, textarea")].filter((one) => one.checkVisibility())
  .map((one) => [one.textContent || one.id, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < least || box.height < least).map(([name]) => name)
"""


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop's page; its tag is set by whoever serves the chat."""
    with a_shop() as shop:
        yield shop


@pytest.fixture
def chat(api: Api, shop: Shop) -> Iterator[str]:
    """The chat of this test's own tenant, also on the shop's page. It must end after the browser's pages do."""
    with a_web_chat(api, origins=[shop.url]) as url:
        shop.tag = f'<script src="{url}/web-chat.js" defer></script>'
        yield url


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def said(page: Page, text: str) -> Locator:
    return page.get_by_role("log").get_by_text(text)


def waiting(desk: Desk) -> Handoff:
    found = eventually(lambda: next(desk.client.handoffs.list(to="queue:billing", state="ready"), None))
    assert found is not None
    return found


def delivery(desk: Desk) -> list[str]:
    return [event.facts["delivery"] for event in desk.client.events.list(types=["message.delivery"])]


def take_over_and_reply(operator: Page, handoff: Handoff) -> None:
    hands = Hands(operator)
    operator.goto(f"/console/handoffs/{handoff.id}")
    hands.press("button", "Hold it")
    expect(operator.get_by_role("heading", name="Reserved for you")).to_be_visible()
    hands.type_into("In one sentence", "The lamp LAMP-77 came broken")
    hands.press("button", "Take over")
    expect(operator.get_by_role("region", name="Reply")).to_be_visible()
    hands.type_into("To the customer", HERE)
    hands.press("button", "Reply to the customer")


def give_back(operator: Page, handoff: Handoff) -> None:
    hands = Hands(operator)
    operator.goto(f"/console/handoffs/{handoff.id}")
    hands.press("summary", "Return")
    hands.type_into("What should", "Ask whether the new lamp works")
    hands.press("button", "Return to")


@pytest.mark.parametrize("theme", THEMES)
def test_a_customer_meets_the_bot_and_a_person_and_the_bot_again_and_comes_back_two_days_later(
    chat: str, desk: Desk, visit: Visit, pictures: Path, theme: str
) -> None:
    operator = visit(color_scheme=theme)
    sign_in(operator, desk.hire("ines", display_name="Ines Weber", queues=["billing"]))
    customer = visit(color_scheme=theme, viewport=WINDOW)
    customer.goto(chat)
    write(customer, BROKEN)
    expect(said(customer, "I am an assistant")).to_be_visible()
    write(customer, WANTS_A_PERSON)
    expect(customer.get_by_role("status").filter(has_text="A person is coming.")).to_be_visible()
    take_picture(customer, pictures / f"web-chat-waiting-{theme}.webp")

    handoff = waiting(desk)
    take_over_and_reply(operator, handoff)
    expect(said(customer, HERE)).to_be_visible()
    expect(customer.get_by_role("status").filter(has_text="Answering you: Ines Weber")).to_be_visible()
    eventually(lambda: "read" in delivery(desk))
    take_picture(customer, pictures / f"web-chat-person-{theme}.webp")

    give_back(operator, handoff)
    expect(said(customer, "I go on from here.")).to_be_visible()
    write(customer, IT_CAME)
    expect(said(customer, "Thank you, I have noted it.")).to_be_visible()

    stored = customer.context.storage_state()
    customer.close()
    later = visit(color_scheme=theme, viewport=WINDOW, storage_state=stored)
    later.clock.set_fixed_time(datetime.now() + timedelta(days=2))
    later.goto(chat)
    for text in (BROKEN, WANTS_A_PERSON, HERE, IT_CAME):
        expect(said(later, text)).to_have_count(1)
    write(later, "One more thing: where do I put the old one?")
    expect(said(later, "Thank you, I have noted it.")).to_have_count(2)
    take_picture(later, pictures / f"web-chat-later-{theme}.webp")
    assert len({session.chain_id for session in desk.client.sessions.list()}) == 1


@pytest.mark.parametrize("theme", THEMES)
def test_a_customer_is_told_what_is_handed_over_and_the_operator_reads_what_they_correct(
    chat: str, desk: Desk, visit: Visit, pictures: Path, theme: str
) -> None:
    desk.client.revise_preferences(customer_recap=True)
    operator = visit(color_scheme=theme)
    sign_in(operator, desk.hire("ines", display_name="Ines Weber", queues=["billing"]))
    customer = visit(color_scheme=theme, viewport=WINDOW)
    customer.goto(chat)
    write(customer, BROKEN)
    expect(said(customer, "I am an assistant")).to_be_visible()
    write(customer, WANTS_A_PERSON)
    told = customer.locator(".line", has_text="Is this right?")
    expect(told).to_contain_text("Automatic message")
    expect(told).to_contain_text("My lamp LAMP-77 came broken")
    write(customer, CORRECTS)
    expect(customer.locator(".line", has_text=CORRECTS)).to_contain_text("Sent")
    take_picture(customer, pictures / f"web-chat-recap-{theme}.webp")

    handoff = waiting(desk)
    eventually(lambda: CORRECTS in str(desk.client.handoffs.get(handoff.id).brief))
    operator.goto(f"/console/handoffs/{handoff.id}")
    corrected = operator.get_by_role("listitem").filter(has_text=CORRECTS).filter(has_text="correction").first
    expect(corrected).to_be_visible()
    assert violations_on(operator) == []
    take_picture(operator, pictures / f"brief-corrected-{theme}.webp")


@pytest.mark.parametrize("theme", THEMES)
def test_an_operator_corrects_what_they_said_and_the_customer_reads_the_right_words_in_its_place(
    chat: str, desk: Desk, visit: Visit, pictures: Path, theme: str
) -> None:
    operator, customer = visit(color_scheme=theme), visit(color_scheme=theme, viewport=WINDOW, bypass_csp=True)
    sign_in(operator, desk.hire("ines", display_name="Ines Weber", queues=["billing"]))
    customer.goto(chat)
    write(customer, f"{BROKEN} {WANTS_A_PERSON}")
    take_over_and_reply(operator, waiting(desk))
    expect(said(customer, HERE)).to_be_visible()

    hands = Hands(operator)
    hands.press("link", "Correct")
    field = operator.get_by_role("textbox", name="Correct what you said")
    expect(field).to_be_focused()
    expect(field).to_have_value(HERE)
    field.fill(ON_MONDAY)
    assert violations_on(operator) == []
    field.press("Control+Enter")

    turn = operator.locator(".turn--agent", has_text="Ines Weber")
    expect(turn).to_contain_text(ON_MONDAY)
    expect(turn.get_by_text(HERE)).to_be_hidden()
    line = customer.locator(".line.person")
    expect(line).to_contain_text(ON_MONDAY)
    expect(line).to_contain_text("Corrected")
    expect(said(customer, HERE)).to_have_count(0)
    expect(turn).to_contain_text("read")
    take_picture(customer, pictures / f"web-chat-corrected-{theme}.webp")
    turn.get_by_text("Corrected at").click()
    expect(turn.get_by_text(HERE)).to_be_visible()
    assert violations_on(operator) == []
    assert violations_on(customer) == []
    take_picture(operator, pictures / f"corrected-{theme}.webp")

    customer.reload()
    expect(said(customer, ON_MONDAY)).to_be_visible()
    expect(customer.locator(".line.person")).to_have_count(1)


def test_that_a_customer_types_is_seen_by_whoever_has_the_case_until_it_is_sent_and_no_bot_is_told(
    chat: str, desk: Desk, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Longer than the test can take: so it is the message that ends it.
    monkeypatch.setattr(onlookers, "TYPING_SECONDS", 600.0)
    customer, operator = visit(), visit()
    asked: list[str] = []
    customer.on("request", lambda request: asked.append(request.url))
    customer.goto(chat)
    write(customer, BROKEN)
    expect(said(customer, "I am an assistant")).to_be_visible()
    write(customer, WANTS_A_PERSON)
    expect(customer.get_by_role("status").filter(has_text="A person is coming.")).to_be_visible()
    assert [url for url in asked if "typing" in url] == []
    sign_in(operator, desk.hire("ines", queues=["billing"]))
    operator.goto(f"/console/handoffs/{waiting(desk).id}")
    customer.get_by_role("textbox").fill("It is the lamp")
    expect(operator.locator("#company")).to_have_text("The customer is typing")
    customer.get_by_role("textbox").press("Enter")
    expect(operator.locator("#company")).to_have_text("")


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong_on_a_shops_page(chat: str, shop: Shop, desk: Desk, visit: Visit, theme: str) -> None:
    page = visit(color_scheme=theme)
    page.goto(shop.url)
    expect(page.get_by_role("button", name="Open the chat")).to_be_visible()
    assert violations_on(page) == []
    page.get_by_role("button", name="Open the chat").click()
    write(page, "Hello")
    expect(said(page, "I am an assistant")).to_be_visible()
    assert violations_on(page) == []


@pytest.mark.parametrize("theme", THEMES)
def test_axe_finds_nothing_wrong_on_the_chats_own_page(chat: str, desk: Desk, visit: Visit, theme: str) -> None:
    desk.hire("ines", queues=["billing"])
    # To look at a style sheet, axe writes one into the page, which the page's policy does not allow.
    page = visit(color_scheme=theme, bypass_csp=True)
    page.goto(chat)
    write(page, WANTS_A_PERSON)
    expect(page.get_by_role("status").filter(has_text="A person is coming.")).to_be_visible()
    expect(said(page, "I am getting a person")).to_be_visible()
    assert violations_on(page) == []


def test_it_works_by_the_keyboard_alone_and_focus_goes_where_it_belongs(
    chat: str, shop: Shop, desk: Desk, visit: Visit
) -> None:
    page = visit()
    page.goto(shop.url)
    launcher = page.get_by_role("button", name="Open the chat")
    expect(launcher).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
    page.keyboard.type("Hello")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("there")
    page.keyboard.press("Enter")
    expect(said(page, "Hello\nthere")).to_be_visible()
    expect(said(page, "I am an assistant")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("textbox")).not_to_be_visible()
    expect(launcher).to_be_focused()


def test_new_messages_are_announced_and_those_of_before_are_not(chat: str, desk: Desk, visit: Visit) -> None:
    page = visit()
    page.goto(chat)
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    write(page, "Hello")
    expect(said(page, "I am an assistant")).to_be_visible()
    page.reload()
    expect(said(page, "I am an assistant")).to_be_visible()
    expect(log).to_have_attribute("aria-live", "polite")


def test_on_a_phone_it_covers_the_page_and_every_target_is_large(
    chat: str, shop: Shop, desk: Desk, visit: Visit
) -> None:
    page = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(shop.url)
    page.get_by_role("button", name="Open the chat").tap()
    write(page, "Hello " + "x" * 300)
    expect(said(page, "I am an assistant")).to_be_visible()
    small = SMALL.replace("least", str(LEAST_TARGET))
    assert page.evaluate(f"({small})(document.querySelector('warmline-chat').shadowRoot)") == []
    panel = page.get_by_role("dialog").bounding_box()
    assert panel is not None
    assert (panel["width"], panel["height"]) == (PHONE["width"], PHONE["height"])
    assert page.evaluate(STICKING_OUT) == []


def test_at_400_percent_everything_can_be_read_and_reached(chat: str, shop: Shop, desk: Desk, visit: Visit) -> None:
    page = visit(viewport=ZOOMED)
    page.goto(shop.url)
    page.get_by_role("button", name="Open the chat").click()
    write(page, "Hello")
    expect(said(page, "I am an assistant")).to_be_visible()
    for name in ("Send", "Close the chat"):
        page.get_by_role("button", name=name).scroll_into_view_if_needed()
        expect(page.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    sideways = "document.querySelector('warmline-chat').shadowRoot.querySelector('.panel')"
    assert page.evaluate(f"{sideways}.scrollWidth <= {sideways}.clientWidth")


@pytest.mark.parametrize(
    ("language", "opens", "writes", "answers", "direction"),
    [
        ("de", "Chat öffnen", "Die Lampe ist kaputt", "Ich bin ein Assistent", "ltr"),
        ("es", "Abrir el chat", "La lámpara está rota", "Soy un asistente", "ltr"),
        ("ar", "فتح المحادثة", "المصباح مكسور LAMP-77", "أنا مساعد آلي", "rtl"),
        ("ja", "チャットを開く", "ランプが壊れています", "自動応答のアシスタントです", "ltr"),
        ("fi", "Open the chat", "Lamppu on rikki", "I am an assistant", "ltr"),
    ],
)
def test_it_speaks_the_pages_language_in_its_direction(
    chat: str,
    shop: Shop,
    desk: Desk,
    visit: Visit,
    language: str,
    opens: str,
    writes: str,
    answers: str,
    direction: str,
) -> None:
    shop.language = language
    page = visit()
    page.goto(shop.url)
    page.get_by_role("button", name=opens).click()
    write(page, writes)
    expect(said(page, answers)).to_be_visible()
    expect(page.locator("warmline-chat")).to_have_attribute("dir", direction)
    expect(said(page, writes)).to_have_css("direction", direction)
    assert violations_on(page) == []


def test_a_page_brings_a_language_of_its_own(chat: str, shop: Shop, desk: Desk, visit: Visit) -> None:
    shop.language = "fr"
    shop.tag = f"<script>window.WarmlineTexts = {{fr: {{open: 'Ouvrir la discussion'}}}}</script>{shop.tag}"
    page = visit()
    page.goto(shop.url)
    expect(page.get_by_role("button", name="Ouvrir la discussion")).to_be_visible()


def test_what_anybody_writes_is_text(chat: str, desk: Desk, visit: Visit) -> None:
    evil = "<img src=x onerror=\"document.title='taken'\"><b>bold</b>"
    page = visit()
    page.goto(chat)
    write(page, evil)
    expect(said(page, evil)).to_be_visible()
    page.reload()
    expect(said(page, evil)).to_be_visible()
    expect(page.get_by_role("log").locator("img")).to_have_count(0)
    assert page.title() == "Chat"


def test_what_is_written_without_a_connection_is_kept_over_a_reload_and_sent_once(
    api: Api, chromium: Browser, desk: Desk
) -> None:
    desk.hire("ines", queues=["billing"])
    context = chromium.new_context()
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    with a_web_chat(api) as url:
        page.goto(url)
        write(page, "Hello")
        expect(said(page, "I am an assistant")).to_be_visible()
        page.route("**/chat/**", lambda route: route.abort())
        write(page, "Is anybody there?")
        expect(page.get_by_role("log").get_by_text("Not sent yet.")).to_be_visible()
        page.reload()
        expect(said(page, "Is anybody there?")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="No connection.")).to_be_visible()
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        page.unroute_all()
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("log").get_by_text("Not sent yet.")).to_have_count(0)
        expect(said(page, "I am getting a person")).to_be_visible()
        kept = [memory.content for memory in desk.client.memories.list(kind="message") if memory.role == "user"]
        context.close()
    assert kept == ["Is anybody there?", "Hello"]


def test_what_comes_while_it_is_closed_is_counted_and_read_when_it_is_opened(
    chat: str, shop: Shop, desk: Desk, visit: Visit
) -> None:
    operator, page = visit(), visit()
    sign_in(operator, desk.hire("ines", queues=["billing"]))
    page.goto(shop.url)
    page.get_by_role("button", name="Open the chat").click()
    write(page, WANTS_A_PERSON)
    expect(said(page, "I am getting a person")).to_be_visible()
    page.keyboard.press("Escape")
    take_over_and_reply(operator, waiting(desk))
    expect(page.get_by_role("button", name="New messages: 1")).to_be_visible()
    eventually(lambda: delivery(desk)[-1:] == ["delivered"])
    page.get_by_role("button", name="New messages: 1").click()
    eventually(lambda: delivery(desk)[-1:] == ["read"])
    expect(page.get_by_role("button", name="New messages")).to_have_count(0)


@pytest.fixture
def both(api: Api, settings: Settings) -> Iterator[str]:
    """The page of both sides, of a platform that lets it show the console."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    framed = settings.model_copy(update={"console_frame_origins": f"http://127.0.0.1:{port}"})
    with serve(framed) as url, a_web_chat(api, port=port, console=f"{url}/console/") as chat:
        yield f"{chat}/both"


@pytest.mark.parametrize("theme", THEMES)
def test_both_sides_are_seen_on_one_page(
    both: str, desk: Desk, chromium: Browser, pictures: Path, theme: Literal["light", "dark"]
) -> None:
    name = desk.hire("ines", display_name="Ines Weber", queues=["billing"])
    # Not `visit`: a browser complains that a frame of another origin may not take the focus.
    context = chromium.new_context(color_scheme=theme, viewport=BOTH)
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    page.goto(both)
    customer, operator = page.frame_locator("iframe >> nth=0"), page.frame_locator("iframe >> nth=1")
    operator.get_by_label("Sign-in name").fill(name)
    operator.get_by_label("Password").fill(PASSWORD)
    operator.get_by_role("button", name="Sign in").click()
    expect(operator.get_by_role("heading", name="Nothing waits for you")).to_be_visible()
    for text, answer in ((BROKEN, "I am an assistant"), (WANTS_A_PERSON, "I am getting a person")):
        customer.get_by_role("textbox").fill(text)
        customer.get_by_role("textbox").press("Enter")
        expect(customer.get_by_role("log").get_by_text(answer)).to_be_visible()
    operator.locator(f"a[href*='{waiting(desk).id}']").first.click()
    expect(operator.get_by_text("LAMP-77").locator("visible=true").first).to_be_visible()
    take_picture(page, pictures / f"both-sides-{theme}.webp")
    context.close()


def test_whoever_only_passes_by_makes_no_request(chat: str, shop: Shop, visit: Visit) -> None:
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(shop.url, wait_until="networkidle")
    assert [url for url in asked if "/chat/" in url] == []


def test_it_is_small() -> None:
    assert sum(map(len, files().values())) <= MOST_BYTES


def test_a_visitor_sends_a_photo_and_the_operator_who_sees_it_answers_with_a_document(
    chat: str, desk: Desk, visit: Visit
) -> None:
    operator, page = visit(), visit(viewport=WINDOW)
    sign_in(operator, desk.hire("ines", display_name="Ines Weber", queues=["billing"]))
    page.goto(chat)
    write(page, BROKEN)
    expect(said(page, "I am an assistant")).to_be_visible()
    write(page, WANTS_A_PERSON)
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="Attach a file").click()
    choosing.value.set_files({"name": "lamp.png", "mimeType": "image/png", "buffer": a_png()})
    expect(page.get_by_role("img", name="lamp.png")).to_be_visible(timeout=WAIT_MS)
    take_over_and_reply(operator, waiting(desk))
    expect(operator.locator("img.turn-picture")).to_be_visible(timeout=WAIT_MS)
    operator.get_by_label("Files").set_input_files({"name": "label.pdf", "mimeType": "application/pdf", "buffer": PDF})
    operator.get_by_role("button", name="Reply to the customer").click()
    expect(operator.get_by_role("link", name="label.pdf")).to_be_visible(timeout=WAIT_MS)
    offered = page.get_by_role("button", name="label.pdf")
    expect(offered).to_be_visible(timeout=WAIT_MS)
    with page.expect_download() as saving:
        offered.click()
    assert Path(saving.value.path()).read_bytes() == PDF
    told = operator.locator("li.turn", has_text="label.pdf")
    expect(told.get_by_text("read", exact=True)).to_be_visible(timeout=WAIT_MS)
