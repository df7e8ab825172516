"""Sealed contents: with WARMLINE_SEAL_CONTENT what people said is encrypted in the database, and all else works on."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import Text, select, type_coerce

from tests.builders.console import signed_in, text_of
from tests.builders.databases import tables_that_hold
from tests.builders.handoffs import waiting
from tests.builders.memory_rows import keep
from tests.builders.sessions import a_session
from tests.conftest import Api, TenantKey, make_tenant, serve
from warmline import Warmline
from warmline_local.backups import BackupFile, back_up, check_keys
from warmline_local.servers import EmbeddedPostgres
from warmline_memory import jobs
from warmline_memory.errors import SetupError
from warmline_memory.settings import Settings
from warmline_memory.storage import Database, Role, Transaction, new_sealing_key, renew_seals_of_content_keys, tables
from warmline_memory.storage.sealed_columns import ESCAPE, MARK

WORDS = ("zebrafish", "quagmire", "obelisk", "tangerine")
"""Words that no other test says: of a text, a slot, the arguments and the result of a tool."""


@pytest.fixture(scope="module")
def sealing(settings: Settings) -> Settings:
    """The settings of an API that seals, on the run's own database."""
    return settings.model_copy(update={"seal_content": True})


@pytest.fixture(scope="module")
def sealing_url(sealing: Settings) -> Iterator[str]:
    """An API that seals what people say."""
    with serve(sealing) as url:
        yield url


@pytest.fixture(scope="module")
def sealing_database(sealing: Settings) -> Iterator[Database]:
    """The run's database, as an API that seals uses it."""
    with closing(Database(sealing)) as database:
        yield database


@pytest.fixture
def sealed_client(sealing_url: str, tenant: TenantKey) -> Iterator[Warmline]:
    """The SDK at an API that seals, with this test's own key."""
    with Warmline(sealing_url, tenant.key) as client:
        yield client


def marked() -> tuple[str, ...]:
    """The words, as this test alone says them."""
    return tuple(word + uuid4().hex[:8] for word in WORDS)


def remember_all(client: Warmline, namespace: str, words: tuple[str, ...]) -> Any:
    """Keep each of the words where people say something: in a text, a slot, a tool's arguments and its result."""
    said, slot, argument, result = words
    with client.session(agent="bot", namespace=namespace) as session:
        session.remember(f"The {said} swims in the second tank.", role="user")
        session.remember("Which one it is", slot=("animal", slot))
        return session.remember_action("look_up", {"name": argument}, {"found": result}, "confirmed")


def held(postgres: EmbeddedPostgres, words: tuple[str, ...]) -> set[str]:
    """The words that stand anywhere in the database, in clear."""
    return {word for word in words if tables_that_hold(postgres, word)}


def stored(postgres: EmbeddedPostgres, tenant: TenantKey, columns: str) -> list[Any]:
    with psycopg.connect(postgres.url) as connection:
        asked = f"SELECT {columns} FROM memories WHERE tenant_id = %s ORDER BY id"
        return connection.execute(asked, [tenant.tenant_id]).fetchall()  # type: ignore[arg-type]


def test_no_table_holds_what_was_said(sealed_client: Warmline, postgres: EmbeddedPostgres) -> None:
    words = marked()
    remember_all(sealed_client, "user-dave", words)
    assert held(postgres, words) == set()
    kept = list(sealed_client.memories.list(namespace="user-dave"))
    assert all(any(word in memory.model_dump_json() for memory in kept) for word in words)


def test_without_the_setting_each_word_can_be_read(client: Warmline, postgres: EmbeddedPostgres) -> None:
    words = marked()
    remember_all(client, "user-dave", words)
    assert held(postgres, words) == set(words)


def test_recall_finds_what_is_sealed(sealed_client: Warmline) -> None:
    words = marked()
    remember_all(sealed_client, "user-dave", words)
    found = sealed_client.memories.recall(f"which tank has the {words[0]}?", namespace="user-dave")
    assert words[0] in found.results[0].memory.content


def test_the_newest_value_of_a_sealed_slot_holds(sealed_client: Warmline) -> None:
    remember = sealed_client.memories.remember
    old = remember("Account is A-1", namespace="user-dave", slot=("account", "A-1"))
    new = remember("Account is A-2", namespace="user-dave", slot=("account", "A-2"))
    assert sealed_client.memories.get(old.id).superseded_by == new.id


def test_what_is_said_again_is_counted_though_its_fingerprint_is_sealed(
    sealed_client: Warmline, client: Warmline, postgres: EmbeddedPostgres, tenant: TenantKey
) -> None:
    first = client.memories.remember("The tank is full.", namespace="apart")
    twice = [sealed_client.memories.remember("The tank is full.", namespace="user-dave") for _ in range(2)]
    assert (twice[0].id, twice[1].times_seen) == (twice[1].id, 2)
    assert first.id != twice[0].id
    # Nobody finds out by trying what a short text says: the plain fingerprint of the same words stands nowhere.
    plain = client.memories.remember("The tank is full.", namespace="user-dave")
    fingerprints = [bytes(one) for (one,) in stored(postgres, tenant, "fingerprint")]
    assert (plain.id == twice[0].id, len(set(fingerprints))) == (False, 3)


def test_plain_and_sealed_memories_stand_side_by_side(sealed_client: Warmline, client: Warmline) -> None:
    client.memories.remember("The plain tank leaks.", namespace="user-dave")
    sealed_client.memories.remember("The sealed tank leaks.", namespace="user-dave")
    for reader in (client, sealed_client):
        found = reader.memories.recall("which tank leaks?", namespace="user-dave").results
        assert {one.memory.content for one in found} == {"The plain tank leaks.", "The sealed tank leaks."}


def test_a_text_is_never_taken_for_something_sealed(sealed_client: Warmline, client: Warmline) -> None:
    texts = [f"{MARK}AAAA", ESCAPE, ESCAPE * 3 + "x", f"{ESCAPE}sealed"]
    for writer in (client, sealed_client):
        for text in texts:
            kept = writer.memories.remember(text, namespace="user-dave", slot=("odd", text))
            for reader in (client, sealed_client):
                read = reader.memories.get(kept.id)
                assert (read.content, read.slot and read.slot.value) == (text, text)


def test_a_revised_memory_is_sealed_too(sealed_client: Warmline, client: Warmline, postgres: EmbeddedPostgres) -> None:
    (word, *_) = marked()
    memory = client.memories.remember("Nothing yet", namespace="user-dave")
    sealed_client.memories.revise(memory.id, content=f"It is a {word}")
    assert held(postgres, (word,)) == set()
    assert sealed_client.memories.get(memory.id).content == f"It is a {word}"


def test_an_export_is_plain_and_an_import_is_sealed(sealed_client: Warmline, postgres: EmbeddedPostgres) -> None:
    words = marked()
    remember_all(sealed_client, "user-dave", words)
    lines = list(sealed_client.namespaces.export("user-dave"))
    assert all(any(word in str(line) for line in lines) for word in words)
    done = sealed_client.namespaces.import_("user-ann", lines)
    assert done.memories == 3
    assert held(postgres, words) == set()
    assert sealed_client.memories.recall(words[0], namespace="user-ann").results


def test_forgetting_finds_whose_words_repeat_what_was_sealed(sealed_client: Warmline) -> None:
    kept = remember_all(sealed_client, "user-dave", marked())
    sealed_client.memories.forget(kept.id)
    assert len(list(sealed_client.memories.list(namespace="user-dave"))) == 2
    sealed_client.namespaces.forget("user-dave")
    assert list(sealed_client.memories.list(namespace="user-dave")) == []


@pytest.mark.usefixtures("worker")
def test_the_console_finds_and_shows_what_is_sealed(sealing_url: str, tenant: TenantKey) -> None:
    said = "The little lamp of the router blinks purple"
    with httpx.Client(base_url=sealing_url, headers={"Authorization": f"Bearer {tenant.key}"}, timeout=30) as http:
        api = Api(sealing_url, tenant.key, http)
        ann = signed_in(api, "ann")
        handoff = waiting(api, a_session(api, said, *["It still does"] * 12, "Please send me a new one"))
        page = ann.page("/search?q=lamp+PURPLE&which=all")
        assert (f'href="/console/handoffs/{handoff["id"]}"' in page, said in text_of(page)) == (True, True)
        (conversation, *_) = re.findall(r'href="/console(/conversations/[^"#]+)', page)
        assert said in text_of(ann.page(conversation))
        assert said in text_of(ann.page(f"/handoffs/{handoff['id']}"))


def test_near_duplicates_are_found_among_sealed_memories(sealed_client: Warmline) -> None:
    for content in ("The customer wants a refund of $100.", "the customer wants a refund of $100"):
        sealed_client.memories.remember(content, namespace="user-dave")
    assert sealed_client.consolidations.make("user-dave").consolidations


def test_what_is_there_is_sealed_and_opened_again_by_a_command(
    client: Warmline,
    sealed_client: Warmline,
    postgres: EmbeddedPostgres,
    tenant: TenantKey,
    database: Database,
    sealing_database: Database,
) -> None:
    words = marked()
    remember_all(client, "user-dave", words)
    before = stored(postgres, tenant, "content, slot, action, fingerprint")
    assert memories_of(of_tenant(sealing_database, tenant)) == 3
    assert held(postgres, words) == set()
    again = sealed_client.memories.remember("Which one it is", namespace="user-dave", slot=("animal", words[1]))
    assert memories_of(of_tenant(sealing_database, tenant)) == 0
    assert sealed_client.memories.forget(again.id) is None
    assert memories_of(of_tenant(database, tenant)) == 3
    assert stored(postgres, tenant, "content, slot, action, fingerprint") == before


def memories_of(changed: list[tuple[str, int]]) -> int:
    """How many memories are among the rows that were changed."""
    return sum(count for table, count in changed if table == "memories")


def of_tenant(database: Database, tenant: TenantKey) -> list[tuple[str, int]]:
    """What sealing, or opening, changes of one tenant, whose memories stand beside those of all other tests."""
    return list(jobs.seal_contents(database, [tenant.tenant_id]))


def test_what_was_said_again_meanwhile_is_no_hindrance_to_sealing(
    client: Warmline, sealed_client: Warmline, tenant: TenantKey, sealing_database: Database
) -> None:
    plain = client.memories.remember("Twice", namespace="user-dave")
    sealed = sealed_client.memories.remember("Twice", namespace="user-dave")
    assert memories_of(of_tenant(sealing_database, tenant)) == 1
    assert sealed_client.memories.remember("Twice", namespace="user-dave").id == sealed.id
    assert client.memories.get(plain.id).content == "Twice"


def test_what_is_moved_to_another_tenant_or_column_does_not_open(
    sealed_client: Warmline,
    sealing_database: Database,
    postgres: EmbeddedPostgres,
    tenant: TenantKey,
    new_tenant: Callable[[], TenantKey],
    sealing_url: str,
) -> None:
    sealed_client.memories.remember("Mine", namespace="user-dave", slot=("whose", "mine"))
    other = new_tenant()
    with Warmline(sealing_url, other.key) as theirs:
        theirs.memories.remember("Theirs", namespace="user-dave")
    ((mine, slot),) = stored(postgres, tenant, "content, slot ->> 'value'")
    for moved in (mine, slot):
        with psycopg.connect(postgres.url) as connection:
            connection.execute("UPDATE memories SET content = %s WHERE tenant_id = %s", [moved, other.tenant_id])
        with (
            pytest.raises(SetupError, match="not sealed there, or not for this tenant"),
            sealing_database.transaction(tenant_id=other.tenant_id) as db,
        ):
            db.scalars(select(tables.Memory)).all()


def test_the_platforms_key_is_rotated_without_touching_what_was_said(
    apart: Settings, postgres: EmbeddedPostgres
) -> None:
    old, new = apart.encryption_keys.get_secret_value(), new_sealing_key()
    sealing = apart.model_copy(update={"seal_content": True})
    with closing(Database(sealing)) as database:
        tenant = make_tenant(database)
        keep(database, tenant, "Before the rotation")
    both = sealing.model_copy(update={"encryption_keys": SecretStr(f"{new},{old}")})
    with closing(Database(both)) as database, database.transaction(role=Role.ADMIN) as db:
        before = sealed_contents(db)
        assert renew_seals_of_content_keys(db, db.sealer) == 1
        assert sealed_contents(db) == before
    with closing(Database(both.model_copy(update={"encryption_keys": SecretStr(new)}))) as database:
        assert database.check_content_keys() == 1
        assert read(database, tenant) == ["Before the rotation"]


def test_without_the_platforms_key_nothing_starts_and_nothing_is_read(apart: Settings) -> None:
    sealing = apart.model_copy(update={"seal_content": True})
    with closing(Database(sealing)) as database:
        tenant = make_tenant(database)
        keep(database, tenant, "Sealed")
    for keys in ("", new_sealing_key()):
        wrong = apart.model_copy(update={"encryption_keys": SecretStr(keys)})
        with closing(Database(wrong)) as database:
            with pytest.raises(SetupError, match="WARMLINE_ENCRYPTION_KEYS"):
                database.check_content_keys()
            with pytest.raises(SetupError, match="WARMLINE_ENCRYPTION_KEYS"):
                read(database, tenant)


def test_a_backup_of_sealed_contents_is_restored_with_their_key_alone(apart: Settings, tmp_path: Path) -> None:
    with closing(Database(apart.model_copy(update={"seal_content": True}))) as database:
        keep(database, make_tenant(database), "Sealed")
    manifest = back_up(apart.database_url, BackupFile(tmp_path / "warmline.backup"))
    assert len(manifest.sealed) == 1
    check_keys(apart.encryption_keys.get_secret_value(), manifest)
    with pytest.raises(SetupError, match="do not open"):
        check_keys(new_sealing_key(), manifest)


def test_sealing_without_a_key_says_which_one_is_missing(apart: Settings) -> None:
    bare = apart.model_copy(update={"seal_content": True, "encryption_keys": SecretStr("")})
    with closing(Database(bare)) as database:
        with pytest.raises(SetupError, match="WARMLINE_SEAL_CONTENT is set, and WARMLINE_ENCRYPTION_KEYS is not"):
            database.check_content_keys()
        tenant = make_tenant(database)
        with pytest.raises(SetupError, match="WARMLINE_SEAL_CONTENT is set"):
            keep(database, tenant, "Never stored in clear")


def test_a_tenants_destroyed_key_makes_all_that_it_said_unreadable(apart: Settings) -> None:
    sealing = apart.model_copy(update={"seal_content": True})
    with closing(Database(sealing)) as database:
        tenant, other = make_tenant(database), make_tenant(database)
        keep(database, tenant, "Gone")
        keep(database, other, "Stays")
        with database.transaction(role=Role.ADMIN) as db:
            db.delete(db.get_one(tables.ContentKey, (tenant.tenant_id, 1)))
    with closing(Database(sealing)) as database:
        with pytest.raises(SetupError, match="a key which is not there"):
            read(database, tenant)
        assert read(database, other) == ["Stays"]


def sealed_contents(db: Transaction) -> list[str]:
    return list(db.scalars(select(type_coerce(tables.Memory.content, Text))))


def read(database: Database, tenant: TenantKey) -> list[str]:
    with database.transaction(tenant_id=tenant.tenant_id) as db:
        return list(db.scalars(select(tables.Memory.content)))
