"""The desk of the sample: its queues, reason codes, saved replies and operators."""

from typing import Any

from warmline import Warmline
from warmline_local.sample.stories import read
from warmline_schemas.operators import CreateOperator, Presence

ADMIN = "ines.weber"
CHAT_QUEUE = "technical"
"""Where the web chat gets people: a queue without office hours, so that somebody can always try it."""


def operators(*, are_there: bool = False) -> list[CreateOperator]:
    """Who works the desk; or only who is there now."""
    return [
        CreateOperator.model_validate({name: value for name, value in person.items() if name != "presence"})
        for person in _people()
        if not are_there or person["presence"] == Presence.AVAILABLE
    ]


def set_up(client: Warmline, password: str) -> None:
    """Write the queues, the reason codes and the saved replies, and add the operators, all of them available."""
    written = read("desk.toml")
    client.revise_preferences(reason_codes=written["reason_codes"])
    for queue in written["queues"]:
        client.queues.write(queue.pop("name"), **queue)
    for saved in written["saved_replies"]:
        client.saved_replies.write(saved.pop("name"), **saved)
    for operator in operators():
        added = client.operators.create(**operator.model_dump(exclude_unset=True), password=password)
        client.operators.revise(added.name, presence=Presence.AVAILABLE)


def send_home(client: Warmline) -> None:
    """Let those leave who are not there now."""
    presences = {person["name"]: person["presence"] for person in _people()}
    for operator in client.operators.list():
        client.operators.revise(operator.name, presence=presences[operator.name])


def _people() -> list[dict[str, Any]]:
    return list(read("desk.toml")["operators"])
