"""Pages: how a case looks as a thread's first message, and the forms behind its buttons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warmline.bridges.slack.gate import CONFIRM, written
from warmline_schemas.handoffs import Handoff, HandoffState
from warmline_schemas.targets import TargetKind, kind_of

# Slack's limits, of which a little is left: characters of a block's text, of a whole message's fallback, of a form's
# field, and of its title; and blocks of a message.
BLOCK_CHARS, FALLBACK_CHARS, TYPED_CHARS, TITLE_CHARS = 2_900, 2_900, 3_000, 24
MOST_BLOCKS = 12
READ_BACK_CHARS = 900
"""A read-back is carried by buttons, which carry 2,000 characters, each quote as two."""
WAITING = frozenset({HandoffState.READY, HandoffState.CLAIMED})
OVER = frozenset({HandoffState.CLOSED, HandoffState.CANCELLED, HandoffState.FAILED})
TAKE, REPLY, CONSULT, TRANSFER, RETURN, RESOLVE = "take", "reply", "consult", "transfer", "return", "resolve"
TYPED, TO = "typed", "to"
"""The fields of a form."""

Block = dict[str, Any]


@dataclass(frozen=True)
class Form:
    """What a form asks for."""

    title: str
    button: str
    label: str
    hint: str
    is_optional: bool = False
    whom: str | None = None
    """The label of a second field, for whom it goes to."""


FORMS: Mapping[str, Form] = {
    TAKE: Form(
        "Take it over",
        "Take it",
        "In one sentence: what is it about?",
        "Amounts, dates and identifiers are compared with the brief. Some queues want this sentence.",
        is_optional=True,
    ),
    REPLY: Form("Reply", "Send", "To the customer", "Their channel delivers it. Words in the thread stay inside."),
    CONSULT: Form("Ask for advice", "Ask", "The question", "You keep the case.", whom="Whom, such as queue:legal"),
    TRANSFER: Form(
        "Transfer", "Transfer", "Why", "It gets a brief, and is yours until then.", whom="To whom, such as queue:fraud"
    ),
    RETURN: Form("Return", "Return", "What shall the agent do?", "It goes back to whoever handed it over."),
    RESOLVE: Form("Resolve", "Resolve", "How it was solved", "It is kept, and stands in later briefs."),
}
"""The forms, by the buttons that open them."""


def shown(handoff: Handoff, note: str, holder: str | None, target: str, where: str) -> tuple[str, list[Block]]:
    """A case as a message: its text, for notices and readers of screens, and its blocks.

    ``note`` is the short brief; ``holder`` and ``target`` what people call who has it, and whom it is for; ``where``
    is the handoff in the console.
    """
    line = f"{_state(handoff, holder)} · {escaped(target)} · urgency {handoff.urgency.value}"
    # As plain text nothing that a customer wrote becomes a link, or calls a channel.
    blocks = [section(line), *map(plain_section, _cut(note))]
    buttons = list(_buttons(handoff, where))
    return f"{line}\n{escaped(note)}"[:FALLBACK_CHARS], [*blocks, {"type": "actions", "elements": buttons}]


def form(name: str, facts: Mapping[str, Any], typed: str = "") -> Block:
    """A form. ``facts`` come back with what is filled in."""
    asked = FORMS[name]
    fields = [_field(TYPED, asked.label, asked.hint, typed, is_optional=asked.is_optional, is_long=name != TAKE)]
    if asked.whom:
        fields.insert(0, _field(TO, asked.whom, "", "", is_optional=False, is_long=False))
    return {
        "type": "modal",
        "callback_id": name,
        "private_metadata": written(facts),
        "title": _plain(asked.title[:TITLE_CHARS]),
        "submit": _plain(asked.button),
        "close": _plain("Cancel"),
        "blocks": fields,
    }


def contradicted(handoff: str, read_back: str, contradictions: Sequence[Mapping[str, Any]]) -> tuple[str, list[Block]]:
    """What of a read-back the brief does not have, with the choice to correct it or to take the case all the same."""
    found = "\n".join(f"• {escaped(_differs(one))}" for one in contradictions)
    text = f"What you wrote is not what the brief has:\n{found}"[:BLOCK_CHARS]
    facts = {"handoff": handoff, "typed": read_back[:READ_BACK_CHARS]}
    buttons = [button("Correct it", TAKE, facts), button("Take it all the same", CONFIRM, facts)]
    return text, [section(text), {"type": "actions", "elements": buttons}]


def button(words: str, name: str, facts: Mapping[str, Any]) -> Block:
    """A button; ``facts`` come back when it is pressed."""
    return {"type": "button", "text": _plain(words), "action_id": name, "value": written(facts)}


def link(words: str, url: str) -> Block:
    """A button that leads to a page."""
    return {"type": "button", "text": _plain(words), "url": url, "action_id": "open"}


def section(text: str) -> Block:
    """A paragraph with marks of Slack in it."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def plain_section(text: str) -> Block:
    """A paragraph in which nothing is a mark."""
    return {"type": "section", "text": _plain(text)}


def typed_in(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled into a form, by the names of its fields; what was left empty is left out."""
    values = (view.get("state") or {}).get("values") or {}
    found = {name: (fields.get(name) or {}).get("value") for name, fields in values.items()}
    return {name: str(value).strip() for name, value in found.items() if value and str(value).strip()}


def escaped(text: str) -> str:
    """A text in which nothing is a link, a name or a channel to Slack."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _state(handoff: Handoff, holder: str | None) -> str:
    if handoff.state in OVER:
        return f"*{handoff.closed_as.value if handoff.closed_as else handoff.state.value}*".replace("_", " ")
    if handoff.state is HandoffState.ACCEPTED:
        return f"*{escaped(holder or 'Somebody')} has it*"
    if handoff.state is HandoffState.CLAIMED:
        return f"*{escaped(holder or 'Somebody')} reads it*"
    # Between two targets of people it is the other one's.
    return "*It waits*" if kind_of(handoff.to) is not TargetKind.AGENT else "*It went back to its agent*"


def _buttons(handoff: Handoff, where: str) -> Iterator[Block]:
    facts = {"handoff": str(handoff.id)}
    if handoff.state in WAITING and kind_of(handoff.to) is not TargetKind.AGENT:
        yield {**button("Take it", TAKE, facts), "style": "primary"}
    if handoff.state is HandoffState.ACCEPTED:
        for name in (REPLY, CONSULT, TRANSFER, RETURN, RESOLVE):
            yield button(FORMS[name].title, name, facts)
    yield link("Brief with its proof", where)


def _field(name: str, label: str, hint: str, typed: str, *, is_optional: bool, is_long: bool) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": is_long,
        "max_length": TYPED_CHARS if is_long else READ_BACK_CHARS,
        **({"initial_value": typed} if typed else {}),
    }
    field: Block = {"type": "input", "block_id": name, "label": _plain(label), "element": element}
    return {**field, "optional": is_optional, **({"hint": _plain(hint)} if hint else {})}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _cut(note: str) -> list[str]:
    """A note in as many blocks as it takes; what is more than a message can have is at the link."""
    parts = [note[start : start + BLOCK_CHARS] for start in range(0, len(note), BLOCK_CHARS)]
    return [part for part in parts if part.strip()][:MOST_BLOCKS]


def _differs(one: Mapping[str, Any]) -> str:
    has = ", ".join(map(str, one.get("brief_has") or [])) or "no such value"
    return f"{one.get('said')}: the brief has {has}"
