"""Stories: what is said and done before a handoff and after it, with gaps for the people it happens to."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict

from warmline_schemas.targets import ReasonCode


def _as_memory(turn: Any) -> Any:
    """A turn as it is written, ``["user", "Hello"]``, as the fields of ``Remember``."""
    whose, *said = turn
    if whose == "know":
        name, value = said
        return {"content": f"{name}: {value}", "kind": "fact", "slot": {"name": name, "value": value}}
    if whose == "did":
        name, arguments, result, outcome = said
        action = {"name": name, "arguments": arguments, "result": result, "outcome": outcome}
        return {"kind": "action", "role": "tool", "action": action}
    if whose == "note":
        kind, words = said
        return {"content": words, "kind": kind, "role": "agent"}
    return {"content": said[0], "role": whose}


Turn = Annotated[dict[str, Any], BeforeValidator(_as_memory)]


class Written(BaseModel):
    """What a file of the sample holds. A field that nobody reads is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Hop(Written):
    """One more handoff on the way: to whom, who takes it, why, and what is said then."""

    to: str
    by: str
    reason: str
    said: list[Turn]


class Story(Written):
    """A case: who starts it, what is said, why it is handed over to whom, and how it ends."""

    name: str
    agent: str
    namespace: str
    customer: str | None
    """The name of whom it is about; nobody's where it is about a system or a repository."""
    to: str
    language: str
    skills: list[str]
    urgency: str
    reason_code: str = ReasonCode.OTHER
    reason: str
    goal: str | None = None
    account: str | None = None
    template: str | None = None
    refuse_vague: bool = False
    said: list[Turn]
    hops: list[Hop] = []
    read_back: str | None = None
    misread: str | None = None
    question: str = ""
    answer: str = ""
    after: list[Turn] = []
    note: str = ""
    flag: str = ""


def with_cast(name: str, cast_of_it: Mapping[str, str]) -> Story:
    """A story with its gaps filled in."""
    return Story.model_validate(fill(_stories()[name], cast_of_it))


def language_of(name: str) -> str:
    """The language of a story."""
    return str(_stories()[name]["language"])


def read(name: str) -> dict[str, Any]:
    """One of the sample's files."""
    return tomllib.loads(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def fill(written: Any, words: Mapping[str, str]) -> Any:
    """Anything written, with the gaps of all its texts filled in."""
    match written:
        case str():
            return written.format_map(words)
        case list():
            return [fill(part, words) for part in written]
        case dict():
            return {name: fill(part, words) for name, part in written.items()}
    return written


@cache
def _stories() -> dict[str, dict[str, Any]]:
    folder = files(__package__).joinpath("stories")
    names = sorted(f"stories/{file.name}" for file in folder.iterdir())
    # Copied by whoever reads them, for ``fill`` makes new texts: what is kept here is never changed.
    written = [cast("list[dict[str, Any]]", read(name)["story"]) for name in names]
    customers = {"namespace": "customer/{slug}", "customer": "{name}"}
    return {
        story["name"]: ({"customer": None} if "namespace" in story else customers) | story
        for stories in written
        for story in stories
    }
