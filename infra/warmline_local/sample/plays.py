"""Plays: a case from its first words to its handoff, through the SDK, in the time of its own timeline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from typing import Any
from uuid import UUID

from warmline import BriefNotWritten, LiveSession, Warmline
from warmline_local.sample.stories import Story, Turn, Written
from warmline_local.sample.timelines import Timeline
from warmline_schemas.claims import Claim
from warmline_schemas.flags import FlagVerdict
from warmline_schemas.handoffs import Handoff, HandoffMode

GAPS = (31, 58, 40, 66, 24, 51)
"""Seconds between two turns of a conversation."""
# In the story a brief takes three seconds, as with a language model, whatever it really took.
BRIEF_SECONDS = 3
HOP_SECONDS = 70
# Six hours: what is claimed on the sample's desk is still claimed when somebody looks at it in the afternoon.
LEASE_SECONDS = 21_600


class Case(Written):
    """Which story is played, what becomes of it, and how long ago it was handed over, in minutes."""

    story: str
    fate: str
    ago: float
    waits: float = 4
    """How long it waits to be taken over, in minutes; a quarter of ``ago`` at most."""
    to: str | None = None
    mode: HandoffMode = HandoffMode.COLD
    because: str = ""
    then: str = ""
    late: str | None = None
    misread: bool = False
    flagged: bool = False


@dataclass
class Play:
    """A case that is being played. ``receiver_of`` says who takes a handoff to a target."""

    client: Warmline
    case: Case
    story: Story
    timeline: Timeline
    receiver_of: Callable[[str], str]
    patience: float
    """Seconds for which a brief is waited for."""
    chain_id: UUID | None = None
    """The chain, once it has begun."""

    def start(self) -> LiveSession:
        """Start the first session, and say what is said in it."""
        self.timeline.wait(0)
        if self.story.customer is not None:
            self.client.customers.make(
                namespace=self.story.namespace, display_name=self.story.customer, language=self.story.language
            )
        session = self.client.session(agent=self.story.agent, namespace=self.story.namespace)
        self.chain_id = session.chain_id
        self.say(session, self.story.said)
        return session

    def hand_over(self, *, review: bool = False, is_awaited: bool = True) -> tuple[LiveSession, Handoff]:
        """Play the story up to its handoff: the session that hands over, and the handoff."""
        session = self._up_to_the_handoff()
        self.timeline.wait(0)
        handoff = self.client.handoffs.request(
            session.id,
            to=self.case.to or self.story.to,
            reason=self.story.reason,
            goal=self.story.goal,
            account=self.story.account,
            mode=self.case.mode,
            reason_code=self.story.reason_code,
            urgency=self.story.urgency,
            language=self.story.language,
            skills=self.story.skills,
            template=self.story.template,
            review=review,
            refuse_vague=self.story.refuse_vague,
        )
        if is_awaited:
            handoff = self.await_brief(handoff.id)
        if self.case.late:
            self.timeline.wait(50)
            session.remember(self.case.late, role="user", event_time=self.timeline.now)
        return session, handoff

    def await_brief(self, handoff_id: UUID) -> Handoff:
        """The handoff once its brief is written, or refused as too vague."""
        try:
            handoff: Handoff = self.client.handoffs.wait(handoff_id, timeout=self.patience)
        except BriefNotWritten as error:
            handoff = error.handoff
        self.timeline.wait(BRIEF_SECONDS)
        return handoff

    def claim(self, handoff: Handoff, *, lease_seconds: int = LEASE_SECONDS) -> Claim:
        """The operator to whom it is offered, or else one who can take it, claims it."""
        offered_to = self.client.handoffs.get(handoff.id).offered_to
        receiver = offered_to or self.receiver_of(handoff.to)
        return self.client.handoffs.claim(handoff.id, agent=receiver, lease_seconds=lease_seconds)

    def accept(self, claim: Claim, after: float = 20) -> LiveSession:
        """Accept what is claimed, with a read-back that may be mistaken."""
        self.timeline.wait(after)
        session = self.client.accept(
            claim.handoff_id,
            agent=claim.agent,
            token=claim.token,
            read_back=self.story.misread if self.case.misread else self.story.read_back,
            confirm_read_back=True,
        ).session
        if self.case.flagged:
            self.flag(claim)
        return session

    def flag(self, claim: Claim) -> None:
        """The operator who took it over finds the last line of the brief wrong."""
        section = self.client.handoffs.brief(claim.handoff_id).sections[-1]
        self.client.flags.add(
            claim.handoff_id,
            by=claim.agent,
            verdict=FlagVerdict.WRONG,
            section=section.name,
            line=section.lines[-1].text,
            note=self.story.flag or "The customer says otherwise",
        )

    def say(self, session: LiveSession, turns: Sequence[Turn]) -> None:
        """Keep what is said and done, each at its own moment of the story."""
        said: list[dict[str, Any]] = []
        for gap, turn in zip(cycle(GAPS), turns):
            said.append({**turn, "event_time": self.timeline.wait(gap)})
        session.remember_many(said)

    def _up_to_the_handoff(self) -> LiveSession:
        session = self.start()
        for hop in self.story.hops:
            handoff = session.hand_off(to=hop.to, reason=hop.reason)
            self.await_brief(handoff.id)
            self.timeline.wait(HOP_SECONDS)
            session = self.client.accept(handoff.id, agent=hop.by).session
            self.say(session, hop.said)
        return session


def lead_time(story: Story) -> timedelta:
    """How long it takes in a story from its first words to its handoff."""
    seconds = _talk_seconds(len(story.said))
    seconds += sum(_talk_seconds(len(hop.said)) + BRIEF_SECONDS + HOP_SECONDS for hop in story.hops)
    return timedelta(seconds=seconds)


def _talk_seconds(turns: int) -> int:
    return sum(islice(cycle(GAPS), turns))
