"""Titles: what codes are called on pages. A code that has no title here is shown as its own words."""

from collections.abc import Mapping
from enum import StrEnum
from itertools import chain

from warmline_api.console.languages import SOURCE, _, current, in_context, marked, ngettext
from warmline_schemas.analytics import Bucket
from warmline_schemas.briefs import FallBack
from warmline_schemas.flags import FlagVerdict
from warmline_schemas.handoffs import ClosedAs, ContradictionKind, HandoffMode, HandoffState, Urgency
from warmline_schemas.keys import KeyKind
from warmline_schemas.memories import Outcome
from warmline_schemas.operators import OperatorRole, Presence
from warmline_schemas.sessions import EndReason
from warmline_schemas.tenancy import PiiClass
from warmline_schemas.webhooks import DeliveryState

REASONS: Mapping[str, str] = {
    "fraud_or_security_concern": marked("Fraud or security"),
    "account_closure_request": marked("Wants to close the account"),
    "deceased_account_holder": marked("Account holder has died"),
    "legal_or_regulatory_matter": marked("Legal or regulatory"),
    "account_ownership_dispute": marked("Whose account it is"),
    "complex_billing_dispute": marked("Complex billing dispute"),
    "abusive_customer_behavior": marked("Abusive customer"),
    "third_party_inquiry": marked("Somebody else asks"),
    "technical_system_error": marked("Technical error"),
    "unconfirmed_external_communication": marked("Message of unknown origin"),
    "customer_demands_after_unavailable_offer_refusal": marked("Wants what is not on offer"),
    "kb_search_unsuccessful_customer_requests_transfer": marked("No help article found"),
    "specialized_department_required": marked("Needs a specialist"),
    "accessibility_or_special_needs": marked("Accessibility or special needs"),
    "customer_frustrated_demands_human": marked("Frustrated, wants a person"),
    "supervisor_request_service_complaint": marked("Complaint, wants a supervisor"),
    "customer_requests_human_no_specific_reason": marked("Wants a person"),
    "request_completed_customer_wants_human_followup": marked("Done, wants a person to follow up"),
    "other": marked("Other"),
}
"""The reason codes that every tenant has."""
MODES: Mapping[str, str] = {"warm": marked("bot still answering"), "consult": marked("advice wanted")}
"""The ways of handing over, beside the usual one."""
STATES: Mapping[str, str] = {
    "requested": marked("brief being written"),
    "drafted": marked("draft to approve"),
    "ready": marked("waiting"),
    "claimed": marked("reserved"),
    "accepted": marked("in work"),
}
LANGUAGES: Mapping[str, str] = {
    "ar": marked("Arabic"),
    "cs": marked("Czech"),
    "da": marked("Danish"),
    "de": marked("German"),
    "el": marked("Greek"),
    "en": marked("English"),
    "es": marked("Spanish"),
    "fi": marked("Finnish"),
    "fr": marked("French"),
    "he": marked("Hebrew"),
    "hi": marked("Hindi"),
    "hu": marked("Hungarian"),
    "id": marked("Indonesian"),
    "it": marked("Italian"),
    "ja": marked("Japanese"),
    "ko": marked("Korean"),
    "nb": marked("Norwegian"),
    "nl": marked("Dutch"),
    "no": marked("Norwegian"),
    "pl": marked("Polish"),
    "pt": marked("Portuguese"),
    "ro": marked("Romanian"),
    "ru": marked("Russian"),
    "sv": marked("Swedish"),
    "th": marked("Thai"),
    "tr": marked("Turkish"),
    "uk": marked("Ukrainian"),
    "vi": marked("Vietnamese"),
    "zh": marked("Chinese"),
}
TITLES = {**REASONS, **MODES, **STATES, **LANGUAGES}
SHOWN_AS_WORDS: tuple[type[StrEnum], ...] = (
    Outcome,
    FlagVerdict,
    Urgency,
    HandoffState,
    HandoffMode,
    ClosedAs,
    ContradictionKind,
    EndReason,
    OperatorRole,
    Presence,
    DeliveryState,
    FallBack,
    PiiClass,
    KeyKind,
    Bucket,
)
KINDS = ("message", "fact", "action", "attachment", "decision", "note", "advice", "resolution", "blocker", "warning")
REPLIES = ("saved", "sent", "delivered", "read", "failed")
CODES = tuple(
    dict.fromkeys(code.replace("_", " ") for code in (*chain.from_iterable(SHOWN_AS_WORDS), *KINDS, *REPLIES))
)
"""Codes of the wire, of memories' kinds and of how far a reply got, as the words by which a catalogue has them."""


def title(code: str) -> str:
    """What a code is called: of a reason, a way of handing over, a state or a language."""
    known = TITLES.get(code)
    return _(known) if known else words(code)


def words(code: str) -> str:
    """A code as words: `rolled_back` → `rolled back`. What a tenant made up stays as it is."""
    return in_context("code", code.replace("_", " "))


def nth_handoff(number: int) -> str:
    """Which handoff of its case something is: `2nd handoff`, `11th handoff`."""
    return _("{nth} handoff", nth=_ordinal(number))


def escalations(level: int) -> str:
    """How often a handoff at a level was escalated: `escalated once`, `escalated twice`, `escalated 3 times`."""
    times = level - 1
    if times == 1:
        return _("escalated once")
    if times == 2:
        return _("escalated twice")
    return ngettext("escalated {n} time", "escalated {n} times", times)


def _ordinal(number: int) -> str:
    if current() != SOURCE:
        # English alone has four endings; `{n}th` stands for all of them in a catalogue.
        return _("{n}th", n=number)
    teen = number % 100 in {11, 12, 13}
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"
