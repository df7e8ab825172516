"""No secret of a transcript is kept or shown anywhere: not in the database, a brief, a prompt, a recall or a log."""

import json
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.builders.transcripts import ClaudeCode, lines
from tests.builders.vendor_secrets import SECRETS
from tests.conftest import Api
from warmline import Warmline
from warmline.capture import Keeper, open_reader, place_of
from warmline_local.servers import EmbeddedPostgres

NAMESPACE = "code/secrets"
PIECE = 12
"""Half a secret is one too: so many signs of its middle must not be seen either."""


def transcript(path: Path) -> Path:
    """A session in which every secret is said by the person, typed, printed, and said again by the agent."""
    made = ClaudeCode()
    rows = [made.row("user", "Find out why the deployment fails.")]
    for number, (place, secret) in enumerate(SECRETS.values()):
        shown = place.format(secret)
        rows += [made.row("user", shown), made.says(f"I ran it:\n{shown}")]
        rows += made.uses(f"t-{number}", "Bash", {"command": shown}, f"Exit code 1\nerror: {shown}", failed=True)
    path.write_text(lines(rows))
    return path


def everything(postgres: EmbeddedPostgres) -> str:
    """All rows of all tables, as texts."""
    with psycopg.connect(postgres.url) as db:
        tables = db.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        every = [sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(*table)) for table in tables]
        return "\n".join(str(row) for query in every for (row,) in db.execute(query))


def seen(shown: str) -> list[str]:
    """The secrets of which a piece stands in a text."""
    return [
        name
        for name, (_, secret) in SECRETS.items()
        if (secret if len(secret) <= PIECE else secret[len(secret) // 3 :][:PIECE]) in shown
    ]


@pytest.mark.usefixtures("worker")
def test_no_secret_of_a_transcript_is_kept_or_shown(
    api: Api,
    client: Warmline,
    postgres: EmbeddedPostgres,
    home: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    path = transcript(tmp_path / "s-1.jsonl")
    read = open_reader("claude-code", path).read()
    keeper = Keeper(client, place_of(tmp_path, "claude-code", NAMESPACE), read)
    keeper.keep(read)
    handoff = client.handoffs.request(keeper.started().id, to="claude-code", reason="Context is full")
    brief = client.handoffs.wait(handoff.id, timeout=120).brief
    assert brief is not None
    exported = api.http.get(f"/v1/handoffs/{handoff.id}/brief", params={"format": "markdown"}).text
    prompt = client.accept(handoff.id, agent="claude-code").prompt
    asked = [place for place, _ in SECRETS.values()][::7]
    recalled = [client.memories.recall(query, namespace=NAMESPACE, top_k=20) for query in asked]
    answers = {
        "brief": brief.model_dump_json(),
        "export": exported,
        "prompt": prompt,
        "recall": json.dumps([one.model_dump(mode="json") for one in recalled], ensure_ascii=False),
        "database": everything(postgres),
        "logs": caplog.text + (home / "worker.log").read_text(),
    }
    assert {name: found for name, shown in answers.items() if (found := seen(shown))} == {}
    assert "Find out why the deployment fails" in answers["database"]
