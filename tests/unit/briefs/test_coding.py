"""The brief of a coding session: wishes, rules, files, commits, figures, and what stays broken."""

from typing import Any

import pytest

from tests.builders.briefs import a_source, agent, call, note, user
from warmline_memory import briefs
from warmline_memory.briefs import templates, work_types
from warmline_memory.briefs.coding import commands, works_on_code
from warmline_memory.briefs.coding.commands import Purpose
from warmline_memory.briefs.spoken import is_question
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, SectionName
from warmline_schemas.memories import Outcome

FOLDER = "/home/ana/dates"
FAILING = "tests/test_dates.py F\nFAILED tests/test_dates.py::test_parse - KeyError\n1 failed, 3 passed in 0.12s"
PASSING = "tests/test_dates.py ....\n======= 4 passed in 0.10s ======="


def ran(command: str, printed: str = "", code: int | None = 0) -> SourceMemory:
    outcome = Outcome.UNKNOWN if code is None else Outcome.FAILED if code else Outcome.CONFIRMED
    return call("shell", {"output": printed, "exit_code": code}, outcome, command=command)


def wrote(path: str, name: str = "write file") -> SourceMemory:
    return call(name, None, Outcome.CONFIRMED, path=f"{FOLDER}/{path}")


def plan(**steps: str) -> SourceMemory:
    listed = [{"content": said.replace("_", " "), "status": status} for said, status in steps.items()]
    return call("plan", None, Outcome.CONFIRMED, steps=listed)


def brief(*memories: SourceMemory, **fields: Any) -> Brief:
    return briefs.write(a_source(*memories, template=templates.BUILT_IN["code"], **fields))


def section(found: Brief, name: SectionName) -> str:
    return "\n".join(
        " ".join(filter(None, [line.label and f"{line.label}:", line.text, line.was and f"(was {line.was})"]))
        for one in found.sections
        if one.name is name
        for line in one.lines
    )


def test_the_task_is_the_wish_in_the_persons_words() -> None:
    found = brief(user("Add parse_date() to src/dates.py with a test."), wrote("src/dates.py"), agent("Done."))
    assert section(found, SectionName.ASK) == "Add parse_date() to src/dates.py with a test."


def test_what_was_said_in_a_short_session_is_quoted_beyond_its_record() -> None:
    found = brief(
        user("Where is the ranking done?"),
        call("search files", "src/rank/boost.go", Outcome.CONFIRMED, pattern="rank"),
        agent("In boost.go. It never reads the date of a page, so old pages win."),
        user("Fix that next."),
        wrote("src/rank/boost.go"),
    )
    assert "It never reads the date of a page" in found.text


def test_a_wish_is_settled_by_the_next_one_that_stands_alone() -> None:
    found = brief(
        user("Add parse_date() to src/dates.py with a test."),
        wrote("src/dates.py"),
        agent("Added, the test passes."),
        user("Now give the command line an option --zone for the time zone of dates that name none."),
        wrote("src/cli.py"),
    )
    assert "--zone" in section(found, SectionName.ASK)
    assert "parse_date" not in section(found, SectionName.ASK)


def test_a_short_wish_is_told_with_the_one_that_it_points_back_to() -> None:
    found = brief(
        user("Plan a command that writes the invoices of a month as one file for the accountants."),
        agent("A plan."),
        user("great, implement it"),
        wrote("src/invoices.py"),
    )
    assert "invoices of a month" in section(found, SectionName.ASK)
    assert "implement it" in section(found, SectionName.ASK)


def test_a_log_that_the_person_pastes_is_no_wish() -> None:
    found = brief(
        user("Add a button that exports the table of sessions as a spreadsheet to the page."),
        wrote("src/App.tsx"),
        agent("Added."),
        user("ReferenceError: exportTable is not defined\n    at App (App.tsx:141:27)"),
        wrote("src/App.tsx", "edit file"),
        agent("Fixed the missing import."),
    )
    assert section(found, SectionName.ASK).startswith("Add a button that exports")
    assert "ReferenceError" not in section(found, SectionName.ASK)


def test_rules_of_the_person_are_told_verbatim() -> None:
    found = brief(
        user("Clean the importer up. Do not touch legacy/reader.py, others depend on it."),
        wrote("src/importer.py"),
        agent("Done."),
        user("Write the release notes of version 2.4 from the commits since the last tag, in plain words."),
        wrote("CHANGES.md"),
    )
    assert "Do not touch legacy/reader.py" in section(found, SectionName.RULES)


def test_what_was_forbidden_for_one_step_is_no_rule_afterwards() -> None:
    found = brief(
        user("do not write code. just the doc"),
        wrote("DESIGN.md"),
        agent("Written."),
        user("Now implement what the document says, the backend first and then the pages."),
        wrote("src/app.py"),
    )
    assert section(found, SectionName.RULES) == ""


@pytest.mark.parametrize("said", ["it doesnt add the right tree", "why dont they show?", "i do not see the size"])
def test_a_complaint_is_no_rule(said: str) -> None:
    assert section(brief(user(said), wrote("src/app.py")), SectionName.RULES) == ""


def test_files_are_told_with_verbs_below_the_folder_of_the_work() -> None:
    found = brief(
        user("Go"),
        wrote("src/dates.py"),
        wrote("src/dates.py", "edit file"),
        wrote("tests/test_dates.py", "edit file"),
        wrote("old.py"),
        ran(f"rm {FOLDER}/old.py"),
    )
    done = section(found, SectionName.DONE).splitlines()
    assert done == ["written: src/dates.py", "edited: tests/test_dates.py", "deleted: old.py"]


def test_commits_are_told_by_hash_and_subject() -> None:
    found = brief(user("Go"), wrote("a.py"), ran("git commit -am x", "[main 4c2e1f9] Add parse_date\n 1 file changed"))
    assert "commit: `4c2e1f9` Add parse_date" in section(found, SectionName.DONE)


def test_the_newest_figure_of_a_command_counts() -> None:
    found = brief(user("Go"), ran("pytest tests -q", FAILING, 1), wrote("a.py"), ran("pytest tests -q", PASSING))
    assert section(found, SectionName.FIGURES) == "pytest tests -q: 4 passed"
    assert section(found, SectionName.FAILED) == ""


def test_a_test_that_fails_at_last_is_a_blocker_with_its_evidence() -> None:
    found = brief(user("Go"), wrote("a.py"), ran("pytest -q", FAILING, 1), agent("I look into it."))
    assert "1 failed, 3 passed" in section(found, SectionName.FAILED)


def test_a_claim_that_the_last_run_contradicts_is_told_beside_it() -> None:
    found = brief(user("Go"), wrote("a.py"), ran("pytest -q", FAILING, 1), agent("Done. All tests pass."))
    assert (
        section(found, SectionName.FAILED)
        .splitlines()[0]
        .startswith("agent: says “All tests pass”; the last `pytest -q` says: FAILED")
    )
    assert "Complete" not in found.text


@pytest.mark.parametrize(
    "claim",
    [
        "Alle 52 Tests grün.",
        "All 52 tests pass.",
        "Tutti i 52 test passano.",
        "Все 52 теста проходят.",
        "全52件のテストが成功しました。",
        "52개 테스트 모두 통과.",
        "نجحت جميع الاختبارات وعددها 52.",
    ],
)
def test_a_claim_of_more_tests_than_the_newest_run_counts_is_told_beside_it_in_any_language(claim: str) -> None:
    found = brief(user("Go"), wrote("a.py"), ran("pytest -q", "48 passed in 2.1s"), agent(claim))
    said = claim.rstrip(".。")
    assert section(found, SectionName.FAILED) == f"agent: says “{said}”; the last `pytest -q` says: 48 passed"
    assert "Complete" not in found.text
    assert said not in section(found, SectionName.DONE) + section(found, SectionName.FIGURES)


@pytest.mark.parametrize(
    ("runs", "claim"),
    [
        ({"pytest -q": "48 passed"}, "Alle 48 Tests grün."),
        ({"pytest -q": "48 passed, 4 skipped"}, "All 52 tests are green, 4 of them are skipped."),
        ({"pytest api -q": "30 passed", "pytest web -q": "22 passed"}, "Alle 52 Tests grün."),
        ({"pytest -q": "52 passed", "pytest api -q": "3 passed"}, "All 52 tests pass."),
        ({"pytest -q": "48 passed"}, "All tests pass in 520 ms with Python 3.12."),
        ({"cargo check": "Finished dev profile"}, "All 52 tests pass."),
        ({"pytest -q": "48 passed"}, "全部测试在90秒内通过。"),
        ({"pytest -q": "48 passed"}, "Все тесты прошли за 90 секунд."),
        ({"pytest -q": "48 passed"}, "모든 테스트가 90초 만에 통과했습니다."),
    ],
)
def test_a_claim_that_no_run_denies_is_left(runs: dict[str, str], claim: str) -> None:
    memories = [ran(command, printed) for command, printed in runs.items()]
    found = brief(user("Go"), wrote("a.py"), *memories, agent(claim))
    assert "says “" not in found.text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Soll ich eine Warteschlange nehmen, weil zwei Arbeiter schreiben, oder eine Tabelle?", "Eine Tabelle."),
        ("キューを使いますか、それともテーブルにしますか。", "テーブルにしてください。"),
        ("메일 서버가 느리니 직접 호출 대신 큐를 사용할까요.", "아니요, 직접 호출하세요."),
        ("邮件服务器很慢，要改用队列而不是直接调用吗。", "不用，直接调用。"),
        (
            "Which one do you want?\n- A queue instead of a lock, because two workers write\n"
            "- A table instead of a queue, since it needs no new service",
            "The table.",
        ),
    ],
)
def test_what_the_agent_asked_and_what_there_was_to_choose_is_no_decision(question: str, answer: str) -> None:
    found = brief(user("Go"), wrote("a.py"), agent(question), user(answer), wrote("b.py"), agent("Done."))
    assert section(found, SectionName.DECIDED) == ""


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("キューを使いますか。", True),
        ("どちらにするのか", True),
        ("原因は明らか。", False),
        ("差はわずか", False),
        ("큐를 사용합니까.", True),
        ("큐를 사용할까요.", True),
        ("메일 서버가 느리니까요.", False),
        ("메일 서버가 느리니까.", False),
        ("要改用隊列嗎。", True),
    ],
)
def test_a_sentence_asks_by_its_last_word_and_not_by_one_that_only_ends_alike(text: str, asks: bool) -> None:
    assert is_question(text) is asks


def test_a_question_that_nobody_answered_is_next_with_its_answers_to_choose_from() -> None:
    asked = "Which one do you want?\n- A queue\n- A table, since it needs no new service"
    found = brief(user("Go"), wrote("a.py"), agent(asked))
    assert section(found, SectionName.NEXT_STEPS).startswith("Which one do you want? A queue; A table, since")


def test_that_all_is_well_is_no_deed_while_a_check_fails() -> None:
    found = brief(
        user("Discounts must never make a price negative. Also add tests."),
        wrote("pricing/discount.py"),
        agent("All done, everything is fixed and fully tested!"),
        user("You added no test?"),
        ran("pytest pricing -q", "2 failed, 25 passed", 1),
        agent("You are right, I wrote none. And two tests of bundles fail."),
    )
    assert section(found, SectionName.DONE) == "written: discount.py"


def test_what_the_agent_is_about_to_do_is_told_once() -> None:
    found = brief(user("Go"), wrote("a.py"), agent("The parser reads zones now. I'll write the test next."))
    assert section(found, SectionName.FACTS) == "The parser reads zones now."
    assert section(found, SectionName.NEXT_STEPS) == "I'll write the test next."


def test_in_a_language_that_the_encoder_did_not_learn_nothing_is_said_of_what_a_sentence_does() -> None:
    # "The export is still missing", in Czech, is nearest to what is done.
    found = brief(user("Přidej export."), wrote("a.py"), agent("Export ještě chybí."))
    assert "Complete" not in found.text
    assert "Export ještě chybí." in section(found, SectionName.FACTS)


def test_what_failed_and_what_was_done_in_its_place_is_told() -> None:
    found = brief(
        user("Go"),
        ran("npm test", "sh: 1: vitest: not found", 127),
        ran("npx vitest run", "Tests  31 passed (31)"),
        agent("It runs now."),
    )
    assert "`npm test` failed (sh: 1: vitest: not found); `npx vitest run` works" in section(found, SectionName.DECIDED)


def test_commands_that_work_are_told_as_they_were_typed() -> None:
    found = brief(user("Go"), ran("cd /x && uv run ruff check src 2>&1 | tail -5", "All checks passed!"))
    assert section(found, SectionName.ENVIRONMENT) == "lint: `uv run ruff check src`"


def test_open_steps_of_the_newest_plan_are_next_and_finished_ones_are_not() -> None:
    found = brief(
        user("Go"),
        plan(Write_the_parser="in_progress", Write_the_test="pending", Ask_Ana="pending"),
        wrote("a.py"),
        plan(Write_the_parser="completed", Write_the_test="in_progress"),
    )
    assert section(found, SectionName.NEXT_STEPS) == "Write the test"


def test_the_reasons_in_an_agents_report_are_decisions_and_its_changes_are_done() -> None:
    report = (
        "Summary\n- Used a queue instead of a lock, because two workers write\n- Added a page\n- Removed the old jobs"
    )
    found = brief(user("Go"), wrote("src/jobs.py"), agent(report))
    assert section(found, SectionName.DECIDED) == "Used a queue instead of a lock, because two workers write"
    assert "Removed the old jobs" in section(found, SectionName.DONE)


def test_a_note_of_a_kind_is_told_as_that() -> None:
    found = brief(user("Go"), wrote("a.py"), note("Dates are UTC everywhere", kind="decision"))
    assert "Dates are UTC everywhere" in section(found, SectionName.DECIDED)


def test_where_the_code_is_in_git_is_told() -> None:
    git = {
        "branch": "zones",
        "head": "6322cf4",
        "dirty": ["M src/dates.py"],
        "commits": ["6322cf4 Add zones"],
        "stat": " 2 files changed, 31 insertions(+)",
    }
    found = brief(user("Go"), wrote("src/dates.py"), git=git)
    assert "git: branch zones at `6322cf4`; not committed: M src/dates.py" in section(found, SectionName.FACTS)
    assert "commit: `6322cf4` Add zones" in section(found, SectionName.DONE)


@pytest.mark.parametrize("git", [None, "main", {"head": 7}, {"head": "6322cf4", "dirty": "all", "commits": [7]}])
def test_metadata_of_another_shape_does_no_harm(git: object) -> None:
    assert brief(user("Go"), wrote("a.py"), git=git).words > 0


def test_a_conversation_in_which_files_change_is_never_support() -> None:
    memories = [
        user("Hi, can you please help me? My customer was charged twice and wants the refund!"),
        agent("I am sorry for that. I am happy to help you with the refund of your order."),
        wrote("src/refunds.py"),
        user("Thank you so much, that is very kind of you!"),
    ]
    assert works_on_code(memories)
    assert work_types.detect(memories, templates.BUILT_IN.values()) not in ("support", "shift")


def test_a_call_that_only_names_a_command_is_no_work_on_code() -> None:
    assert not works_on_code([user("Hi"), call("send_robot", "ok", command="go home now"), agent("Bye")])


@pytest.mark.parametrize(
    ("command", "purpose"),
    [
        ("python -m pytest -q", Purpose.TESTS),
        ("cargo llvm-cov --fail-under-lines 100", Purpose.TESTS),
        ("npm run -s test -- --pool=threads", Purpose.TESTS),
        ("go test ./...", Purpose.TESTS),
        ("just check", Purpose.TESTS),
        ("make -C firmware test", Purpose.TESTS),
        ("npm --prefix web run test", Purpose.TESTS),
        ("make -C firmware flash", Purpose.BUILD),
        ("cargo check", Purpose.BUILD),
        ("npm run build", Purpose.BUILD),
        ("npx eslint src", Purpose.LINT),
        ("cargo clippy -- -D warnings", Purpose.LINT),
        ("pip install -e .[dev]", Purpose.INSTALL),
        ("npm install", Purpose.INSTALL),
        ("git commit -m x", Purpose.COMMIT),
        ("ls -la", Purpose.LOOK),
        ("rm -rf build", Purpose.HOUSEKEEPING),
        ("./hello.sh", Purpose.RUN),
    ],
)
def test_what_a_command_is_for_is_known(command: str, purpose: Purpose) -> None:
    assert commands.purpose_of(command) is purpose


def test_a_run_of_the_same_tests_and_more_takes_the_place_of_an_earlier_one() -> None:
    found = brief(
        user("Go"),
        ran("pytest tests/a.py -q", "1 failed, 2 passed", 1),
        wrote("a.py"),
        ran("pytest tests/a.py tests/b.py -q", "11 passed"),
    )
    assert "1 failed" not in section(found, SectionName.FAILED) + section(found, SectionName.FIGURES)


def test_an_output_that_nobody_knows_is_told_by_its_last_line_with_a_figure() -> None:
    printed = "\n".join([*(f"reading part {part} of the file" for part in range(9)), "rows copied: 903114", "bye"])
    found = brief(user("Go"), wrote("a.py"), ran("./copy --all", printed))
    assert "rows copied: 903114" in section(found, SectionName.FIGURES)


def test_the_status_says_how_many_of_how_many_tests_pass() -> None:
    found = brief(user("Go"), wrote("a.py"), ran("pytest -q", "30 passed, 60 failed in 41.20s", 1))
    assert section(found, SectionName.FIGURES) == "pytest -q: 30 of 90 passed (33.3%)"


def test_a_wish_whose_plan_has_open_steps_is_open_whatever_was_said_since() -> None:
    found = brief(
        user("Write an importer for the bank's new format, with tests for every kind of booking."),
        plan(Parse_the_header="completed", Parse_the_bookings="pending"),
        wrote("src/importer.py"),
        user("The file that they sent yesterday has a byte order mark at its beginning, by the way."),
    )
    assert "importer for the bank's new format" in section(found, SectionName.ASK)
