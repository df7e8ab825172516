"""What every route of the API is asked with in a test that plays all of them, and the work that it is about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import uuid4

from tests.builders.attachments import send
from tests.builders.drafts import drafted
from tests.builders.handoffs import ANN, accept, act, claim, waiting
from tests.builders.operators import an_operator
from tests.builders.requests import Json, get, post, put
from tests.builders.sessions import a_session
from tests.builders.shifts import TOMASZ, held
from tests.conftest import Api

NUMBERS = count(1)
_A_NIGHT = {"starts": "2026-03-02T20:00:00Z", "ends": "2026-03-03T08:00:00Z"}


@dataclass(frozen=True)
class Work:
    """Whose work a case is: its namespace, who asks, and who takes over. Everything said in it holds its mark."""

    namespace: str
    source: str = "ours-bot"
    to: str = "queue:billing"
    holder: str = ANN
    mark: str = field(default_factory=lambda: f"mark-{uuid4()}")


@dataclass(frozen=True)
class Case:
    """A piece of work in the state that a route is about: what paths and bodies name of it."""

    work: Work
    ids: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """The ids that nothing else has."""
        return [str(value) for name, value in self.ids.items() if name.endswith("_id")]


STATES: Mapping[str, str] = {
    **dict.fromkeys(("keep_claim", "release_handoff"), "claimed"),
    **dict.fromkeys(
        ("ask_source", "transfer_handoff", "return_handoff", "snooze_handoff", "resolve_handoff", "send_reply"),
        "accepted",
    ),
    **dict.fromkeys(("get_draft", "edit_draft", "renew_draft", "confirm_draft", "cancel_handoff"), "drafted"),
    **dict.fromkeys(("get_consolidation", "undo_consolidation"), "consolidated"),
    **dict.fromkeys(("get_sheet", "sign_sheet"), "sheet"),
    **dict.fromkeys(("acknowledge_sheet", "acknowledge_item", "decline_item"), "signed"),
    **dict.fromkeys(
        (
            *("get_session", "get_chain", "get_chain_tree", "read_owner", "end_session", "resume_session"),
            *("request_handoff", "remember", "remember_many", "keep_messages", "start_session"),
            *("get_memory", "revise_memory", "give_feedback", "forget_memory", "forget_memories"),
            *("list_sessions", "list_memories", "list_events", "recall", "export_namespace"),
            *("forget_namespace", "import_namespace", "consolidate", "list_consolidations"),
            *("send_message", "note_typing", "give_back_chain"),
        ),
        "session",
    ),
    **dict.fromkeys(
        ("make_customer", "list_customers", "get_customer", "revise_customer", "send_customer_message"), "customer"
    ),
    **dict.fromkeys(("upload_attachment", "list_attachments", "get_attachment", "get_attachment_content"), "attached"),
    "answer_inquiry": "asked",
    "report_delivery": "replied",
    "decline_handoff": "offered",
    "take_back_flag": "flagged",
    "list_flags": "flagged",
    "export_cases": "flagged",
    "flags_of_handoff": "flagged",
}
"""The state of the work that a route is about; of all others, a handoff that waits."""

CHANGES = {
    *("claim_handoff", "accept_handoff", "offer_handoff", "decline_handoff", "cancel_handoff", "release_handoff"),
    *("answer_inquiry", "transfer_handoff", "return_handoff", "resolve_handoff", "renew_draft", "confirm_draft"),
    *("edit_draft", "take_back_flag", "end_session", "request_handoff", "forget_memory", "undo_consolidation"),
    *("consolidate", "sign_sheet", "acknowledge_sheet", "acknowledge_item", "decline_item", "snooze_handoff"),
    *("claim_next",),
}
"""Routes after which the work is another one: whoever may use them needs work of their own."""


def a_case(api: Api, work: Work, state: str) -> Case:
    """Work in a state. Of sheets, the holder is who goes."""
    if state in {"sheet", "signed"}:
        return _a_sheet(api, work, state)
    if state == "consolidated":
        return _a_consolidation(api, work)
    if state == "customer":
        return _a_customer(api, work)
    if state == "attached":
        return _an_attachment(api, work)
    session = a_session(api, work.mark, namespace=work.namespace, agent=work.source)
    memory = get(api, "memories", session_id=session)["items"][0]["id"]
    ids = {"session_id": session, "chain_id": session, "memory_id": memory}
    return Case(work, {**ids, **({} if state == "session" else _handed_over(api, work, session, state))})


def _handed_over(api: Api, work: Work, session: str, state: str) -> Json:
    if state == "drafted":
        made = drafted(api, session, to=work.to, reason=work.mark)
    else:
        made = waiting(api, session, to=work.to, reason=work.mark)
    then = _THEN[state](api, work, made) if state in _THEN else {}
    return {"handoff_id": made["id"], "left_id": made["id"], "right_id": made["id"], **then}


def _asked(api: Api, work: Work, made: Json) -> Json:
    token = accept(api, made, work.holder)["claim"]["token"]
    act(api, made, "ask", 201, token=token, question="Is it?")
    return {"token": token}


def _offered(api: Api, work: Work, made: Json) -> Json:
    act(api, made, "offer", to=ANN)
    return {}


def _flagged(api: Api, work: Work, made: Json) -> Json:
    flag = {"by": work.source, "verdict": "missing", "should_be": work.mark}
    return {"flag_id": act(api, made, "flags", 201, **flag)["id"]}


def _replied(api: Api, work: Work, made: Json) -> Json:
    token = accept(api, made, work.holder)["claim"]["token"]
    return {"message_id": act(api, made, "reply", 201, token=token, content=work.mark)["id"]}


_THEN: Mapping[str, Callable[[Api, Work, Json], Json]] = {
    "claimed": lambda api, work, made: {"token": claim(api, made, work.holder)},
    "accepted": lambda api, work, made: {"token": accept(api, made, work.holder)["claim"]["token"]},
    "asked": _asked,
    "replied": _replied,
    "offered": _offered,
    "flagged": _flagged,
}


def _a_sheet(api: Api, work: Work, state: str) -> Case:
    outgoing = f"human:ines-{next(NUMBERS)}"
    item = held(api, work.mark, by=outgoing)
    sheet = post(api, "shifts", {"outgoing": outgoing}, 201)
    if state == "signed":
        a_session(api, agent=TOMASZ)
        sheet = post(api, f"shifts/{sheet['id']}/sign", {"agent": outgoing, "to": TOMASZ}, 202)
        for one in sheet["items"]:
            get(api, f"handoffs/{one['passed_id']}", wait=20)
    return Case(replace(work, holder=outgoing), {"shift_id": sheet["id"], "handoff_id": item["id"]})


def _a_consolidation(api: Api, work: Work) -> Case:
    alike = [{"namespace": work.namespace, "content": content} for content in (work.mark, f"{work.mark}.")]
    post(api, "memories/batch", {"memories": alike}, 201)
    made = post(api, "consolidations", {"namespace": work.namespace})["consolidations"]
    return Case(work, {"consolidation_id": made[0]["id"]})


def _an_attachment(api: Api, work: Work) -> Case:
    session = a_session(api, work.mark, namespace=work.namespace, agent=work.source)
    sent = send(api, session, work.mark.encode(), name=f"{work.mark}.txt", namespace=work.namespace)
    [file] = get(api, "attachments", chain_id=session)["items"]
    return Case(work, {"session_id": session, "memory_id": sent["id"], "attachment_id": file["id"]})


def _a_customer(api: Api, work: Work) -> Case:
    # In a namespace of its own, below that of the work: its case is that of the work's source alone.
    own = replace(work, namespace=f"{work.namespace}/{uuid4()}")
    a_session(api, work.mark, namespace=own.namespace, agent=work.source)
    made = post(api, "customers", {"namespace": own.namespace, "display_name": work.mark}, 201)
    return Case(own, {"customer_id": made["id"]})


def what_a_tenant_has(api: Api) -> Json:
    """The ids and names of what belongs to a tenant as a whole, by the beginnings of the paths that lead to it."""
    an_operator(api, capacity=100)
    an_operator(api, "zoe", None)
    put(api, "queues/billing", {"title": "Billing"})
    put(api, "rotas/nights", {"title": "Nights"})
    put(api, "saved-replies/thanks", {"text": "Thank you, {customer}."})
    put(api, "templates/letters", {"about": "Letters", "sections": [{"name": "ask", "title": "Ask"}]})
    webhook = post(api, "webhooks", {"url": "http://127.0.0.1:9/events", "types": ["shift.due"]}, 201)["id"]
    return {
        "operators": {"name": "zoe"},
        "queues": {"name": "billing"},
        "rotas": {"name": "nights"},
        "templates": {"name": "letters"},
        "saved-replies": {"name": "thanks"},
        "webhooks": {"webhook_id": webhook},
        "deliveries": {"delivery_id": post(api, f"webhooks/{webhook}/ping", status=202)["id"]},
        "keys": {"key_id": post(api, "keys", {"name": "spare"}, 201)["id"]},
    }


def body_of(operation: str, case: Case) -> Any:
    """What a route that is about a case is sent; None where it takes nothing."""
    work, ids = case.work, case.ids
    token, session = {"token": ids.get("token", 1)}, {"session_id": ids.get("session_id")}
    bodies: dict[str, Any] = {
        "start_session": {"namespace": work.namespace, "agent": work.source},
        "remember": {**session, "content": "More"},
        "remember_many": {"memories": [{**session, "content": "Still more"}]},
        "keep_messages": {"messages": [{"role": "user", "content": "Well?"}]},
        "send_message": {"content": "Hello?", "external_id": "chat-1"},
        "report_delivery": {"state": "sent"},
        "make_customer": {"namespace": work.namespace},
        "revise_customer": {"language": "de"},
        "upload_attachment": {"namespace": work.namespace},
        "send_customer_message": {"content": "Hello?", "external_id": "chat-1", "bot": work.source},
        "send_reply": {**token, "content": "x"},
        "give_back_chain": {"agent": work.source},
        "revise_memory": {"importance": 0.5},
        "give_feedback": {"verdict": "useful"},
        "recall": {"namespace": work.namespace, "query": "mark"},
        "request_handoff": {**session, "to": work.to, "reason": "x"},
        "edit_draft": {"revision": 1, "headline": "Another one"},
        "renew_draft": {"revision": 1},
        "confirm_draft": {"revision": 1},
        "claim_handoff": {"agent": work.holder},
        "accept_handoff": {"agent": work.holder},
        "keep_claim": token,
        "release_handoff": token,
        "offer_handoff": {"to": ANN},
        "decline_handoff": {"agent": ANN},
        "ask_source": {**token, "question": "What is it about?"},
        "answer_inquiry": {"agent": work.source, "answer": "It is."},
        "transfer_handoff": {**token, "to": "human:zoe", "reason": "x"},
        "return_handoff": {**token, "instruction": "x"},
        "snooze_handoff": {**token, "until": "2100-01-01T00:00:00Z"},
        "resolve_handoff": {**token, "note": "x"},
        "flag_brief": {"by": work.source, "verdict": "missing", "should_be": "x"},
        "claim_next": {"agent": ANN},
        "make_sheet": {"outgoing": f"human:max-{next(NUMBERS)}"},
        "sign_sheet": {"agent": work.holder, "to": TOMASZ},
        "acknowledge_sheet": {"agent": TOMASZ},
        "acknowledge_item": {"agent": TOMASZ, "read_back": "x", "confirm_read_back": True},
        "decline_item": {"agent": TOMASZ, "reason": "x"},
        "consolidate": {"namespace": work.namespace},
        "forget_memories": {"namespace": work.namespace, "kinds": ["unheard-of"]},
        "create_operator": {"name": f"eve-{next(NUMBERS)}"},
        "revise_operator": {"display_name": "Zoe"},
        "add_webhook": {"url": "http://127.0.0.1:9/more"},
        "revise_webhook": {"description": "x"},
        "replay_failed_deliveries": {"since": datetime.now(UTC).isoformat()},
        "make_key": {"name": "another"},
        "revise_preferences": {"reinforce": False},
        "write_saved_reply": {"text": "x"},
        "write_template": {"about": "x", "sections": [{"name": "ask", "title": "Ask"}]},
        "write_queue": {"title": "x"},
        "write_rota": {"title": "x"},
        "change_rota": {"swaps": [{"operator": "zoe", **_A_NIGHT}]},
    }
    return bodies.get(operation)
