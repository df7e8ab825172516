"""Public dialogue sets as labelled dialogues: what a receiver needs of each, and which act a turn is."""

import csv
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warmline_memory.salience.turns import Speaker, Turn

CUSTOMER, AGENT = Speaker.CUSTOMER, Speaker.AGENT
WRITTEN = Path(__file__).with_name("conversations.jsonl")
"""Conversations of many trades and languages that a language model wrote for this, with what a receiver needs of each:
rules, refusals, promises and what was tried, most of them without a number. No public set says that."""


@dataclass(frozen=True)
class Dialogue:
    """A conversation up to a handoff."""

    source: str
    id: str
    turns: list[Turn]
    values: list[str]
    """What the receiver needs; a statement that holds one of them is to be kept."""
    used: list[str] = field(default_factory=list)
    goal: str = ""
    acts: dict[int, dict[str, bool]] = field(default_factory=dict)
    """For some turns, which acts they are; it is used where the turn is one statement."""
    secrets: list[str] = field(default_factory=list)
    """A statement that holds one of these and no value is left out of the training."""
    stated: dict[int, dict[str, list[int]]] = field(default_factory=dict)
    """For some turns, where in their text the statements begin that are each act; these are no other acts, and all
    other statements of the turn are none."""


def bench(path: Path) -> Iterator[Dialogue]:
    """Handoff cases in the form of the benches: ``must_know`` values, or ``must`` alternatives."""
    for line in path.read_text("utf-8").splitlines():
        case = json.loads(line)
        turns: list[Turn] = []
        used: list[str] = []
        stated = {}
        for event in case["events"]:
            if "text" in event:
                speaker = {"user": CUSTOMER, "agent": AGENT}.get(event.get("role", ""), Speaker.NOTE)
                if "acts" in event:
                    stated[len(turns)] = event["acts"]
                turns.append(Turn(speaker, event["text"]))
            elif "arguments" in event:
                used += [str(value) for value in event["arguments"].values()]
        values = [need["value"] for need in case.get("must_know", [])]
        values += [other for need in case.get("must", []) for other in need]
        secrets = [secret["value"] for secret in case.get("must_not_leak", [])]
        request = case.get("request", {})
        goal = " ".join([request.get("reason") or "", request.get("goal") or "", case["target"].replace("-", " ")])
        if turns:
            name = path.stem.removesuffix("-dev")
            yield Dialogue(name, case["id"], turns, values, used, goal.strip(), stated=stated, secrets=secrets)


SGD_ACTS = {
    "REQUEST": "question", "INFORM_INTENT": "wish", "AFFIRM": "consent", "AFFIRM_INTENT": "consent",
    "SELECT": "consent", "NEGATE": "refusal", "NEGATE_INTENT": "refusal", "NOTIFY_FAILURE": "refusal",
    "OFFER": "offer", "OFFER_INTENT": "offer",
}  # fmt: skip


def sgd(folder: Path) -> Iterator[Dialogue]:
    """Schema-Guided Dialogue (CC BY-SA 4.0), its training part: a folder of ``dialogues_*.json``."""
    chance = random.Random(1)
    for path in sorted(folder.glob("dialogues_*.json")):
        for dialogue in json.loads(path.read_text("utf-8")):
            whole = dialogue["turns"]
            changes = [
                i
                for i in range(2, len(whole))
                if whole[i]["frames"][0]["service"] != whole[i - 1]["frames"][0]["service"]
            ]
            cut = (
                chance.choice(changes) if changes else chance.randrange(4, len(whole)) if len(whole) > 5 else len(whole)
            )
            yield _sgd_dialogue(dialogue, whole[:cut])


def _sgd_dialogue(dialogue: dict[str, Any], told: list[dict[str, Any]]) -> Dialogue:
    turns, used, acts = [], [], {}
    states: dict[str, dict[str, list[str]]] = {}
    for index, turn in enumerate(told):
        before = {service: dict(slots) for service, slots in states.items()}
        turns.append(Turn(CUSTOMER if turn["speaker"] == "USER" else AGENT, turn["utterance"]))
        names = {action["act"] for frame in turn["frames"] for action in frame["actions"]}
        acts[index] = {act: any(SGD_ACTS.get(name) == act for name in names) for act in set(SGD_ACTS.values())}
        if names & {"INFORM", "CONFIRM", "REQ_MORE"}:
            acts[index].pop("wish", None)
            acts[index].pop("offer", None)
        for frame in turn["frames"]:
            if "state" in frame:
                states[frame["service"]] = frame["state"]["slot_values"]
            used += [str(value) for value in frame.get("service_call", {}).get("parameters", {}).values()]
        if turn["speaker"] == "USER":
            acts[index]["change"] = any(_changes(frame, before.get(frame["service"], {})) for frame in turn["frames"])
    values = [value for slots in states.values() for found in slots.values() for value in found if len(value) > 1]
    values = [value for value in values if value not in {"True", "False", "dontcare"}]
    return Dialogue("sgd-train", dialogue["dialogue_id"], turns, values, used, "", acts)


def _changes(frame: dict[str, Any], before: dict[str, list[str]]) -> bool:
    """Whether a turn of the customer states a value of a slot that had another one."""
    stated = {action["slot"] for action in frame["actions"] if action["act"] == "INFORM"}
    now = frame["state"]["slot_values"]
    return any(slot in before and not set(now[slot]) & set(before[slot]) for slot in stated & set(now))


MULTIDOGO_ACTS = {
    "confirmation": "consent",
    "rejection": "refusal",
}
SECRET_SLOTS = re.compile(r"password|pin|ssn|security|card|cvv", re.I)


def multidogo(folder: Path) -> Iterator[Dialogue]:
    """MultiDoGO (CDLA-Permissive): the turn-level training files, without conversations of the other parts."""
    held = {
        row["conversationId"]
        for part in ("dev", "test")
        for path in sorted(folder.glob(f"*/{part}.tsv"))
        for row in _rows(path, "\t")
    }
    for path in sorted(folder.glob("*/train.tsv")):
        conversations: dict[str, list[dict[str, str]]] = {}
        for row in _rows(path, "\t"):
            if row["conversationId"] not in held and (row["turnNumber"] or "").isdigit():
                conversations.setdefault(row["conversationId"], []).append(row)
        for key, rows in conversations.items():
            if len(rows) > 3:
                yield _multidogo_dialogue(path.parent.name, key, sorted(rows, key=lambda row: int(row["turnNumber"])))


def _multidogo_dialogue(domain: str, key: str, rows: list[dict[str, str]]) -> Dialogue:
    values: list[str] = []
    secrets: list[str] = []
    acts = {}
    for index, row in enumerate(rows):
        intents = {
            MULTIDOGO_ACTS.get(intent, "wish")
            for intent in (row["intent"] or "").split("<div>")
            if intent not in {"", "contentonly"}
        }
        acts[index] = {act: act in intents for act in ("consent", "refusal")}
        for slot, words in _spans(row["utterance"].split(), (row["slot-labels"] or "").split()):
            (secrets if SECRET_SLOTS.search(slot) else values).append(words)
    turns = [Turn(CUSTOMER, row["utterance"]) for row in rows]
    return Dialogue("multidogo-train", key, turns, values, [], domain, acts, secrets)


def _spans(words: list[str], slots: list[str]) -> Iterator[tuple[str, str]]:
    run: list[str] = []
    for word, slot, following in zip(words, slots, [*slots[1:], "O"], strict=False):
        if slot != "O":
            run.append(word)
            if following != slot:
                yield slot, " ".join(run)
                run = []


def crosswoz(path: Path) -> Iterator[Dialogue]:
    """CrossWOZ (Apache-2.0), its test file."""
    chance = random.Random(2)
    for key, dialogue in json.loads(path.read_text("utf-8")).items():
        messages = dialogue["messages"]
        cut = chance.randrange(max(2, len(messages) // 2), len(messages) + 1)
        turns, acts, values = [], {}, []
        for index, message in enumerate(messages[:cut]):
            turns.append(Turn(CUSTOMER if message["role"] == "usr" else AGENT, message["content"]))
            names = {act[0] for act in message["dialog_act"]}
            acts[index] = {"question": "Request" in names}
            if "user_state" in message:
                state = [one[3] for one in message["user_state"]]
                values = [value for one in state for value in (one if isinstance(one, list) else [one]) if value]
        yield Dialogue("crosswoz-test", key, turns, [v for v in values if "id=" not in v], [], "旅行", acts)


def taskmaster4(folder: Path) -> Iterator[Dialogue]:
    """Taskmaster-4 (CC BY 4.0): orders, with the arguments of the calls that they led to."""
    for path in sorted(folder.glob("data_0[01].json")):
        for dialogue in json.loads(path.read_text("utf-8")):
            turns, values = [], []
            for said in dialogue["utterances"]:
                turns.append(Turn(CUSTOMER if said["speaker"] == "user" else AGENT, said["text"]))
                for note in said.get("annotations", []):
                    if note["name"] == "request":
                        values += re.findall(
                            r'"(?:query|option|attribute\w*|name|quantity)": ?"([^"]+)"', note["value"]
                        )
            yield Dialogue("taskmaster4", dialogue["conversation_id"], turns, [v for v in values if len(v) > 2])


def taskmaster3(path: Path) -> Iterator[Dialogue]:
    """Taskmaster-3 (CC BY 4.0), ``train-bc.tsv``: cinema tickets, one prefix of each dialogue."""
    longest: dict[str, str] = {}
    for line in path.read_text("utf-8").splitlines():
        context, answer, key = line.split("\t")
        told = context.split("<C>", 1)[-1] + answer.replace("[", "<").replace("]", ">")
        if len(told) > len(longest.get(key, "")):
            longest[key] = told
    for key, told in longest.items():
        parts = re.findall(r"<(U|A|PAV|PN|PAN)>([^<]*)", told)
        turns = [
            Turn(CUSTOMER if mark == "U" else AGENT, text) for mark, text in parts if mark in "UA" and text.strip()
        ]
        values = [text for mark, text in parts if mark == "PAV" and len(text) > 2]
        if len(turns) > 3:
            yield Dialogue("taskmaster3", key, turns, values)


PLAN = re.compile(r"^(?:ASSESSMENT|PLAN|ASSESSMENT AND PLAN|IMPRESSION|INSTRUCTIONS|DISPOSITION)\b", re.M)
_WORD = re.compile(r"[a-z0-9][a-z0-9'-]+")


def visits(path: Path) -> Iterator[Dialogue]:
    """ACI-Bench (CC BY 4.0), ``train.csv``: doctor's visits, kept is what the note's plan names."""
    rows = list(_rows(path, ","))
    spread = Counter(word for row in rows for word in set(_WORD.findall(row["dialogue"].lower())))
    for row in rows:
        plan = PLAN.split(row["note"], maxsplit=1)[-1] if PLAN.search(row["note"]) else ""
        turns = [
            Turn(AGENT if mark == "doctor" else CUSTOMER, text.strip())
            for mark, text in re.findall(r"\[(doctor|patient)\]([^\[]+)", row["dialogue"])
        ]
        yield Dialogue("visits-train", row["encounter_id"], turns, _telling(plan, spread, len(rows)))


SECTIONS = {"PLAN", "ASSESSMENT", "MEDICATIONS", "ALLERGY", "DISPOSITION", "EDCOURSE", "DIAGNOSIS", "CC", "PROCEDURES"}


def mts(path: Path) -> Iterator[Dialogue]:
    """MTS-Dialog (CC BY 4.0): parts of visits, with the part of the note that each became."""
    rows = list(_rows(path, ","))
    spread = Counter(word for row in rows for word in set(_WORD.findall(row["dialogue"].lower())))
    for row in rows:
        turns = [
            Turn(CUSTOMER if mark.startswith(("Patient", "Guest")) else AGENT, text.strip())
            for mark, text in re.findall(r"^([A-Z][\w ]{2,20}): (.+)$", row["dialogue"], re.M)
        ]
        if len(turns) > 2:
            values = _telling(row["section_text"], spread, len(rows)) if row["section_header"] in SECTIONS else []
            if values:
                yield Dialogue("mts", row["ID"], turns, values)


def _telling(note: str, spread: Counter[str], dialogues: int) -> list[str]:
    """The words of a note that few dialogues have: medicines, doses, tests, diagnoses."""
    return sorted({word for word in _WORD.findall(note.lower()) if 0 < spread[word] <= max(3, dialogues // 10)})


def _rows(path: Path, delimiter: str) -> Iterable[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    with path.open(encoding="utf-8-sig", newline="") as file:
        if delimiter == "\t":
            yield from csv.DictReader(file, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        else:
            yield from csv.DictReader(file, delimiter=delimiter)


READERS: dict[str, tuple[Callable[[Path], Iterator[Dialogue]], int]] = {
    "bench": (bench, 10_000), "sgd": (sgd, 300), "multidogo": (multidogo, 500), "crosswoz": (crosswoz, 150),
    "taskmaster4": (taskmaster4, 250), "taskmaster3": (taskmaster3, 200), "visits": (visits, 67), "mts": (mts, 400),
}  # fmt: skip
"""How each set is read, and how many dialogues of it are taken."""


def read(specs: Iterable[str]) -> list[Dialogue]:
    """The dialogues of arguments such as ``sgd=/data/sgd/train``, drawn with a fixed seed."""
    found = []
    for spec in specs:
        name, _, path = spec.partition("=")
        reader, most = READERS[name]
        dialogues = list(reader(Path(path)))
        if len(dialogues) > most:
            dialogues = random.Random(3).sample(dialogues, most)
        found += dialogues
    return found
