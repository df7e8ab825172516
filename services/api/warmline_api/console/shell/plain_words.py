"""Plain words: what is in the way of an operator, without the ids, fields and times that a program is told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from warmline_api.console import languages
from warmline_api.console.languages import _, in_context, marked
from warmline_api.console.shell import titles
from warmline_api.console.shell.visitors import Visitor
from warmline_memory import errors
from warmline_memory.errors import WarmlineError

SENTENCES: Mapping[type[WarmlineError], str] = {
    errors.NotFound: marked("There is no such {noun}, or it is not yours to see."),
    errors.HeldBySomebodyElse: marked("{holder} has this. They can do it, or a lead of the queue."),
    errors.FlagOfSomebodyElse: marked("{by} flagged this. Only they, or a lead, can take the flag back."),
    # What stands in brackets here is to be typed, so it stays as it is.
    errors.UnknownReceiver: marked("Nobody is called {name}. {advice}"),
    errors.AmbiguousReceiver: marked("Several are called {name}: {several}. Type what stands in brackets."),
    errors.NotInFuture: marked("This time has passed already. Choose a later one."),
    errors.HandoffInProgress: marked("This conversation is on its way to {to} already. Wait until they take it over."),
    errors.TooManyConsultations: marked(
        "{most} colleagues are asked at once already, which is the most. Wait for one."
    ),
    errors.HandoffStateForbids: marked("This is {state} by now, so nothing was changed. Reload the page."),
    errors.HandoffClaimed: marked("{holder} took this a moment ago (until {expires_at})."),
    errors.HandoffClaimedBesides: marked("You have reserved this in another window (until {expires_at}). Go on there."),
    errors.HandoffOffered: marked("This is offered to {holder} until {expires_at}. Wait, or choose another one."),
    errors.NotOffered: marked("This is not offered to you any more, so there is nothing to decline."),
    errors.NothingAsked: marked("This question has been answered already."),
    errors.TooLateToUndo: marked("This can no longer be undone. Ask {to} to give it back."),
    errors.NotHeld: marked("Nobody has this now. Take it over first."),
    errors.StaleToken: marked(
        "This page is out of date: somebody has this by now, or your reservation ran out. "
        "Nothing was changed, and what you typed is still here."
    ),
    errors.ReadBackRequired: marked("Say in one sentence what the customer needs; then take over."),
    errors.ReadBackContradicts: marked("Your sentence does not match the brief. Correct it, or take over anyway."),
    errors.OperatorBusy: marked("{agent} cannot take this: {why}."),
    errors.OperatorDisabled: marked("{agent} has been disabled, and takes no work."),
    errors.OperatorFull: marked(
        "{agent} has {held} of {capacity} slots in use. One has to be finished or put back first."
    ),
    errors.ConversationNotYours: marked("{owner} is answering. You can leave an internal note."),
    errors.ReplyCorrected: marked(
        "This was corrected or withdrawn already, in another window. Correct the newest words."
    ),
    errors.ReplyOut: marked("The channel has this by now, and the customer may have read it. Correct it instead."),
    errors.PersonNeeded: marked("{why} Choose who {verb}."),
    errors.DraftChanged: marked("Somebody changed this draft meanwhile. Look it over, and save again."),
    errors.ChangedMeanwhile: marked(
        "Somebody changed this meanwhile, so nothing was saved. What you typed is still here: "
        "look theirs over in another window, then save again to put yours in its place."
    ),
    errors.TooManyOverrides: marked(
        "This rota has {most} changes already, which is the most. Take back those that are over."
    ),
    errors.UnknownInCalendar: marked(
        "Nobody is called {names}, as the calendar has it, so nothing was taken. Say who they are, "
        "and choose the file again."
    ),
    errors.BriefTooVague: marked("The brief needs more detail. {findings} Add it to the draft, then approve."),
}
"""Instead of the error's own sentence, which names what a program needs to know."""
SAID_BY_PLATFORM = {"why", "advice", "what", "fix", "verb"}
"""Facts that are a sentence, or the rest of one."""
NOUNS = (
    "handoff",
    "session",
    "memory",
    "chain",
    "customer",
    "operator",
    "flag",
    "API key",
    "webhook",
    "delivery",
    "view",
)
"""What may not be found, by the names that it has in the errors."""
OPEN_END = marked("it is put back")


def in_words(error: WarmlineError, visitor: Visitor | None) -> str:
    """What is in the way, as the operator is told it; their own time zone, and colleagues by the names they go by."""
    if visitor is None:
        return own_words(error)
    zone = ZoneInfo(visitor.operator.zone)
    facts = {name: _fact(name, fact, visitor, zone) for name, fact in error.facts.items()}
    sentence = next((SENTENCES[kind] for kind in type(error).mro() if kind in SENTENCES), None)
    return _(sentence or message_of(type(error)), **facts)


def own_words(error: WarmlineError) -> str:
    """What an error says of itself, as programs are told it, too."""
    facts = {name: _in_language(name, fact) for name, fact in error.facts.items()}
    return _(message_of(type(error)), **facts)


def message_of(kind: type[WarmlineError]) -> str:
    """The message of an error, in English and with its facts left open: the first paragraph of its docstring."""
    return " ".join((kind.__doc__ or "").split("\n\n")[0].split())


# Each fact by its name, and not the whole sentence: it may quote what was typed, in which `human:tom` is no name.
def _fact(name: str, fact: Any, visitor: Visitor, zone: ZoneInfo) -> Any:
    if name == "expires_at":
        return _time(str(fact), zone)
    if name in {"holder", "by", "to", "agent", "owner"}:
        return visitor.called(str(fact))
    if name == "why":
        return visitor.worded(str(fact))
    return titles.title(str(fact)) if name == "state" else _in_language(name, fact)


def _in_language(name: str, fact: Any) -> Any:
    if name in SAID_BY_PLATFORM:
        return languages.platform_said(str(fact))
    if name in {"role", "bucket"}:
        return titles.words(str(fact))
    return in_context("noun", str(fact)) if name == "noun" else fact


def _time(said: str, zone: ZoneInfo) -> str:
    try:
        return languages.hour(datetime.fromisoformat(said).astimezone(zone))
    except ValueError:  # It has no end, and says so in words.
        return _(OPEN_END)
