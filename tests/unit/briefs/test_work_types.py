"""Which template the memories of a session speak for."""

import pytest

from tests.builders.briefs import a_template, agent, call, note, slot, user
from warmline_memory.briefs import work_types
from warmline_memory.briefs.templates import BUILT_IN
from warmline_memory.source_memory import SourceMemory

TALK = (user("I cannot log in to my account"), agent("May I have your account id?"), user("ACC-4521"))
SESSIONS: dict[str, tuple[SourceMemory, ...]] = {
    "code": (
        note("Added the login endpoint in src/api/views.py", kind="done"),
        note("The webhook model lacks a field", kind="todo"),
        note("Tests: `pytest tests/api`", kind="environment"),
    ),
    "testing": (
        note("12 of 80 tests fail, all of them in tests/webhooks", kind="status"),
        note("TimeoutError in 9 tests", kind="error"),
        note("Bisecting the commits since v2.3", kind="progress"),
    ),
    "documentation": (
        note("14 of 20 pages are written", kind="status"),
        note("Wrote the tutorial in docs/start.md", kind="done"),
        note("Write the reference of the errors", kind="todo"),
    ),
    "quality": (
        note("41 mypy errors are left", kind="metric"),
        note("Refactored the parser", kind="done"),
        note("Remove the duplicate code of the importers", kind="todo"),
    ),
    "infrastructure": (
        note("Deployed v2.3 to staging with helm", kind="done"),
        note("Production still runs v2.1", kind="status"),
        note("Provision the second node", kind="todo"),
    ),
    "planning": (
        note("Postgres rather than DynamoDB, as an option for Q3", kind="decision"),
        note("Draft the roadmap", kind="todo"),
        note("Which milestone pays for it?", kind="question"),
    ),
    "shift": (
        note("SEV2: checkout is slow since 14:10", kind="alert"),
        note("Restarted two pods, no effect", kind="attempt"),
        note("Page Ana if p99 exceeds 6 s", kind="contingency"),
    ),
    "session": (note("Moved the importer", kind="done"), note("Finish the rest", kind="todo")),
    "support": (note("Customer wants a refund", kind="issue"), slot("account_id", "ACC-4521")),
}


def detected(*memories: SourceMemory) -> str:
    return work_types.detect(memories, BUILT_IN.values())


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_speaks_for_its_work(name: str) -> None:
    assert detected(*SESSIONS[name]) == name


@pytest.mark.parametrize("name", SESSIONS)
def test_a_conversation_of_a_customer_and_an_agent_is_support_whatever_it_is_about(name: str) -> None:
    spoken = [user(memory.content) for memory in SESSIONS[name]]
    assert detected(*TALK, *spoken) == "support"


def test_a_customers_tools_are_no_developers_tools() -> None:
    assert detected(*TALK, call("reset_password", {"ok": True}), call("get_user_details", {})) == "support"


def test_a_developer_who_talks_to_a_coding_agent_is_no_customer() -> None:
    talk = (user("The parser drops the last line"), agent("I look at it."), call("edit_file", {}, path="src/parser.py"))
    assert detected(*talk, call("edit_file", {}, path="src/lexer.py")) == "code"


def test_calls_of_developer_tools_tell_the_work() -> None:
    assert detected(call("run_tests", "3 failed"), call("edit_file", {}), call("apply_patch", {})) == "code"
    assert detected(call("run_tests", "3 failed"), note("The test is flaky"), call("debug_test", {})) == "testing"


def test_without_memories_it_is_support() -> None:
    assert detected() == "support"


def test_a_chain_stays_with_its_template_until_more_speaks_for_another() -> None:
    few, many = note("Wrote it to the customer", kind="done"), SESSIONS["code"]
    assert work_types.detect([few], BUILT_IN.values(), before="infrastructure") == "infrastructure"
    assert work_types.detect(many, BUILT_IN.values(), before="infrastructure") == "code"


def test_a_template_of_ones_own_is_detected_by_its_own_words() -> None:
    own = a_template(detect={"words": ["water damage"], "kinds": ["claim"]})
    memories = (note("Water damage in the cellar", kind="claim"), note("Water damage on two floors"))
    assert work_types.detect(memories, [*BUILT_IN.values(), own]) == "claims"


def test_a_word_is_matched_as_a_whole() -> None:
    own = a_template(detect={"words": ["port"]})
    assert work_types.detect([note("The report of the importer")], [BUILT_IN["support"], own]) == "support"


def test_a_path_matches_from_any_folder_on() -> None:
    own = a_template(detect={"paths": ["claims/*.md"]})
    assert work_types.detect([note("See work/claims/2026.md")], [BUILT_IN["support"], own]) == "claims"


def test_of_equals_the_first_wins() -> None:
    one, other = (a_template(name=name, detect={"words": ["cellar"]}) for name in ("one", "other"))
    assert work_types.detect([note("The cellar")], [other, one]) == "other"
