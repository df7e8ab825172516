"""Playing: what the operators and the customers do, and what has to be seen on the open pages afterwards."""

import random
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from playwright.sync_api import Browser, Error, Page

from bench import sentences
from warmline import Warmline
from warmline_schemas.handoffs import HandoffState

PASSWORD = secrets.token_urlsafe(12)
MOST_OPEN, FEW_WAITING = 12, 2
PATIENCE_MS = 10_000
"""So long it is waited for what has to be seen; then it is a problem, and not late alone."""
PLACES = "() => [...document.querySelectorAll('[data-row]')].map((row) => [row.id, row.getBoundingClientRect().top])"
TYPED = "() => [...document.querySelectorAll('textarea')].map((field) => field.value)"
HEADING = "said => (document.querySelector('#actions h2')?.textContent || '').includes(said)"
SAID = "text => (document.querySelector('#conversation')?.textContent || '').includes(text)"


@dataclass
class Operator:
    """A person at a browser: the case that is open there, or whether the queue is; and what they have typed and not
    sent."""

    name: str
    page: Page
    at: UUID | None = None
    is_at_queue: bool = True
    typed: str | None = None

    @property
    def display_name(self) -> str:
        """What colleagues read."""
        return self.name.title()

    def open(self, handoff_id: UUID) -> None:
        """Open the page of a case. Whoever leaves a page leaves what was typed there; it is kept for their return."""
        self.page.goto(f"/console/handoffs/{handoff_id}")
        self.at, self.is_at_queue, self.typed = handoff_id, False, None

    def open_queue(self) -> None:
        """Open the list of what waits."""
        self.page.goto("/console/")
        self.at, self.is_at_queue, self.typed = None, True, None


class Desk:
    """Two operators of one queue, and the cases that come to it."""

    def __init__(self, client: Warmline, chromium: Browser, url: str, rng: random.Random) -> None:
        self._client = client
        self._rng = rng
        self._numbers = count(1)
        self._cases: dict[UUID, UUID] = {}
        """The handoffs that are not over, with their chains."""
        self.seen_after: defaultdict[str, list[float]] = defaultdict(list)
        """By what was to be seen, after how many seconds it was."""
        self.problems: list[str] = []
        self.deeds: Counter[str] = Counter()
        self._operators = [self._hire(chromium, url, name) for name in ("ines", "marco")]
        client.queues.write("billing", title="Billing")

    def _hire(self, chromium: Browser, url: str, name: str) -> Operator:
        self._client.operators.create(
            name, display_name=name.title(), queues=["billing"], capacity=1000, password=PASSWORD
        )
        self._client.operators.revise(name, presence="available")
        page = chromium.new_context(base_url=url).new_page()
        signing_in = {"name": f"{self._client.whoami().tenant}/{name}", "password": PASSWORD}
        page.context.request.post("/console/sign-in", form=signing_in)
        page.goto("/console/")
        return Operator(name, page)

    def do_something(self) -> None:
        """One deed of one of them, at random; then all that was typed has to be there still."""
        deeds: list[Callable[[Operator, Operator], bool]] = [
            self._a_case_comes,
            self._customer_writes,
            self._customer_writes,
            self._hold,
            self._take_over,
            self._reply,
            self._reply,
            self._type,
            self._type,
            self._snooze,
            self._resolve,
            self._return,
            self._look_at_a_case,
            self._look_at_the_queue,
        ]
        one, other = self._rng.sample(self._operators, 2)
        deed = self._rng.choice(deeds)
        if len(self._of(HandoffState.READY)) < FEW_WAITING:
            deed = self._a_case_comes
        try:
            if deed(one, other):
                self.deeds[deed.__name__.strip("_")] += 1
        except Error as error:
            self.problems.append(f"{deed.__name__.strip('_')} by {one.name}: {str(error).splitlines()[0]}")
            for operator in self._operators:
                operator.open(operator.at) if operator.at else operator.open_queue()
        self._check_typed(f"{deed.__name__.strip('_')} by {one.name}")

    # What is to be seen

    def _expect(self, kind: str, who: Operator, script: str, argument: str, since: float) -> None:
        """Note after how long a page shows something; that it never does is a problem."""
        try:
            who.page.wait_for_function(script, arg=argument, timeout=PATIENCE_MS)
        except Error:
            shown = who.page.evaluate("() => document.querySelector('#actions h2')?.textContent")
            self.problems.append(f"{kind} was never shown to {who.name}: {argument!r}; the page says {shown!r}")
            return
        self.seen_after[kind].append(time.monotonic() - since)

    def _check_typed(self, deed: str) -> None:
        for operator in self._operators:
            if operator.typed and operator.typed not in operator.page.evaluate(TYPED):
                self.problems.append(f"what {operator.name} typed is gone after {deed}: {operator.typed!r}")
                operator.typed = None

    def _done_to(self, handoff_id: UUID, since: float, one: Operator, other: Operator, own: str, others: str) -> None:
        """After a deed both who did it and a colleague who looks at the case have to see what it is now."""
        self._expect("one's own deed", one, HEADING, own, since)
        if other.at == handoff_id:
            self._expect("a colleague's deed", other, HEADING, others, since)

    # Deeds: each says whether there was anything to do

    def _a_case_comes(self, one: Operator, other: Operator) -> bool:
        if len(self._cases) >= MOST_OPEN:
            return False
        pointed = [who for who in (one, other) if who.is_at_queue and self._point_at_a_row(who)]
        before = [who.page.evaluate(PLACES) for who in pointed]
        number = next(self._numbers)
        session = self._client.session(agent="tier1-bot", namespace=f"customer-{number}")
        session.remember(sentences.sentence(self._rng), role="user", importance=0.9)
        handoff = session.hand_off(to="queue:billing", reason="The customer asks for a person")
        self._client.handoffs.wait(handoff.id)
        self._cases[handoff.id] = handoff.chain_id
        since = time.monotonic()
        for who, places in zip(pointed, before, strict=True):
            self._expect("that something is new", who, "() => document.querySelector('[data-newer]')", "", since)
            if who.page.evaluate(PLACES) != places:
                self.problems.append(f"rows moved under the pointer of {who.name}")
        for who in (one, other):
            if who.is_at_queue and who not in pointed:
                row = f"() => document.getElementById('t-{handoff.id}')"
                self._expect("a new case in the list", who, row, "", since)
        return True

    def _point_at_a_row(self, who: Operator) -> bool:
        rows = who.page.locator("[data-row]")
        if rows.count() == 0:
            return False
        # A pointer that moved counts; one that lies there since long ago does not.
        for place in (20, 40):
            rows.last.hover(position={"x": place, "y": 20})
        return True

    def _customer_writes(self, one: Operator, other: Operator) -> bool:
        if not self._cases:
            return False
        handoff_id = self._rng.choice(list(self._cases))
        number = next(self._numbers)
        words = f"{sentences.sentence(self._rng)} ({number})"
        self._client.chains.send(self._cases[handoff_id], words, external_id=f"chat-{number}")
        since = time.monotonic()
        is_worked = self._client.handoffs.get(handoff_id).state == HandoffState.ACCEPTED
        for who in (one, other):
            if who.at == handoff_id and is_worked:
                self._expect("a customer's words", who, SAID, words, since)
        return True

    def _hold(self, one: Operator, other: Operator) -> bool:
        handoff_id = self._one_of(self._of(HandoffState.READY))
        if handoff_id is None:
            return False
        self._see(one, handoff_id)
        since = time.monotonic()
        one.page.get_by_role("button", name="Hold it").click()
        one.typed = None
        self._done_to(handoff_id, since, one, other, "Reserved for you", f"{one.display_name} has reserved it")
        since = time.monotonic()
        one.page.get_by_role("button", name="Put back").click()
        one.at, one.is_at_queue = None, True
        one.page.wait_for_url("**/console/")
        if other.at == handoff_id:
            self._expect("a colleague's deed", other, HEADING, "Waiting", since)
        return True

    def _take_over(self, one: Operator, other: Operator) -> bool:
        handoff_id = self._one_of(self._of(HandoffState.READY))
        if handoff_id is None:
            return False
        self._see(one, handoff_id)
        since = time.monotonic()
        one.page.get_by_role("button", name="Take over").click()
        one.typed = None
        self._done_to(handoff_id, since, one, other, "It is yours", f"{one.display_name} has it")
        return True

    def _reply(self, one: Operator, other: Operator) -> bool:
        handoff_id = self._one_of(self._held_by(one))
        if handoff_id is None:
            return False
        self._see(one, handoff_id)
        words = f"{sentences.sentence(self._rng)} ({next(self._numbers)})"
        one.page.locator("#text").fill(words)
        since = time.monotonic()
        one.page.get_by_role("button", name="Reply to the customer").click()
        one.typed = None
        self._expect("one's own reply", one, SAID, words, since)
        if other.at == handoff_id:
            self._expect("a colleague's reply", other, SAID, words, since)
        return True

    def _type(self, one: Operator, _other: Operator) -> bool:
        """Begin to write, and leave it there while others go on."""
        if one.at is None:
            return False
        fields = one.page.locator("#text, #read-back").locator("visible=true")
        if fields.count() == 0:
            return False
        one.typed = f"{sentences.sentence(self._rng)} ({next(self._numbers)})"
        fields.first.fill(one.typed)
        return True

    def _snooze(self, one: Operator, _other: Operator) -> bool:
        handoff_id = self._one_of(self._held_by(one))
        if handoff_id is None:
            return False
        self._see(one, handoff_id)
        self._act(one, "snooze", "Snooze")
        self._expect("one's own deed", one, "() => document.querySelector('#actions .hold')", "", time.monotonic())
        return True

    def _resolve(self, one: Operator, other: Operator) -> bool:
        answered = [one_id for one_id in self._held_by(one) if self._client.handoffs.get(one_id).first_reply_at]
        handoff_id = self._one_of(answered)
        if handoff_id is None:
            return False
        self._see(one, handoff_id)
        self._act(one, "resolve", "Resolve", note=sentences.sentence(self._rng))
        self._over(handoff_id, one, other, "Resolved")
        return True

    def _return(self, one: Operator, other: Operator) -> bool:
        handoff_id = self._one_of(self._held_by(one))
        if handoff_id is None:
            return False
        self._see(one, handoff_id)
        self._act(one, "return", "Return to", instruction=sentences.sentence(self._rng))
        self._over(handoff_id, one, other, "Returned")
        return True

    def _look_at_a_case(self, one: Operator, _other: Operator) -> bool:
        handoff_id = self._one_of(list(self._cases))
        if handoff_id is None:
            return False
        one.open(handoff_id)
        return True

    def _look_at_the_queue(self, one: Operator, _other: Operator) -> bool:
        one.open_queue()
        return True

    # How they do it

    def _see(self, who: Operator, handoff_id: UUID) -> None:
        if who.at != handoff_id:
            who.open(handoff_id)

    def _act(self, who: Operator, verb: str, button: str, **fields: str) -> None:
        form = who.page.locator(f"#act-{verb}")
        if not form.evaluate("details => details.open"):
            form.locator("summary").click()
        for name, words in fields.items():
            form.locator(f"[name={name}]").fill(words)
        form.get_by_role("button", name=button).click()
        who.typed = None

    def _over(self, handoff_id: UUID, one: Operator, other: Operator, state: str) -> None:
        """After a case is over: it is nobody's, and a colleague who looks at it sees that."""
        since = time.monotonic()
        del self._cases[handoff_id]
        one.page.wait_for_load_state()
        one.at = None
        if other.at == handoff_id:
            self._expect("a colleague's deed", other, HEADING, state, since)

    def _of(self, state: HandoffState) -> list[UUID]:
        return [one for one in self._cases if self._client.handoffs.get(one).state == state]

    def _held_by(self, who: Operator) -> list[UUID]:
        agent = f"human:{who.name}"
        return [one for one in self._of(HandoffState.ACCEPTED) if self._client.handoffs.get(one).holder == agent]

    def _one_of(self, handoff_ids: list[UUID]) -> UUID | None:
        return self._rng.choice(handoff_ids) if handoff_ids else None
