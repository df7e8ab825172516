"""Forgetting, exporting and importing through the SDK and the command line."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command
from warmline import InvalidRequest, NotFound, Warmline
from warmline_schemas.memories import Verdict

NAMESPACE = "acme/user-dave"


def keep(client: Warmline, *contents: str, **fields: Any) -> list[str]:
    return [str(client.memories.remember(content, namespace=NAMESPACE, **fields).id) for content in contents]


def contents(client: Warmline, namespace: str = NAMESPACE) -> set[str]:
    return {memory.content for memory in client.memories.list(namespace=namespace)}


def test_a_namespace_goes_out_and_in_again(client: Warmline) -> None:
    keep(client, "one", "a line end\u2028inside", "three\nlines\n")
    lines = list(client.namespaces.export(NAMESPACE))
    assert client.namespaces.import_("copied", lines).memories == 3
    assert contents(client, "copied") == contents(client)


def test_an_export_goes_to_a_file_and_is_imported_from_it(client: Warmline, tmp_path: Path) -> None:
    keep(client, "one", "two")
    assert client.namespaces.export_to(NAMESPACE, tmp_path / "dave.jsonl") == 4
    with (tmp_path / "dave.jsonl").open("rb") as lines:
        assert client.namespaces.import_("copied", lines).memories == 2


def test_a_bad_line_far_from_the_end_of_a_large_file_is_named(client: Warmline) -> None:
    keep(client, "one")
    header, memory, _ = client.namespaces.export(NAMESPACE)
    many = [header, "nonsense", *[memory] * 20_000]
    with pytest.raises(InvalidRequest, match="Line 2: "):
        client.namespaces.import_("copied", many)


def test_an_export_of_nothing_is_not_found(client: Warmline) -> None:
    with pytest.raises(NotFound):
        list(client.namespaces.export("nobody"))


def test_what_matches_is_counted_and_then_forgotten(client: Warmline) -> None:
    keep(client, "one", kind="fact")
    keep(client, "two", kind="decision")
    assert client.memories.forget_matching(namespace=NAMESPACE, kinds=["fact"], dry_run=True).memories == 1
    assert client.memories.forget_matching(namespace=NAMESPACE, kinds=["fact"]).memories == 1
    assert contents(client) == {"two"}


def test_a_namespace_is_forgotten_and_only_the_certificate_names_it(client: Warmline) -> None:
    keep(client, "one", "two")
    forgotten = client.namespaces.forget(NAMESPACE)
    (entry,) = client.audit()
    assert (forgotten.memories, entry.verb, entry.namespace) == (2, "forget-namespace", None)
    assert forgotten.certificate is not None
    assert (forgotten.certificate.namespace, forgotten.certificate.hash) == (NAMESPACE, entry.hash)


def test_feedback_moves_importance(client: Warmline) -> None:
    memory = client.memories.remember("Prefers e-mail", namespace=NAMESPACE, importance=0.5)
    assert client.memories.give_feedback(memory.id, Verdict.USEFUL).importance > 0.5


def test_preferences_are_changed_one_at_a_time(client: Warmline) -> None:
    client.revise_preferences(weights={"recency": 0.3})
    preferred = client.revise_preferences(consolidate=True)
    assert (preferred.weights.recency, preferred.consolidate, client.preferences()) == (0.3, True, preferred)


def test_a_recall_takes_filters_weights_and_a_budget(client: Warmline) -> None:
    keep(client, "The plan is pro", metadata={"ticket": 7}, pinned=True)
    keep(client, "The plan is basic", metadata={"ticket": 8}, ttl_seconds=600)
    found = client.memories.recall(
        "plan", namespace=NAMESPACE, metadata={"ticket": 7}, weights={"recency": 0.0}, token_budget=500, explain=True
    )
    assert [result.memory.content for result in found.results] == ["The plan is pro"]
    assert found.explanation is not None
    assert found.explanation.weights.recency == 0.0


def test_near_duplicates_are_consolidated_and_undone(client: Warmline) -> None:
    keep(client, "The customer prefers e-mail to phone calls.", "The customer prefers e-mail, to phone calls!")
    made = client.consolidations.make(NAMESPACE).consolidations
    assert [one.id for one in client.consolidations.list(namespace=NAMESPACE)] == [one.id for one in made]
    client.consolidations.undo(str(made[0].id))
    assert client.consolidations.get(str(made[0].id)).undone_at is not None


def test_the_command_line_exports_forgets_and_imports(command: Command, client: Warmline, tmp_path: Path) -> None:
    keep(client, "one", "two")
    file = tmp_path / "dave.jsonl"
    assert command("export", NAMESPACE, "--output", file)[0] == 0
    assert command("export", NAMESPACE)[1].splitlines()[1:] == file.read_text().splitlines()[1:]
    assert json.loads(command("forget", "-n", NAMESPACE, "--all", "--yes", "--json")[1])["memories"] == 2
    assert json.loads(command("import", file, "--json")[1])["memories"] == 2
    assert json.loads(command("import", file, "--json")[1])["already_there"] == 2


def test_nothing_is_forgotten_where_nobody_can_confirm(command: Command, client: Warmline) -> None:
    memory = keep(client, "one")[0]
    for which in ([memory], ["-n", NAMESPACE, "--kind", "message"], ["-n", NAMESPACE, "--all"]):
        assert command("forget", *which)[0] == 2
    assert contents(client) == {"one"}


def test_the_command_line_forgets_by_id_and_by_filter(command: Command, client: Warmline) -> None:
    first = keep(client, "one")[0]
    keep(client, "two", metadata={"ticket": 7})
    assert command("forget", first, "--yes")[0] == 0
    dry = command("forget", "-n", NAMESPACE, "--metadata", "ticket=7", "--dry-run", "--json")[1]
    assert json.loads(dry)["memories"] == 1
    assert command("forget", "-n", NAMESPACE, "--metadata", "ticket=7", "--yes")[0] == 0
    assert contents(client) == set()


def test_the_command_line_shows_the_audit_and_the_preferences(command: Command, client: Warmline) -> None:
    client.memories.forget(keep(client, "one")[0])
    assert "\tkey tests\tforget\tacme/user-dave\t" in command("audit", "--verb", "forget")[1]
    assert json.loads(command("preferences", "--reinforce", "--json")[1])["reinforce"] is True


def test_the_command_line_takes_feedback_and_consolidates(command: Command, client: Warmline) -> None:
    twice = keep(client, "The customer prefers e-mail to phone calls.", "The customer prefers e-mail, to phone calls!")
    assert json.loads(command("feedback", twice[0], "wrong", "--json")[1])["found_wrong"] == 1
    made = json.loads(command("consolidations", "make", NAMESPACE, "--json")[1])["consolidations"]
    assert command("consolidations", "list", "-q")[1] == f"{made[0]['id']}\n"
    assert json.loads(command("consolidations", "undo", made[0]["id"], "--json")[1])["undone_at"] is not None
