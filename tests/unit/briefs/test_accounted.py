"""The agent's account in a brief: each entry with what the record says of it, and nothing that was invented."""

from tests.builders.briefs import a_brief, agent, call, lines, user
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import BriefLine, Origin, SectionName, Support
from warmline_schemas.memories import Outcome

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
