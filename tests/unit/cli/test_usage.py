"""The command line: what it takes, and how it says no."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from warmline.cli import build_app, main, naming

HANDOFF_COMMANDS = (
    "request",
    "show",
    "list",
    "review",
    "confirm",
    "accept",
    "cancel",
    "retry",
    "export",
    "here",
    "import",
)
DESK_COMMANDS = ("claim", "heartbeat", "release", "offer", "decline", "ask", "answer", "inquiries")
DESK_COMMANDS += ("transfer", "return", "snooze", "reply", "resolve")
AN_ID = "01978f6e-7c1a-7000-8000-000000000001"


@pytest.fixture(autouse=True)
def no_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("WARMLINE_HOME", str(tmp_path))
    monkeypatch.delenv("WARMLINE_URL", raising=False)
    monkeypatch.delenv("WARMLINE_API_KEY", raising=False)


@pytest.fixture
def nowhere() -> Iterator[str]:
    """The URL of a port that is taken, and answers nothing."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def run(*arguments: str) -> int:
    """Run the command line in this process; answers its exit status."""
    try:
        main(list(arguments))
    except SystemExit as leaving:
        return int(leaving.code or 0)
    return 0


def commands() -> list[list[str]]:
    """Every command of the SDK's own, as words."""
    top = ["recall", "remember", "whoami", "replay", "capture", "resume"]
    kept = [["memories", name] for name in ("list", "show", "feedback", "forget")]
    kept += [["namespaces", name] for name in ("export", "import")]
    counted = [["analytics", "show"], ["audit", "list"], ["audit", "verify"], ["usage", "show"]]
    counted += [["events", name] for name in ("follow", "list")]
    counted += [[noun, name] for noun in ("preferences", "retention") for name in ("show", "change")]
    sessions = [["sessions", name] for name in ("list", "show", "chain", "end")]
    handoffs = [["handoffs", name] for name in HANDOFF_COMMANDS + DESK_COMMANDS]
    consolidations = [["consolidations", name] for name in ("create", "list", "undo")]
    chains = [["chains", name] for name in ("tree", "compare", "owner", "send", "give-back")]
    templates = [["templates", name] for name in ("list", "show", "check", "write", "delete")]
    shifts = [["shifts", name] for name in ("list", "create", "show", "sign", "acknowledge", "decline")]
    shifts += [
        ["rotas", name]
        for name in (
            "list",
            "show",
            "on",
            "write",
            "cover",
            "away",
            "take-back",
            "calendar",
            "take-calendar",
            "follow-calendar",
            "delete",
        )
    ]
    shifts += [["saved-replies", name] for name in ("list", "show", "write", "delete")]
    queues = [["queues", name] for name in ("list", "show", "write", "standing", "waiting", "claim", "delete")]
    operators = [["operators", name] for name in ("list", "show", "create", "change", "delete")]
    flags = [["flags", name] for name in ("create", "list", "delete", "export")]
    flags += [["webhooks", name] for name in ("create", "list", "show", "change", "delete", "deliveries", "delivery")]
    flags += [["customers", name] for name in ("create", "list", "show", "change", "export", "import")]
    desk = queues + operators + shifts + flags + kept + counted
    return [[name] for name in top] + desk + sessions + handoffs + consolidations + chains + templates


WITHOUT_IT = "import sys; sys.modules['rich'] = None; from warmline.command import main; main()"
WITHOUT_OURS = "import sys; sys.modules['warmline.cli.output'] = None; from warmline.command import main; main()"


def test_where_the_command_line_is_not_installed_the_command_says_how_it_is() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_IT], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "warmline: The command line is an extra: run `pip install 'warmline[cli]'`.\n"


def test_a_module_of_our_own_that_is_missing_is_no_extra_that_is_missing() -> None:
    done = subprocess.run([sys.executable, "-c", WITHOUT_OURS], capture_output=True, text=True, check=False)
    assert "ModuleNotFoundError" in done.stderr


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert re.fullmatch(r"warmline \d+\.\d+\.\d+\S*\n", capsys.readouterr().out)


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_shows_an_example(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command, "--help") == 0
    assert "Example:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "listed"),
    [("handoff", "handoffs"), ("queue", "queues"), ("saved-reply", "saved-replies"), ("rota", "rotas")],
)
def test_a_group_is_found_by_one_and_by_many(typed: str, listed: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = []
    for name in (typed, listed):
        assert run(name, "list", "--help") == 0
        told.append(capsys.readouterr().out.partition("[OPTIONS]")[2])
    assert told[0].split() == told[1].split() != []


@pytest.mark.parametrize("command", [[], ["rotas"], ["queues", "list"], ["handoff", "request"]], ids=" ".join)
def test_a_flag_is_not_shown_as_if_it_took_a_value(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*command, "--help") == 0
    told = capsys.readouterr().out
    assert "--help" in told
    assert "<bool>" not in told


OLD = [
    ["feedback"],
    ["forget"],
    ["export"],
    ["import"],
    ["shift", "make"],
    ["template", "add"],
    ["flags", "add"],
    ["operators", "revise"],
    ["webhooks", "add"],
    ["webhooks", "revise"],
    ["webhooks", "remove"],
    ["customers", "make"],
    ["customers", "revise"],
    ["consolidations", "make"],
]


@pytest.mark.parametrize("old", OLD, ids=" ".join)
def test_what_was_spelled_otherwise_before_works_and_is_shown_nowhere(
    old: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*old, "--help") == 0
    assert "Usage: " in capsys.readouterr().out
    assert run(*old[:-1], "--help") == 0
    assert not re.search(rf"│ {old[-1]} ", capsys.readouterr().out)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["sessions", "--state", "open"], ["sessions", "list", "--state", "open"]),
        (["queues"], ["queues", "list"]),
        (["preferences", "--pii", "email"], ["preferences", "change", "--pii", "email"]),
        (["retention", "--events", "30"], ["retention", "change", "--events", "30"]),
        (["audit", "--verb", "forget"], ["audit", "list", "--verb", "forget"]),
        (["audit", "--verify"], ["audit", "verify"]),
        (["analytics", "--csv"], ["analytics", "show", "--csv"]),
        (["usage"], ["usage", "show"]),
        (["events", "--no-follow"], ["events", "list"]),
    ],
    ids=" ".join,
)
def test_a_noun_alone_or_with_options_means_one_of_its_verbs(
    typed: list[str], meant: list[str], nowhere: str, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for words in (typed, meant):
        assert run("--url", nowhere, "--api-key", "wk-mine", *words) == 1
        told.append(capsys.readouterr().err)
    assert told[0] == told[1] != ""


def test_a_noun_that_takes_words_means_its_verb_before_any_other_word() -> None:
    app, changed = typer.Typer(cls=naming.alone("change", takes_words=True), no_args_is_help=True), list[str]()

    @app.command("change")
    def change(tenant: str) -> None:
        changed.append(f"change {tenant}")

    @app.command("show")
    def show(tenant: str) -> None:
        changed.append(f"show {tenant}")

    for words in (["acme"], ["change", "acme"], ["show", "acme"]):
        assert CliRunner().invoke(app, words).exit_code == 0
    assert changed == ["change acme", "change acme", "show acme"]
    assert "Usage" in CliRunner().invoke(app, []).output


def test_every_command_stands_in_a_panel_that_says_whom_it_is_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    told = capsys.readouterr().out
    assert "─ Commands ─" not in told
    assert told.index(naming.AGENTS) < told.index(naming.OPERATORS) < told.index(naming.PLATFORM)


def test_no_group_tells_its_commands_twice(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    told = capsys.readouterr().out
    assert not re.search(r": list, |: install, |: create, |: make, |: add, |: tree, ", told)


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_command_speaks_json(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run(*command, "--help")
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [
        ["bogus"],
        ["recall"],
        ["recall", "billing"],
        ["recall", "billing", "--namespace", "user-dave", "--top-k", "0"],
        ["remember", "Charged $299"],
        ["remember", "Charged $299", "-n", "user-dave", "--importance", "9"],
        ["remember", "Charged $299", "-n", "user-dave", "--slot", "account_id"],
        ["recall", "billing", "-n", "user-dave", "--weight", "recency"],
        ["recall", "billing", "-n", "user-dave", "--weight", "luck=1"],
        ["recall", "billing", "-n", "user-dave", "--metadata", "ticket"],
        ["feedback", AN_ID, "fine"],
        ["export", "user-dave", "--json"],
        ["forget"],
        ["forget", "--all"],
        ["forget", "--namespace", "user-dave"],
        ["forget", "--namespace", "user-dave", "--all", "--kind", "fact"],
        ["forget", "--kind", "fact"],
        ["forget", AN_ID, "--dry-run"],
        ["sessions", "list", "--state", "lost"],
        ["sessions", "--json", "list"],
        ["handoff", "request", AN_ID, "--to", "billing"],
        ["handoff", "accept", AN_ID],
        ["replay", "cases.jsonl"],
        ["chain", "compare", AN_ID],
        ["template", "add"],
        ["shift", "acknowledge", AN_ID, "--agent", "human:ines", "--item", AN_ID],
        ["rotas", "on", "nights", "--at", "tomorrow"],
        ["preferences", "--pii", "shoe-size"],
        ["preferences", "--pii", "email", "--no-pii"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_status_2(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*wrong) == 2
    assert capsys.readouterr().out == ""


def test_no_platform_is_one_line_on_stderr_and_exit_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("whoami", "--json") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert re.fullmatch(r"warmline: There is no Warmline to talk to.*\n", said.err)


def test_a_platform_that_is_down_is_one_line_on_stderr(nowhere: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--url", nowhere, "--api-key", "wk-mine", "whoami") == 1
    assert re.fullmatch(rf"warmline: {nowhere} cannot be reached.*\n", capsys.readouterr().err)


def test_url_and_key_are_read_from_the_environment(
    nowhere: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WARMLINE_URL", nowhere)
    monkeypatch.setenv("WARMLINE_API_KEY", "wk-mine")
    assert run("sessions") == 1
    assert nowhere in capsys.readouterr().err


def test_what_is_no_id_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--url", "http://127.0.0.1:1", "--api-key", "wk-mine", "sessions", "show", "7") == 1
    assert "'7' is not an id" in capsys.readouterr().err


def test_cases_that_are_not_there_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("replay", str(tmp_path / "cases.jsonl"), "--out", str(tmp_path / "briefs.jsonl")) == 1
    assert re.fullmatch(r"warmline: \S+cases\.jsonl cannot be read: .*\n", capsys.readouterr().err)


def test_briefs_that_cannot_be_written_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cases.jsonl").write_text("")
    where = ["--url", "http://127.0.0.1:1", "--api-key", "wk-mine"]
    assert run(*where, "replay", str(tmp_path / "cases.jsonl"), "--out", str(tmp_path / "no" / "briefs.jsonl")) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_a_file_that_is_no_export_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dave.jsonl").write_text("nonsense\n")
    where = ["--url", "http://127.0.0.1:1", "--api-key", "wk-mine"]
    assert run(*where, "import", str(tmp_path / "dave.jsonl")) == 1
    assert re.fullmatch(r"warmline: \S+dave\.jsonl is no export: .*\n", capsys.readouterr().err)


def test_a_template_that_is_wrong_is_named_line_by_line_and_not_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "incident.toml").write_text('about = "x"\nwords = 1\nsections = []\n')
    assert run("template", "check", str(tmp_path / "incident.toml")) == 1
    assert re.fullmatch(r"(?:warmline: \S+incident\.toml: line \d: \w+: [^\n]+\n){2}", capsys.readouterr().err)


def test_a_good_template_is_checked_without_a_platform(tmp_path: Path) -> None:
    (tmp_path / "incident.toml").write_text('about = "x"\nsections = [{ name = "ask", title = "Ask" }]\n')
    assert run("template", "check", str(tmp_path / "incident.toml")) == 0


def test_a_file_that_is_not_there_cannot_be_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("import", str(tmp_path / "dave.jsonl")) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_customers_are_not_imported_from_a_pipe_which_can_be_read_but_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "customers.jsonl")
    assert run("customers", "import", str(tmp_path / "customers.jsonl")) == 2
    assert "read twice" in capsys.readouterr().err


def test_the_app_can_be_built_twice() -> None:
    assert all(isinstance(app, typer.Typer) for app, _ in (build_app(), build_app()))
