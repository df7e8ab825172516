"""Which template the memories of a session speak for."""

import time

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
    "session": (
        note("Built the first half of the picker", kind="done"),
        note("The summary goes in as a message", kind="decision"),
        note("Next session: go on with the second half", kind="todo"),
    ),
    "support": (note("Customer wants a refund", kind="issue"), slot("account_id", "ACC-4521")),
}


def detected(*memories: SourceMemory) -> str:
    return work_types.detect(memories, BUILT_IN.values())


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_speaks_for_its_work(name: str) -> None:
    assert detected(*SESSIONS[name]) == name


@pytest.mark.parametrize(
    "memories",
    [
        (user("Your API answers 500 since this morning, account ACME-22"), agent("Which endpoint do you call?")),
        (user("My blood tests came back, what do they mean?"), agent("May I have your date of birth?")),
        (user("Meine Heizung zeigt Fehler E9, Druck 0,4 bar"), agent("Wie ist Ihre Adresse?")),
        (user("La página no carga, sale error de servidor"), agent("¿Me da su número de cliente?")),
        (user("我的网站打不开，证书过期了"), agent("请问您的域名是什么？")),
        (user("Hi, I would like to book a table for two at 19:30"), agent("At 19:30 we are full. 20:30?")),
    ],
)
def test_a_customer_who_speaks_of_technical_things_is_a_customer(memories: tuple[SourceMemory, ...]) -> None:
    assert detected(*memories) == "support"


@pytest.mark.parametrize(
    "memories",
    [
        (
            user("How was the night?"),
            agent("Pump 2 tripped at 03:40, I reset it."),
            agent("If it trips again, call Jo."),
        ),
        (user("¿Qué queda de la tarde?"), agent("La caldera está a 6 bar. Si pasa de 7, cierra la válvula.")),
        (agent("Bett 4 hat 38,9, Blutkultur ist abgenommen."), user("Wer ruft an?"), agent("Du, bis 20 Uhr.")),
        (note("夜班：锅炉压力0.8，凌晨三点报警一次"), note("白班每小时记录温度", kind="todo")),
    ],
)
def test_who_goes_off_duty_and_who_comes_on_are_a_shift(memories: tuple[SourceMemory, ...]) -> None:
    assert detected(*memories) == "shift"


def test_a_tool_of_any_name_that_runs_a_command_or_touches_a_file_is_work() -> None:
    talk = (user("Bitte die Summe richtig runden"), agent("Ich runde jetzt erst am Ende."))
    assert detected(*talk, call("x1", "ok", at="src/total.rb"), call("x2", "2 failed", it="npm test")) != "support"


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
    few, many = note("Went on as before", kind="done"), SESSIONS["code"]
    assert work_types.detect([few], BUILT_IN.values(), before="infrastructure") == "infrastructure"
    assert work_types.detect(many, BUILT_IN.values(), before="infrastructure") == "code"


def test_a_template_of_ones_own_is_detected_by_its_own_words() -> None:
    own = a_template(detect={"words": ["water damage"], "kinds": ["claim"]})
    memories = (note("Water damage in the cellar", kind="claim"), note("Water damage on two floors"))
    assert work_types.detect(memories, [*BUILT_IN.values(), own]) == "claims"


def test_a_word_is_matched_as_a_whole() -> None:
    own = a_template(detect={"words": ["port"]})
    shares = [work_types.evidence([note(said)], [own])[0, 1] for said in ("The report of the importer", "The port")]
    assert shares == [0.0, 1.0]


def test_a_path_matches_from_any_folder_on() -> None:
    own = a_template(detect={"paths": ["claims/*.md"]})
    assert work_types.detect([note("See work/claims/2026.md")], [BUILT_IN["support"], own]) == "claims"


def test_of_equals_the_first_wins() -> None:
    one, other = (a_template(name=name, detect={"words": ["cellar"]}) for name in ("one", "other"))
    assert work_types.detect([note("The cellar")], [other, one]) == "other"


def test_a_template_of_ones_own_is_detected_by_what_is_like_its_examples() -> None:
    examples = ["The cellar is under water", "A pipe burst in the kitchen", "The adjuster estimates the damage"]
    own = a_template(detect={"examples": examples})
    memories = (note("Una tubería rota inundó el sótano"), note("El perito valora los daños"))
    assert work_types.detect(memories, [*BUILT_IN.values(), own]) == "claims"


def test_long_memories_are_read_in_linear_time() -> None:
    for hostile in ("1 1 1 ", "(1(1(1", "a", "a-", "/a"):
        begun = time.process_time()
        detected(note(hostile * (100_000 // len(hostile))))
        assert time.process_time() - begun < 1
