"""Quality: what a brief lacks by its template, and whether it passes."""

from uuid import UUID

import pytest

from tests.builders.briefs import a_brief, a_source, a_template, agent, call, note, numbered, slot, user
from warmline_memory.briefs import BriefRequest, editing, quality, withdrawing
from warmline_memory.briefs.goals import is_vague
from warmline_memory.briefs.templates import BUILT_IN
from warmline_memory.salience import Speaker, Turn, weigh
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, Finding, FindingCode, SectionName
from warmline_schemas.drafts import EditDraft, EditLine, EditSection
from warmline_schemas.memories import Outcome

CODE = BUILT_IN["code"]
WHOLE = (
    note("Raise the pass rate of the API tests from 33.3% to 50%", kind="goal"),
    note("30/90 API tests pass (33.3%)", kind="status"),
    note("Write the retry of the webhooks", kind="todo"),
    note("Added the field integration_type", kind="done"),
    note("Tests: `pytest tests/api`", kind="environment"),
)
VALUES_SAID = [
    ("account", "ACC-4521"),
    ("order number", "ORD-77120"),
    ("phone number", "0171 5550134"),
    ("delivery date", "May 27"),
    ("street", "14 Hill Road"),
    ("meter number", "M-88213"),
    ("customer number", "K-20031"),
    ("invoice", "INV-9920"),
    ("e-mail address", "li@example.org"),
    ("policy", "POL-5566"),
]
WITH_QUOTES = [{"name": "ask", "title": "Ask"}, {"name": "said", "title": "Said"}]


def codes(brief: Brief) -> list[FindingCode]:
    assert brief.quality is not None
    return [finding.code for finding in brief.quality.findings]


def messages(brief: Brief) -> str:
    assert brief.quality is not None
    return "\n".join(finding.message for finding in brief.quality.findings)


def findings(brief: Brief) -> list[Finding]:
    return brief.quality.findings if brief.quality else []


def score(brief: Brief) -> float:
    return brief.quality.score if brief.quality else -1


def passes(*memories: SourceMemory, template: str = "support", goal: str | None = None) -> bool:
    found = a_brief(*memories, template=BUILT_IN[template], goal=goal).quality
    return found is not None and found.passed


def test_a_brief_that_lacks_nothing_scores_one() -> None:
    brief = a_brief(*WHOLE, template=CODE)
    assert brief.quality is not None
    assert (brief.quality.score, brief.quality.passed, brief.quality.findings) == (1.0, True, [])


@pytest.mark.parametrize("name", sorted(BUILT_IN))
@pytest.mark.parametrize(
    "said", ["Continue working on the API", "Fix the remaining issues", "Please help the customer"]
)
def test_a_generic_line_passes_nowhere(said: str, name: str) -> None:
    assert not passes(note(said), template=name)
    assert not passes(note(said, kind="todo"), template=name, goal=said)


def test_a_plain_support_conversation_passes() -> None:
    assert passes(user("I was charged $299 twice, my account is ACC-4521"), agent("Let me look at it."))


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        (1, FindingCode.NO_FIGURE),
        (4, FindingCode.NO_COMMAND),
        (4, FindingCode.NO_PATH),
        (3, FindingCode.MISSING_SECTION),
    ],
)
def test_what_a_template_needs_and_a_brief_lacks_is_found(left_out: int, code: FindingCode) -> None:
    kept = [note("Raise the pass rate of the API tests", kind="goal"), *WHOLE[1:]]
    assert code in codes(a_brief(*(one for place, one in enumerate(kept) if place != left_out), template=CODE))


@pytest.mark.parametrize(
    "goal",
    [
        "continue working on the API",
        "Keep improving the tests",
        "Help the customer",
        "Fix it",
        "Finish the remaining tasks",
        "Handle the issue as soon as possible",
    ],
)
def test_a_goal_that_only_wants_to_go_on_is_vague(goal: str) -> None:
    assert is_vague(goal)
    assert FindingCode.VAGUE_GOAL in codes(a_brief(*WHOLE, template=CODE, goal=goal))


@pytest.mark.parametrize(
    "goal",
    [
        "Increase the pass rate from 33.3 % to 50 %",
        "Refund $100 or explain it",
        "Implement user authentication (register, login, logout) with full test coverage",
        "Call the customer back by Friday",
        "Make `pytest tests/api` pass",
        "Cancel reservation AB12CD",
        "Continue the migration of invoices, customers and orders to Postgres",
    ],
)
def test_a_goal_that_can_be_checked_is_not_vague(goal: str) -> None:
    assert not is_vague(goal)


def test_a_goal_in_the_notes_is_enough() -> None:
    assert FindingCode.VAGUE_GOAL not in codes(a_brief(*WHOLE, template=CODE))


@pytest.mark.parametrize("outcome", [Outcome.REQUESTED, Outcome.UNKNOWN])
def test_an_action_that_nobody_confirmed_is_an_unproven_claim(outcome: Outcome) -> None:
    brief = a_brief(*WHOLE, call("deploy_service", None, outcome, version="2.3"), template=CODE)
    assert codes(brief) == [FindingCode.UNPROVEN_CLAIM]
    assert "outcome `confirmed` or `failed`" in messages(brief)


def test_what_only_the_agent_says_is_found_and_counts_by_its_share() -> None:
    account = "## Done\n- A voucher was sent to the customer"
    half = a_brief(user("Refund order 7731924"), account=f"{account}\n## Ask\n- Refund order 7731924")
    whole = a_brief(user("Refund order 7731924"), account=account)
    assert codes(half) == codes(whole) == [FindingCode.UNSUPPORTED_CLAIM]
    assert "A voucher was sent to the customer" in messages(whole)
    assert score(whole) < score(half) < 1


def test_each_entry_that_the_record_denies_is_found_with_what_the_record_says() -> None:
    refused = call("refund", {"error": "over the limit"}, Outcome.FAILED, amount="$100")
    lies = "## Done\n- The refund of $100 was made"
    brief = a_brief(user("Please refund $100"), refused, account=lies)
    found = [one for one in findings(brief) if one.code is FindingCode.CONTRADICTED_CLAIM]
    assert len(found) == 1
    assert "The refund of $100 was made" in found[0].message
    assert "failed" in found[0].for_reader


@pytest.mark.parametrize("said", [[], [user("ok")], [user("Hello!"), agent("Hello, how are you?"), user("Thanks")]])
def test_a_session_in_which_nothing_was_read_never_scores_one(said: list[SourceMemory]) -> None:
    bare = a_template(sections=[{"name": "ask", "title": "Ask"}, {"name": "said", "title": "Said"}])
    brief = a_brief(*said, template=bare, goal="Refund $100 to ACC-4521 by Friday")
    assert codes(brief) == [FindingCode.NOTHING_FOUND]
    assert score(brief) < bare.bar


def test_what_a_reviewer_writes_into_a_brief_of_nothing_makes_it_good() -> None:
    bare = a_template(sections=[{"name": "ask", "title": "Ask"}])
    brief = a_brief(user("ok"), template=bare)
    ask = EditDraft(revision=1, sections=[EditSection(name=SectionName.ASK, lines=[EditLine(text="Refund $100")])])
    assert codes(brief) == [FindingCode.NOTHING_FOUND]
    assert codes(editing.edit(brief, ask, bare, a_source().request, str)) == []


def test_what_is_needed_and_finds_no_room_is_counted_named_and_lowers_the_score() -> None:
    said = [user(f"Note that my {thing} is {value}.") for thing, value in VALUES_SAID]
    short, long = (a_brief(*said, template=a_template(sections=WITH_QUOTES, words=words)) for words in (40, 400))
    assert codes(long) == []
    (found,) = findings(short)
    assert found.code is FindingCode.LEFT_OUT
    left = [memory for memory, one in zip(numbered(said), said, strict=True) if one.content not in short.text]
    assert set(found.memory_ids) <= {memory.id for memory in left}
    assert f": {len(found.memory_ids)} (" in found.message
    assert 0 < score(short) < 1


def test_a_finding_that_quotes_a_forgotten_memory_goes_with_it() -> None:
    said = [user(f"Note that my {thing} is {value}.") for thing, value in VALUES_SAID]
    template = a_template(sections=WITH_QUOTES, words=40)
    brief = a_brief(*said, template=template)
    (found,) = findings(brief)
    left = withdrawing.withdraw(brief, found.memory_ids[:1], {}).brief
    kept = withdrawing.withdraw(brief, [UUID(int=99)], {}).brief
    assert quality.assess(left, template, a_source().request).findings == []
    assert quality.assess(kept, template, a_source().request).findings == [found]


def test_a_number_that_is_told_nowhere_is_left_out_however_familiar_the_words_around_it() -> None:
    said = [user(f"My {thing} is {value}, please note that.") for thing, value in VALUES_SAID]
    brief = a_brief(*said, template=a_template(sections=WITH_QUOTES, words=40))
    (found,) = findings(brief)
    weighed = weigh([Turn(Speaker.CUSTOMER, one.content) for one in said], goal="needs a specialist specialist")
    needed = {one.text for one, of in weighed if of.keep >= quality.NEEDED and any(map(str.isdigit, one.text))}
    out = [one.id for one in numbered(said) if one.content in needed and one.content not in brief.text]
    assert found.code is FindingCode.LEFT_OUT
    assert len(out) >= 3
    assert found.memory_ids == out


def test_the_more_is_left_out_the_less_a_brief_scores() -> None:
    said = [user(f"Note that my {thing} is {value}.") for thing, value in VALUES_SAID]
    template = a_template(sections=WITH_QUOTES, words=40)
    assert score(a_brief(*said, template=template)) < score(a_brief(*said[:6], template=template)) < 1


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Haluan peruuttaa tilaukseni 77421, koska pesukone vuotaa vettä lattialle.", "fi"),
        ("मेरा ऑर्डर अभी तक नहीं आया है, कृपया मेरा पैसा वापस कर दीजिए।", "hi"),
    ],
)
def test_words_in_a_language_that_the_encoder_does_not_know_are_found(said: str, language: str) -> None:
    (found,) = [one for one in findings(a_brief(user(said))) if one.code is FindingCode.UNREAD_LANGUAGE]
    assert f"({language})" in found.message
    assert "Ask somebody who speaks it" in found.for_reader


@pytest.mark.parametrize("said", ["Ich möchte meine Bestellung 77421 stornieren.", "我想取消订单77421。", "77421 ok"])
def test_words_in_a_language_that_it_knows_or_in_none_are_not(said: str) -> None:
    assert FindingCode.UNREAD_LANGUAGE not in codes(a_brief(user(said)))


def test_findings_are_in_the_language_of_the_brief_and_for_whom_they_are_shown_to() -> None:
    (found,) = [one for one in findings(a_brief(agent("Hallo"), language="de")) if one.section is SectionName.ASK]
    assert found.message == "„Anliegen“ fehlt: Merke es an als `kind: goal`."
    assert found.for_reader == "„Anliegen“: dazu wurde nichts gesagt. Fragen Sie danach."


def test_the_score_is_what_its_findings_weigh() -> None:
    brief = a_brief(note("Something"), template=CODE, goal="go on")
    looked_at = len([one for one in CODE.sections if one.required]) + len(CODE.needs) + 3 * 0.25
    assert score(brief) == pytest.approx(1 - sum(one.weighs for one in findings(brief)) / looked_at, abs=0.001)


def test_a_confirmed_action_is_proved() -> None:
    assert codes(a_brief(*WHOLE, call("deploy_service", {}, Outcome.CONFIRMED, version="2.3"), template=CODE)) == []


def test_an_unanswered_question_is_found_and_quoted() -> None:
    brief = a_brief(*WHOLE, note("Which quota holds in production", kind="question"), template=CODE)
    assert codes(brief) == [FindingCode.UNANSWERED_QUESTION]
    assert "Which quota holds in production" in messages(brief)


def test_a_last_action_that_failed_is_found() -> None:
    brief = a_brief(*WHOLE, call("run_tests", {"status": "failed"}, Outcome.FAILED), template=CODE)
    assert codes(brief) == [FindingCode.LAST_ACTION_FAILED]


def test_a_failure_that_was_made_good_is_not() -> None:
    calls = (call("run_tests", {}, Outcome.FAILED), call("run_tests", {}, Outcome.CONFIRMED))
    assert FindingCode.LAST_ACTION_FAILED not in codes(a_brief(*WHOLE, *calls, template=CODE))


def test_a_need_of_the_template_weighs_more_than_a_warning() -> None:
    sections = [{"name": "ask", "title": "Ask"}, {"name": "open_questions", "title": "Open"}]
    memories = (slot("city", "Leeds"), note("Who pays", kind="question"))
    warned = a_brief(*memories, template=a_template(sections=sections, needs=["no_figure"]))
    needed = a_brief(*memories, template=a_template(sections=sections, needs=["no_figure", "unanswered_question"]))
    assert warned.quality is not None
    assert needed.quality is not None
    assert needed.quality.score < warned.quality.score


def test_the_score_is_the_part_of_what_is_wanted_that_is_there() -> None:
    sections = [{"name": "ask", "title": "Ask", "required": True}, {"name": "done", "title": "Done", "required": True}]
    brief = a_brief(user("I want a refund"), template=a_template(sections=sections))
    assert brief.quality is not None
    assert brief.quality.score == pytest.approx(1 - 1 / 2.75, abs=0.001)


def test_a_section_that_says_none_is_still_missing() -> None:
    brief = a_brief(note("SEV2", kind="severity"), template=BUILT_IN["shift"])
    missing = {one.section for one in (brief.quality.findings if brief.quality else ())}
    assert {SectionName.NEXT_STEPS, SectionName.IF_THEN} <= missing


def test_every_finding_says_what_to_remember() -> None:
    brief = a_brief(note("Something"), template=CODE)
    assert brief.quality is not None
    assert all(
        "remember" in one.message or "give" in one.message or "hand in" in one.message for one in findings(brief)
    )


def test_a_brief_can_be_looked_at_again_after_it_was_edited() -> None:
    source = a_source(*WHOLE, template=CODE)
    brief = a_brief(*WHOLE, template=CODE)
    kept = [section for section in brief.sections if section.name is not SectionName.DONE]
    edited = brief.model_copy(update={"sections": kept})
    request: BriefRequest = source.request
    assert [one.section for one in quality.assess(edited, CODE, request).findings] == [SectionName.DONE]
