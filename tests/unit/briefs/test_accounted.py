"""The agent's account in a brief: each entry with what the record says of it, and nothing that was invented."""

import pytest

from tests.builders.briefs import a_brief, a_template, agent, call, lines, note, numbered, user
from warmline_memory.briefs import Leg
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import BriefLine, Origin, SectionName, Support
from warmline_schemas.memories import Outcome

ALL = a_template(
    sections=[{"name": name, "title": name} for name in ("promised", "decided", "next_steps", "done", "said")]
)
TALK = (
    user("Hi, it's ACC-4521. My last invoice shows $299, but my plan is $199. I want my $100 back."),
    call("refund", {"error": "refunds over $50 need a person"}, Outcome.FAILED, account_id="ACC-4521", amount=100),
    agent("I'm sorry, I could not refund it. A colleague will call you back by Friday at 5 pm."),
)


def told(section: str, text: str, language: str = "en") -> list[BriefLine]:
    account = Account.model_validate({"entries": [{"section": section, "text": text}]})
    brief = a_brief(*TALK, account=account, language=language, max_words=400)
    return [line for line in lines(brief, SectionName(section)) if line.origin is Origin.ACCOUNT]


def test_what_the_record_says_too_is_supported_and_cites_it() -> None:
    [line] = told("promised", "Call back by Friday 17:00")
    assert line.support is Support.SUPPORTED
    assert line.memory_ids


def test_what_the_record_does_not_say_is_the_agents_word() -> None:
    [line] = told("promised", "We promised a free month")
    assert line.support is Support.UNSUPPORTED
    account = Account.model_validate({"entries": [{"section": "promised", "text": "We promised a free month"}]})
    assert "We promised a free month (the agent's word)" in a_brief(*TALK, account=account).text
    assert "(laut Agent)" in a_brief(*TALK, account=account, language="de").text


def test_what_the_record_says_otherwise_is_told_with_its_words() -> None:
    [line] = told("done", "The refund of $100 was issued")
    assert line.support is Support.CONTRADICTED
    assert line.outcome is None
    assert line.against


def test_an_identifier_that_stands_nowhere_is_never_told() -> None:
    assert told("done", "Refunded under reference REF-99182") == []


def test_an_account_in_markdown_is_read_by_its_headings() -> None:
    brief = a_brief(*TALK, account="## Zugesagt\n- Rückruf bis Friday 17:00\n## Nächste Schritte\n- Ana fragen")
    assert any("Ana fragen" in line.text for line in lines(brief, SectionName.NEXT_STEPS))


def test_a_wish_does_not_prove_that_it_was_fulfilled() -> None:
    account = Account.model_validate({"entries": [{"section": "done", "text": "Refunded the order"}]})
    [line] = lines(a_brief(user("Refund order 7731924"), account=account), SectionName.DONE)
    assert line.support is not Support.SUPPORTED


@pytest.mark.parametrize("section", ["ask", "rules", "decided"])
def test_no_account_hides_a_wish_a_rule_a_failure_a_promise_or_a_step_of_the_record(section: str) -> None:
    wish = user("I want to return the blue jacket.")
    rule, step = note("Never call before noon", kind="rule"), note("Ask Ana for the approval", kind="todo")
    text = "The customer was friendly, and we spoke at length of pleasant things"
    account = Account.model_validate({"entries": [{"section": section, "text": f"{text}, part {n}"} for n in range(9)]})
    brief = a_brief(wish, *TALK[1:], rule, step, account=account, max_words=100)
    sure = [wish.content, "refunds over $50 need a person", "call you back by Friday", rule.content, step.content]
    assert [part for part in sure if part not in brief.text] == []


def test_what_only_the_agent_says_comes_after_what_was_done() -> None:
    deeds = [call("refund", {"ok": True}, order_id=f"ORD-{number}") for number in range(3)]
    text = "## Done\n" + "".join(
        f"- We looked into {word} with the team\n" for word in ("taxes", "fees", "terms", "fines")
    )
    done = lines(a_brief(*deeds, account=text, max_words=80), SectionName.DONE)
    assert [line.memory_ids for line in done if line.support is None] == [[deed.id] for deed in numbered(deeds)]


EARLIER = """## Promised
- A call back by Friday
- A printed invoice by post
## Next steps
- Ask the warehouse about the missing parcel
- Cancel the old contract 7741
## Decided
- The fee is waived
## Done
- Verified her address
"""


def handed_on(*later: SourceMemory, account: str | None = None) -> list[BriefLine]:
    """What a brief tells of an earlier agent's account, after a session with these memories."""
    first = numbered([user("My parcel is missing."), agent("I see.")], first=100)
    brief = a_brief(
        *later, before=[Leg("tier1-bot", first, "Parcel", EARLIER)], account=account, max_words=600, template=ALL
    )
    return [line for section in brief.sections for line in section.lines if line.speaker == "tier1-bot"]


def test_what_is_live_of_an_earlier_account_comes_along_as_that_agents_word() -> None:
    told = handed_on(user("Hello again"))
    assert [line.text for line in told] == [
        "A call back by Friday",
        "A printed invoice by post",
        "The fee is waived",
        "Ask the warehouse about the missing parcel",
        "Cancel the old contract 7741",
    ]
    assert {line.origin for line in told} == {Origin.ACCOUNT}
    assert told[1].support is Support.UNSUPPORTED


def test_an_earlier_step_that_was_done_since_and_what_a_later_account_says_again_do_not_come_along() -> None:
    done = call("cancel_contract", {"status": "cancelled"}, Outcome.CONFIRMED, contract="7741")
    again = "## Done\n- Asked the warehouse about the missing parcel\n## Promised\n- To call her back by Friday"
    texts = [line.text for line in handed_on(user("Hello again"), done, account=again)]
    assert texts == ["A printed invoice by post", "The fee is waived"]


def test_an_earlier_agents_word_is_shown_with_its_name() -> None:
    first = numbered([user("My parcel is missing")], first=100)
    brief = a_brief(user("Hello"), before=[Leg("tier1-bot", first, "Parcel", EARLIER)], max_words=600)
    assert "A printed invoice by post (tier1-bot: the agent's word)" in brief.text


def test_of_earlier_accounts_no_more_than_eight_entries_come_along() -> None:
    steps = "## Next steps\n" + "\n".join(f"- {verb} the {thing}" for verb, thing in zip(VERBS, THINGS, strict=True))
    first = numbered([user("Hello")], first=100)
    brief = a_brief(user("Hi"), before=[Leg("bot", first, "", steps)], max_words=900, template=ALL)
    assert len([line for section in brief.sections for line in section.lines if line.speaker]) == 8


VERBS = ["paint", "book", "sell", "water", "repair", "invite", "translate", "measure", "bake", "photograph"]
THINGS = ["fence", "flight", "piano", "garden", "boiler", "bishop", "novel", "bridge", "bread", "castle"]


def test_a_file_that_the_record_does_not_know_is_the_agents_word_and_an_order_number_is_not_told() -> None:
    account = (
        "## Done\n- Changed `src/ingest/rows.py` and parse_rows\n- Closed order ORD-99182\n- Wrote to eve@example.org"
    )
    told = lines(a_brief(*TALK, account=account, max_words=400), SectionName.DONE)
    assert [(line.text, line.support) for line in told if line.origin is Origin.ACCOUNT] == [
        ("Changed `src/ingest/rows.py` and parse_rows", Support.UNSUPPORTED)
    ]


def test_what_an_account_has_beyond_a_sections_share_goes_before_quotes() -> None:
    chat = [
        user(f"By the way, my neighbour's {thing} is green and rather old") for thing in ("door", "car", "dog", "hat")
    ]
    steps = [f"Looked up contract {number} and found its term of twelve months paid" for number in range(7)]
    account = "## Done\n" + "".join(f"- {step}\n" for step in steps)
    brief = a_brief(*TALK, *chat, account=account, max_words=220)
    told = [line.text for line in lines(brief, SectionName.DONE)]
    assert [step for step in steps if step not in told] == []
    assert brief.words <= 220
