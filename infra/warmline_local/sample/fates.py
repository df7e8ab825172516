"""Fates: what becomes of a handoff once it was asked for."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from warmline import LiveSession
from warmline_local.sample.plays import Play
from warmline_schemas.claims import Claim
from warmline_schemas.handoffs import Handoff

MINUTE, HOUR = 60, 3600
TILL_TOMORROW = timedelta(hours=16)
# One second, so that a claim runs out while the sample is played, and the platform itself lets it lapse.
SHORT_LEASE = 1
ADVICE = "Give the old price for three more months; that is within what you may do. Then close the case."


def contained(play: Play) -> None:
    """The agent manages alone: there is no handoff."""
    session = play.start()
    play.timeline.wait(MINUTE)
    session.end()


def requested(play: Play) -> None:
    """It was asked for just now, and its brief is being written."""
    play.hand_over(is_awaited=False)


def drafted(play: Play) -> None:
    """Its draft waits for somebody to read it."""
    play.hand_over(review=True)


def waiting(play: Play) -> None:
    """It waits to be taken over; a vague one has failed."""
    play.hand_over()


def offered(play: Play) -> None:
    """A lead has offered it to somebody."""
    _, handoff = play.hand_over()
    play.client.handoffs.offer(handoff.id, to=play.receiver_of(handoff.to), seconds=HOUR, by="human:ines.weber")


def declined(play: Play) -> None:
    """The operator to whom it was offered had no time."""
    _, handoff = play.hand_over()
    play.timeline.wait(30)
    play.client.handoffs.decline(
        handoff.id, agent=handoff.offered_to or play.receiver_of(handoff.to), reason="In a call for the next hour"
    )


def claimed(play: Play) -> None:
    """Somebody holds it and has not accepted it."""
    _, handoff = play.hand_over()
    play.timeline.wait(4 * MINUTE)
    play.claim(handoff)


def lapsed(play: Play) -> None:
    """Somebody claimed it and went away: it is back in the queue, one level up."""
    _, handoff = play.hand_over()
    play.timeline.wait(MINUTE)
    play.claim(handoff, lease_seconds=SHORT_LEASE)


def released(play: Play) -> None:
    """Somebody gave it back to the queue before the one who resolved it."""
    _, handoff = play.hand_over()
    play.timeline.wait(3 * MINUTE)
    claim = play.claim(handoff)
    play.timeline.wait(MINUTE)
    play.client.handoffs.release(handoff.id, token=claim.token, reason="My shift ends")
    play.timeline.wait(5 * MINUTE)
    _resolve(play, play.claim(handoff))


def asking(play: Play) -> None:
    """Its holder asks the source for what is missing, and waits."""
    _, handoff = play.hand_over()
    play.timeline.wait(2 * MINUTE)
    claim = play.claim(handoff)
    play.timeline.wait(MINUTE)
    play.client.handoffs.ask(handoff.id, token=claim.token, question=play.story.question, wait_seconds=HOUR)


def answered(play: Play) -> None:
    """The source has answered, and the holder works on it."""
    _, handoff = play.hand_over()
    play.timeline.wait(3 * MINUTE)
    claim = play.claim(handoff)
    play.timeline.wait(MINUTE)
    play.client.handoffs.ask(handoff.id, token=claim.token, question=play.story.question, wait_seconds=HOUR)
    play.timeline.wait(2 * MINUTE)
    play.client.handoffs.answer(handoff.id, agent=play.story.agent, answer=play.story.answer)
    play.say(play.accept(claim), play.story.after[:1])


def accepted(play: Play) -> None:
    """Somebody took it over and has not yet replied."""
    play.accept(_taken(play))


def working(play: Play) -> None:
    """Somebody took it over and has replied."""
    session = play.accept(_taken(play))
    play.say(session, play.story.after[:-1] or play.story.after)


def snoozed(play: Play) -> None:
    """Somebody took it over and set it aside until tomorrow."""
    claim = _taken(play)
    play.say(play.accept(claim), play.story.after[:1])
    play.timeline.wait(MINUTE)
    until = datetime.now(UTC) + TILL_TOMORROW
    play.client.handoffs.snooze(claim.handoff_id, token=claim.token, until=until, reason=play.case.because)


def resolved(play: Play) -> None:
    """Somebody took it over, replied and resolved it."""
    _resolve(play, _taken(play))


def transferred(play: Play) -> None:
    """The operator who took it over found that it belongs elsewhere, where it waits."""
    _transfer(play)


def transferred_and_resolved(play: Play) -> None:
    """It went to a second queue, and was resolved there."""
    _resolve(play, _claim_soon(play, _transfer(play)))


def returned(play: Play) -> None:
    """The operator who took it over gave it back to its source with an instruction."""
    _return(play)


def returned_and_resolved(play: Play) -> None:
    """It came back to its source, which settled it as instructed."""
    _resolve(play, _claim_soon(play, _return(play)))


def advised(play: Play) -> None:
    """Somebody gave advice; the source kept the conversation."""
    claim = _taken(play)
    play.accept(claim)
    play.timeline.wait(6 * MINUTE)
    play.client.handoffs.resolve(claim.handoff_id, token=claim.token, note=ADVICE)


def cancelled(play: Play) -> None:
    """It was no longer needed before anybody took it."""
    session, handoff = play.hand_over()
    play.timeline.wait(9 * MINUTE)
    play.client.handoffs.cancel(handoff.id, reason=play.case.because)
    session.end()


def _taken(play: Play) -> Claim:
    return _claim_soon(play, play.hand_over()[1])


def _claim_soon(play: Play, handoff: Handoff) -> Claim:
    play.timeline.wait(min(play.case.ago / 4, play.case.waits) * MINUTE)
    return play.claim(handoff)


def _transfer(play: Play) -> Handoff:
    claim = _taken(play)
    play.say(play.accept(claim), play.story.after[:1])
    sent = play.client.handoffs.transfer(
        claim.handoff_id, token=claim.token, to=play.case.then, reason=play.case.because
    )
    return play.await_brief(sent.id)


def _return(play: Play) -> Handoff:
    claim = _taken(play)
    play.say(play.accept(claim), play.story.after[:1])
    back = play.client.handoffs.give_back(claim.handoff_id, token=claim.token, instruction=play.case.because)
    return play.await_brief(back.id)


def _resolve(play: Play, claim: Claim) -> None:
    session: LiveSession = play.accept(claim)
    play.say(session, play.story.after)
    play.timeline.wait(MINUTE)
    play.client.handoffs.resolve(claim.handoff_id, token=claim.token, note=play.story.note)


FATES: Mapping[str, Callable[[Play], None]] = {
    fate.__name__: fate
    for fate in (
        contained,
        requested,
        drafted,
        waiting,
        offered,
        declined,
        claimed,
        lapsed,
        released,
        asking,
        answered,
        accepted,
        working,
        snoozed,
        resolved,
        transferred,
        transferred_and_resolved,
        returned,
        returned_and_resolved,
        advised,
        cancelled,
    )
}
