"""Plain words: what is in the way of an operator, without the ids, fields and times that a program is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from warmline_api.console.shell import titles
from warmline_api.console.shell.visitors import Visitor
from warmline_memory import errors
from warmline_memory.errors import WarmlineError

SENTENCES: Mapping[type[WarmlineError], str] = {
    errors.NotFound: "There is no such {noun}, or it is not yours to see.",
    errors.HeldBySomebodyElse: "{holder} has this. They can do it, or a lead of the queue.",
    errors.FlagOfSomebodyElse: "{by} flagged this. Only they, or a lead, can take the flag back.",
    # What stands in brackets here is to be typed, so it stays as it is.
    errors.UnknownReceiver: "Nobody is called {name}. {advice}",
    errors.AmbiguousReceiver: "Several are called {name}: {several}. Type what stands in brackets.",
    errors.NotInFuture: "This time has passed already. Choose a later one.",
    errors.HandoffInProgress: "This conversation is on its way to {to} already. Wait until they take it over.",
    errors.TooManyConsultations: "{most} colleagues are asked at once already, which is the most. Wait for one.",
    errors.HandoffStateForbids: "This is {state} by now, so nothing was changed. Reload the page.",
    errors.HandoffClaimed: "{holder} took this a moment ago (until {expires_at}).",
    errors.HandoffClaimedBesides: "You have reserved this in another window (until {expires_at}). Go on there.",
    errors.HandoffOffered: "This is offered to {holder} until {expires_at}. Wait, or choose another one.",
    errors.NotOffered: "This is not offered to you any more, so there is nothing to decline.",
    errors.NothingAsked: "This question has been answered already.",
    errors.NotHeld: "Nobody has this now. Take it over first.",
    errors.StaleToken: "This page is out of date: somebody has this by now, or your reservation ran out. "
    "Nothing was changed, and what you typed is still here.",
    errors.ReadBackRequired: "Say in one sentence what the customer needs; then take over.",
    errors.ReadBackContradicts: "Your sentence does not match the brief. Correct it, or take over anyway.",
    errors.OperatorBusy: "{agent} cannot take this: {why}.",
    errors.OperatorDisabled: "{agent} has been disabled, and takes no work.",
    errors.OperatorFull: "{agent} has {held} of {capacity} slots in use. One has to be finished or put back first.",
    errors.ConversationNotYours: "{owner} is answering. You can leave an internal note.",
    errors.PersonNeeded: "{why} Choose who {verb}.",
    errors.DraftChanged: "Somebody changed this draft meanwhile. Look it over, and save again.",
    errors.ChangedMeanwhile: "Somebody changed this meanwhile, so nothing was saved. What you typed is still here: "
    "look theirs over in another window, then save again to put yours in its place.",
    errors.BriefTooVague: "The brief needs more detail. {findings} Add it to the draft, then approve.",
}
"""Instead of the error's own sentence, which names what a program needs to know."""
OPEN_END = "it is put back"


def in_words(error: WarmlineError, visitor: Visitor | None) -> str:
    """What is in the way, as the operator is told it; their own time zone, and colleagues by the names they go by."""
    if visitor is None:
        return str(error)
    zone = ZoneInfo(visitor.operator.zone)
    facts = {name: _fact(name, fact, visitor, zone) for name, fact in error.facts.items()}
    sentence = next((SENTENCES[kind] for kind in type(error).mro() if kind in SENTENCES), None)
    return sentence.format_map(facts) if sentence else str(type(error)(**facts))


# Each fact by its name, and not the whole sentence: it may quote what was typed, in which `human:tom` is no name.
def _fact(name: str, fact: Any, visitor: Visitor, zone: ZoneInfo) -> Any:
    if name == "expires_at":
        return _time(str(fact), zone)
    if name in {"holder", "by", "to", "agent", "owner"}:
        return visitor.called(str(fact))
    if name == "why":
        return visitor.worded(str(fact))
    return titles.title(str(fact)) if name == "state" else fact


def _time(said: str, zone: ZoneInfo) -> str:
    try:
        return f"{datetime.fromisoformat(said).astimezone(zone):%H:%M}"
    except ValueError:  # It has no end, and says so in words.
        return OPEN_END
