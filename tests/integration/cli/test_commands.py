"""The command line against the real platform."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Api, Command, Run
from warmline import Warmline
from warmline.cli import main


def run_json(run: Run, *arguments: object) -> Any:
    return json.loads(run(*arguments, "--json"))


def a_handoff(client: Warmline, content: str = "I was charged $299 but my plan is $199 a month") -> str:
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        session.remember(content, role="user", importance=0.9)
        handoff = session.hand_off(to="billing-specialist", reason="Customer disputes a $100 overcharge")
    client.handoffs.wait(handoff.id)
    return str(handoff.id)


def test_what_is_remembered_is_recalled(run: Run) -> None:
    run("remember", "Prefers e-mail", "--namespace", "user-dave", "--kind", "fact", "--slot", "contact=e-mail")
    found = run_json(run, "recall", "contact", "--namespace", "user-dave")
    assert found["results"][0]["memory"]["slot"] == {"name": "contact", "value": "e-mail"}


def test_a_correction_comes_before_what_it_corrects(run: Run) -> None:
    old = run_json(run, "remember", "Dave lives in Elm Road", "--namespace", "user-dave")["id"]
    run("remember", "It is Main Street", "--namespace", "user-dave", "--supersedes", old)
    found = run_json(run, "recall", "Elm Road", "--namespace", "user-dave")["results"]
    assert [result["memory"]["content"] for result in found] == ["It is Main Street", "Dave lives in Elm Road"]


def test_a_memory_can_come_from_stdin(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "memory.txt").write_text("Prefers e-mail\n")
    with (tmp_path / "memory.txt").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert run_json(run, "remember", "-", "--namespace", "user-dave")["content"] == "Prefers e-mail"


@pytest.mark.usefixtures("worker")
def test_a_customer_and_a_person_write_to_each_other(run: Run, client: Warmline) -> None:
    handoff = a_handoff(client)
    warm = run_json(run, "handoff", "accept", handoff, "--agent", "human:ann")
    chain, token = warm["handoff"]["chain_id"], warm["claim"]["token"]
    reply = run_json(run, "handoff", "reply", handoff, "It is on its way.", "--token", token)
    received = run_json(run, "chain", "send", chain, "Thank you", "--id", "chat-1")
    assert (reply["state"], reply["agent"], received["speaker"]) == ("saved", "human:ann", "human:ann")


def test_a_customer_is_made_found_changed_and_written_for(run: Run, client: Warmline) -> None:
    made = run_json(run, "customers", "make", "--id", "chat=88", "--name", "Mira Joshi", "--language", "en")
    run("customers", "revise", made["id"], "--time-zone", "Asia/Kolkata")
    [found] = run_json(run, "customers", "list", "--search", "joshi")
    assert (found["id"], found["ids"], found["time_zone"]) == (
        made["id"],
        [{"channel": "chat", "id": "88"}],
        "Asia/Kolkata",
    )
    received = run_json(run, "customers", "send", made["id"], "Any news?", "--id", "chat-1", "--bot", "tier1-bot")
    assert (received["speaker"], client.customers.get(made["id"]).namespace) == ("tier1-bot", made["namespace"])
    assert "Mira Joshi" in run("customers", "show", made["id"])


def test_customers_are_exported_and_imported_and_never_doubled(run: Run, client: Warmline, tmp_path: Path) -> None:
    file = tmp_path / "customers.jsonl"
    mira = run_json(run, "customers", "make", "--id", "chat=88", "--name", "मीरा जोशी", "--language", "hi")
    run("customers", "make", "--namespace", "user-dave", "--id", "mail=dave@acme.test", "--time-zone", "Europe/Berlin")
    assert run_json(run, "customers", "export", "--output", file)["customers"] == 2
    assert sorted(run("customers", "export").splitlines()) == sorted(file.read_text().splitlines())
    client.namespaces.forget(mira["namespace"])
    assert len(list(client.customers.list())) == 1
    for _ in range(2):
        assert run_json(run, "customers", "import", file)["customers"] == 2
    found = {one.namespace: one for one in client.customers.list()}
    assert (len(found), found["user-dave"].time_zone) == (2, "Europe/Berlin")
    again = found[mira["namespace"]]
    assert (again.display_name, again.language, again.ids[0].id) == ("मीरा जोशी", "hi", "88")


def test_a_file_of_customers_with_a_wrong_line_imports_none_and_says_which(
    client: Warmline, command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "customers.jsonl"
    file.write_text(
        '{"ids": [{"channel": "chat", "id": "88"}]}\n\n{"ids": [{"channel": "Chat", "id": "9"}]}\n{"name": 1}\n'
    )
    status, _, err = command("customers", "import", str(file))
    said = " ".join(err.split())
    assert (status, "Nothing was imported: 2 lines are wrong" in said) == (1, True)
    assert "Line 3 of" in said
    assert "ids.0.channel" in said
    assert "Line 4 of" in said
    assert list(client.customers.list()) == []


def test_a_line_that_the_platform_refuses_is_named(run: Run, command: Command, tmp_path: Path) -> None:
    for number in ("1", "2"):
        run("customers", "make", "--id", f"chat={number}")
    file = tmp_path / "customers.jsonl"
    file.write_text('{"ids": [{"channel": "chat", "id": "1"}, {"channel": "chat", "id": "2"}]}\n')
    status, _, err = command("customers", "import", str(file))
    assert (status, "Line 1 of" in " ".join(err.split())) == (1, True)


def test_a_webhook_is_revised_to_bring_deeds(run: Run) -> None:
    webhook = run_json(run, "webhooks", "add", "http://127.0.0.1:9/hook")["id"]
    assert run_json(run, "webhooks", "revise", "--with-deeds", webhook)["with_deeds"] is True


def test_what_is_no_longer_known_of_a_customer_is_cleared(run: Run, command: Command) -> None:
    made = run_json(run, "customers", "make", "--id", "chat=88", "--name", "Mira", "--language", "en")["id"]
    changed = run_json(run, "customers", "revise", made, "--clear", "language", "--time-zone", "Asia/Kolkata")
    assert (changed["display_name"], changed["language"], changed["time_zone"]) == ("Mira", None, "Asia/Kolkata")
    cleared = run_json(run, "customers", "revise", made, "--clear", "ids", "--clear", "name", "--clear", "time-zone")
    assert (cleared["ids"], cleared["display_name"], cleared["time_zone"]) == ([], None, None)
    status, _, err = command("customers", "revise", made, "--clear", "name", "--name", "Mira")
    assert status == 2
    assert "give the name or clear it" in " ".join(err.split())


def test_what_can_be_empty_of_a_webhook_and_of_an_operator_is_cleared(run: Run) -> None:
    added = ("http://127.0.0.1:9/hook", "--type", "handoff.ready", "--description", "Ours")
    webhook = run_json(run, "webhooks", "add", *added)["id"]
    cleared = run_json(run, "webhooks", "revise", webhook, "--clear", "types", "--clear", "description")
    assert (cleared["types"], cleared["description"]) == ([], None)
    run("operators", "create", "ann", "--queue", "billing", "--skill", "refunds")
    revised = run_json(run, "operators", "revise", "ann", "--clear", "queues")
    assert (revised["queues"], revised["skills"]) == ([], ["refunds"])


def test_a_change_is_made_only_to_the_version_that_was_shown(run: Run, command: Command, tmp_path: Path) -> None:
    (tmp_path / "queue.toml").write_text('title = "Billing"\n')
    written = ("queues", "write", "billing", tmp_path / "queue.toml")
    run(*written)
    shown = run_json(run, "queues", "show", "billing")["version"]
    assert shown in run("queues", "show", "billing")
    (tmp_path / "queue.toml").write_text('title = "Invoices"\n')
    now = run_json(run, *written, "--if-version", shown)["version"]
    for arguments in (written, ("queues", "delete", "billing")):
        status, _, err = command(*arguments, "--if-version", shown)
        assert status == 1
        assert "changed" in err
    run("queues", "delete", "billing", "--if-version", now)


def test_everything_that_others_could_overwrite_takes_the_version_that_was_shown(
    run: Run, command: Command, tmp_path: Path
) -> None:
    (tmp_path / "rota.json").write_text(json.dumps({"name": "nights", "zone": "UTC", "entries": []}))
    template = 'about = "Ours"\n[[sections]]\nname = "ask"\ntitle = "Ask"\n'
    (tmp_path / "ours.toml").write_text(template)
    webhook = run_json(run, "webhooks", "add", "http://127.0.0.1:9/hook")["id"]
    customer = run_json(run, "customers", "make", "--id", "chat=88")["id"]
    run("operators", "create", "ann")
    run("rotas", "write", "nights", tmp_path / "rota.json")
    run("template", "add", tmp_path / "ours.toml")
    shown = {
        ("preferences", "--hop-budget", "7"): ("preferences",),
        ("operators", "revise", "ann", "--level", "2"): ("operators", "show", "ann"),
        ("customers", "revise", customer, "--name", "Mira"): ("customers", "show", customer),
        ("webhooks", "revise", webhook, "--disable"): ("webhooks", "show", webhook),
        ("webhooks", "remove", webhook): ("webhooks", "show", webhook),
        ("rotas", "delete", "nights"): ("rotas", "show", "nights"),
        ("template", "delete", "ours"): ("template", "show", "ours"),
    }
    for change, show in shown.items():
        version = run_json(run, *show)["version"]
        status, _, err = command(*change, "--if-version", "0" * 24)
        assert (status, "changed" in err) == (1, True), change
        run(*change, "--if-version", version)


def test_what_is_shown_of_a_rota_can_be_written_again(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rota.json").write_text(json.dumps({"name": "nights", "zone": "UTC", "entries": []}))
    run("rotas", "write", "nights", tmp_path / "rota.json")
    (tmp_path / "shown.json").write_text(run("rotas", "show", "nights", "--json"))
    written = run_json(run, "rotas", "write", "nights", tmp_path / "shown.json")
    assert written == run_json(run, "rotas", "show", "nights")


def test_lists_take_filters_several_times_and_times(run: Run) -> None:
    for namespace in ("user-ann", "user-ben", "user-cid"):
        run("sessions", "start", "--agent", "bot", "--namespace", namespace)
    found = run_json(run, "sessions", "list", "-n", "user-ann", "-n", "user-cid")
    assert [one["namespace"] for one in found] == ["user-cid", "user-ann"]
    assert run_json(run, "sessions", "list", "--since", "2199-01-01") == []
    assert run_json(run, "audit", "--until", "2000-01-01") == []


def test_sign_in_is_a_preference_of_the_tenant(run: Run) -> None:
    preferred = run_json(run, "preferences", "--sign-in-hours", 9, "--second-factor-for", "admin")
    assert (preferred["sign_in_hours"], preferred["second_factor_for"]) == (9, ["admin"])
    assert run_json(run, "preferences", "--no-second-factor")["second_factor_for"] == []


def test_a_recall_can_explain_itself(run: Run) -> None:
    run("remember", "Prefers e-mail", "--namespace", "user-dave")
    assert len(run("recall", "contact", "--namespace", "user-dave").split("\t")) == 4
    assert len(run("recall", "contact", "--namespace", "user-dave", "--explain").split("\t")) == 11


def test_sessions_are_listed_shown_and_ended(run: Run, client: Warmline) -> None:
    session = client.session(agent="tier1-bot", namespace="user-dave")
    assert run("sessions", "list", "--state", "open", "-q") == f"{session.id}\n"
    assert run_json(run, "sessions", "end", session.id)["ended_reason"] == "client"
    assert run_json(run, "sessions", "show", session.id)["state"] == "ended"


def test_sessions_without_a_command_lists_them(run: Run, client: Warmline) -> None:
    session = client.session(agent="tier1-bot", namespace="user-dave")
    assert run("sessions").startswith(f"{session.id}\topen\ttier1-bot\tuser-dave\t")
    session.end()


@pytest.mark.usefixtures("worker")
def test_a_handoff_is_requested_shown_and_accepted(run: Run, client: Warmline) -> None:
    session = client.session(agent="tier1-bot", namespace="user-dave")
    session.remember("I was charged $299", role="user")
    request = ["handoff", "request", session.id, "--to", "billing-specialist", "--reason", "An overcharge"]
    handoff = run(*request, "--wait", 30, "-q").strip()
    assert run_json(run, "handoff", "show", handoff)["state"] == "ready"
    assert "$299" in run("handoff", "accept", handoff, "--agent", "billing-specialist")
    assert run_json(run, "handoff", "show", handoff)["state"] == "accepted"


@pytest.mark.usefixtures("worker")
def a_draft(client: Warmline, *contents: str) -> str:
    """The id of a handoff whose draft waits for a review."""
    session = client.session(agent="coder", namespace="chat-client")
    session.remember_many([{"content": content, "kind": "next"} for content in contents or ("Build the picker",)])
    handoff = session.hand_off(to="coder", reason="The context is full", review=True)
    client.handoffs.wait(handoff.id)
    return str(handoff.id)


@pytest.mark.usefixtures("worker")
def test_a_draft_is_edited_by_a_form_and_confirmed_without_a_terminal(
    run: Run, client: Warmline, tmp_path: Path
) -> None:
    handoff = a_draft(client)
    form = tmp_path / "draft.md"
    form.write_text(run("handoff", "review", handoff, "--form").replace("Build the picker", "Build it by Friday"))
    confirmed = run_json(run, "handoff", "review", handoff, "--edit", form, "--confirm")
    brief = client.handoffs.brief(handoff)
    assert (confirmed["state"], confirmed["draft_revision"]) == ("ready", 2)
    assert "Build it by Friday" in brief.text
    assert [line.edited for section in brief.sections for line in section.lines if line.memory_ids] == [True]


FREE = """
1. Schlüssel tauschen
2. Ausrollen

| Datei | Stand |
|---|---|
| picker.ts | fertig |

```bash
pnpm test --run picker
```

## Fallstricke
Nie freitags ausrollen,
auch nicht nur die Doku.

- [x] Ana gefragt
"""


@pytest.mark.usefixtures("worker")
def test_whatever_markdown_somebody_writes_into_a_form_arrives_at_who_goes_on(
    run: Run, client: Warmline, tmp_path: Path
) -> None:
    handoff = a_draft(client)
    form = tmp_path / "draft.md"
    form.write_text(run("handoff", "review", handoff, "--form") + FREE)
    run("handoff", "review", handoff, "--edit", form, "--confirm")
    warm = client.accept(handoff, agent="coder")
    wanted = (
        "Schlüssel tauschen",
        "Ausrollen",
        "Datei: picker.ts; Stand: fertig",
        "`pnpm test --run picker`",
        "Fallstricke: Nie freitags ausrollen, auch nicht nur die Doku.",
        "Ana gefragt",
    )
    assert [one for one in wanted if one not in warm.brief.text or one not in warm.prompt] == []


@pytest.mark.usefixtures("worker")
def test_a_review_shows_the_draft_and_what_was_kept_since(run: Run, client: Warmline) -> None:
    handoff = a_draft(client)
    client.memories.remember("Ann prefers tabs", session_id=client.handoffs.get(handoff).source_session_id)
    shown = run("handoff", "review", handoff)
    assert "Build the picker" in shown
    assert "Kept since it was cut (1):\n  Ann prefers tabs" in shown
    assert client.handoffs.get(handoff).state == "drafted"


@pytest.mark.usefixtures("worker")
def test_on_a_terminal_a_draft_is_edited_then_confirmed(api: Api, client: Warmline) -> None:
    handoff = a_draft(client)
    editor = "sed -i s/picker/cellar/"
    seen = on_a_terminal(api, "handoff", "review", handoff, typed="e\nc\n", EDITOR=editor, VISUAL="")
    assert "Build the picker" in seen
    assert "Build the cellar" in client.handoffs.brief(handoff).text
    assert client.handoffs.get(handoff).state == "ready"


@pytest.mark.usefixtures("worker")
def test_on_a_terminal_a_form_that_cannot_be_read_is_kept_and_changes_nothing(
    api: Api, client: Warmline, tmp_path: Path
) -> None:
    handoff = a_draft(client)
    editing = {"EDITOR": "sed -i s/{1}/{99}/", "VISUAL": "", "TMPDIR": str(tmp_path)}
    on_a_terminal(api, "handoff", "review", handoff, typed="e\nn\nl\n", **editing)
    assert "{99}" in next(tmp_path.glob("draft-*.md")).read_text()
    assert client.handoffs.draft(handoff).revision == 1


@pytest.mark.usefixtures("worker")
def test_a_draft_is_renewed_confirmed_by_revision_and_cancelled(run: Run, client: Warmline) -> None:
    handoff, other = a_draft(client), a_draft(client)
    assert run_json(run, "handoff", "review", handoff, "--renew")["state"] == "requested"
    client.handoffs.wait(handoff)
    assert run_json(run, "handoff", "confirm", handoff, "--revision", 2)["state"] == "ready"
    assert run_json(run, "handoff", "review", other, "--cancel")["state"] == "cancelled"


@pytest.mark.usefixtures("worker")
def test_a_request_with_a_review_shows_the_draft_of_its_template(run: Run, client: Warmline) -> None:
    session = client.session(agent="coder", namespace="chat-client")
    ask = ["--to", "coder", "--reason", "Full", "--review", "--template", "support", "--wait", 30]
    shown = run_json(run, "handoff", "request", session.id, *ask)
    assert (shown["state"], shown["template"], shown["brief"]["template"]) == ("drafted", "support", "support")


def test_a_chain_shows_its_sessions_and_handoffs(run: Run, client: Warmline) -> None:
    handoff = a_handoff(client)
    started = run_json(run, "handoff", "accept", handoff, "--agent", "billing-specialist")["session"]["id"]
    chain = run_json(run, "sessions", "chain", started)
    assert [session["agent"] for session in chain["sessions"]] == ["tier1-bot", "billing-specialist"]
    assert "tier1-bot → billing-specialist" in run("sessions", "chain", started)


@pytest.mark.usefixtures("worker")
def test_an_export_is_the_same_bytes_every_time(run: Run, client: Warmline, tmp_path: Path) -> None:
    handoff = a_handoff(client)
    for name in ("one.md", "two.md"):
        assert run("handoff", "export", handoff, "--out", tmp_path / name) == ""
    assert (tmp_path / "one.md").read_bytes() == (tmp_path / "two.md").read_bytes()
    assert run("handoff", "export", handoff).encode() == (tmp_path / "one.md").read_bytes()


def test_a_handoff_is_cancelled_and_listed(run: Run, client: Warmline) -> None:
    session = client.session(agent="tier1-bot", namespace="user-dave")
    handoff = session.hand_off(to="billing-specialist", reason="Too hard", mode="warm")
    assert run_json(run, "handoff", "cancel", handoff.id, "--reason", "Solved")["state"] == "cancelled"
    assert run("handoff", "list", "--state", "cancelled", "-q") == f"{handoff.id}\n"
    session.end()


def test_a_problem_is_one_line_and_exit_status_1(
    run: Run, client: Warmline, capsys: pytest.CaptureFixture[str]
) -> None:
    session = client.session(agent="tier1-bot", namespace="user-dave")
    handoff = session.hand_off(to="billing-specialist", reason="Too hard", mode="warm")
    with pytest.raises(SystemExit) as leaving:
        main(["handoff", "retry", str(handoff.id)])
    said = capsys.readouterr()
    assert (leaving.value.code, said.out) == (1, "")
    assert said.err.startswith(f"warmline: Handoff {handoff.id} is ")
    assert said.err.count("\n") == 1


def test_whoami_says_which_platform_it_is(run: Run, api: Api) -> None:
    assert run_json(run, "whoami")["url"] == api.url


def test_a_terminal_gets_a_table_with_whole_ids_and_no_control_characters(api: Api, client: Warmline) -> None:
    with client.session(
        agent="bot\x1b]0;owned\x07 with a name that is long enough to wrap", namespace="user-dave"
    ) as session:
        pass
    seen = on_a_terminal(api, "sessions", "list")
    assert str(session.id) in seen
    assert "\x1b]0;" not in seen
    assert "started" in seen


def on_a_terminal(api: Api, *arguments: str, typed: str = "", **variables: str) -> str:
    """Run a command on a terminal of its own, 80 columns wide, and answer what it shows."""
    leader, follower = pty.openpty()
    environ = {**os.environ, "WARMLINE_URL": api.url, "WARMLINE_API_KEY": api.key, "COLUMNS": "80", "TERM": "xterm"}
    environ.update(variables)
    os.write(leader, typed.encode())
    command = [sys.executable, "-c", "from warmline.cli import main; main()", *arguments]
    subprocess.run(command, stdin=follower, stdout=follower, stderr=subprocess.PIPE, env=environ, check=True)
    os.close(follower)
    shown = b""
    try:
        while piece := os.read(leader, 65_536):
            shown += piece
    except OSError:  # Linux ends a terminal whose other side is closed with an error
        pass
    os.close(leader)
    return shown.decode()
