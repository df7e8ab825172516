"""Titles: what codes are called on pages. A code that has no title here is shown as its own words."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "fraud_or_security_concern": "Fraud or security",
    "account_closure_request": "Wants to close the account",
    "deceased_account_holder": "Account holder has died",
    "legal_or_regulatory_matter": "Legal or regulatory",
    "account_ownership_dispute": "Whose account it is",
    "complex_billing_dispute": "Complex billing dispute",
    "abusive_customer_behavior": "Abusive customer",
    "third_party_inquiry": "Somebody else asks",
    "technical_system_error": "Technical error",
    "unconfirmed_external_communication": "Message of unknown origin",
    "customer_demands_after_unavailable_offer_refusal": "Wants what is not on offer",
    "kb_search_unsuccessful_customer_requests_transfer": "No help article found",
    "specialized_department_required": "Needs a specialist",
    "accessibility_or_special_needs": "Accessibility or special needs",
    "customer_frustrated_demands_human": "Frustrated, wants a person",
    "supervisor_request_service_complaint": "Complaint, wants a supervisor",
    "customer_requests_human_no_specific_reason": "Wants a person",
    "request_completed_customer_wants_human_followup": "Done, wants a person to follow up",
    "other": "Other",
}
"""The reason codes that every tenant has."""
MODES: Mapping[str, str] = {"warm": "bot still answering", "consult": "advice wanted"}
"""The ways of handing over, beside the usual one."""
STATES: Mapping[str, str] = {
    "requested": "brief being written",
    "drafted": "draft to approve",
    "ready": "waiting",
    "claimed": "reserved",
    "accepted": "in work",
}
LANGUAGES: Mapping[str, str] = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nb": "Norwegian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
TITLES = {**REASONS, **MODES, **STATES, **LANGUAGES}


def title(code: str) -> str:
    """What a code is called: of a reason, a way of handing over, a state or a language."""
    return TITLES.get(code) or code.replace("_", " ")


def ordinal(number: int) -> str:
    """A number in its row: `2nd`, `3rd`, `11th`."""
    teen = number % 100 in {11, 12, 13}
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def escalations(level: int) -> str:
    """How often a handoff at a level was escalated: `escalated once`, `escalated twice`, `escalated 3 times`."""
    times = level - 1
    return f"escalated { ({1: 'once', 2: 'twice'}.get(times) or f'{times} times') }"
