"""``warmline namespaces import --from``: files that Dakera, mem0 and Zep export, each memory once."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders.requests import get
from tests.conftest import Api, Command, Run

DAKERA = [
    {
        "id": "mem_1",
        "agent_id": "user-dave",
        "content": "Account ID: ACC-4521",
        "memory_type": "semantic",
        "importance": 0.8,
        "tags": ["account"],
        "session_id": "sess_7",
        "metadata": {"source": "crm", "_dakera_event_time": 1_772_359_200},
        "created_at": 1_780_000_000,
    },
    {"id": "mem_2", "agent_id": "user-eve", "content": "Likes tea", "created_at": 1_780_000_000},
    {"id": "mem_3", "agent_id": "user-eve", "content": "Over", "created_at": 1, "expires_at": 2},
]
MEM0 = {
    "results": [
        {
            "id": "0a1b",
            "memory": "Was charged twice in March",
            "user_id": "user-dave",
            "categories": ["billing"],
            "metadata": {"channel": "chat"},
            "created_at": "2026-03-01T10:00:00-08:00",
            "updated_at": None,
        },
        {"id": "0a1c", "memory": "", "user_id": "user-dave", "created_at": "2026-03-01T10:00:00Z"},
    ]
}
WHEN, LATER = "2026-03-01T10:00:00Z", "2026-03-01T10:01:00Z"
ZEP = {
    "messages": [
        {
            "uuid": "m1",
            "role": "user",
            "name": "Dave",
            "content": "I was charged twice",
            "created_at": "2026-03-01T10:00:00Z",
        },
        {
            "uuid": "m2",
            "role": "bot",
            "role_type": "assistant",
            "content": "I am sorry",
            "created_at": "2026-03-01T10:01:00Z",
        },
    ]
}
FACTS = {
    "edges": [
        {"uuid": "e1", "fact": "Dave pays $199 a month", "fact_name": "PAYS", "valid_at": "2026-01-01T00:00:00Z"},
        {
            "uuid": "e2",
            "fact": "Dave pays $99 a month",
            "valid_at": "2025-01-01T00:00:00Z",
            "invalid_at": "2026-01-01T00:00:00Z",
        },
    ]
}


def as_lines(items: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(item) + "\n" for item in items)


def kept(api: Api, namespace: str = "user-dave") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = get(api, "memories", namespace=namespace)["items"]
    return items


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Writes a file with what another tool exported."""

    def write(text: str, name: str = "export.json") -> Path:
        file = tmp_path / name
        file.write_text(text)
        return file

    return write


def test_dakeras_memories_go_to_their_agents_with_all_that_they_have(api: Api, run: Run, written: Any) -> None:
    said = json.loads(run("import", written(as_lines(DAKERA)), "--from", "dakera", "--json"))
    (dave,), (eve,) = kept(api), kept(api, "user-eve")
    assert said == {
        "memories": 2,
        "namespaces": 2,
        "left_behind_no_longer_valid": 1,
        "stored": 2,
        "were_there": 0,
    }
    assert (dave["content"], dave["kind"], dave["importance"]) == ("Account ID: ACC-4521", "semantic", 0.8)
    assert dave["metadata"] == {"source": "crm", "_dakera_tags": ["account"], "_dakera_session_id": "sess_7"}
    assert (dave["external_id"], dave["event_time"]) == ("dakera:mem_1", "2026-03-01T10:00:00Z")
    assert (eve["content"], eve["kind"]) == ("Likes tea", "episodic")


def test_mem0s_memories_become_facts_of_their_user(api: Api, run: Run, written: Any) -> None:
    said = json.loads(run("import", written(json.dumps(MEM0)), "--from", "mem0", "--json"))
    (memory,) = kept(api)
    assert said["left_behind_without_text"] == 1
    assert (memory["content"], memory["kind"], memory["role"]) == ("Was charged twice in March", "fact", None)
    assert memory["metadata"] == {"channel": "chat", "categories": ["billing"], "user_id": "user-dave"}
    assert memory["event_time"] == "2026-03-01T18:00:00Z"


def test_zeps_messages_keep_who_said_them(api: Api, run: Run, written: Any) -> None:
    run("import", written(json.dumps(ZEP)), "--from", "zep", "--namespace", "user-dave")
    assert [(one["role"], one["kind"], one["content"]) for one in reversed(kept(api))] == [
        ("user", "message", "I was charged twice"),
        ("agent", "message", "I am sorry"),
    ]
    assert kept(api)[1]["metadata"] == {"name": "Dave"}


def test_zeps_facts_that_hold_no_more_are_left_behind(api: Api, run: Run, written: Any) -> None:
    said = json.loads(run("import", written(json.dumps(FACTS)), "--from", "zep", "-n", "user-dave", "--json"))
    assert (said["stored"], said["left_behind_no_longer_valid"]) == (1, 1)
    assert [(one["kind"], one["content"]) for one in kept(api)] == [("fact", "Dave pays $199 a month")]


def test_what_was_brought_before_is_not_brought_again(api: Api, run: Run, written: Any) -> None:
    file = written(as_lines(DAKERA[:1]))
    run("import", file, "--from", "dakera")
    more = written(as_lines([DAKERA[0], {**DAKERA[0], "id": "mem_9", "content": "New"}]))
    said = json.loads(run("import", more, "--from", "dakera", "--json"))
    assert (said["stored"], said["were_there"]) == (1, 1)
    assert len(kept(api)) == 2


def test_what_has_no_id_is_known_by_what_it_says(api: Api, run: Run, written: Any) -> None:
    file = written(json.dumps([{"memory": "Likes tea"}, {"memory": "Likes jam"}]))
    for expected in ({"stored": 2, "were_there": 0}, {"stored": 0, "were_there": 2}):
        said = json.loads(run("import", file, "--from", "mem0", "-n", "user-dave", "--json"))
        assert expected.items() <= said.items()


def test_a_dry_run_counts_and_stores_nothing(api: Api, command: Command, written: Any) -> None:
    status, out, err = command("import", written(as_lines(DAKERA)), "--from", "dakera", "--dry-run")
    assert status == 0
    assert "nothing was stored" in err
    assert [line.split() for line in out.splitlines()] == [
        ["memories", "2"],
        ["namespaces", "2"],
        ["left", "behind,", "no", "longer", "valid", "1"],
    ]
    assert kept(api) == []


def test_more_than_one_batch_arrives_in_its_order(api: Api, run: Run, written: Any) -> None:
    many = [{"id": f"m{number}", "memory": f"Number {number}", "user_id": "user-dave"} for number in range(450)]
    assert json.loads(run("import", written(as_lines(many)), "--from", "mem0", "--json"))["stored"] == 450
    newest = get(api, "memories", namespace="user-dave", limit=2)["items"]
    assert [one["content"] for one in newest] == ["Number 449", "Number 448"]


def test_a_table_of_dakeras_is_read_too(api: Api, run: Run, written: Any) -> None:
    table = (
        'id,agent_id,content,importance,tags,metadata\nmem_1,user-dave,"Likes tea, with milk",0.5,"a;b","{""k"": 1}"\n'
    )
    run("import", written(table, "export.csv"), "--from", "dakera")
    (memory,) = kept(api)
    assert (memory["content"], memory["importance"]) == ("Likes tea, with milk", 0.5)
    assert memory["metadata"] == {"k": 1, "_dakera_tags": ["a", "b"]}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (as_lines(DAKERA[:1]) + "{broken\n", "Line 2 is not JSON"),
        (as_lines([DAKERA[0], {**DAKERA[0], "importance": 7}]), "line 2: importance"),
        (as_lines([DAKERA[0], {**DAKERA[0], "agent_id": "a b"}]), "line 2: namespace"),
        (as_lines([DAKERA[0], {"id": "x", "content": "Nobody's"}]), "line 2: it does not say whose it is"),
        (as_lines([DAKERA[0], {**DAKERA[0], "created_at": "soon", "metadata": {}}]), "line 2"),
        (as_lines([DAKERA[0], {**DAKERA[0], "content": "x" * 100_001}]), "line 2: content"),
        (json.dumps({"memories": [DAKERA[0], {**DAKERA[0], "importance": -1}]}), "item 2: importance"),
        ('{"memories": [\n{"a": 1},\n{]}', "Line 3 is not JSON"),
        ('{"nothing": 1}', "line 1: it has no member content"),
        ('{\n"nothing": 1\n}', "There is no list"),
        ("[1]", "Item 1 is no JSON object"),
    ],
)
def test_what_is_wrong_is_named_by_its_line_and_nothing_is_stored(
    api: Api, command: Command, written: Any, text: str, complaint: str
) -> None:
    status, _, err = command("import", written(text), "--from", "dakera")
    assert status == 1
    assert complaint in " ".join(err.split())
    assert kept(api) == []


def test_a_file_that_is_not_there_is_named(command: Command, tmp_path: Path) -> None:
    status, _, err = command("import", tmp_path / "none.jsonl", "--from", "mem0")
    assert (status, "none.jsonl cannot be read" in " ".join(err.split())) == (1, True)


@pytest.mark.parametrize("arguments", [[], ["--dry-run"], ["--from", "mem0"], ["--from", "letta", "x.json"]])
def test_a_command_that_does_not_say_what_is_a_wrong_one(command: Command, arguments: list[str]) -> None:
    assert command("import", *arguments)[0] == 2
