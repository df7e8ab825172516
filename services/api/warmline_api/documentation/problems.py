"""The problems of each operation: what it can answer instead of what it was asked for.

Most follow from what an operation takes. What the state of things can forbid, and what a body can name that is not
there, is listed here, by problem: a type that an operation answers without listing it fails the tests.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from warmline_api.limits.quotas import ADDING
from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, STATUS, TITLE, Problem, ProblemType

Json = dict[str, Any]

_HELD = """
    keep_claim release_handoff ask_source answer_inquiry transfer_handoff return_handoff snooze_handoff resolve_handoff
    send_reply
"""
_TAKEN = "claim_handoff accept_handoff claim_next acknowledge_item"
_KEPT = "remember remember_many keep_messages"

FORBIDS: dict[ProblemType, str] = {
    ProblemType.NOT_FOUND: f"{_KEPT} request_handoff make_sheet list_waiting consolidate recall",
    ProblemType.SESSION_ENDED: f"{_KEPT} keep_messages resume_session request_handoff {_HELD}",
    ProblemType.NAMESPACE_MISMATCH: _KEPT,
    ProblemType.MEMORY_PROTECTED: "revise_memory forget_memory give_feedback",
    ProblemType.HANDOFF_IN_PROGRESS: f"request_handoff {_HELD} sign_sheet",
    ProblemType.HANDOFF_STATE: f"""
        get_brief get_draft edit_draft renew_draft confirm_draft cancel_handoff retry_handoff offer_handoff
        decline_handoff flag_brief compare_handoffs decline_item {_TAKEN} {_HELD}
    """,
    ProblemType.HANDOFF_CLAIMED: f"offer_handoff cancel_handoff {_TAKEN} {_HELD}",
    ProblemType.HANDOFF_ACCEPTED: "accept_handoff acknowledge_item cancel_handoff",
    ProblemType.NOT_HELD: f"accept_handoff {_HELD}",
    ProblemType.STALE_TOKEN: f"claim_handoff accept_handoff {_HELD}",
    ProblemType.READ_BACK_REQUIRED: "accept_handoff acknowledge_item",
    ProblemType.READ_BACK_CONTRADICTS: "accept_handoff acknowledge_item",
    ProblemType.NAME_TAKEN: "create_operator make_customer revise_customer",
    ProblemType.OPERATOR_BUSY: f"offer_handoff transfer_handoff {_TAKEN}",
    ProblemType.CONVERSATION_OWNED: "accept_handoff acknowledge_item send_message",
    ProblemType.DRAFT_CHANGED: "edit_draft renew_draft confirm_draft",
    ProblemType.BRIEF_TOO_VAGUE: "confirm_draft",
    ProblemType.SHEET_STATE: "make_sheet sign_sheet acknowledge_sheet acknowledge_item decline_item",
    ProblemType.PERSON_NEEDED: "make_sheet sign_sheet",
    ProblemType.KEY_IS_OVER: "rotate_key",
    ProblemType.ATTACHMENT_NOT_READY: "get_attachment_content",
    ProblemType.QUOTA_REACHED: " ".join(ADDING),
}
"""The operations that answer a problem for a reason of their own."""

_NAMES = {problem: frozenset(names.split()) for problem, names in FORBIDS.items()}

# 405 is left out: it answers a method that an operation does not have, so no operation can answer it.
_ALWAYS = {
    *(ProblemType.INVALID_REQUEST, ProblemType.HEADERS_TOO_LARGE, ProblemType.RATE_LIMITED),
    ProblemType.MISDIRECTED,
    *(ProblemType.INTERNAL_ERROR, ProblemType.BUSY, ProblemType.UNAVAILABLE),
}
_OWN = {404, 409, 412}
"""The statuses that say something of the operation. The others stand together, as the default: that a key is missing,
or the platform busy, can be the answer to anything."""


def problems_of(operation: Json, method: str) -> set[ProblemType]:
    """The problems that an operation can answer, by what it takes and by its name."""
    takes = {one["in"] for one in operation.get("parameters", ())}
    named = {one["name"] for one in operation.get("parameters", ())}
    found = {problem for problem, names in _NAMES.items() if operation["operationId"] in names} | _ALWAYS
    if "security" in operation:
        found |= {ProblemType.UNAUTHENTICATED, ProblemType.FORBIDDEN}
    if "path" in takes:
        found.add(ProblemType.NOT_FOUND)
    if "requestBody" in operation:
        found |= {ProblemType.PAYLOAD_TOO_LARGE, ProblemType.REQUEST_TIMEOUT}
    if "Idempotency-Key" in named:
        found.add(ProblemType.IDEMPOTENCY_KEY_REUSED)
    if "If-Match" in named:
        found.add(ProblemType.CHANGED_MEANWHILE)
    # A request that changes nothing has no outcome that could be unknown.
    if method != "get":
        found.add(ProblemType.OUTCOME_UNKNOWN)
    return found


def add(operation: Json, method: str, responses: Json) -> None:
    """Put an operation's problems into it, as references to ``responses``, which grows by those that it lacks."""
    by_status: dict[str, list[ProblemType]] = defaultdict(list)
    for problem in _in_order(problems_of(operation, method)):
        by_status[str(STATUS[problem]) if STATUS[problem] in _OWN else "default"].append(problem)
    own = {status: one for status, one in operation["responses"].items() if status < "400"}
    for status, problems in sorted(by_status.items()):
        name = _camel(problems[0]) if len(problems) == 1 else f"P{status.removesuffix('default')}"
        own[status] = {"$ref": f"#/components/responses/{_shared(_response(problems), name, responses)}"}
    operation["responses"] = own


def _shared(response: Json, name: str, responses: Json) -> str:
    """The name of a response among those that operations share: that of an equal one, else a new one.

    New ones are short, because every operation has two of them, and numbered.
    """
    for known, one in responses.items():
        if one == response:
            return known
    name += f"_{len(responses)}" if name in responses else ""
    responses[name] = response
    return name


def schemas() -> Json:
    """The schemas of a problem and its parts, with the closed list of types and what each says."""
    # On the wire a type is a URN, which the enumeration's values are not.
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    types = problem["properties"]["type"]
    types["enum"] = [known.urn for known in ProblemType]
    types["description"] += "".join(f"\n- `{known}`: {TITLE[known]} ({STATUS[known]})" for known in ProblemType)
    return {**problem.pop("$defs"), "Problem": problem}


def _response(problems: list[ProblemType]) -> Json:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": ", ".join(f"`{problem}`" for problem in problems), "content": {PROBLEM_MEDIA_TYPE: content}}


def _in_order(problems: Iterable[ProblemType]) -> list[ProblemType]:
    return sorted(problems, key=list(ProblemType).index)


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in re.split("[-_]", name))
