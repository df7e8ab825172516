"""What operators do at the desk, by what they read on the screen: with a mouse, or by the keyboard alone."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Desk
from warmline_schemas.handoffs import Handoff

MOST_TABS = 80
OVERCHARGE = "I was charged $299 for invoice INV-2031, but my plan is $199."
REFUND = "Refund $100 to ACC-4521 for invoice INV-2031"
WRONG_REFUND = "Refund $150 to ACC-4521 for invoice INV-2031"
NOTE = "Refunded $100 for INV-2031 by hand; the customer was told by e-mail."


def escalate(desk: Desk, *, namespace: str = "user-dave", **asked: object) -> Handoff:
    """A bot hands a billing dispute over to the queue `billing`, and its brief is written."""
    session = desk.client.session(agent="tier1-bot", namespace=namespace)
    session.remember(OVERCHARGE, role="user", importance=0.9)
    session.remember("Account ID", slot=("account_id", "ACC-4521"), kind="fact", importance=0.8)
    session.remember("Disputed amount", slot=("disputed_amount", "$100"), kind="fact", importance=0.8)
    session.remember_action("issue_refund", {"amount": "$100"}, {"error": "needs a person"}, "failed")
    handoff = session.hand_off(
        to="queue:billing", reason="Refunds over $50 need a person", goal="Refund $100 to ACC-4521", **asked
    )
    return desk.client.handoffs.wait(handoff.id)


def press_key(page: Page, key: str) -> None:
    """Press a key once the page's script listens to it: what a page shows may be seen before that."""
    page.wait_for_load_state()
    page.keyboard.press(key)


@dataclass
class Hands:
    """An operator's hands on a page: they press what is named, and type into what is labelled."""

    page: Page

    def press(self, role: str, name: str) -> None:
        """Press a button, follow a link, open what is folded."""
        self._named(role, name).click()

    def type_into(self, label: str, text: str) -> None:
        """Replace what stands in a field."""
        self._labelled(label).fill(text)

    def _named(self, role: str, name: str) -> Locator:
        main = self.page.get_by_role("main")
        if role == "summary":
            return main.locator("summary").filter(has_text=re.compile(f"^{name}", re.IGNORECASE)).first
        return main.get_by_role(role, name=re.compile(f"^{name}", re.IGNORECASE)).first  # type: ignore[arg-type]

    def _labelled(self, label: str) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile(label, re.IGNORECASE)).locator("visible=true").first


class Keys(Hands):
    """The same by the keyboard alone: the tab key until it is there, then enter."""

    def press(self, role: str, name: str) -> None:
        self._tab_to(self._named(role, name))
        self.page.keyboard.press("Enter")

    def type_into(self, label: str, text: str) -> None:
        self._tab_to(self._labelled(label))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def _tab_to(self, wanted: Locator) -> None:
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} cannot be reached with the tab key")


@dataclass
class Shift:
    """One operator at work on one handoff. Without JavaScript the page is loaded anew to see what is new."""

    desk: Desk
    hands: Hands
    is_live: bool = True

    @property
    def page(self) -> Page:
        """The page that the operator looks at."""
        return self.hands.page

    def look_for(self, found: Locator) -> None:
        """Wait until something is there: by itself, or after the page was loaded anew."""
        if not self.is_live:
            self.page.reload()
        expect(found).to_be_visible()

    def turn_to(self, part: str) -> None:
        """Go to a part of the page, where the screen shows one at a time."""
        parts = self.page.get_by_role("navigation", name="Parts of this page", include_hidden=True)
        # A press does not wait for the page it leads to.
        expect(parts).to_be_attached()
        tab = parts.get_by_role("link", name=part)
        if tab.is_visible():
            self.hands.press("link", part)
            expect(tab).to_have_attribute("aria-current", "true")

    def resolve(self, handoff: Handoff) -> None:
        """Take a handoff from the queue to its resolution, with a question, an answer and a mended read-back."""
        page, hands = self.page, self.hands
        self.look_for(page.get_by_role("link", name=handoff.namespace, exact=True))
        hands.press("link", handoff.namespace)
        self.turn_to("What to do")
        hands.press("button", "Hold it")
        expect(page.get_by_role("heading", name="Reserved for you")).to_be_visible()
        self._ask(handoff)
        self._accept()
        self._reply_and_resolve()

    def _seen(self, text: str) -> Locator:
        """A text that is on the screen; a narrow one hides the parts that were not chosen."""
        return self.page.get_by_text(text).locator("visible=true").first

    def _ask(self, handoff: Handoff) -> None:
        self.hands.press("summary", "Ask tier1-bot")
        self.hands.type_into("What is missing", "Which card was it?")
        self.hands.press("button", "Ask tier1-bot")
        expect(self._seen("Which card was it?")).to_be_visible()
        self.desk.client.handoffs.answer(handoff.id, agent="tier1-bot", answer="The one that ends in 4417.")
        self.look_for(self._seen("The one that ends in 4417."))

    def _accept(self) -> None:
        self.hands.type_into("In one sentence", WRONG_REFUND)
        self.hands.press("button", "Take over")
        differs = self.page.get_by_role("table", name="Where your words differ from the brief")
        expect(differs).to_contain_text("$150")
        expect(differs).to_contain_text("$100")
        self.hands.type_into("In one sentence", REFUND)
        self.hands.press("button", "Take over")
        expect(self.page.get_by_role("region", name="Reply")).to_be_visible()

    def _reply_and_resolve(self) -> None:
        self.hands.type_into("To the customer", "I have refunded the $100 just now, Dave.")
        self.hands.press("button", "Reply to the customer")
        expect(self._seen("I have refunded the $100 just now, Dave.")).to_be_visible()
        self.turn_to("What to do")
        self.hands.press("summary", "Resolve")
        self.hands.type_into("How was it solved", NOTE)
        self.hands.press("button", "Resolve")
        expect(self._seen("resolved")).to_be_visible()
