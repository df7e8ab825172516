"""Cases: what a bridge does in Warmline, by the SDK. Every call can be made again and changes nothing then."""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from warmline.bridges.desk import CannotLook, File, Handover, Later, Message, Refused
from warmline.client import Warmline
from warmline.errors import (
    HandoffAccepted,
    HandoffClaimed,
    HandoffInProgress,
    HandoffStateForbids,
    InvalidRequest,
    NameTaken,
    NotFound,
    NotHeld,
    OperatorBusy,
    PayloadTooLarge,
    QuotaReached,
    ReadBackRequired,
    SessionEnded,
    StaleToken,
)
from warmline_schemas.briefs import Brief
from warmline_schemas.claims import Owner
from warmline_schemas.customers.attachments import MOST_ATTACHMENTS, Attachment, AttachmentState
from warmline_schemas.customers.messages import WITHDRAWN, ReceivedMessage, correction_in
from warmline_schemas.handoffs import Handoff, HandoffMode, HandoffState, HandoffWithBrief
from warmline_schemas.memories import Memory
from warmline_schemas.targets import TargetKind, kind_of
from warmline_schemas.wire import MAX_CONTENT_CHARS

logger = logging.getLogger("warmline.bridges")

# Of each section of a brief so many lines, each cut at so many characters: a note that is read in half a minute.
NOTE_LINES, NOTE_CHARS = 3, 240
# A customer's name has at most so many characters.
NAME_CHARS = 200
# Seconds to wait for a brief that is being written, before something else is done meanwhile.
BRIEF_SECONDS = 5.0
# Seconds until what was to be called off is looked at again, where somebody has just accepted it.
FASTER_SECONDS = 1.0
# Seconds until a file is looked at again of which a scanner has said nothing yet.
SCANNER_SECONDS = 5.0
# Seconds. A claim that is only there to be given back.
CLAIM_SECONDS = 30
UNTAKEN = frozenset({HandoffState.REQUESTED, HandoffState.DRAFTED, HandoffState.READY, HandoffState.CLAIMED})
LOST = (StaleToken, NotHeld, HandoffStateForbids, NotFound)
"""A hold is over: it was resolved or passed on elsewhere."""
NOT_OURS = (HandoffClaimed, HandoffAccepted, HandoffStateForbids, OperatorBusy, NotFound)
"""A handoff cannot be taken over in the name of a person at the desk; what they say is kept all the same."""


@dataclass(frozen=True)
class Held:
    """A handoff that a person at the desk has taken over, with the token of it."""

    handoff: str
    token: int
    agent: str


class Cases:
    """What a bridge does in Warmline for the conversations of one desk."""

    def __init__(self, client: Warmline, desk: str, *, bot: str, people: str, console: str) -> None:
        self._client = client
        self._desk = desk
        self._bot = bot
        self._people = people
        self._console = console.rstrip("/")

    def find_or_start(
        self, conversation: str, customer: str, name: str | None = None, *, after: str | None = None
    ) -> str:
        """Return the chain of a conversation: the one that is there, else a new one with a session of the bot.

        ``name`` is what the desk calls the customer; ``after``: the chain that it was before, which was forgotten.
        """
        about = {"bridge": self._desk, "conversation": conversation}
        known = next(iter(self._client.sessions.list(metadata=about, page_size=1)), None)
        if known is not None and str(known.chain_id) != after:
            return str(known.chain_id)
        key = f"{self._desk}:{conversation}:{after or 'new'}"
        namespace = self._namespace_of(customer, name)
        return str(self._client.sessions.start(namespace, self._bot, about, idempotency_key=key).chain_id)

    def _namespace_of(self, customer: str, name: str | None) -> str:
        """The namespace of a customer, whom Warmline knows by the desk's id of them from then on, by name too."""
        ids = [{"channel": self._desk, "id": customer}]
        own, called = f"{self._desk}/contact-{customer}", (name or "").strip()[:NAME_CHARS] or None
        # Somebody who came in another channel first has a namespace of theirs: this conversation is in it, too.
        for namespace in (own, None):
            try:
                return self._client.customers.make(ids=ids, display_name=called, namespace=namespace).namespace
            except NameTaken as refusal:
                logger.info("customer %s: %s", customer, refusal)
        return own

    def conversation_of(self, chain: UUID) -> str | None:
        """Return which conversation of this desk a chain is; None where it is none."""
        try:
            about = self._client.sessions.get(chain).metadata
        except NotFound:
            return None
        return str(about.get("conversation")) if about.get("bridge") == self._desk else None

    def bring(
        self, chain: str, message: Message, load: Callable[[File], bytes], *, takes_over: bool | None = None
    ) -> ReceivedMessage:
        """Bring what was said at the desk, with its files, which ``load`` loads. Raises ``NotFound`` where the case was
        forgotten.

        ``takes_over``: whether a person who said it speaks from then on; None where its time has to tell.
        """
        brought, left = self._keep_files(chain, message.files, load)
        received = None
        parts = list(_parts("\n".join(filter(None, [message.text, *left]))))
        for number, text in enumerate(parts or [None], 1):
            part = "" if number == 1 else f"/{number}"
            received = self._client.chains.send(
                chain if received is None else received.chain_id,
                text,
                external_id=f"{self._desk}:{message.id}{part}",
                attachments=brought if number == max(len(parts), 1) and brought else None,
                agent=message.agent,
                takes_over=None if message.agent is None else takes_over,
                event_time=message.at,
                metadata={"channel": self._desk, **message.metadata},
            )
        assert received is not None  # noqa: S101 (a text has one part at least)
        return received

    def _keep_files(
        self, chain: str, files: Sequence[File], load: Callable[[File], bytes]
    ) -> tuple[list[UUID], list[str]]:
        """The attachments that files of a message have become, and a line with its address for each other one."""
        brought: list[UUID] = []
        left = []
        namespace = self._client.sessions.get(chain).namespace if files else ""
        for file in files:
            try:
                if len(brought) == MOST_ATTACHMENTS:
                    raise CannotLook("a message brings no more files")
                key = f"{self._desk}:file:{file.id}"
                kept = self._client.attachments.upload(load(file), namespace=namespace, name=file.name, external_id=key)
                brought.append(kept.id)
            except (CannotLook, InvalidRequest, PayloadTooLarge, QuotaReached) as refusal:
                # What was said must not wait for a file that cannot be had or is not taken.
                logger.warning("a file of the desk is named by where it is: %s", refusal)
                left.append(f"[{file.kind}: {file.url}]")
        return brought, left

    def file_of(self, said: Memory) -> tuple[Attachment, bytes] | None:
        """The file that is to be sent to the customer, and its bytes; None for words.

        Raises ``Later`` and ``Refused``.
        """
        about = said.metadata.get("attachment") if said.kind == "attachment" else None
        if not isinstance(about, dict):
            return None
        file = self._client.attachments.get(about["id"])
        if file.state is AttachmentState.REFUSED:
            raise Refused(f"The scanner refused {file.name}.")
        if file.state is AttachmentState.WAITING:
            raise Later("the scanner has yet to look at the file", SCANNER_SECONDS)
        return file, self._client.attachments.read(file.id)

    def reply(self, message_id: str) -> Memory | None:
        """Read what is to be said to the customer; None where it was forgotten."""
        try:
            return self._client.memories.get(message_id)
        except NotFound:
            return None

    def is_corrected(self, said: Memory) -> bool:
        """Whether a reply was said anew, or taken back."""
        if WITHDRAWN in said.metadata:
            return True
        anew = None if said.superseded_by is None else self.reply(str(said.superseded_by))
        return anew is not None and correction_in(anew.metadata) is not None

    def was_brought(self, message_id: str) -> bool:
        """Whether a channel had a reply, as far as is known: of what was forgotten nobody knows that it had not."""
        said = self.reply(message_id)
        return said is None or said.external_id is not None

    def may_not_say(self, chain: str, said: Memory) -> str | None:
        """Return why a bot's answer must not reach the customer any more; None where it may.

        Between its answer and now a person can have taken over, and two must not speak.
        """
        if kind_of(said.agent or "") is TargetKind.HUMAN:
            return None
        now = self._client.chains.owner(chain)
        return now.why if now.agent and kind_of(now.agent) is TargetKind.HUMAN else None

    def report(
        self, chain: str, message: str, state: str, *, problem: str | None = None, id: str | None = None
    ) -> None:
        """Report how far a message got."""
        external_id = None if id is None else f"{self._desk}:{id}"
        try:
            self._client.chains.report_delivery(chain, message, state, problem=problem, external_id=external_id)
        except NotFound:
            logger.info("message %s was forgotten, so nobody is told that it is %s", message, state)

    def hand_over(self, chain: str, reason: str, *, key: str) -> None:
        """Request that people get what the bot has."""
        owner = self.owner(chain)
        if owner.session_id is None or owner.waiting_handoff_id or not _is_bots(owner):
            return
        try:
            self._client.handoffs.request(
                owner.session_id, to=self._people, reason=reason, mode="warm", idempotency_key=f"{self._desk}:{key}"
            )
        except (HandoffInProgress, SessionEnded) as refusal:
            logger.info("%s", refusal)

    def owner(self, chain: str) -> Owner:
        """Read who speaks for a case, and which handoff waits."""
        return self._client.chains.owner(chain)

    def handoff(self, handoff_id: str) -> HandoffWithBrief:
        """Read a handoff with its brief."""
        return self._client.handoffs.get(handoff_id)

    def is_for_bot(self, handoff: HandoffWithBrief) -> bool:
        """Whether work comes back to the bot."""
        return handoff.to == self._bot and handoff.state in UNTAKEN

    def is_with_an_agent(self, handoff: HandoffWithBrief, owner: Owner) -> bool:
        """Whether an agent has the conversation next, or by now, be it the bot or another one: an agent can be faster
        than what the bridge hears of it.
        """
        if kind_of(handoff.to) is not TargetKind.AGENT or handoff.mode is HandoffMode.CONSULT:
            return False
        is_taken = handoff.state is HandoffState.ACCEPTED and _is_bots(owner)
        return is_taken or handoff.state in UNTAKEN

    def told(self, handoff: HandoffWithBrief) -> Handover | None:
        """Return what a desk must know of a handoff; None where it does not go to people now."""
        # One whose brief is not written yet is told when it is.
        untold = {HandoffState.REQUESTED, HandoffState.DRAFTED, HandoffState.CLOSED, HandoffState.CANCELLED}
        if handoff.state in untold or kind_of(handoff.to) is TargetKind.AGENT or handoff.mode is HandoffMode.CONSULT:
            return None
        facts = {
            "id": str(handoff.id),
            "to": handoff.to,
            "reason": handoff.reason,
            "reason_code": handoff.reason_code,
            "urgency": handoff.urgency.value,
            "language": handoff.language or "",
            "skills": ", ".join(handoff.skills),
            "link": self.link(handoff),
        }
        note = f"{self.note(handoff)}\n\nBrief with its proof: {facts['link']}"
        return Handover(facts["id"], handoff.to, facts["urgency"], handoff.reason_code, note, facts)

    def note(self, handoff: HandoffWithBrief) -> str:
        """Return a brief as a note that is read in half a minute."""
        return "\n".join(_shortened(handoff.brief, handoff.reason))

    def link(self, handoff: Handoff) -> str:
        """Return where a handoff is in the console."""
        return f"{self._console}/console/handoffs/{handoff.id}"

    def take(self, handoff_id: str, person: str) -> Held | None:
        """Take a handoff over in the name of a person at the desk. Return None where they cannot have it.

        What goes to an agent, such as what was just given back to the bot, is not for them.
        """
        if kind_of(self.handoff(handoff_id).to) is TargetKind.AGENT:
            return None
        try:
            token = self._accept(handoff_id, person)
        except NOT_OURS as refusal:
            logger.info("%s does not take over handoff %s: %s", person, handoff_id, refusal)
            return None
        return None if token is None else Held(handoff_id, token, person)

    def pass_on(self, held: Held, person: str) -> Held | None:
        """Give what a person at the desk holds to another one. Return None where that one cannot have it."""
        try:
            onward = self._client.handoffs.transfer(
                held.handoff, token=held.token, to=person, reason="Given to somebody else at the desk", warm=True
            )
        except (*LOST, InvalidRequest) as refusal:
            # Somebody of the desk whom Warmline does not know: what they say is kept all the same.
            logger.info("%s does not get handoff %s: %s", person, held.handoff, refusal)
            return None
        return self.take(str(onward.id), person)

    def resolve(self, chain: str, held: Held | None, person: str) -> None:
        """End a case that was resolved at the desk by a person."""
        owner = self.owner(chain)
        if held is None and owner.waiting_handoff_id is not None:
            # Whoever resolves what waits has taken it.
            held = self.take(str(owner.waiting_handoff_id), person)
        try:
            if held is not None:
                self._client.handoffs.resolve(held.handoff, token=held.token, note=f"{person} resolved it at the desk")
                return
        except LOST as lost:
            logger.info("handoff %s is not held any more: %s", held and held.handoff, lost)
        owner = self.owner(chain)
        if owner.session_id is not None:
            self._client.sessions.end(owner.session_id, outcome="resolved")

    def give_back(self, chain: str, person: str) -> None:
        """Let the bot speak again, to which a person at the desk gave the conversation back.

        Whoever has the case in Warmline gives it back with that, wherever they took it over: at the desk it is the
        bot's now, and there they could not see that it still is theirs.
        """
        owner = self.owner(chain)
        instruction = f"{person} gave the conversation back to you at the desk. Go on with the customer."
        if owner.waiting_handoff_id is not None:
            self._call_off(str(owner.waiting_handoff_id), person, instruction)
            # A person had answered before it was theirs, or had passed it on: who speaks then is not the bot yet.
            owner = self.owner(chain)
        if owner.agent is not None and kind_of(owner.agent) is TargetKind.HUMAN:
            waiting = self._client.chains.give_back(chain, owner.agent, instruction).waiting_handoff_id
            if waiting is not None and self.is_for_bot(self.handoff(str(waiting))):
                self.take_back(str(waiting))

    def take_back(self, handoff_id: str) -> None:
        """Let the bot have what comes back to it."""
        try:
            self._accept(handoff_id, self._bot)
        except (HandoffAccepted, HandoffStateForbids, HandoffClaimed) as refusal:
            # The bot's own program was faster.
            logger.info("%s", refusal)

    def reopen(self, chain: str, person: str, *, key: str) -> None:
        """Let a person go on who opened a resolved conversation at the desk again."""
        owner = self.owner(chain)
        if owner.session_id is not None or owner.waiting_handoff_id is not None:
            return
        closed = self._client.handoffs.list(chain_id=chain, state=HandoffState.CLOSED, page_size=1)
        last = next(iter(closed), None)
        if last is not None:
            key = f"{self._desk}:{key}"
            self._client.handoffs.accept(last.id, agent=person, mode="branch", lean=True, idempotency_key=key)
            return
        # The bot alone had it, and its session has ended: it goes on, and people get it from there.
        session = next(iter(self._client.sessions.list(chain_id=chain, page_size=1)))
        self._client.sessions.resume(session.id)
        self.hand_over(chain, "The conversation was opened again at the desk", key=f"{key}:over")

    def _call_off(self, handoff_id: str, person: str, instruction: str) -> None:
        """Give back to the bot what waits: for people, or for the bot already."""
        handoff = self.handoff(handoff_id)
        if self.is_for_bot(handoff):
            return self.take_back(handoff_id)
        if handoff.state is HandoffState.REQUESTED:
            # Nobody can hold it yet, and once its brief is written people have it: it is called off at once.
            try:
                self._client.handoffs.cancel(handoff_id, reason=instruction)
            except HandoffStateForbids as refusal:
                raise Later(f"somebody was faster: {refusal}", FASTER_SECONDS) from refusal
            return None
        claim = self._client.handoffs.claim(handoff_id, agent=person, lease_seconds=CLAIM_SECONDS)
        back = self._client.handoffs.give_back(handoff_id, token=claim.token, instruction=instruction)
        # In warm mode the bot had not stopped, and there is nothing to come back.
        if back.state is not HandoffState.CANCELLED:
            self.take_back(str(back.id))
        return None

    def _accept(self, handoff_id: str, agent: str) -> int | None:
        key, accept = f"{self._desk}:take:{handoff_id}:{agent}", self._client.handoffs.accept
        try:
            started = accept(handoff_id, agent=agent, lean=True, wait=BRIEF_SECONDS, idempotency_key=key)
        except ReadBackRequired:
            # Nobody at the desk was asked for one: the reason stands for it.
            started = accept(
                handoff_id,
                agent=agent,
                lean=True,
                read_back=self.handoff(handoff_id).reason,
                confirm_read_back=True,
                idempotency_key=f"{key}:read",
            )
        return None if started.claim is None else started.claim.token


def _is_bots(owner: Owner) -> bool:
    return owner.agent is not None and kind_of(owner.agent) is TargetKind.AGENT


def _parts(text: str) -> Iterator[str]:
    """A text in parts that the platform takes. What is empty in between is left out."""
    parts = [text[start : start + MAX_CONTENT_CHARS] for start in range(0, len(text), MAX_CONTENT_CHARS)]
    return (part for part in parts if part.strip())


def _shortened(brief: Brief | None, reason: str) -> Iterator[str]:
    """The brief's headline, and the first lines of each section, as they stand in its text."""
    if brief is None:
        yield f"The work goes to people: {reason}"
        return
    shown = 0
    for number, line in enumerate(brief.text.splitlines()):
        is_row = line.startswith("  ")
        shown = shown + 1 if is_row else 0
        if number and not is_row:
            yield ""
        if shown <= NOTE_LINES:
            text = line.strip()
            cut = f"{text[:NOTE_CHARS]}…" if len(text) > NOTE_CHARS else text
            yield f"- {cut}" if is_row else cut
