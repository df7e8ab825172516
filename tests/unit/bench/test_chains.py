"""Chains of recorded conversations: how they are joined, and what counts as asked again or leaked."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from bench.briefs.case_sets import CaseSet
from bench.briefs.chains import asks_for, score
from bench.briefs.in_process import all_briefs, legs_of
from bench.briefs.joining import Placed, chains_of, errands_of
from bench.briefs.recorded import Recorded
from bench.briefs.scoring import AnswerKey
from bench.briefs.siblings import Started, lines_of
from warmline_schemas.briefs import Brief, BriefLine, BriefSection, SectionName

BOOKED = {"role": "tool", "name": "book", "arguments": {"city": "Leeds", "seats": "4"}, "result": None, "status": "ok"}


def a_set(*, domain: str = "travel", needs: Sequence[str] = (), booked: bool = False, number: int = 1) -> CaseSet:
    said: list[dict[str, Any]] = [{"role": "user", "text": f"Please take me to {' and '.join(needs) or 'Leeds'}"}]
    case = {"id": f"{domain}-{number}", "source": "own", "domain": domain, "target": "human"}
    case["events"] = said + ([BOOKED, {"role": "agent", "text": "That is booked."}] if booked else [])  # type: ignore[assignment]
    key: dict[str, Any] = {"must_not_leak": [], "superseded": []}
    key["must_know"] = [{"name": "place", "value": need} for need in needs]
    key["actions"] = [{"name": "book", "status": "ok"}] if booked else []
    return CaseSet("own", [Recorded.model_validate(case)], [AnswerKey.model_validate({**case, **key})])


def a_brief(text: str, *, section: SectionName = SectionName.ASK, label: str | None = None, cites: int = 99) -> Brief:
    line = BriefLine(label=label, text=text, memory_ids=[UUID(int=cites)])
    return Brief(
        headline=BriefLine(text="", memory_ids=[]),
        sections=[BriefSection(name=section, title="", lines=[line])],
        actions=[],
        text=text,
        words=1,
        memories_read=1,
        written_by="extractive",
        cut_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


DONE = Placed(hop=3, ids=frozenset({UUID(int=7)}), values=frozenset({"Leeds", "9 May"}))


def test_an_errand_ends_with_its_confirmed_change() -> None:
    (errand,) = errands_of(a_set(booked=True))
    assert [event.role for event in errand.events] == ["user", "tool"]
    assert errand.values == {"Leeds", "4"}


def test_a_chain_has_an_errand_of_another_domain_at_every_third_hop() -> None:
    (chain,) = chains_of([a_set(needs=["York"]), a_set(domain="hotel", booked=True)], hops=10, count=5)
    assert [one.hop for one in chain.done] == [3, 6, 9]
    assert len(legs_of(chain.case)) == 10
    assert chain.opening == {UUID(int=1)}


def test_values_that_the_first_wish_has_too_are_not_an_errands_own() -> None:
    (chain,) = chains_of([a_set(needs=["Leeds"]), a_set(domain="hotel", booked=True)], hops=3, count=1)
    assert chain.done[0].values == frozenset()


def test_a_done_thing_is_asked_for_by_its_values_or_by_a_memory_with_one_of_them() -> None:
    assert asks_for(a_brief("to Leeds on 9 May"), DONE)
    assert asks_for(a_brief("to Leeds", cites=7), DONE)
    assert not asks_for(a_brief("to Leeds"), DONE)
    assert not asks_for(a_brief("to York", cites=7), DONE)


def test_what_stands_elsewhere_or_under_a_label_is_not_asked_for() -> None:
    assert not asks_for(a_brief("to Leeds on 9 May", section=SectionName.DONE), DONE)
    assert not asks_for(a_brief("to Leeds on 9 May", label="carried out"), DONE, labelled=False)


def test_a_chain_is_scored_by_its_last_brief() -> None:
    chains = chains_of([a_set(needs=["York", "Hull"])], hops=2, count=1)
    scores = score(chains, [[a_brief("Hull"), a_brief("to York", cites=1)]])
    assert (scores["hop_1_needs"], scores["hop_1_wish_asked"], scores["done"]) == (0.5, 1, 0)


def test_every_hop_of_a_chain_has_a_brief() -> None:
    (chain,) = chains_of([a_set(needs=["York"]), a_set(domain="hotel", booked=True)], hops=4, count=1)
    assert len(list(all_briefs(legs_of(chain.case)))) == 4


def test_texts_of_a_session_beside_the_line_leak_wherever_they_stand() -> None:
    chains = chains_of([a_set(needs=["York"]), a_set(domain="hotel", booked=True)], hops=2, count=1)
    errands = [*errands_of(a_set(domain="hotel", booked=True)), *errands_of(a_set(domain="hall", booked=True))]
    (line,) = lines_of(chains, errands)
    assert line.unwanted(line.beside) == ["Please take me to Leeds", "Leeds"]
    memory = SimpleNamespace(content="please take me to Leeds")
    brief = SimpleNamespace(text="to York")
    warm: Any = SimpleNamespace(brief=brief, since_the_brief=[], memories=[memory], prompt="Leeds")
    came = Started()
    came.look(warm, line.unwanted(line.beside))
    assert dict(came.leaked) == {"brief": 0, "memories": 2, "prompt": 1}
