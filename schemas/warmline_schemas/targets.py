"""Targets: to whom work goes. Reason codes: fixed words that say why, so that reasons can be counted."""

from enum import StrEnum
from typing import Annotated

from pydantic import StringConstraints


class TargetKind(StrEnum):
    """The sort of a target. The word before the colon of its name says it; a name without one is an agent."""

    AGENT = "agent"
    HUMAN = "human"
    QUEUE = "queue"
    SKILL = "skill"


def kind_of(target: str) -> TargetKind:
    """Return the sort of a target, such as ``QUEUE`` for ``queue:billing`` and ``AGENT`` for ``tier1-bot``."""
    kind, colon, name = target.partition(":")
    named = colon and name and kind in {TargetKind.HUMAN, TargetKind.QUEUE, TargetKind.SKILL}
    return TargetKind(kind) if named else TargetKind.AGENT


def name_of(target: str) -> str:
    """Return a target's name without its prefix, such as ``billing`` for ``queue:billing``."""
    return target if kind_of(target) is TargetKind.AGENT else target.partition(":")[2]


def of_operator(name: str) -> str:
    """The target that is one operator, such as `human:ann`; it is also the agent as which they work."""
    return f"{TargetKind.HUMAN}:{name}"


def of_queue(name: str) -> str:
    """The target that is a queue, such as `queue:billing`."""
    return f"{TargetKind.QUEUE}:{name}"


def of_skill(name: str) -> str:
    """The target that is everybody who has a skill, such as `skill:refunds`."""
    return f"{TargetKind.SKILL}:{name}"


def operator_of(agent: str) -> str | None:
    """The name of the operator who works as an agent; None where the agent is no person."""
    return name_of(agent) if kind_of(agent) is TargetKind.HUMAN else None


# Lower-case words joined by ``_``, like the built-in codes, so that figures by reason do not count one reason twice.
ReasonCodeName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
"""A reason code: one of ``ReasonCode``, or one that the tenant added in its preferences."""


class ReasonCode(StrEnum):
    """The reason codes that every tenant has. They are those of tau2-bench's banking domain (Sierra, MIT licence)."""

    FRAUD_OR_SECURITY_CONCERN = "fraud_or_security_concern"
    ACCOUNT_CLOSURE_REQUEST = "account_closure_request"
    DECEASED_ACCOUNT_HOLDER = "deceased_account_holder"
    LEGAL_OR_REGULATORY_MATTER = "legal_or_regulatory_matter"
    ACCOUNT_OWNERSHIP_DISPUTE = "account_ownership_dispute"
    COMPLEX_BILLING_DISPUTE = "complex_billing_dispute"
    ABUSIVE_CUSTOMER_BEHAVIOR = "abusive_customer_behavior"
    THIRD_PARTY_INQUIRY = "third_party_inquiry"
    TECHNICAL_SYSTEM_ERROR = "technical_system_error"
    UNCONFIRMED_EXTERNAL_COMMUNICATION = "unconfirmed_external_communication"
    CUSTOMER_DEMANDS_AFTER_UNAVAILABLE_OFFER_REFUSAL = "customer_demands_after_unavailable_offer_refusal"
    KB_SEARCH_UNSUCCESSFUL_CUSTOMER_REQUESTS_TRANSFER = "kb_search_unsuccessful_customer_requests_transfer"
    SPECIALIZED_DEPARTMENT_REQUIRED = "specialized_department_required"
    ACCESSIBILITY_OR_SPECIAL_NEEDS = "accessibility_or_special_needs"
    CUSTOMER_FRUSTRATED_DEMANDS_HUMAN = "customer_frustrated_demands_human"
    SUPERVISOR_REQUEST_SERVICE_COMPLAINT = "supervisor_request_service_complaint"
    CUSTOMER_REQUESTS_HUMAN_NO_SPECIFIC_REASON = "customer_requests_human_no_specific_reason"
    REQUEST_COMPLETED_CUSTOMER_WANTS_HUMAN_FOLLOWUP = "request_completed_customer_wants_human_followup"
    OTHER = "other"
