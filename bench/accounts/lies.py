"""Accounts made of conversations by a program: true entries from the events, reworded, and lies made out of them."""

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from warmline_memory.briefs.accounts.evidence import SENTENCE
from warmline_memory.language import exact_values
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.accounts import AccountEntry
from warmline_schemas.memories import Action, Outcome, Role, Slot

OUTCOMES = {"ok": Outcome.CONFIRMED, "failed": Outcome.FAILED}
MOST_LIES = 4
"""Of a conversation, beside an invented promise or deed."""
STARTED = datetime(2026, 3, 2, 9, tzinfo=UTC)
THIRD_PERSON = (
    (r"\bI'm\b|\bI am\b", "the customer is"), (r"\bI've\b", "the customer has"),
    (r"\bI'd like\b", "the customer would like"),
    (r"\bI need\b", "the customer needs"), (r"\bI want\b", "the customer wants"), (r"\bI\b", "the customer"),
    (r"\bmy\b", "their"), (r"\bme\b", "them"), (r"\byou\b", "we"), (r"\byour\b", "our"),
)  # fmt: skip
WISHES = ("Customer: {}", "The customer wrote: “{}”", "Customer says that {}", "From the customer: {}")
TOLD = ("We told the customer: {}", "Agent said that {}", "Told the customer: “{}”")
DONE = ("{} went through ({})", "{} was done with {}", "Completed: {} ({})", "{} for {} succeeded")
FAILED = ("{} failed ({})", "{} could not be done with {}", "Tried {} for {}, it was refused")
FACTS = ("{}: {} {}, {} {}", "For {} the {} is {} and the {} is {}")
PROMISES = (
    "We promised a full refund within 24 hours", "The customer was promised a call back from the manager tomorrow",
    "Promised a free upgrade to first class", "A technician will come on site at no charge, as we agreed",
    "We promised to waive the fee", "Promised to send a written apology by courier", "客户得到承诺：明天全额赔偿",
    "Wir haben eine Gutschrift als Entschädigung zugesagt", "Se prometió una compensación por las molestias",
)  # fmt: skip
# Other sentences of the same forms, to turn what happened in another language than the record's.
ABROAD = {
    "done": (
        "{} wurde erledigt ({})", "{} se realizó correctamente ({})", "{} a bien été effectué ({})", "{}已经完成（{}）",
        "{} è andato a buon fine ({})", "{} выполнено ({})",
    ),
    "failed": (
        "{} ist fehlgeschlagen ({})", "{} no se pudo realizar ({})", "{} a échoué ({})", "{}失败了（{}）",
        "{} non è riuscito ({})", "{} не удалось ({})",
    ),
}  # fmt: skip
PASTS = {
    "book": "booked", "check": "checked", "schedule": "scheduled", "find": "found", "reserve": "reserved", "get": "got",
    "cancel": "cancelled", "change": "changed", "send": "sent", "buy": "bought", "order": "ordered", "make": "made",
    "update": "updated", "refund": "refunded", "report": "reported", "plan": "planned", "set up": "set up",
}  # fmt: skip
UNITS = (
    (r"\$(?=\d)", "€"), (r"€(?=\d)", "$"), (r"£(?=\d)", "$"), (r"(?<=\d) ?(?:dollars|USD)\b", " euros"),
    (r"(?<=\d) minutes\b", " hours"), (r"(?<=\d) hours\b", " days"), (r"(?<=\d) days\b", " weeks"),
    (r"(?<=\d) ?%", " dollars"), (r"(?<=\d) credits\b", " dollars"), (r"(?<=\d) ?mg\b", " g"),
    (r"(?<=\d) nights\b", " weeks"), (r"(?<=\d) ?元", "美元"), (r"(?<=\d) pounds\b", " euros"),
)  # fmt: skip
DEEDS = (
    "All tests pass", "The whole test suite is green after the change", "Deployed to production without errors",
    "The refund was issued to the customer's card", "The account was closed at the customer's request",
    "Escalated to the legal department and they confirmed", "The manager approved an exception",
    "所有测试都通过了", "Alle Tests sind erfolgreich durchgelaufen", "Le remboursement a été effectué",
)  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """An entry of an account, and which kind of lie it is; None where it is true."""

    entry: AccountEntry
    lie: str | None = None


def memories_of(events: Sequence[Mapping[str, Any]]) -> list[SourceMemory]:
    """The memories that a conversation leaves when it is played."""
    return [_memory(number, event) for number, event in enumerate(events)]


def _memory(number: int, event: Mapping[str, Any]) -> SourceMemory:
    action = slot = None
    content = str(event.get("text") or event.get("content") or "")
    if event["role"] == "tool":
        outcome = OUTCOMES.get(str(event.get("status")), Outcome.UNKNOWN)
        action = Action(
            name=event["name"],
            arguments=event.get("arguments") or {},
            result=_parsed(event.get("result")),
            outcome=outcome,
        )
        content = f"{event['name']} {json.dumps(action.arguments, ensure_ascii=False)}"
    if event.get("slot"):
        slot = Slot.model_validate(event["slot"])
    kind = str(event.get("kind") or ("action" if action else "message"))
    role = None if event.get("note") else Role(event["role"])
    return SourceMemory(
        UUID(int=number + 1), role, kind, content, 0.5, STARTED + timedelta(minutes=number), slot, action
    )


def _parsed(result: Any) -> Any:
    try:
        return json.loads(result) if isinstance(result, str) else result
    except ValueError:
        return result


def claims_of(events: Sequence[Mapping[str, Any]], chance: random.Random) -> list[Claim]:
    """Up to six true entries of a conversation, and up to five lies that are made of them or of nothing."""
    true = list(_true(events, chance))
    chance.shuffle(true)
    true = true[:6]
    everything = exact_values.plain(json.dumps(events, ensure_ascii=False))
    # Where something passed, that all tests pass may be true.
    deeds = DEEDS[3:7] if re.search(r"pass|ok\b|green", everything, re.I) else DEEDS
    lies = [lie for claim in true for lie in _lies(claim, everything, chance)]
    lies += _of_relations(true, events, chance)
    chance.shuffle(lies)
    promise = Claim(
        AccountEntry.model_validate({"section": "promised", "text": chance.choice(PROMISES)}), "invented promise"
    )
    deed = Claim(
        AccountEntry.model_validate({"section": chance.choice(["done", "situation"]), "text": chance.choice(deeds)}),
        "invented deed",
    )
    return [*true, *lies[:MOST_LIES], chance.choice([promise, deed])]


def _true(events: Sequence[Mapping[str, Any]], chance: random.Random) -> Iterator[Claim]:
    said: list[str] = []
    newest = {event["name"]: place for place, event in enumerate(events) if event["role"] == "tool"}
    for place, event in enumerate(events):
        if event["role"] == "tool":
            # What an earlier call of the same name came to may no longer hold.
            if newest[event["name"]] != place:
                continue
            yield from _of_call(event, chance)
            continue
        for sentence in filter(None, SENTENCE.split(str(event.get("text", "")))):
            size = len(sentence.split()) if " " in sentence else len(sentence) // 2
            if not 4 <= size <= 25:
                continue
            if event["role"] == "user":
                said.append(sentence)
                yield _claim(chance.choice(["ask", "situation"]), chance.choice(WISHES).format(_third(sentence)))
            else:
                yield _claim("situation", chance.choice(TOLD).format(sentence))
    for first, second in pairwise(said):
        yield _claim("situation", f"{_third(first).rstrip('.!')}; {_third(second)}")


def _of_call(event: Mapping[str, Any], chance: random.Random) -> Iterator[Claim]:
    name = _spoken(event["name"])
    values = [
        str(value)
        for value in (event.get("arguments") or {}).values()
        if isinstance(value, str | int) and len(str(value)) < 40
    ]
    forms = {"ok": ("done", DONE), "failed": ("failed", FAILED)}.get(str(event.get("status")))
    if forms and values:
        yield _claim(forms[0], chance.choice(forms[1]).format(name, ", ".join(values[:3])), f"outcome:{forms[0]}")
    result = _parsed(event.get("result"))
    rows = [row for row in (result if isinstance(result, list) else [result]) if isinstance(row, dict)]
    for row in rows[:2]:
        plain = [
            (re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", key).lower(), str(value))
            for key, value in row.items()
            if isinstance(value, str | int | float) and not isinstance(value, bool) and 0 < len(str(value)) < 40
        ]
        if len(plain) >= 3:
            (_, first), *rest = chance.sample(plain, 3)
            yield _claim("facts", chance.choice(FACTS).format(first, *(part for pair in rest for part in pair)), "row")


def _lies(claim: Claim, everything: str, chance: random.Random) -> Iterator[Claim]:
    entry, text = claim.entry, claim.entry.text
    said = {key for value in exact_values.find(everything) for key in value.keys}
    for value in exact_values.find(exact_values.plain(text)):
        digits = [place for place, sign in enumerate(value.text) if sign.isdigit()]
        if not digits:
            continue
        place = chance.choice(digits)
        changed = (
            value.text[:place] + str((int(value.text[place]) + chance.randint(1, 8)) % 10) + value.text[place + 1 :]
        )
        now = exact_values.find(
            exact_values.plain(text[: value.start] + changed + text[value.start + len(value.text) :])
        )
        keys = {key for one in now for key in one.keys if one.start == value.start}
        if value.text in text and keys and not keys & said and _digits(changed) not in _digits(everything):
            kind = {"id": "identifier", "path": "identifier", "number": "amount"}.get(value.kind, value.kind)
            yield Claim(entry.model_copy(update={"text": text.replace(value.text, changed, 1)}), f"changed {kind}")
    if claim.lie is None and entry.section in ("done", "failed"):
        other, forms = ("failed", FAILED) if entry.section == "done" else ("done", DONE)
        kept = re.sub(
            r"^(Completed: |Tried )"
            r"|( went through| was done with| succeeded| failed| could not be done with|, it was refused)",
            "",
            text,
        )
        yield Claim(
            AccountEntry.model_validate({"section": other, "text": chance.choice(forms).format(kept, "as asked")}),
            "turned outcome",
        )
    if re.search(r"\b(?:don't|do not|doesn't|didn't|can't|cannot) (?!know|think|mind)", text):
        turned = re.sub(r"\b(?:don't|do not|doesn't|didn't) |(?<=ca)n't|(?<=can)not", "", text, count=1).replace(
            " ca ", " can "
        )
        yield Claim(entry.model_copy(update={"text": turned}), "turned denial")


def _of_relations(true: Sequence[Claim], events: Sequence[Mapping[str, Any]], chance: random.Random) -> Iterator[Claim]:
    """Lies of which every word and value stands in the record, but not in this relation."""
    for claim in true:
        entry, text = claim.entry, claim.entry.text
        for pattern, other in UNITS:
            if re.search(pattern, text) and other.strip() not in json.dumps(events, ensure_ascii=False):
                yield Claim(entry.model_copy(update={"text": re.sub(pattern, other, text, count=1)}), "another unit")
        turned = re.sub(r"\bfrom ((?:the )?\w+) to ((?:the )?\w+)\b", r"from \2 to \1", text)
        if turned != text and entry.section == "ask":
            yield Claim(entry.model_copy(update={"text": turned}), "swapped ends")
        denied = re.sub(
            r"\b(?:the customer would like|the customer wants)\b", "the customer does not want", text, count=1
        )
        denied = re.sub(r"\bthe customer (is|can|will)\b", r"the customer \1 not", denied, count=1)
        denied = re.sub(r"客户(想|要|需要)", r"客户不\1", denied, count=1)
        if denied != text and not re.search(r"\bnot\b|n't\b|\bno\b|不|没", text, re.I):
            yield Claim(entry.model_copy(update={"text": denied}), "added denial")
    yield from _of_wishes(events)
    yield from _of_other_calls(events, chance)
    yield from _of_other_rows(events, chance)


def _of_wishes(events: Sequence[Mapping[str, Any]]) -> Iterator[Claim]:
    """What a customer wanted, told as done, where no tool changed anything and no agent says that it did."""
    if any(event.get("status") == "ok" for event in events):
        return
    others = json.dumps([event for event in events if event["role"] != "user"]).lower()
    if re.search(r"\b(?:done|success|complet|confirm|reference|sent|issued)", others):
        return
    wish = re.compile(
        rf"\b(?:I want to|I need to|I'd like to|I would like to|[Pp]lease|[Cc]an you) ({'|'.join(PASTS)}) ([^.!?,]+)"
    )
    for event in events:
        hit = wish.search(str(event.get("text", ""))) if event["role"] == "user" else None
        if hit is None or not 2 <= len(hit.group(2).split()) <= 15:
            continue
        verb, rest = PASTS[hit.group(1)], _third(hit.group(2))
        if {hit.group(1)[:4], verb[:4]} & {word[:4] for word in re.findall(r"[a-z]+", others)}:
            continue
        for section, form in (("done", "{} {}"), ("situation", "We {} {}"), ("situation", "The agent {} {}")):
            entry = {"section": section, "text": form.format(verb, rest)}
            yield Claim(AccountEntry.model_validate(entry), "wish told as done")


def _of_other_calls(events: Sequence[Mapping[str, Any]], chance: random.Random) -> Iterator[Claim]:
    """A call's outcome told of what another call was about, and turned in other languages."""
    calls = [event for event in events if event["role"] == "tool" and event.get("arguments")]
    ended = [event for event in calls if str(event.get("status")) in ("ok", "failed")]
    for event in ended:
        name, section = _spoken(event["name"]), "done" if event["status"] == "ok" else "failed"
        values = [str(value)[:40] for value in event["arguments"].values() if isinstance(value, str | int)]
        others = [str(v) for call in calls for v in call["arguments"].values() if isinstance(v, str | int)]
        same = json.dumps([call for call in calls if call["name"] == event["name"]], ensure_ascii=False)
        wrong = [one for one in others if 3 < len(one) < 40 and any(map(str.isdigit, one)) and one not in same]
        if wrong:
            text = chance.choice({"done": DONE, "failed": FAILED}[section]).format(name, chance.choice(wrong))
            yield Claim(AccountEntry.model_validate({"section": section, "text": text}), "another object")
        if values and len([call for call in calls if call["name"] == event["name"]]) == 1:
            other = "failed" if section == "done" else "done"
            text = chance.choice(ABROAD[other]).format(name, ", ".join(values[:2]))
            yield Claim(AccountEntry.model_validate({"section": other, "text": text}), "turned outcome, abroad")


def _of_other_rows(events: Sequence[Mapping[str, Any]], chance: random.Random) -> Iterator[Claim]:
    """A value of one record of a result, told of another record."""
    results = [_parsed(event.get("result")) for event in events if event["role"] == "tool"]
    everything = [str(row) for rows in results for row in (rows if isinstance(rows, list) else [rows])]
    for result in results:
        rows = [row for row in result if isinstance(row, dict)] if isinstance(result, list) else []
        if len(rows) < 2:
            continue
        one, other = chance.sample(rows, 2)
        keys = [
            key for key in one
            if key in other and one[key] != other[key] and isinstance(one[key], str | int | float)
            and not isinstance(one[key], bool) and any(map(str.isdigit, str(other[key]))) and len(str(other[key])) < 40
        ]  # fmt: skip
        names = [key for key in one if "name" in key.lower() and one[key] != other.get(key)]
        for key in keys[:2]:
            same = [row for row in everything if names and str(one[names[0]]) in row and str(other[key]) in row]
            if names and not same:
                text = f"{one[names[0]]}: {_spoken(key).lower()} {other[key]}"
                yield Claim(AccountEntry.model_validate({"section": "facts", "text": text}), "another row")


def _spoken(name: str) -> str:
    return " ".join(re.findall(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+", name)).capitalize()


def _digits(text: str) -> str:
    return re.sub(r"[^\d]+", " ", text)


def _third(sentence: str) -> str:
    for pattern, other in THIRD_PERSON:
        sentence = re.sub(pattern, other, sentence)
    return re.sub(r"^我", "客户", sentence)


def _claim(section: str, text: str, _: str = "") -> Claim:
    return Claim(AccountEntry.model_validate({"section": section, "text": " ".join(text.split())}))
