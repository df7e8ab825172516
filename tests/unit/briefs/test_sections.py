"""The sections of new kinds, from severity to what was given; owners and times; what moves up for a target."""

from uuid import UUID

import pytest

from tests.builders.briefs import a_brief, a_memory, agent, call, lines, note, slot, texts, user
from warmline_memory.briefs.templates import BUILT_IN
from warmline_schemas.briefs import SectionName
from warmline_schemas.memories import Outcome, Role

SHIFT, CODE = BUILT_IN["shift"], BUILT_IN["code"]


@pytest.mark.parametrize(
    ("sentence", "section"),
    [
        ("Take the area with the most failing tests first", SectionName.NEXT_STEPS),
        ("Increase the pass rate from 33.3% to 50%", SectionName.NEXT_STEPS),
        ("Check why the deploy failed", SectionName.NEXT_STEPS),
        ("Ask Ana whether the quota was raised", SectionName.NEXT_STEPS),
        ("@maria opens the report by Friday", SectionName.NEXT_STEPS),
        ("Refund will arrive by Friday", SectionName.FACTS),
        ("We rolled back the release", SectionName.DONE),
        ("Test for imports failed on CI", SectionName.FAILED),
        ("Request to the bank failed with 500", SectionName.FAILED),
        ("Tried to clear the cache, but the page came back broken", SectionName.FAILED),
        ("Restarted the pod to no avail", SectionName.FAILED),
        ("Fixed errors in the parser", SectionName.DONE),
        ("Do not touch the legacy importer", SectionName.DECIDED),
        ("12 of 80 tests fail, all of them in tests/webhooks", SectionName.FIGURES),
        ("30/90 tests passing (33.3%)", SectionName.FIGURES),
        ("Key files are src/views.py and src/urls.py", SectionName.ENVIRONMENT),
        ("The suite runs with `pytest tests/api -q`", SectionName.ENVIRONMENT),
        ("If the disk fills up, run the cleanup job", SectionName.IF_THEN),
        ("Should the replica lag again, page the database team", SectionName.IF_THEN),
        ("In case of a second outage, call Ana", SectionName.IF_THEN),
        ("Definition of done: all pages are reviewed", SectionName.EXPECTED_OUTCOME),
    ],
)
def test_a_note_without_a_kind_lands_where_its_words_belong(sentence: str, section: SectionName) -> None:
    brief = a_brief(note(sentence), template=CODE)
    assert [one.name for one in brief.sections] == [section]


@pytest.mark.parametrize(
    ("kind", "section"),
    [
        ("severity", SectionName.SEVERITY),
        ("alert", SectionName.SEVERITY),
        ("metric", SectionName.FIGURES),
        ("environment", SectionName.ENVIRONMENT),
        ("contingency", SectionName.IF_THEN),
        ("expected-outcome", SectionName.EXPECTED_OUTCOME),
        ("approach", SectionName.DECIDED),
        ("attempt", SectionName.FAILED),
    ],
)
def test_a_kind_chooses_a_section_of_a_new_kind(kind: str, section: SectionName) -> None:
    brief = a_brief(note("Ledger export runs nightly", kind=kind), template=SHIFT)
    assert texts(brief, section) == ["Ledger export runs nightly"]


def test_a_slot_of_severity_stands_under_severity() -> None:
    assert texts(a_brief(slot("severity", "SEV2"), template=SHIFT), SectionName.SEVERITY) == ["severity: SEV2"]


def test_a_grade_in_a_note_tells_the_severity_where_nothing_else_does() -> None:
    brief = a_brief(note("Checkout is slow, we call it SEV2", kind="incident"), template=SHIFT)
    assert texts(brief, SectionName.SEVERITY) == ["SEV2"]


def test_a_command_without_secrets_stays_typed_as_it_was() -> None:
    brief = a_brief(note("Run: `API_KEY=sk-abcdefghijklmnop make smoke`", kind="environment"), template=CODE)
    assert "sk-abcdefghijklmnop" not in brief.text
    assert "make smoke`" in brief.text


def test_a_newer_figure_of_the_same_thing_replaces_the_older_one() -> None:
    before = note("30/90 API tests pass (33.3%)", kind="status")
    after = note("45/90 API tests pass (50%)", kind="status")
    assert texts(a_brief(before, after, template=CODE), SectionName.FIGURES) == ["45/90 API tests pass (50%)"]


def test_a_figure_of_an_earlier_brief_is_replaced_too() -> None:
    earlier = a_brief(note("30/90 API tests pass (33.3%)", kind="status"), slot("coverage", "61%"), template=CODE)
    later = (note("45/90 API tests pass (50%)", kind="status"), slot("coverage", "70%"))
    brief = a_brief(*later, template=CODE, earlier=earlier)
    assert texts(brief, SectionName.FIGURES) == ["coverage: 70% (was 61%)", "45/90 API tests pass (50%)"]


def test_a_decision_keeps_its_reason() -> None:
    brief = a_brief(note("Postgres rather than DynamoDB. Because the reports join five tables.", kind="decision"))
    assert texts(brief, SectionName.DECIDED) == ["Postgres rather than DynamoDB. Because the reports join five tables."]


def test_a_reported_issue_is_background_where_the_customer_speaks() -> None:
    brief = a_brief(user("I was charged twice, order 7731924"), note("Duplicate charge in the ledger", kind="issue"))
    assert texts(brief, SectionName.ASK) == ["“I was charged twice, order 7731924”"]
    assert texts(brief, SectionName.SITUATION) == ["Duplicate charge in the ledger"]


def test_a_reported_issue_is_the_ask_where_nobody_else_asks() -> None:
    assert texts(a_brief(note("Duplicate charge", kind="issue")), SectionName.ASK) == ["Duplicate charge"]


@pytest.mark.parametrize(
    ("step", "owner", "due"),
    [
        ("Ana restarts it by 18:00", "Ana", "18:00"),
        ("human:tom watches the error rate until noon", "human:tom", "noon"),
        ("Restart the replica (Ana, by Friday)", "Ana", "Friday"),
        ("Ben will raise the quota before 2026-03-05 16:00", "Ben", "2026-03-05 16:00"),
        ("Write the report, assigned to Cleo", "Cleo", None),
        ("Redis must be restarted within 2 hours", None, "within 2 hours"),
        ("@maria opens the report by Friday", "maria", "Friday"),
        ("Parcel will arrive by Friday", None, "Friday"),
        ("The refunds will be processed by Friday", None, "Friday"),
        ("Write the changelog", None, None),
    ],
)
def test_a_step_tells_whose_it_is_and_until_when(step: str, owner: str | None, due: str | None) -> None:
    line = lines(a_brief(note(step, kind="todo"), template=SHIFT), SectionName.NEXT_STEPS)[0]
    assert (line.owner, line.due, line.text) == (owner, due, step)


def test_owner_and_time_may_stand_in_the_metadata() -> None:
    memory = a_memory("Restart the replica", kind="todo", metadata={"owner": "Ana", "due": "18:00"})
    line = lines(a_brief(memory, template=SHIFT), SectionName.NEXT_STEPS)[0]
    assert (line.text, line.owner, line.due) == ("Restart the replica (Ana, by 18:00)", "Ana", "18:00")


def test_a_promise_tells_who_keeps_it() -> None:
    line = lines(a_brief(agent("A colleague will call you back by Friday.")), SectionName.PROMISED)[0]
    assert (line.owner, line.due) == ("A colleague", "Friday")


def test_what_was_verified_is_not_lost() -> None:
    told = (slot("account_id", "ACC-4521"), note("Account verified by tier1-bot"))
    assert texts(a_brief(*told), SectionName.DO_NOT_ASK) == ["account id (verified by tier1-bot)"]


def test_a_tool_that_verified_counts_too() -> None:
    told = (slot("account_id", "ACC-4521"), call("verify_identity", {"match": True}, account_id="ACC-4521"))
    assert texts(a_brief(*told), SectionName.DO_NOT_ASK) == ["account id (verified)"]


@pytest.mark.parametrize(
    "said", ["Account could not be verified", "Account is not verified yet", "Is the account verified?"]
)
def test_what_was_not_verified_is_not_called_so(said: str) -> None:
    assert texts(a_brief(slot("account_id", "ACC-4521"), note(said)), SectionName.DO_NOT_ASK) == []


def test_what_turned_out_otherwise_is_verified_no_more() -> None:
    told = (slot("account_id", "ACC-4521"), note("Account verified"), note("Account could not be verified after all"))
    assert texts(a_brief(*told), SectionName.DO_NOT_ASK) == []


def test_a_given_secret_is_named_and_never_told() -> None:
    talk = (agent("What is your PIN?"), user("4711"), agent("And your account id?"), user("ACC-4521"))
    assert texts(a_brief(*talk), SectionName.DO_NOT_ASK) == ["account id, PIN or code"]


def test_who_verified_survives_the_next_handoff() -> None:
    earlier = a_brief(slot("account_id", "ACC-4521"), note("Account verified by tier1-bot"))
    brief = a_brief(user("Is my refund on its way?"), earlier=earlier)
    assert texts(brief, SectionName.DO_NOT_ASK) == ["account id (verified by tier1-bot)"]


def test_lines_of_new_kinds_cite_their_memories() -> None:
    brief = a_brief(note("If it lags, page Ana", kind="contingency"), note("P1", kind="severity"), template=SHIFT)
    assert lines(brief, SectionName.IF_THEN)[0].memory_ids == [UUID(int=1)]
    assert lines(brief, SectionName.SEVERITY)[0].memory_ids == [UUID(int=2)]


def test_what_speaks_of_the_target_comes_first() -> None:
    steps = [note(f"{word} the reports again", kind="todo") for word in ("Sort", "Print", "Copy")]
    brief = a_brief(*steps, note("Explain the billing run", kind="todo", importance=0.4), to="skill:billing")
    assert texts(brief, SectionName.NEXT_STEPS)[0] == "Explain the billing run"


def test_the_target_moves_a_line_by_three_places_at_most() -> None:
    steps = [note(f"Step {number} of the reports", kind="todo") for number in range(6)]
    brief = a_brief(*steps, note("Explain the billing run", kind="todo", importance=0.4), to="skill:billing")
    assert texts(brief, SectionName.NEXT_STEPS).index("Explain the billing run") == 3


def test_the_agents_own_name_is_no_identifier_of_the_customer() -> None:
    brief = a_brief(a_memory("I have checked it, tier1-bot", role=Role.AGENT), note("Seen by tier1-bot"))
    assert texts(brief, SectionName.IDENTIFIERS) == []


def test_an_action_that_was_confirmed_stays_among_the_deeds() -> None:
    brief = a_brief(call("run_checks", "42 passed", Outcome.CONFIRMED, suite="chat"), template=CODE)
    assert texts(brief, SectionName.DONE) == ["run checks: chat → 42 passed"]
